"""What the columns of a run hold, in words, and how a flat table names what a Parquet part keeps in lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from detente.ensemble.job import Field

#: by what a field's name begins with: what it holds, with its unit
MEANINGS: Mapping[str, str] = {
    "input": "value drawn for an uncertain input (OTHER:ID: of another case), in the unit the scenario gives it; "
    "a reading as its place from 0",
    "claim": "the claim's query: a probability, 1 or 0 for yes or no, or a number in its own unit",
    "coin": "the same query with all preferences switched off",
    "given": "of a conditional probability, the probability of what it conditions on: draws count by it",
    "given-coin": "the same with all preferences switched off",
    "term": "one measurement inside a compound query, counted from 0 as the query is written",
    "term-coin": "the same with all preferences switched off",
    "effect": "of a claim with a cause or a requirement, its `about` with nothing forced",
    "policy": "what a policy or levels held (- for none) are worth by a measure or to an actor, as_of to the horizon",
    "evidence": "probability of an observation, counted from 0 in order of date, given those before it",
    "posterior": "of a plain probability, its value given all the evidence, within the draw",
    "sobol": "for variance-based indices: a claim or a term at A, at B, or at A with a group of inputs from B (AB)",
    "curve": "the query's probability at each of the run's months from as_of",
    "curve-coin": "the same with all preferences switched off",
    "stable": "cells of the states stable for every actor under the concept, with chance as it stands today",
}


def tell_column(name: str) -> str:
    """What a column holds; empty for one that is none of ours."""
    return "number of the draw, from 0" if name == "draw" else MEANINGS.get(name.partition("/")[0], "")


def list_flat(fields: Sequence[Field], method: Mapping[str, object]) -> Iterator[tuple[str, Field, int]]:
    """The columns of a flat table: name, field, and place in its curve (0 for others).

    A point of a curve is named for its month, ``curve/c09@12``; a list of cells stays one column.
    """
    months = method.get("months")
    for field in fields:
        if field.kind != "curve":
            yield field.name, field, 0
            continue
        known = isinstance(months, list | tuple) and len(months) == field.length
        for k in range(field.length):
            yield f"{field.name}@{months[k] if known else k:g}", field, k  # type: ignore[index]
