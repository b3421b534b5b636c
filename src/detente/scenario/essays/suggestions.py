"""Sentences of an essay that make a claim, each with its kind, its word, and the words that gave it away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from detente.scenario.anchors import find_context
from detente.scenario.essays.essay import Essay
from detente.scenario.essays.sentences import Sentence, list_sentences
from detente.scenario.essays.triggers import Family, Trigger, find_triggers
from detente.scenario.folding import normalise
from detente.scenario.model import Word
from detente.scenario.words import SCALES, find_off_scale, find_word

Kind = Literal["forecast", "conditional", "causal", "recommendation", "fact"]

#: what a sentence is, by the first of these families that is in it
_KINDS: Mapping[Family, Kind] = {
    "recommendation": "recommendation",
    "condition": "conditional",
    "forecast": "forecast",
    "hedge": "fact",
    "cause": "causal",
}
_SPEECH = re.compile(
    "".join(f"(?<!\\b{word} )" for word in ("I", "we", "would", "could", "might", "can", "is", "are", "to"))
    + r"\b(?:said|says|say|told|claimed|claims|claim that|wrote|argued|argues|argue|insisted|insists|insist|warned"
    r"|warns|warn|added that|announced|declared|declares|boasted|complained|predicted|vowed|stated|replied|remarked"
    r"|asked|according to)\b",
    re.IGNORECASE,
)
#: quoted words of this many and more are somebody's sentence, fewer are a term
_QUOTED = re.compile(r"[\u201c\"](?=(?:[^\u201d\"]+\s){3})[^\u201d\"]*[\u201d\"]")
_NEGATED = re.compile(
    r"\b(?:not|hardly|scarcely|never)(?! only)(?: \w+){0,2} (?:likely|probable|probably|certain)\b", re.I
)
_COMPARED = re.compile(
    r"(?<!most )\b(?:more|less|as|equally|increasingly) (?:un)?(?:likely|probable)\b(?: than not)?", re.I
)
#: forecasts that say neither how likely nor that they do not know
_BARE = re.compile(r"(?:will|would|shall|can|cannot|can['\u2019]t|won['\u2019]t|\w+['\u2019]ll)", re.I)
_AROUND = (
    "is|are|was|were|be|been|remains?|seems?|looks?|becomes?|will|would|may|might|could|has|have|the|a|an|it|that|this"
)
#: words of an anchor, and the most it grows to
_ANCHOR, _LONGEST_ANCHOR = 12, 40
#: characters above which it is no sentence, but a list or a table
_LONGEST_SENTENCE = 2_000
#: words shown of those that gave a sentence away
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A sentence that makes a claim."""

    sentence: Sentence
    kind: Kind
    #: the words that gave it away, as written, those that decide its kind first
    triggers: tuple[str, ...]
    #: how likely it says it is, as written; empty when it does not say
    says: str
    #: the word of the scale in ``says``, or None when it has no number
    word: Word | None
    #: words of the sentence that the essay has once, as far as it has
    quote: str
    #: words right before and right after them, where the essay has them more than once
    prefix: str = ""
    suffix: str = ""

    @property
    def id(self) -> str:
        """``p4s1``: its place."""
        return f"p{self.sentence.paragraph}s{self.sentence.number}"

    @property
    def because(self) -> str:
        """Kind, triggers and place in a line."""
        told = ", ".join(f"'{words}'" for words in self.triggers)
        return f"{self.kind}, by {told} ({self.sentence.place})"

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.id,
            "paragraph": self.sentence.paragraph,
            "sentence": self.sentence.number,
            "text": self.sentence.text,
            "kind": self.kind,
            "triggers": list(self.triggers),
            "says": self.says or None,
            "on_scale": self.word.word if self.word is not None else None,
            "quote": self.quote,
            "prefix": self.prefix,
            "suffix": self.suffix,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What an essay claims, and the sentences passed over although they hold words that claim."""

    suggestions: tuple[Suggestion, ...]
    sentences: int
    #: sentence and why: a question, the words of others, too long
    passed_over: tuple[tuple[Sentence, str], ...]

    def __repr__(self) -> str:
        return f"<Reading: {len(self.suggestions)} claims in {self.sentences} sentences>"

    def count_kinds(self) -> dict[str, int]:
        """How many suggestions there are of each kind, in the order of the kinds."""
        found = Counter(item.kind for item in self.suggestions)
        return {kind: found[kind] for kind in ("forecast", "conditional", "causal", "recommendation", "fact")}


def suggest_claims(essay: Essay) -> Reading:
    """The claims of an essay, in its order; words are read on the scale of ICD 203."""
    whole = " ".join(" ".join(block.text.split()) for block in essay.blocks)
    folded, place = normalise(whole), 0
    sentences = list_sentences(essay)
    suggestions: list[Suggestion] = []
    passed_over: list[tuple[Sentence, str]] = []
    for sentence in sentences:
        words = normalise(sentence.text)
        place = max(folded.find(words, place), place)
        if len(sentence.text) > _LONGEST_SENTENCE:
            passed_over.append((sentence, "too long for a sentence"))
            continue
        masked = _mask_others(sentence.text)
        triggers = list(find_triggers(masked))
        if sentence.text.rstrip("\"'\u201d\u2019)").endswith("?"):
            if triggers:
                passed_over.append((sentence, "a question"))
        elif triggers:
            suggestions.append(_part(_suggest(sentence, masked, triggers, whole), folded, place))
        elif masked != sentence.text and any(find_triggers(sentence.text)):
            passed_over.append((sentence, "words of others"))
        place += len(words)
    return Reading(tuple(suggestions), len(sentences), tuple(passed_over))


def _suggest(sentence: Sentence, masked: str, triggers: Sequence[Trigger], whole: str) -> Suggestion:
    deciding = triggers[0].family
    shown = list(_without_overlaps([item for item in triggers if item.family in (deciding, "forecast")]))
    says, word = _find_says(masked, triggers)
    return Suggestion(
        sentence=sentence,
        kind=_KINDS[deciding],
        triggers=tuple(dict.fromkeys(sentence.text[item.start : item.end].strip(" ,;") for item in shown))[:_SHOWN],
        says=says,
        word=word,
        quote=_find_anchor(sentence.text, shown[0].start, whole),
    )


def _part(item: Suggestion, essay: str, place: int) -> Suggestion:
    """The suggestion with the words around its quote, where the folded essay has this elsewhere too."""
    quote = normalise(item.quote)
    start = essay.find(quote, place)
    prefix, suffix = (find_context(essay, start, start + len(quote)) if start >= 0 else None) or ("", "")
    return replace(item, prefix=prefix, suffix=suffix)


def _without_overlaps(triggers: Sequence[Trigger]) -> Iterator[Trigger]:
    taken: list[Trigger] = []
    for item in triggers:
        if not any(item.start < other.end and other.start < item.end for other in taken):
            taken.append(item)
            yield item


def _find_says(masked: str, triggers: Sequence[Trigger]) -> tuple[str, Word | None]:
    """The estimative word as written and on the scale; a word that is negated or compared has no number."""
    spans = [masked[item.start : item.end].strip() for item in triggers if item.family in ("forecast", "hedge")]
    for pattern in (_NEGATED, _COMPARED):
        if found := pattern.search(masked):
            return found[0], None
    told = " ; ".join(spans)
    word = find_word(told, SCALES["icd203"])
    if word is not None:
        return word.word, word
    off = find_off_scale(told)
    others = (_trim(masked[item.start : item.end]) for item in triggers if item.family == "forecast")
    return off or next((words for words in others if words and not _BARE.fullmatch(words)), ""), None


def _trim(words: str) -> str:
    """An estimate without the verb and the preposition around it: 'is expected to' is 'expected'."""
    return re.sub(rf"^(?:(?:{_AROUND}) )+|(?: (?:to|of|that|for|on))+$", "", words.strip(), flags=re.I)


def _mask_others(text: str) -> str:
    """The sentence with a dot for each letter of what others say in it."""
    masked = _QUOTED.sub(lambda found: "\u00b7" * len(found[0]), text)
    found = _SPEECH.search(masked)
    if found is None:
        return masked
    before, after = masked[: found.start()], masked[found.end() :]
    # '..., he said on Monday.' and '"..." she told the paper.'
    tag = re.search(r"[,\u00b7][\"\u201d]? [\w .'\u2019-]{0,40}$", before)
    trailing = tag and re.match(r"(?! that\b| how\b)[^:]{0,40}$", after)
    hidden = range(len(masked)) if trailing or before == "" else range(found.end(), len(masked))
    return "".join("\u00b7" if place in hidden and sign.isalnum() else sign for place, sign in enumerate(masked))


def _find_anchor(sentence: str, start: int, whole: str) -> str:
    """A run of about a dozen words around the trigger, from the start of its clause if near; longer until unique."""
    spans = [found.span() for found in re.finditer(r"\S+", sentence)]
    if len(spans) <= _ANCHOR + 2:
        return sentence
    trigger = next(place for place, (_, end) in enumerate(spans) if end > start)
    clauses = [place + 1 for place, (_, end) in enumerate(spans[:trigger]) if sentence[end - 1] in ",;:\u2014"]
    clause = max(clauses, default=0)
    first = clause if trigger - clause <= _ANCHOR // 2 else trigger - 3
    last = min(len(spans), first + _ANCHOR)
    first = max(0, min(first, last - _ANCHOR))
    while True:
        quote = sentence[spans[first][0] : spans[last - 1][1]]
        alone = whole.find(quote, whole.find(quote) + 1) < 0
        if alone or (first == 0 and last == len(spans)) or last - first > _LONGEST_ANCHOR:
            return quote
        first, last = max(0, first - 1), min(len(spans), last + 1)
