"""Who is in an essay: states, organisations and people that it names at least twice.

States and the best-known organisations come from a table, a capital standing for its state; people are found by a
title, or by a full name that comes back in part; other organisations by their last word or their letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from detente.scenario.essays.gazetteer import list_forms, name_pattern
from detente.scenario.essays.sentences import Sentence
from detente.scenario.parser import RESERVED

#: times a name must be met to be proposed
FEWEST_MENTIONS = 2

_TITLES = """
    President Vice-President Premier Chancellor Chairman Chairwoman Secretary Minister Senator Governor General Admiral
    Colonel Marshal King Queen Prince Emir Ayatollah Sheikh Pope Mr Mr. Mrs Mrs. Ms Ms. Dr Dr. Gen. Sen. Speaker
    Ambassador Director
"""
_BODIES = """
    Party Council Commission Army Guards Guard Corps Union Bank Court Front Movement Ministry Agency Parliament League
    Authority Forces Organization Organisation Committee Department Politburo Assembly Alliance Group Brigades Duma
    Bundestag Knesset
"""
#: first or last words of names that are neither people nor bodies
_ELSEWHERE = """
    Sea Strait River Peninsula Ocean Gulf Island Islands Bay Valley Region Province Street Avenue War Day Summit Treaty
    Agreement Act Accords Accord Convention Conference Olympics Games Times Post Journal News Review Magazine Square
    University Institute House Hall Palace Airport Canyon Mountains Mountain Heights Coast City Road Bridge Theory
    Doctrine Plan Republic Kingdom East West North South Asia Europe Africa Pacific Atlantic Century Revolution
"""
_CALENDAR = """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Christmas Easter Ramadan I
"""
#: words that open sentences, and so have a capital that says nothing
_OPENERS = """
    The A An But And Or If In On At By As For From To With Without It He She They We This That These Those Even Only
    Such While When Whether Were Had Should Unless Because Since After Before Both Neither Nor So Yet Still Perhaps
    Most Many Some Each Every All No Not Nobody His Her Its Their Our Any Another Between Beyond Under Over Then Now
    There Here Today Yesterday Meanwhile However Finally Instead Again Once Later Earlier First Second What Why How Who
    Where Which Like Unlike Through Despite Although Though During Until Against Among About Above Across Around
    Following Given Just Also Thus Hence Therefore Together Few Several Other Last Next Nor Than Whatever Whoever
"""
TITLES, BODIES, ELSEWHERE, CALENDAR, OPENERS = (
    frozenset(table.split()) for table in (_TITLES, _BODIES, _ELSEWHERE, _CALENDAR, _OPENERS)
)
_SEQUENCE = re.compile(
    r"[^\W\d_a-z][\w.\u2019'-]*(?: (?:de |al-|bin |von |van |of the |of |for )?[^\W\d_a-z][\w.\u2019'-]*)*"
)


@dataclass(slots=True)
class Member:
    """Somebody named in an essay."""

    kind: Literal["state", "organisation", "person"]
    key: str
    name: str
    #: forms it was met in, with how often
    forms: Counter[str] = field(default_factory=Counter)
    #: the sentence it was met in first
    first: Sentence | None = None

    @property
    def mentions(self) -> int:
        """How often it was met in all."""
        return self.forms.total()

    def meet(self, form: str, sentence: Sentence) -> None:
        """Count one mention."""
        self.forms[form] += 1
        self.first = self.first or sentence

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        first = {"paragraph": self.first.paragraph, "sentence": self.first.number} if self.first else None
        return {
            "kind": self.kind,
            "key": self.key,
            "name": self.name,
            "mentions": self.mentions,
            "forms": dict(self.forms),
            "first": first,
        }


def find_cast(sentences: Sequence[Sentence]) -> tuple[Member, ...]:
    """Everybody named at least twice, the most named first."""
    known: dict[str, Member] = {}
    rest: list[tuple[Sentence, str]] = []
    for sentence in sentences:
        remaining = sentence.text
        for found in name_pattern().finditer(sentence.text):
            entry = list_forms()[found[0]]
            member = known.setdefault(entry.key, Member(entry.kind, entry.key, entry.name))
            member.meet(found[0], sentence)
            # The place stays, so that no name is made of the words on both sides.
            remaining = remaining[: found.start()] + "\u00b7" * len(found[0]) + remaining[found.end() :]
        rest.append((sentence, remaining))
    others = _find_others(rest, set(known))
    cast = [member for member in (*known.values(), *others) if member.mentions >= FEWEST_MENTIONS]
    return tuple(sorted(cast, key=lambda member: -member.mentions))


def _find_others(rest: Sequence[tuple[Sentence, str]], taken: set[str]) -> list[Member]:
    """People and organisations outside the table."""
    lower = {word for _, text in rest for word in re.findall(r"\b[a-z]{2,}\b", text)}
    met = [(sentence, *item) for sentence, text in rest for item in _list_names(text, lower)]
    members: dict[str, Member] = {}
    for _, name, titled in met:
        if name not in members and (titled or " " in name or _is_acronym(name)) and (kind := _kind_of(name, titled)):
            members[name] = Member(kind, "", name)
    full = [name for name in members if " " in name and members[name].kind == "person"]
    for sentence, name, _ in met:
        # A part of a full name stands for the first person with it; 'President Lee' is then no second one.
        whole = (
            name if name in full else next((item for item in full if name in (item.split()[0], item.split()[-1])), name)
        )
        if whole in members:
            members[whole].meet(name, sentence)
    for member in members.values():
        member.key = _make_key(member, taken)
        taken.add(member.key)
    return list(members.values())


def _list_names(text: str, lower: set[str]) -> Iterator[tuple[str, bool]]:
    """Capitalised names of a sentence, and whether a title stands before them."""
    for found in _SEQUENCE.finditer(text):
        words = [re.sub(r"['\u2019]s?$", "", word) for word in found[0].split()]
        opening = not re.search(r"\w", text[: found.start()])
        if opening and words and (words[0].casefold() in lower or words[0] in OPENERS):
            words = words[1:]
        titles = [place for place, word in enumerate(words) if word in TITLES]
        titled, words = bool(titles), words[titles[-1] + 1 :] if titles else words
        words = [word.rstrip(".,") if len(word) > 2 and word.count(".") < 2 else word for word in words]
        name = " ".join(words)
        telling = len(words) > 1 or titled or not opening or name.casefold() not in lower
        if len(name) > 1 and telling and words[0] not in CALENDAR and not words[0].islower():
            yield name, titled


def _kind_of(name: str, titled: bool) -> Literal["organisation", "person"] | None:
    words = name.split()
    if titled:
        return "person"
    if words[-1] in BODIES or words[0] in BODIES or _is_acronym(name):
        return "organisation"
    if words[-1] in ELSEWHERE or words[0] in ELSEWHERE or any(word.islower() for word in words) or len(words) > 4:
        return None
    return "person"


def _is_acronym(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{2,6}|(?:[A-Z]\.){2,6}", name))


def _make_key(member: Member, taken: set[str]) -> str:
    """A name conditions can use: a person's most used form, else the whole."""
    short = min(member.forms, key=len, default=member.name)
    form = short if member.kind == "person" else member.name
    plain = unicodedata.normalize("NFKD", form).encode("ascii", "ignore").decode().casefold()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40]
    key = key if key[:1].isalpha() else f"actor_{key}".rstrip("_")
    while key in taken or key in RESERVED:
        key += "_"
    return key
