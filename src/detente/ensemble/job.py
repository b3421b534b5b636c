"""What the ensemble runs: a Job answers one row of the design with the same fields every time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

#: what a draw says: a number for a ``number``, an array for a ``curve`` or ``cells``
Answer = float | NDArray[np.float64] | NDArray[np.int32] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a run: its name, such as ``claim/c09``, and what a draw puts there."""

    name: str
    #: ``number``: one float64 · ``curve``: ``length`` float64 · ``cells``: any number of cell numbers below 2^31
    kind: Literal["number", "curve", "cells"]
    #: points of a curve; 0 for the other kinds
    length: int = 0
    #: whether NaN is a lawful answer (void: the question has no answer in this draw); never for ``cells``
    void: bool = False

    def __str__(self) -> str:
        length = f" of {self.length}" if self.kind == "curve" else ""
        return f"{self.kind}{length}{' or void' if self.void else ''}"


class Job(Protocol):
    """A question put to every draw.

    ``evaluate`` is called from several threads at once and must depend on its row alone. An ``executor`` of other
    processes or machines needs a job that can be pickled.
    """

    @property
    def digest(self) -> str:
        """Digest of the scenario."""
        ...

    @property
    def method(self) -> Mapping[str, object]:
        """How the numbers are made, in words and numbers that JSON can hold; a changed method is another run."""
        ...

    @property
    def columns(self) -> int:
        """Width of the design: how many uniforms of its own ``evaluate`` takes."""
        ...

    @property
    def abroad(self) -> int:
        """How many uniforms it takes behind these for other cases it asks about."""
        ...

    @property
    def fields(self) -> tuple[Field, ...]:
        """What every draw answers, in the order of the columns of a run."""
        ...

    def evaluate(self, u: NDArray[np.float64]) -> Mapping[str, Answer]:
        """One answer per field for the row ``u``, shape (columns,), entries strictly between 0 and 1.

        ArithmeticError (FloatingPointError and OverflowError among them) fails the run, naming the draw.
        """
        ...
