"""What an essay gives a scenario to start with: its text, its claims, and who is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.errors import Issue, ScenarioError
from detente.scenario.essays.cast import Member, find_cast
from detente.scenario.essays.essay import Essay
from detente.scenario.essays.intake import read_essay
from detente.scenario.essays.sentences import list_sentences
from detente.scenario.essays.suggestions import Reading, suggest_claims

#: claims that a scenario file can hold with room for the rest
MOST_CLAIMS = 1_000


@dataclass(frozen=True, slots=True)
class Outline:
    """An essay, what it claims, and who is in it, the most named first."""

    essay: Essay
    reading: Reading
    cast: tuple[Member, ...]

    def __repr__(self) -> str:
        return f"<Outline: {len(self.reading.suggestions)} claims, {len(self.cast)} names>"

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        passed = [
            {"paragraph": item.paragraph, "sentence": item.number, "text": item.text, "why": why}
            for item, why in self.reading.passed_over
        ]
        return {
            **self.essay.to_dict(),
            "sentences": self.reading.sentences,
            "kinds": self.reading.count_kinds(),
            "claims": [item.to_dict() for item in self.reading.suggestions],
            "passed_over": passed,
            "names": [member.to_dict() for member in self.cast],
        }

    def count_passed_over(self) -> dict[str, int]:
        """How many sentences were passed over although they hold words that claim, by reason."""
        return dict(Counter(why for _, why in self.reading.passed_over))


def read_outline(path: Path) -> Outline:
    """Read an essay's file. Raises ScenarioError when it cannot be read or claims too much for one file."""
    outline = make_outline(read_essay(path))
    claims = len(outline.reading.suggestions)
    if claims > MOST_CLAIMS:
        message = f"The brief has {claims:,} sentences that claim something; a file holds {MOST_CLAIMS:,}."
        raise ScenarioError([Issue(str(path), 0, 0, "", message, "Cut it to the assessment.")])
    return outline


def make_outline(essay: Essay) -> Outline:
    """Claims and names of an essay."""
    return Outline(essay, suggest_claims(essay), find_cast(list_sentences(essay)))
