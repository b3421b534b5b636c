"""Sentences and rows about who can change whose payoff."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.findings.figures import write_share
from detente.report.text import write_count
from detente.solvers.influence import THIN, InfluenceMap, Tie

#: ties told in sentences
TOLD = 3
#: what a mover's best moves do, in a sentence
_VERBS = {"helps": "helps", "hurts": "hurts", "neither": "neither helps nor hurts"}


def state_ties(found: InfluenceMap, names: Sequence[str]) -> list[str]:
    """The widest ties, a sentence each."""
    return [_state_tie(tie, names) for tie in found.list_ties(THIN)[:TOLD]]


def _state_tie(tie: Tie, names: Sequence[str]) -> str:
    mover, other = names[tie.mover], names[tie.other]
    head = f"{mover} can change {write_share(tie.share)} of what {other} has to win or lose"
    if tie.direction == "-":
        return f"{head}, and gains nothing by any move of its own."
    size = "" if tie.direction == "neither" else f" ({write_change(tie.effect)} on average)"
    return f"{head}; serving itself it {_VERBS[tie.direction]} {other}{size}."


def write_change(effect: float) -> str:
    """``+13 %`` of a payoff's range; ``-`` where the mover has no improvement."""
    if np.isnan(effect):
        return "-"
    written = f"{100 * effect:+.0f} %"
    if written in ("+0 %", "-0 %"):
        return "0 %" if effect == 0 else f"{100 * effect:+.1g} %"
    return written


def state_thin(found: InfluenceMap) -> str:
    """How many pairs the picture leaves out; empty when none."""
    thin, pairs = found.count_thin(), len(found.shares) * (len(found.shares) - 1)
    return (
        f"{thin} of {write_count(pairs, 'pair')} have less than {write_share(THIN)} and are not drawn." if thin else ""
    )


def list_rows(found: InfluenceMap, names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Per mover its share of everybody's payoff, its own too, with what its best moves do to it."""
    rows = zip(names, found.shares.tolist(), found.effects.tolist(), strict=True)
    return [
        (name, [_write_cell(*pair) for pair in zip(shares, effects, strict=True)]) for name, shares, effects in rows
    ]


def _write_cell(share: float, effect: float) -> str:
    return f"{write_share(share)} ({write_change(effect)})" if share else "nothing"
