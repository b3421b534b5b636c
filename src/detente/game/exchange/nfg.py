"""A game as a .nfg file of Gambit: normal form, payoff version (McKelvey, McLennan & Turocy; Savani & Turocy 2024).

A strategy is a position of an actor's axis, a profile a state of nature's present slice. The profiles come with the
first player's strategies changing fastest. Gambit's labels are printable ASCII, all of one player different.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detente import __version__
from detente.errors import Issue, ScenarioError, SizeError
from detente.game.exchange.export import Export
from detente.game.exchange.slices import Slice, round_payoffs, take_slice
from detente.game.game import Axis, Game
from detente.game.pricing import price_centrally

#: most profiles of a game that is written out
MOST_PROFILES = 1_000_000


def write_nfg(game: Game, source: str) -> Export:
    """The game in normal form, at central values; ``source`` is what errors name.

    Raises ScenarioError when a lever is one-way, SizeError when there are more than ``MOST_PROFILES`` profiles.
    """
    part = take_slice(game)
    _refuse_one_way(part, source)
    if len(part.cells) > MOST_PROFILES:
        raise SizeError(
            f"The game has {len(part.cells):,} profiles; at most {MOST_PROFILES:,} are written out. "
            "Cut levers or levels."
        )
    players = _make_labels([player.name for player in game.actors], "player")
    strategies = [_make_labels(list(_name_positions(game.own(k))), "strategy") for k in range(len(game.actors))]
    table = _lay_table(part, price_centrally(game).payoffs, [len(own) for own in strategies])
    remarks = tuple(_remark(part))
    title = _quote(_plain(game.title))
    comment = _quote(_plain(" ".join([f"Written by Detente {__version__}.", *remarks])))
    lists = " ".join(f"{{ {_join(own)} }}" for own in strategies)
    lines = [f"NFG 1 R {title} {{ {_join(players)} }} {{ {lists} }}", comment, ""]
    lines += [" ".join(_write_decimal(number) for number in row) for row in table.tolist()]
    counts = {"players": len(players), "profiles": len(table), "infeasible_profiles": int((~part.feasible).sum())}
    return Export("nfg", "\n".join(lines) + "\n", counts, remarks)


def _refuse_one_way(part: Slice, source: str) -> None:
    message = "A .nfg file cannot hold a one-way lever: every strategy is open to its player."
    lost = [axis.id for axis in part.axes if not axis.legal.all()]
    if lost:
        raise ScenarioError([Issue(source, 0, 0, lever, message, "Leave 'one_way:' out.") for lever in lost])


def _lay_table(part: Slice, payoffs: NDArray[np.float64], sizes: Sequence[int]) -> NDArray[np.float64]:
    """Payoffs in units of 1e-9, a row per profile in Gambit's order; below the minimum where a state is infeasible."""
    table = round_payoffs(payoffs[part.cells])
    table[~part.feasible] = table[part.feasible].min(axis=0) - 1e9
    order = np.arange(len(table)).reshape(sizes).transpose().reshape(-1)
    return table[order]


def _name_positions(own: Sequence[Axis]) -> Iterator[str]:
    """What an actor does at each position of its axis."""
    if not own:
        yield "none"
    for levels in product(*(axis.levels for axis in own)) if own else ():
        parts = (f"{axis.id.partition('.')[2]} = {level}" for axis, level in zip(own, levels, strict=True))
        yield ", ".join(parts)


def _remark(part: Slice) -> Iterator[str]:
    yield "Payoffs are central values, rounded to 9 decimals so that ties are ties."
    if not part.feasible.all():
        yield (
            "Infeasible states have payoffs 1 below each player's minimum. Leave them out of what is found: such a "
            "profile may come out as an equilibrium. It makes no other one or unmakes it."
        )
    if part.remark:
        yield part.remark


def _make_labels(texts: Sequence[str], kind: str) -> list[str]:
    """Labels as Gambit takes them, all different."""
    made: dict[str, None] = {}
    for number, text in enumerate(texts, start=1):
        label = _plain(text) or f"{kind} {number}"
        while label in made:
            label += f" ({number})"
        made[label] = None
    return list(made)


def _plain(text: str) -> str:
    """Printable ASCII with single spaces: accents go, other signs become question marks."""
    ascii_only = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^ -~]", "?", ascii_only.replace("\\", "/")).split())


def _quote(text: str) -> str:
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'


def _join(labels: Sequence[str]) -> str:
    return " ".join(_quote(label) for label in labels)


def _write_decimal(number: float) -> str:
    """A whole number of billionths, exactly."""
    whole, part = divmod(abs(int(number)), 10**9)
    digits = f"{part:09d}".rstrip("0")
    return f"{'-' if number < 0 else ''}{whole}{'.' if digits else ''}{digits}"
