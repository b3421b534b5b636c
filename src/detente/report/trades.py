"""Sentences and rows about votes that are traded for votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detente.findings.bargains import write_length
from detente.report.terms import write_signed
from detente.report.text import LONGEST_NAME, plain
from detente.solvers.bargaining.exchange import Concession, Exchange

#: heads of the table of exchanges
EXCHANGES = ("round", "gives", "returns", "each gains", "others gain")


def state_exchanges(exchanges: Sequence[Exchange]) -> list[str]:
    """How many there are and how their gains are counted."""
    if not exchanges:
        return ["There is nothing to trade: it takes two issues of one package and actors on opposite sides of both."]
    count = "One exchange is struck" if len(exchanges) == 1 else f"{len(exchanges)} exchanges are struck, in this order"
    return [f"{count}. Gains are salience times per cent of the scale; what others gain is the sum over all of them."]


def state_trade(item: Exchange, names: Mapping[str, str]) -> str:
    """``North on price, 10 to 40, for South on term, 5 to 8: each gains 1.2, others -3.``"""
    sides = [name_concession(side, names) for side in (item.gives, item.returns)]
    others = write_signed(sum(effect for _, effect in item.externalities))
    return f"{sides[0]}, for {sides[1]}: each gains {write_length(item.gain)}, others {others}."


def list_trades(exchanges: Sequence[Exchange], names: Mapping[str, str]) -> list[tuple[str, ...]]:
    """A row per exchange under ``EXCHANGES``."""
    return [
        (
            str(item.round),
            name_concession(item.gives, names),
            name_concession(item.returns, names),
            write_length(item.gain),
            write_signed(sum(effect for _, effect in item.externalities)),
        )
        for item in exchanges
    ]


def name_concession(side: Concession, names: Mapping[str, str]) -> str:
    """``France on price, 10 to 40``."""
    who = plain(names.get(side.actor, side.actor), LONGEST_NAME)
    return f"{who} on {side.issue}, {write_length(side.start)} to {write_length(side.end)}"
