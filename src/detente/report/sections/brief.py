"""The brief, annotated: its own text with every quote marked by its claim's verdict, and a note beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from detente.findings.findings import ClaimFinding, Verdict
from detente.report import text
from detente.report.brackets import place_brackets
from detente.report.sections.material import Material
from detente.report.stretches import Item, Stretch, cut_stretches
from detente.scenario.anchors import MOST_PLACES, Anchor, find_anchors
from detente.scenario.manuscript import Edge, Element, Piece, Run, read_manuscript

#: characters of a brief that are shown
LONGEST_SHOWN = 500_000
#: drivers told in a note
_MOST_DRIVERS = 3
#: how a quote is underlined, by verdict; the mark beside its number says the verdict itself
FITS: Mapping[Verdict, str] = {
    "supported": "yes", "holds": "yes", "higher": "off", "lower": "off", "understated": "off", "fails": "no",
    "excluded": "no", "contested": "mixed", "assumed": "given",
}  # fmt: skip
#: what each way of underlining says
LEGEND: Mapping[str, str] = {
    "yes": "the model bears it out",
    "off": "the model puts it higher or lower",
    "no": "the model speaks against it",
    "mixed": "the draws are divided",
    "given": "assumed, not derived",
    "mute": "open, or not held against the model",
}
_TAGS: Mapping[Element, str] = {
    "paragraph": "p", "list": "ul", "numbered list": "ol", "item": "li", "quotation": "blockquote",
    "code block": "pre", "table": "table", "head": "thead", "body": "tbody", "row": "tr", "head cell": "th",
    "cell": "td", "strong": "strong", "emphasis": "em", "code": "code",
}  # fmt: skip
#: elements that have their notes beside them
_PASSAGES: frozenset[Element] = frozenset(["paragraph", "heading", "code block", "table"])
#: what nobody sees and no quote reads
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")
#: longest id that stands behind a quote
LONGEST_TAG = 6
#: characters of a text in one piece, so that none is cut
_PIECE = text.LONGEST - 1


@dataclass(frozen=True, slots=True)
class Reference:
    """The number of a claim behind its quote, which leads to its note."""

    place: int
    claim: ClaimFinding
    fit: str


@dataclass(frozen=True, slots=True)
class Note:
    """What is told of a claim beside its quote: sentences by what they are about."""

    place: int
    claim: ClaimFinding
    fit: str
    told: tuple[tuple[str, str], ...]


def build_brief(material: Material) -> dict[str, Any] | None:
    """The brief's text and the notes; None for a case without a brief."""
    scenario, claims = material.scenario, material.findings.claims
    if not scenario.brief.strip():
        return None
    known = {claim.id: (place, claim) for place, claim in enumerate(claims)}
    anchors = {known[anchor.claim][0]: anchor for anchor in find_anchors(scenario) if anchor.claim in known}
    pieces = _cut_brief(read_manuscript(scenario.brief, scenario.brief_path))
    quotes = {place: anchor.span for place, anchor in anchors.items() if anchor.span is not None}
    items = cut_stretches(pieces, quotes, place_brackets(pieces, quotes, claims))
    shown = {place for item in items if isinstance(item, Stretch) for place in item.ends}
    notes = {place: _write_note(place, claims[place], anchors[place], material.names) for place in sorted(shown)}
    fits = {note.fit for note in notes.values()}
    return {
        "stream": list(_Page(items, notes).write()),
        "notes": list(notes.values()),
        "legend": [(fit, meaning) for fit, meaning in LEGEND.items() if fit in fits],
        "tags": _tag_claims(claims),
        "end_sentence": _end_sentence,
        "bracketed": any(isinstance(item, Stretch) and item.bracket for item in items),
        "beyond": max(len(scenario.brief) - LONGEST_SHOWN, 0),
        "lost": [(place, claims[place], anchor) for place, anchor in anchors.items() if anchor.state == "lost"],
        "hidden": [(place, claims[place]) for place in quotes if place not in shown],
        "quoted": {claim.id: claim.quote for claim in scenario.claims},
        "untied": [(place, claims[place]) for place, anchor in anchors.items() if anchor.state == "unquoted"],
    }


def _tag_claims(claims: Sequence[ClaimFinding]) -> list[str]:
    """What stands behind a quote for its claim: ids, as everywhere on the page; places where one is too long."""
    short = all(len(claim.id) <= LONGEST_TAG for claim in claims)
    return [claim.id if short else str(place) for place, claim in enumerate(claims, start=1)]


def _end_sentence(words: str) -> str:
    return words if words.rstrip().endswith((".", "!", "?", "…")) else f"{words.rstrip()}."


def _cut_brief(pieces: Sequence[Piece]) -> list[Piece]:
    """As much of the brief as is shown, with what is open there closed."""
    kept: list[Piece] = []
    opened: list[Edge] = []
    for piece in pieces:
        if isinstance(piece, Edge):
            if piece.opens:
                opened.append(piece)
            else:
                opened.pop()
        elif piece.start >= LONGEST_SHOWN:
            break
        elif piece.end > LONGEST_SHOWN:
            kept.append(Run(piece.text[: LONGEST_SHOWN - piece.start], piece.start, LONGEST_SHOWN))
            break
        kept.append(piece)
    else:
        return kept
    return [*kept, *(Edge(edge.element, False, edge.number) for edge in reversed(opened))]


def _write_note(place: int, claim: ClaimFinding, anchor: Anchor, names: Mapping[str, str]) -> Note:
    drivers = [text.state_driver(driver, claim, names) for driver in claim.drivers[:_MOST_DRIVERS]]
    more = len(claim.drivers) - _MOST_DRIVERS
    count = f"{anchor.places}{' or more' if anchor.places >= MOST_PLACES else ''}"
    doubts = {
        "ambiguous": f"The brief has these words in {count} places; the first is marked.",
        "displaced": "They do not stand beside the words that should be there; the place most like it is marked.",
    }
    outcome = text.write_outcome(claim) if claim.outcome is not None else ""
    told = (
        (
            "Model" if claim.spread is not None else "Why",
            f"{text.state_result(claim)} {text.state_confidence(claim)}".strip(),
        ),
        ("Coin toss", text.state_coin_toss(claim)),
        ("What drives it", " ".join([*drivers, *([f"And {more} more."] if more > 0 else [])])),
        ("What flips it", text.state_flip(claim, names)),
        ("Came out", f"{outcome[0].upper()}{outcome[1:]}." if outcome else ""),
        ("Its words", doubts.get(anchor.state, "")),
    )
    return Note(place, claim, _fit(claim), tuple((head, words) for head, words in told if words))


def _fit(claim: ClaimFinding) -> str:
    return FITS.get(claim.verdict, "mute")


@dataclass
class _Page:
    """The brief as markup and texts for a template, which escapes the texts."""

    items: Sequence[Item]
    notes: Mapping[int, Note]
    #: level of the last heading on the page
    level: int = 2
    tables: int = 0
    #: elements that are open with their tags
    opened: list[tuple[Element, str]] = field(default_factory=list)
    #: claims whose quotes end in the open passage
    due: list[int] = field(default_factory=list)

    def write(self) -> Iterator[Markup | str | Reference | tuple[Note, ...]]:
        """In order: tags, texts, references behind quotes, and the notes of a passage at its end."""
        following = [*self.items[1:], None]
        for item, after in zip(self.items, following, strict=True):
            if isinstance(item, Stretch):
                yield from self._write_stretch(item)
            elif item.opens:
                empty = isinstance(after, Edge) and not after.opens
                yield from self._open(item, empty)
            else:
                yield from self._close(item)

    def _open(self, edge: Edge, empty: bool) -> Iterator[Markup]:
        tag = self._tag(edge, empty)
        self.opened.append((edge.element, tag))
        if edge.element in _PASSAGES:
            yield Markup('<div class="passage">')
        if edge.element == "table":
            self.tables += 1
            label = Markup('<div class="scroll" role="region" tabindex="0" aria-label="Table {} of the brief">')
            yield label.format(self.tables)
        start = Markup(' start="{}"').format(edge.number) if tag == "ol" and edge.number != 1 else ""
        scope = Markup(' scope="col"') if tag == "th" else ""
        yield Markup("<{}{}{}>").format(tag, start, scope)

    def _tag(self, edge: Edge, empty: bool) -> str:
        if edge.element == "rule":
            return "hr"
        if edge.element == "heading":
            if empty:
                return "p"
            # The page's headings go down one level at a time, whatever the brief's own do.
            self.level = min(edge.number + 2, self.level + 1, 6)
            return f"h{self.level}"
        return "td" if edge.element == "head cell" and empty else _TAGS[edge.element]

    def _close(self, edge: Edge) -> Iterator[Markup | tuple[Note, ...]]:
        element, tag = self.opened.pop()
        yield Markup("" if tag == "hr" else f"</{tag}>")
        if element == "table":
            yield Markup("</div>")
        if element in _PASSAGES:
            if self.due:
                yield tuple(self.notes[place] for place in self.due)
                self.due = []
            yield Markup("</div>")

    def _write_stretch(self, item: Stretch) -> Iterator[Markup | str | Reference]:
        for place in item.quotes:
            note = self.notes[place]
            yield Markup('<mark class="fit-{}" data-note="note-{}">').format(note.fit, place)
        yield from self._write_text(_UNSEEN.sub("", item.text))
        yield Markup("</mark>" * len(item.quotes))
        if item.bracket:
            yield Markup('<span class="ours">\N{NO-BREAK SPACE}{}</span>').format(item.bracket)
        for place in item.ends:
            yield Reference(place, self.notes[place].claim, self.notes[place].fit)
        self.due += item.ends

    def _write_text(self, words: str) -> Iterator[Markup | str]:
        lines = [words] if any(element == "code block" for element, _ in self.opened) else words.split("\n")
        for number, line in enumerate(lines):
            if number:
                yield Markup("<br>")
            yield from (line[start : start + _PIECE] for start in range(0, len(line), _PIECE))
