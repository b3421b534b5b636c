"""Our own labelled essays: what a careful reader marks in them, and what stands around them on a page.

A line of ``essays/SPLIT/NAME.txt`` is a sentence after its label: ``F`` forecast, ``C`` conditional, ``X`` causal,
``R`` recommendation, ``T`` fact, each with the word that says how likely in brackets, or ``.`` for a sentence that
claims nothing; ``#`` is a heading, ``>`` a caption, ``~`` furniture of the page; a blank line ends a paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from detente.scenario.essays.essay import Essay
from detente.scenario.essays.furniture import strip_furniture
from detente.scenario.essays.plain import read_blocks
from detente.scenario.essays.suggestions import Suggestion, suggest_claims
from detente.scenario.words import OFF_SCALE, SCALES

FOLDER = Path(__file__).parent / "essays"
SPLITS = ("development", "heldout")
KINDS = {"F": "forecast", "C": "conditional", "X": "causal", "R": "recommendation", "T": "fact", ".": ""}
WORDS = {word.word for word in SCALES["icd203"]} | set(OFF_SCALE)


@dataclass(frozen=True)
class Labelled:
    """A sentence, its kind ("" for none) and its word ("" for none on the scale or beside it)."""

    text: str
    kind: str
    word: str


@dataclass(frozen=True)
class Page:
    """A labelled essay as it is copied from a page."""

    name: str
    text: str
    sentences: tuple[Labelled, ...]
    furniture: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """How the suggestions of a split compare with the labels."""

    marked: int
    suggested: int
    right: int
    kinds: int
    words: int
    furniture: int
    left_out: int
    sentences: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    other_kind: tuple[str, ...]

    @property
    def recall(self) -> float:
        return self.right / self.marked

    @property
    def share_wrong(self) -> float:
        return 1 - self.right / self.suggested


def list_pages(split: str) -> list[Page]:
    return [_read(path) for path in sorted((FOLDER / split).glob("*.txt"))]


def _read(path: Path) -> Page:
    lines: list[str] = []
    sentences: list[Labelled] = []
    furniture: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        found = re.fullmatch(r"([FCXRT.#>~])(?:\[(.*?)\])? (.*)", line)
        if found is None:
            assert not line, f"{path.name}: {line}"
            lines.append("\n\n")
            continue
        label, word, text = found.groups()
        if label in KINDS:
            sentences.append(Labelled(text, KINDS[label], word if word in WORDS else ""))
            lines.append(f"{text} ")
        else:
            lines.append(f"{text}\n\n")
            furniture += [re.sub(r"^\d+\. ", "", text)] if label != "#" else []
    return Page(path.stem, "".join(lines), tuple(sentences), tuple(furniture))


def score(split: str) -> Score:
    """Read the pages of a split as plain text and compare."""
    found: dict[str, Suggestion] = {}
    labelled: dict[str, Labelled] = {}
    furniture: list[str] = []
    left_out: set[str] = set()
    for page in list_pages(split):
        kept, out = strip_furniture(read_blocks(page.text))
        found |= {item.sentence.text: item for item in suggest_claims(Essay(tuple(kept))).suggestions}
        labelled |= {item.text: item for item in page.sentences}
        furniture += page.furniture
        left_out |= {piece.text for piece in out}
    marked = {text: item for text, item in labelled.items() if item.kind}
    right = [text for text in found if text in marked]
    others = [
        f"{marked[text].kind} -> {found[text].kind}: {text}" for text in right if found[text].kind != marked[text].kind
    ]
    words = sum((found[text].says if found[text].says in WORDS else "") == marked[text].word for text in right)
    return Score(
        marked=len(marked),
        suggested=len(found),
        right=len(right),
        kinds=len(right) - len(others),
        words=words,
        furniture=len(furniture),
        left_out=sum(text in left_out for text in furniture),
        sentences=len(labelled),
        missed=tuple(text for text in marked if text not in found),
        wrong=tuple(text for text in found if text not in marked),
        other_kind=tuple(others),
    )
