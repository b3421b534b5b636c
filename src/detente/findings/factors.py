"""The uncertain inputs of a run as the driver analysis sees them: distinct, varying, in a canonical order of draws.

Nothing here depends on the order in which draws, inputs or readings were listed: rows are ordered by a hash of their
ranks, so that permutations and halves are the same sets of draws whatever the order of the file or of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.game.compiler import compile_others
from detente.game.game import Game
from detente.scenario.model import Claim, Scenario
from detente.scenario.queries import Bargained, measurements_of, visits_of

#: permutations behind every test; the smallest p-value they can give is 1 / (PERMUTATIONS + 1)
PERMUTATIONS = 199
#: cuts tried per number: its deciles
DECILES = np.arange(1, 10) / 10


#: fewest draws in which an input must count, to be judged at all
LEAST = 8

Relation = Literal["<", ">=", "is", "is not"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One input that varies over draws, with those that move in step with it."""

    id: str
    also: tuple[str, ...]
    #: names of the readings when the input chooses one; empty for a number
    readings: tuple[str, ...]
    #: whether it belongs to one of several readings, and so counts only in the draws that have it
    bound: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """A region of one factor: a number on one side of ``at``, or the reading with index ``at`` or all others."""

    place: int
    relation: Relation
    at: float


@dataclass(frozen=True, eq=False)
class Factors:
    """The inputs of a run, ``n`` draws in canonical order and ``p`` factors, laid out for the tests on them."""

    factors: tuple[Factor, ...]
    #: shape (n, p): values; a reading as its index; NaN where an input does not count
    values: NDArray[np.float64] = field(repr=False)
    #: shape (n,): row of the ensemble that each canonical row is
    order: NDArray[np.intp] = field(repr=False)
    seed: int
    #: shape (PERMUTATIONS, n): reorderings of the rows
    permutations: NDArray[np.intp] = field(repr=False)
    #: shape (n, columns): an orthonormal basis per factor, orthogonal to the constant: the standard ranks of a number,
    #: the contrasts of a choice of reading
    design: NDArray[np.float64] = field(repr=False)
    #: the same in single precision
    single: NDArray[np.float32] = field(repr=False)
    #: shape (p,): where each factor's columns start, and how many it has
    starts: NDArray[np.intp] = field(repr=False)
    freedom: NDArray[np.intp] = field(repr=False)
    #: shape (n,): the half of the rows on which rules are found; the others confirm them
    half: NDArray[np.bool_] = field(repr=False)
    #: shape (PERMUTATIONS, rows in the half): reorderings of that half
    shuffles: NDArray[np.intp] = field(repr=False)
    cuts: tuple[Cut, ...] = field(repr=False)
    #: shape (rows in the half, cuts): members scaled so that squared products with a standardised claim are shares
    #: of its variance
    members: NDArray[np.float32] = field(repr=False)

    def basis(self, place: int) -> NDArray[np.float64]:
        """The columns of one factor, shape (n, its freedom)."""
        return self.design[:, self.starts[place] : self.starts[place] + self.freedom[place]]

    def inside(self, cut: Cut) -> NDArray[np.bool_]:
        """The draws in a region, shape (n,)."""
        return _inside(self.values[:, cut.place], cut)


def _inside(values: NDArray[np.float64], cut: Cut) -> NDArray[np.bool_]:
    if cut.relation == "<":
        return values < cut.at
    if cut.relation == ">=":
        return values >= cut.at
    return np.asarray((values == cut.at) == (cut.relation == "is"))


@dataclass(frozen=True, eq=False)
class Gathered:
    """The inputs of an ensemble, as far as each claim can depend on them."""

    game: Game
    #: by input id its values, shape (draws,)
    columns: Mapping[str, NDArray[np.float64]] = field(repr=False)
    draws: int
    seed: int
    #: the other cases that claims ask about
    others: Mapping[str, Game]
    _laid: dict[object, Factors] = field(default_factory=dict, repr=False)

    @property
    def own(self) -> Factors:
        """What states and moves depend on: all of the case itself but its stakes."""
        return self._lay(True, frozenset(), False)

    def of(self, claim: Claim) -> Factors:
        """The inputs that may move a claim: of other cases only where it asks there, of stakes where it asks of terms.

        A claim about nothing but terms depends on the stakes of the issues it names, and of those bargained over with
        them.
        """
        if claim.query is None:
            return self.own
        items = measurements_of(claim.query.expression)
        abroad = bool(visits_of(claim.query.expression))
        asked = {item.issue for item in items if isinstance(item, Bargained)}
        packages = {bargain.package for bargain in self.game.bargains if bargain.id in asked} - {""}
        joint = {bargain.id for bargain in self.game.bargains if bargain.package in packages}
        states = not asked or any(not isinstance(item, Bargained) for item in items)
        return self._lay(states, frozenset(asked | joint), abroad)

    def _lay(self, states: bool, issues: frozenset[str], abroad: bool) -> Factors:
        key = states, issues, abroad
        if key not in self._laid:
            stakes = {bargain.id: bargain.id in issues for bargain in self.game.bargains}
            foreign = tuple(f"{case}:" for case in self.others)
            kept = {
                name: values
                for name, values in self.columns.items()
                if (abroad if name.startswith(foreign) else stakes.get(name.partition(".")[0], states))
            }
            others = self.others if abroad else {}
            self._laid[key] = collect(self.game, kept, self.draws, self.seed, others)
        return self._laid[key]


def gather_factors(scenario: Scenario, game: Game, ensemble: Ensemble) -> Gathered:
    """The inputs of an ensemble of the game, and those of the other cases that claims ask about."""
    columns = {
        name.removeprefix("input/"): values for name, values in ensemble.numbers.items() if name.startswith("input/")
    }
    others = compile_others(claim.query.expression for claim in scenario.claims if claim.query is not None)
    return Gathered(game, columns, ensemble.draws, ensemble.seed, others)


def collect(
    game: Game,
    columns: Mapping[str, NDArray[np.float64]],
    draws: int,
    seed: int,
    others: Mapping[str, Game] = MappingProxyType({}),
) -> Factors:
    """Lay out a run's inputs: ``columns`` gives for each input id its values, shape (draws,).

    Inputs that share a column of the design move in step, so they are one factor. An input that belongs to one of
    several readings counts in the draws that have this reading. What is constant, or counts in fewer than ``LEAST``
    draws, is left out. Inputs of ``others``, the other cases asked about, are called ``OTHER:ID``.
    """
    known = {item.id: item for item in game.inputs}
    homes = find_homes(game)
    for case, other in others.items():
        # Columns of another case follow those of all before it; any numbers of their own will do.
        base = 1 + max((item.column for item in known.values()), default=-1)
        moved = [replace(item, column=item.column + base) if item.column >= 0 else item for item in other.inputs]
        known |= {f"{case}:{item.id}": item for item in moved}
        homes |= {f"{case}:{name}": (f"{case}:{home}", k) for name, (home, k) in find_homes(other).items()}
    tied: dict[object, list[str]] = {}
    for name in columns:
        item = known.get(name)
        shared = item is not None and item.column >= 0 and not item.odds
        tied.setdefault((item.column, homes.get(name)) if item is not None and shared else name, []).append(name)
    factors: list[Factor] = []
    kept: list[NDArray[np.float64]] = []
    for names in (sorted(group) for group in tied.values()):
        values = np.array(columns[names[0]], dtype=np.float64)
        home = homes.get(names[0])
        if home is not None and home[0] in columns:
            values[columns[home[0]] != home[1]] = np.nan
        if _varies(values):
            readings = known[names[0]].labels if names[0] in known else ()
            factors.append(Factor(names[0], tuple(names[1:]), readings, bool(np.isnan(values).any())))
            kept.append(values)
    table = np.column_stack(kept) if kept else np.empty((draws, 0))
    return _lay_out(tuple(factors), table, np.arange(draws), seed)


def find_homes(game: Game) -> dict[str, tuple[str, int]]:
    """For inputs that belong to one of several readings: the input that chooses among them, and which one."""
    return {
        game.inputs[term.weight].id: (game.inputs[player.reading].id, k)
        for player in game.actors
        if player.reading >= 0
        for k, reading in enumerate(player.readings)
        for term in reading.terms
    }


def _varies(values: NDArray[np.float64]) -> bool:
    there = values[~np.isnan(values)]
    return len(there) >= LEAST and float(np.ptp(there)) > 0


def restrict(factors: Factors, rows: NDArray[np.bool_]) -> Factors:
    """The factors over some of the canonical rows, shape (n,) of bool: those that still vary there."""
    if rows.all():
        return factors
    values = factors.values[rows]
    vary = [k for k in range(len(factors.factors)) if _varies(values[:, k])]
    return _lay_out(tuple(factors.factors[k] for k in vary), values[:, vary], factors.order[rows], factors.seed)


def _lay_out(factors: tuple[Factor, ...], values: NDArray[np.float64], order: NDArray[np.intp], seed: int) -> Factors:
    n = len(order)
    by_hash = np.argsort(_row_hashes(values), kind="stable")
    values, order = values[by_hash], order[by_hash]
    chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    half = np.zeros(n, dtype=np.bool_)
    half[chance.permutation(n)[: (n + 1) // 2]] = True
    permutations = chance.permuted(np.tile(np.arange(n), (PERMUTATIONS, 1)), axis=1)
    design, starts = _rank_design(factors, values)
    cuts, members = _lay_cuts(factors, values[half])
    return Factors(
        factors=factors,
        values=values,
        order=order,
        seed=seed,
        permutations=permutations,
        design=design,
        single=design.astype(np.float32),
        starts=starts,
        freedom=np.diff(np.append(starts, design.shape[1])),
        half=half,
        # Where one half's rows fall in a shuffle of all is a shuffle of that half.
        shuffles=np.argsort(permutations[:, half], axis=1),
        cuts=cuts,
        members=members,
    )


def _row_hashes(values: NDArray[np.float64]) -> NDArray[np.uint64]:
    """One number per row that depends on the ranks of its entries only, not on the order of columns or rows."""
    total = np.zeros(len(values), dtype=np.uint64)
    for column in values.T:
        ranks = np.unique(column, return_inverse=True)[1].astype(np.uint64)
        # The finaliser of splitmix64 (Steele, Lea & Flood 2014); unsigned arithmetic wraps, as it should.
        z = (ranks + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        total += z ^ (z >> np.uint64(31))
    return total


def standard_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average ranks, centred, of unit length; zeros when all values are equal, and where there is none (NaN)."""
    answer = np.zeros(len(values))
    there = ~np.isnan(values)
    if there.any():
        _, inverse, counts = np.unique(values[there], return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
        answer[there] = ranks - ranks.mean()
    length = float(np.sqrt(np.dot(answer, answer)))
    return answer / length if length > 0 else answer


def _rank_design(
    factors: tuple[Factor, ...], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    columns: list[NDArray[np.float64]] = []
    starts: list[int] = []
    for factor, column in zip(factors, values.T, strict=True):
        starts.append(len(columns))
        if factor.readings:
            members = np.column_stack([column == level for level in np.unique(column)[:-1]]).astype(np.float64)
            columns += list(np.linalg.qr(members - members.mean(axis=0))[0].T)
        else:
            columns.append(standard_ranks(column))
    design = np.column_stack(columns) if columns else np.empty((len(values), 0))
    return design, np.array(starts, dtype=np.intp)


def _lay_cuts(factors: tuple[Factor, ...], values: NDArray[np.float64]) -> tuple[tuple[Cut, ...], NDArray[np.float32]]:
    """Cuts at deciles and single readings that leave enough rows on either side."""
    n = len(values)
    cuts: list[Cut] = []
    members: list[NDArray[np.float32]] = []
    for cut in (cut for place, factor in enumerate(factors) for cut in _propose(factor, place, values[:, place])):
        inside = _inside(values[:, cut.place], cut)
        size = int(inside.sum())
        if fewest_inside(n) <= size <= n - fewest_inside(n):
            cuts.append(cut)
            # The variance between two sides is (sum inside)^2 * n / (size * (n - size)).
            members.append((inside * np.sqrt(n / (size * (n - size)))).astype(np.float32))
    # Column after column, as single columns are taken out.
    return tuple(cuts), np.array(members, dtype=np.float32).reshape(len(cuts), n).T


def _propose(factor: Factor, place: int, values: NDArray[np.float64]) -> list[Cut]:
    there = values[~np.isnan(values)]
    if factor.readings:
        levels = np.unique(there)
        # Of two readings, either names the same cut.
        return [Cut(place, "is", float(level)) for level in (levels[:1] if len(levels) == 2 else levels)]
    if not len(there):
        return []
    places = np.unique(np.quantile(there, DECILES, method="higher"))
    # What is not below a cut is above it, unless the input does not count in every draw.
    relations: tuple[Relation, ...] = ("<", ">=") if factor.bound else ("<",)
    return [Cut(place, relation, float(at)) for relation in relations for at in places]


def fewest_inside(n: int) -> int:
    """Least rows of ``n`` that a rule must leave on either side: a tenth, at least 4."""
    return max(4, n // 10)
