"""A block: the answers of neighbouring draws, side by side, checked and in one form bit for bit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.job import Answer, Field

#: cell numbers of a run fit in 32 bits: a larger game does not fit any memory
MOST_CELLS = 2**31


class BadAnswer(Exception):
    """A draw answered what its field cannot hold: ``row`` of the block, and the reason."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(reason)
        self.row = row


@dataclass(frozen=True, slots=True)
class Block:
    """Draws ``start`` to ``stop - 1``. Void numbers are the one quiet NaN of numpy, whatever NaN the job gave."""

    start: int
    stop: int
    #: by field: shape (stop - start,)
    numbers: Mapping[str, NDArray[np.float64]]
    #: by field: shape (stop - start, length)
    curves: Mapping[str, NDArray[np.float64]]
    #: by field: one int32 array per draw
    cells: Mapping[str, tuple[NDArray[np.int32], ...]]


def stack_answers(fields: Sequence[Field], start: int, answers: Sequence[Mapping[str, Answer]]) -> Block:
    """The answers of neighbouring draws as the block that begins at draw ``start``. Raises BadAnswer."""
    _check_names(fields, answers)
    numbers, curves, cells = {}, {}, {}
    for field in fields:
        column = [answer[field.name] for answer in answers]
        if field.kind == "number":
            numbers[field.name] = _stack_floats(field, column, ())
        elif field.kind == "curve":
            curves[field.name] = _stack_floats(field, column, (field.length,))
        else:
            cells[field.name] = tuple(_check_cells(field.name, row, listed) for row, listed in enumerate(column))
    return Block(start, start + len(answers), numbers, curves, cells)


def _check_names(fields: Sequence[Field], answers: Sequence[Mapping[str, Answer]]) -> None:
    names = {field.name for field in fields}
    for row, answer in enumerate(answers):
        if answer.keys() != names:
            for name in sorted(names - answer.keys()):
                raise BadAnswer(row, f"the job gave no answer for '{name}'")
            for name in sorted(answer.keys() - names):
                raise BadAnswer(row, f"the job answered '{name}', which is not one of its fields")


def _stack_floats(field: Field, column: Sequence[Answer], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Shape (draws, *shape), every void the same NaN."""
    try:
        values = np.array(column, dtype=np.float64)
    except (TypeError, ValueError):
        values = np.empty(0)
    if values.shape != (len(column), *shape):
        for row, answer in enumerate(column):
            if np.shape(answer) != shape:
                raise BadAnswer(row, f"'{field.name}' has {np.size(answer)} points where {prod(shape)} belong")
        raise BadAnswer(0, f"'{field.name}' is not made of numbers")
    if not np.isfinite(values).all():
        void = np.isnan(values)
        _refuse_any(values == np.inf, f"'{field.name}' is infinite")
        _refuse_any(values == -np.inf, f"'{field.name}' is minus infinite")
        if not field.void:
            _refuse_any(void, f"'{field.name}' is not a number, and it has no void answer")
        values[void] = np.nan
    return values


def _refuse_any(wrong: NDArray[np.bool_], reason: str) -> None:
    if wrong.any():
        raise BadAnswer(int(np.argwhere(wrong)[0, 0]), reason)


def _check_cells(name: str, row: int, answer: Answer) -> NDArray[np.int32]:
    cells = np.asarray(answer)
    if cells.ndim != 1 or not (cells.dtype.kind in "iu" or cells.size == 0):
        raise BadAnswer(row, f"'{name}' is not a list of cell numbers")
    if cells.size and (cells.min() < 0 or cells.max() >= MOST_CELLS):
        raise BadAnswer(row, f"'{name}' has a cell number outside 0 to 2^31 - 1")
    return cells.astype(np.int32)


def join(fields: Sequence[Field], blocks: Sequence[Block]) -> Block:
    """Neighbouring blocks, in order, as one."""
    names = {kind: [field.name for field in fields if field.kind == kind] for kind in ("number", "curve", "cells")}
    return Block(
        blocks[0].start,
        blocks[-1].stop,
        {name: np.concatenate([block.numbers[name] for block in blocks]) for name in names["number"]},
        {name: np.concatenate([block.curves[name] for block in blocks]) for name in names["curve"]},
        {name: tuple(cells for block in blocks for cells in block.cells[name]) for name in names["cells"]},
    )


def slice_block(block: Block, start: int, stop: int) -> Block:
    """Draws ``start`` to ``stop - 1`` of a block that holds them."""
    inside = slice(start - block.start, stop - block.start)
    return Block(
        start,
        stop,
        {name: values[inside] for name, values in block.numbers.items()},
        {name: values[inside] for name, values in block.curves.items()},
        {name: values[inside] for name, values in block.cells.items()},
    )


def checksum(block: Block) -> str:
    """sha256 over the draws' numbers and every bit of their answers."""
    digest = hashlib.sha256(f"{block.start} {block.stop}".encode())
    for name, values in sorted((*block.numbers.items(), *block.curves.items())):
        digest.update(f"\n{name} {values.shape[1:]}\n".encode())
        digest.update(values.astype("<f8").tobytes())
    for name, column in sorted(block.cells.items()):
        digest.update(f"\n{name} {[len(cells) for cells in column]}\n".encode())
        for cells in column:
            digest.update(cells.astype("<i4").tobytes())
    return digest.hexdigest()
