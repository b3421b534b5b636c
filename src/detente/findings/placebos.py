"""The placebo: how often random preferences over the same levers give a claim the verdict it has.

A random preference keeps every condition that anybody wants and deals the rest anew, reading by reading: the weights
of an actor's statements are shuffled among them and each gets a random sign; the places of a ranking, or of the states
that priorities tell apart, are shuffled. Levers, rules, chance, behaviour, measures and other cases stay. Preference k
is answered in draw k of the run's design, all claims from one plan, and its verdict on a claim is that of this draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.display import Displayed
from detente.ensemble.design import draw_rows
from detente.ensemble.precision import error_of_share
from detente.findings.claims import kind_of, yardstick_for
from detente.findings.findings import ClaimFinding, Verdict, plain_data
from detente.findings.margins import measure_gap
from detente.game.game import Calendar, Game, Player, Reading, Table, Term
from detente.scenario.model import Claim, Scenario
from detente.scenario.queries import Comparison, Expression, Query, measurements_of
from detente.solvers.forecast import Answers, answer
from detente.solvers.plans import Plan, lay_plan
from detente.solvers.scenes import Grid, Scene

#: how far the preferences are: (done, all)
Progress = Callable[[int, int], None]

#: verdicts that no draw has by itself, or that hang on no preferences
_NOT_BY_DRAW = ("contested", "assumed", "void", "unanswered", "unscorable", "no word")


@dataclass(frozen=True, slots=True)
class Placebo(Displayed):
    """How often random preferences give a claim its verdict."""

    claim: str
    verdict: Verdict
    #: share of the preferences that give it, with its standard error
    share: float
    share_error: float
    preferences: int
    #: under how many of them the claim was void
    void: int

    def __repr__(self) -> str:
        return f"<Placebo {self.claim}: {self.share:.2f} of {self.preferences} preferences give {self.verdict!r}>"

    def __str__(self) -> str:
        error = f"{100 * self.share:.0f} % ±{100 * self.share_error:.1f}"
        return f"{self.claim}: {error} of {self.preferences} random preferences give '{self.verdict}'"

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape; NaN becomes None."""
        answer = plain_data(self)
        assert isinstance(answer, dict)
        return answer


@dataclass(frozen=True, eq=False, slots=True)
class Deal:
    """How one reading's preferences are dealt anew: which statement's weight each gets, its sign, or places."""

    order: NDArray[np.intp]
    signs: NDArray[np.float64]
    #: of a ranking or priorities: the scores there are, and the one each becomes
    scores: NDArray[np.float64]
    places: NDArray[np.float64]


def run_placebos(
    scenario: Scenario,
    game: Game,
    findings: Sequence[ClaimFinding],
    preferences: int,
    *,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Placebo, ...]:
    """The placebo of every finding with a verdict that a draw can have by itself."""
    verdicts = {claim.id: claim.verdict for claim in findings if claim.verdict not in _NOT_BY_DRAW}
    claims = {claim.id: claim for claim in scenario.claims if claim.id in verdicts}
    asked = {name: claim.query for name, claim in claims.items() if claim.query is not None}
    if not claims:
        return ()
    plan = lay_plan(game, list(asked.values()), Grid(np.zeros(0)))
    same, void = dict.fromkeys(asked, 0), dict.fromkeys(asked, 0)
    for k in range(preferences):
        (u,) = draw_rows(seed, k, k + 1, game.columns, plan.abroad)
        found = answer(scramble(plan, scenario, np.random.default_rng([seed, k])), u)
        for name, claim in claims.items():
            verdict = _judge(claim, scenario, found)
            same[name] += verdict == verdicts[name]
            void[name] += verdict == "void"
        if progress is not None:
            progress(k + 1, preferences)
    shares = {name: count / preferences for name, count in same.items()}
    return tuple(
        Placebo(name, verdicts[name], shares[name], error_of_share(shares[name], preferences), preferences, void[name])
        for name in asked
    )


def _judge(claim: Claim, scenario: Scenario, found: Answers) -> Verdict:
    """The verdict of one draw."""
    assert claim.query is not None
    asked = claim.query.expression
    if claim.cause is None:
        value = found.of(claim.query)
    else:
        assert isinstance(asked, Comparison)
        items: tuple[Expression, ...] = measurements_of(asked)
        value = float(measure_gap(asked, {item: np.array(found.of(Query(item))) for item in items}))
        value = abs(value) if claim.cause.direction == "moves" else value
    if np.isnan(value):
        return "void"
    return yardstick_for(claim, kind_of(claim), scenario).verdict(np.array([value]))


def scramble(plan: Plan, scenario: Scenario, rng: np.random.Generator) -> Plan:
    """The plan with everybody's preferences dealt anew, the same in all its scenes."""
    deals = deal_preferences(plan.game, scenario, rng)
    scenes = tuple(_deal_scene(scene, deals, plan.game) for scene in plan.scenes)
    return replace(plan, game=apply(plan.game, deals), scenes=scenes)


def _deal_scene(scene: Scene, deals: Sequence[Sequence[Deal]], whole: Game) -> Scene:
    """A scene dealt anew; in a game as an actor sees it, what it believes of others stays."""
    believed = {
        b.about for p in whole.actors if p.id == scene.setting.believed for b in p.beliefs if b.terms is not None
    }
    kept = [() if place in believed else own for place, own in enumerate(deals)]
    dealt = replace(scene, game=apply(scene.game, kept))
    if scene.turning is None:
        return dealt
    # A behaviour is solved once for each game that ways share, so they go on sharing it.
    games = {id(way.game): way.game for ways in scene.turning.stretches for way in ways}
    anew = {key: apply(game, kept) for key, game in games.items()}
    stretches = tuple(tuple(replace(way, game=anew[id(way.game)]) for way in ways) for ways in scene.turning.stretches)
    return replace(dealt, turning=replace(scene.turning, stretches=stretches))


def deal_preferences(game: Game, scenario: Scenario, rng: np.random.Generator) -> list[list[Deal]]:
    """Per actor and reading how its preferences are dealt anew."""
    deals = []
    for actor, player in zip(scenario.actors, game.actors, strict=True):
        own = []
        for told, reading in zip(actor.readings, player.readings, strict=True):
            n = len(reading.terms)
            if told.preferences.kind == "wants":
                own.append(Deal(rng.permutation(n), rng.choice([-1.0, 1.0], n), np.zeros(0), np.zeros(0)))
            else:
                scores = np.unique(reading.terms[0].table.values.astype(np.float64))
                own.append(Deal(np.arange(n), np.ones(n), scores, rng.permutation(scores)))
        deals.append(own)
    return deals


def apply(game: Game, deals: Sequence[Sequence[Deal]]) -> Game:
    """The game, or a part of it with levers held, under preferences dealt anew; its calendar likewise."""
    dealt = replace(game, actors=_deal_out(game, deals), calendar=None)
    if game.calendar is None:
        return dealt
    own, phases = game.calendar.own, game.calendar.phases
    return replace(
        dealt,
        calendar=Calendar(
            replace(own, actors=_deal_out(own, deals)),
            tuple(replace(p, game=replace(p.game, actors=_deal_out(p.game, deals))) for p in phases),
        ),
    )


def _deal_out(game: Game, deals: Sequence[Sequence[Deal]]) -> tuple[Player, ...]:
    return tuple(
        replace(player, readings=tuple(_deal_reading(*pair) for pair in zip(player.readings, own, strict=True)))
        if own
        else player
        for player, own in zip(game.actors, deals, strict=True)
    )


def _deal_reading(reading: Reading, deal: Deal) -> Reading:
    terms = []
    for k, term in enumerate(reading.terms):
        values = np.asarray(term.table.values, dtype=np.float64)
        if len(deal.scores):
            values = deal.places[np.searchsorted(deal.scores, values)]
        weight = reading.terms[int(deal.order[k])].weight
        terms.append(Term(Table(term.table.axes, deal.signs[k] * values), weight, term.text))
    return replace(reading, terms=tuple(terms))
