"""Whether a run's numbers come out again: draws computed anew, held against what the folder has.

On the processor and with the versions that made them they must be the same bit for bit; elsewhere numbers may differ by
one part in 10^9 (of 1, for smaller ones), lists of cells not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.display import Displayed
from detente.ensemble.block import Block
from detente.ensemble.ensemble import Ensemble
from detente.ensemble.job import Job
from detente.ensemble.manifest import describe, read_manifest
from detente.ensemble.parts import enumerate_some
from detente.ensemble.runner import Plan, compute
from detente.ensemble.store import load_run
from detente.errors import RunError

#: by how much numbers may differ where bits may not be compared
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that did not come out again; of a curve or a list the first entry that differs."""

    draw: int
    field: str
    stored: str
    computed: str

    def __str__(self) -> str:
        return f"draw {self.draw}, {self.field}: stored {self.stored}, computed {self.computed}"


@dataclass(frozen=True, slots=True)
class Sample:
    """Which draws to compute anew."""

    #: None for all
    draws: int | None
    seed: int

    def choose(self, draws: int) -> list[tuple[int, int]]:
        """The ranges (start, stop) chosen among the first ``draws`` draws, ascending."""
        if self.draws is None or self.draws >= draws:
            return [(0, draws)]
        chosen = np.random.default_rng(self.seed).choice(draws, self.draws, replace=False)
        return [(int(k), int(k) + 1) for k in np.sort(chosen)]


@dataclass(frozen=True)
class Verification(Displayed):
    """What came of computing draws anew."""

    folder: Path
    checked: int
    draws: int
    #: why bits were not compared; empty where they were
    elsewhere: tuple[str, ...]
    #: the largest distance of two numbers, counted like the tolerance
    largest: float
    differences: tuple[Difference, ...]
    #: digest, seed, sample
    made_by: Mapping[str, object] = field(repr=False)

    @property
    def comparison(self) -> str:
        """``bit for bit``, or the tolerance."""
        return f"to {TOLERANCE:g}" if self.elsewhere else "bit for bit"

    def __repr__(self) -> str:
        return (
            f"<Verification of {self.checked} of {self.draws} draws, {self.comparison}: "
            f"{len(self.differences)} differences>"
        )

    def __str__(self) -> str:
        lines = [f"Computed anew: {self.checked:,} of {self.draws:,} draws ({self.made_by['sample']})."]
        reason = f", for this is not where it was made: {enumerate_some(self.elsewhere)}" if self.elsewhere else ""
        lines.append(f"Compared {self.comparison}{reason}.")
        if not self.differences:
            far = f" The largest distance of two numbers is {self.largest:.2g}." if self.elsewhere else ""
            return "\n".join([*lines, f"Everything is the same.{far}"])
        return "\n".join([*lines, *map(str, self.differences)])

    def to_dict(self) -> dict[str, object]:
        """The one JSON shape."""
        return {
            "folder": str(self.folder),
            "checked": self.checked,
            "draws": self.draws,
            "comparison": self.comparison,
            "elsewhere": list(self.elsewhere),
            "largest": self.largest,
            "same": not self.differences,
            "differences": [
                {"draw": one.draw, "field": one.field, "stored": one.stored, "computed": one.computed}
                for one in self.differences
            ],
            "made_by": dict(self.made_by),
        }


def verify(
    job: Job,
    folder: Path,
    sample: Sample,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Compute draws of a run folder anew and compare.

    Raises RunError when a part is damaged or missing, and when the run is not one of ``job``, naming the difference.
    """
    manifest = read_manifest(folder)
    here = describe(job, manifest.seed, manifest.draws)
    changes = manifest.changes(here)
    if changes:
        raise RunError(
            f"{folder}: this run cannot be computed anew, for what is here is another one: {enumerate_some(changes)}."
        )
    elsewhere = manifest.other_versions(here)
    elsewhere += [f"processor was {name}, now {here.processors[0]}" for name in manifest.processors
                  if name != here.processors[0]]  # fmt: skip
    ensemble = load_run(folder)
    chosen = sample.choose(ensemble.draws)
    checked = sum(stop - start for start, stop in chosen)
    done, largest, found = 0, 0.0, list[Difference]()
    with closing(compute(job, Plan(manifest.seed, checked, workers), chosen, None)) as blocks:
        for block in blocks:
            largest = max(largest, _compare(ensemble, block, found, exact=not elsewhere))
            done += block.stop - block.start
            if progress is not None:
                progress(done, checked)
    order = {name.name: place for place, name in enumerate(manifest.fields)}
    found.sort(key=lambda one: (one.draw, order[one.field]))
    how = "all of them" if checked == ensemble.draws else f"sample of seed {sample.seed}"
    made_by = {"digest": manifest.digest, "seed": manifest.seed, "sample": how}
    return Verification(folder, checked, ensemble.draws, tuple(elsewhere), largest, tuple(found), made_by)


def _compare(ensemble: Ensemble, block: Block, found: list[Difference], *, exact: bool) -> float:
    """Add a block's differences to ``found``; the largest distance of two numbers."""
    largest = 0.0
    inside = slice(block.start, block.stop)
    arrays = [(name, values, ensemble.numbers[name][inside]) for name, values in block.numbers.items()]
    arrays += [(name, values, ensemble.curves[name][inside]) for name, values in block.curves.items()]
    for name, computed, stored in arrays:
        apart = _measure(stored, computed)
        wrong = stored.view(np.int64) != computed.view(np.int64) if exact else ~(apart <= TOLERANCE)
        largest = max(largest, float(apart.max(initial=0.0)))
        rows = [side.reshape(len(wrong), -1) for side in (wrong, stored, computed)]
        for row in np.flatnonzero(rows[0].any(axis=1)).tolist():
            at = int(np.argmax(rows[0][row]))
            told = (repr(float(side[row, at])) for side in rows[1:])
            found.append(Difference(block.start + row, name, *told))
    for name, lists in block.cells.items():
        for draw, cells in enumerate(lists, start=block.start):
            kept = ensemble.cells[name][draw]
            if not np.array_equal(kept, cells):
                found.append(Difference(draw, name, _tell_cells(kept, cells), _tell_cells(cells, kept)))
    return largest


def _measure(stored: NDArray[np.float64], computed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance in units of the larger of 1 and the stored number; 0 between two voids, infinite to one."""
    apart = np.abs(stored - computed) / np.maximum(1, np.abs(stored))
    void = np.isnan(stored) & np.isnan(computed)
    return np.where(void, 0.0, np.where(np.isnan(apart), np.inf, apart))


def _tell_cells(cells: NDArray[np.int32], other: NDArray[np.int32]) -> str:
    """How many there are, and the first that the other list lacks."""
    own = np.setdiff1d(cells, other)
    return f"{len(cells)} cells" + (f", {own[0]} among them" if len(own) else "")
