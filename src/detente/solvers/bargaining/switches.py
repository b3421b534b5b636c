"""What a model leaves open, by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switch:
    """Something a model leaves open."""

    name: str
    #: what it may be; empty for a number of rounds, at least 1
    values: tuple[str, ...]
    default: str
    #: what it decides, for people
    meaning: str
