"""A block: the answers of neighbouring draws, side by side, checked and in one form bit for bit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.job import Answer, Field

#: cell numbers of a run fit in 32 bits: a larger game does not fit any memory
MOST_CELLS = 2**31


class BadAnswer(Exception):
    """A draw answered what its field cannot hold; the text says which field and why."""


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


def check_answers(fields: Sequence[Field], answers: Mapping[str, Answer]) -> dict[str, NDArray[np.generic]]:
    """The answers of one draw as arrays by field: shapes (1,), (length,) and (any,). Raises BadAnswer."""
    known = {field.name for field in fields}
    for name in answers:
        if name not in known:
            raise BadAnswer(f"the job answered '{name}', which is not one of its fields")
    return {field.name: _check_answer(field, answers) for field in fields}


def _check_answer(field: Field, answers: Mapping[str, Answer]) -> NDArray[np.generic]:
    if field.name not in answers:
        raise BadAnswer(f"the job gave no answer for '{field.name}'")
    if field.kind == "cells":
        return _check_cells(field.name, np.asarray(answers[field.name]))
    shape = (1,) if field.kind == "number" else (field.length,)
    values = np.array(answers[field.name], dtype=np.float64, ndmin=1)
    if values.shape != shape:
        raise BadAnswer(f"'{field.name}' has {values.size} points where {shape[0]} belong")
    void = np.isnan(values)
    if np.isinf(values).any():
        raise BadAnswer(f"'{field.name}' is infinite")
    if void.any() and not field.void:
        raise BadAnswer(f"'{field.name}' is not a number, and it has no void answer")
    values[void] = np.nan
    return values


def _check_cells(name: str, cells: NDArray[np.generic]) -> NDArray[np.int32]:
    if cells.ndim != 1 or not (np.issubdtype(cells.dtype, np.integer) or cells.size == 0):
        raise BadAnswer(f"'{name}' is not a list of cell numbers")
    whole = cells.astype(np.int64)
    if ((whole < 0) | (whole >= MOST_CELLS)).any():
        raise BadAnswer(f"'{name}' has a cell number outside 0 to 2^31 - 1")
    return whole.astype(np.int32)


def stack(fields: Sequence[Field], start: int, draws: Sequence[Mapping[str, NDArray[np.generic]]]) -> Block:
    """The block of checked answers that begins at draw ``start``."""
    numbers, curves, cells = {}, {}, {}
    for field in fields:
        column = [draw[field.name] for draw in draws]
        if field.kind == "number":
            numbers[field.name] = np.array([values[0] for values in column], dtype=np.float64)
        elif field.kind == "curve":
            curves[field.name] = np.array(column, dtype=np.float64).reshape(len(column), field.length)
        else:
            cells[field.name] = tuple(np.asarray(values, dtype=np.int32) for values in column)
    return Block(start, start + len(draws), numbers, curves, cells)


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
