"""A made-up file in the form of DEU III: random actors, positions and outcomes, nothing of the data themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

_ACTORS = "com ep at be bu cr cy cz dk ee fi fr de el hu ie it lv lt lu mt nl pl pt ro si sk es se uk"
ACTORS = _ACTORS.split()
_LEADING = "prnrnmc isnrnmc prnr prname isnr type council proc counvte proccde issues intro finact"
LEADING = _LEADING.split()
HEADS = [*LEADING, *(f"{kind}{actor}" for kind in "ps" for actor in ACTORS), "rp", "out"]

_FEW = "com ep at be dk fi fr de el ie it lu nl pt es se uk"
Row = dict[str, str]


def make_rows(dossiers: int = 6, seed: int = 0, most: int = 3) -> list[Row]:
    """Issues of random proposals, 1 to ``most`` each; the members are those of before 2004 or all."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for dossier in range(dossiers):
        year = int(rng.choice([1999, 2005, 2016]))
        there = [a for a in ACTORS if year > 2003 or a in _FEW.split()]
        for issue in range(1 + dossier % most):
            row = dict.fromkeys(HEADS, "")
            name = f"x{year % 100:02d}{dossier:03d}"
            row |= {
                "prnr": name,
                "prname": "made up",
                "isnr": f"{name}i{issue + 1}",
                "intro": f"14-03-{year % 100:02d}",
            }
            spots = rng.choice([0, 0, 20, 50, 70, 100, 100], size=len(there))
            for actor, spot in zip(there, spots, strict=True):
                row[f"p{actor}"], row[f"s{actor}"] = str(spot), str(int(rng.integers(1, 11)) * 10)
            row["rp"] = str(int(rng.choice([0, 100])))
            row["out"] = str(int(rng.choice([*spots, 40, 60])))
            rows.append(row)
    return rows


def write_rows(path: Path, rows: Sequence[Row], divider: str = "\t", missing: str = "") -> Path:
    """The rows as a file."""
    lines = [divider.join(HEADS)]
    lines += [
        divider.join(row[head] or (missing if head[0] in "pso" or head == "rp" else "") for head in HEADS)
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_decisions(path: Path, dossiers: int = 6, seed: int = 0) -> Path:
    """A file with tabs."""
    return write_rows(path, make_rows(dossiers, seed))
