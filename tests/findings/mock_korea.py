"""A small scenario of our own with the shape of a real one, and an ensemble invented for it with known answers.

The numbers of the ensemble are made up from the inputs by simple formulas, so that tests know what must be found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from detente.ensemble.ensemble import Ensemble
from detente.game.compiler import compile_game
from detente.game.game import Game, cell_at
from detente.game.pricing import draw_inputs
from detente.scenario.conditions import Condition, In
from detente.scenario.model import (
    Actor,
    Behaviour,
    ChanceLever,
    ChanceMove,
    Claim,
    Evidence,
    Lever,
    Measure,
    Outcome,
    Policy,
    Preferences,
    Reading,
    Rule,
    Scenario,
    Source,
    Want,
)
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Comparison, Expression, Number, Probability, Query, Setting
from detente.scenario.words import SCALES

MONTHS = [*(float(t) for t in range(24)), 24.7]


def at(lever: str, *levels: int, text: str = "") -> Condition:
    return Condition(In(lever, levels), text or f"{lever} in {levels}")


def between(low: float, high: float, shared: str | None = None) -> Quantity:
    law = "lognormal" if low > 0 else "normal"
    return Quantity(law, (low, high), shared=shared, text=f"{low:g} to {high:g}")


def exactly(value: float) -> Quantity:
    return Quantity("fixed", (value,), text=f"{value:g}")


def lever(actor: str | None, name: str, *levels: str, label: str = "") -> Lever:
    full = f"{actor}.{name}" if actor else name
    legal = tuple(tuple(True for _ in levels) for _ in levels)
    return Lever(full, actor, name, levels, 0, legal, label)


def want(name: str, condition: Condition, weight: Quantity, because: str = "") -> Want:
    return Want(name, condition, weight, because, named=True)


BEHAVIOUR = Behaviour(between(0.25, 0.42), between(3, 12), between(0.4, 0.7), between(0.25, 0.5))


def _actors() -> tuple[Actor, ...]:
    offer, reply, quiet = (
        at("us.offer", 1, 2, text="offer >= talks"),
        at("dprk.reply", 1, text="reply = accept"),
        at("rok.psyops", 1, text="psyops = off"),
    )
    us = Preferences(
        "wants",
        (
            want("deal", reply, between(1.5, 3), "Three summits in his first term (essay P2)"),
            want("face", offer, between(-0.5, -0.25), "An offer ignored costs face"),
        ),
    )
    dealmaker = Preferences("wants", (want("talks", offer, between(0.7, 1.4), "Recognition is the prize (essay P6)"),))
    stonewaller = Preferences("wants", (want("refuse", at("dprk.reply", 0, text="reply = refuse"), between(1.5, 3)),))
    rok = Preferences("wants", (want("quiet", quiet, between(0.25, 0.5), "Border residents complain"),))
    return (
        Actor(
            "us",
            "United States",
            (lever("us", "offer", "none", "talks", "freeze", label="What Washington offers"),),
            (Reading("", exactly(100), us),),
            BEHAVIOUR,
            date(2025, 1, 20),
        ),
        Actor(
            "dprk",
            "North Korea",
            (lever("dprk", "reply", "refuse", "accept"),),
            (
                Reading("dealmaker", exactly(60), dealmaker, "He asked for recognition"),
                Reading("stonewaller", exactly(40), stonewaller, "Moscow pays better"),
            ),
            BEHAVIOUR,
        ),
        Actor(
            "rok", "South Korea", (lever("rok", "psyops", "on", "off"),), (Reading("", exactly(100), rok),), BEHAVIOUR
        ),
    )


def probability(condition: Condition, time: float, setting: Setting | None = None) -> Probability:
    return Probability(condition, "by", time, setting or Setting())


def claim(name: str, text: str, expression: Expression | None, about: str, says: str | None = None) -> Claim:
    query = None if expression is None else Query(expression, about)
    return Claim(name, text, query, "" if query else "An evaluation that no event can check.", says=says)


OFFER = at("us.offer", 1, 2, text="us.offer >= talks")
ACCEPT = at("dprk.reply", 1, text="dprk.reply = accept")


BRIEF = """\
# Korea in *miniature*

Washington is **likely to move** towards a summit early in the term.
Pyongyang, it is unlikely, comes to the table.

1. Washington might settle for a freeze & no more.
2. Talks are a matter of time.

> There is no telling whether talks last.
"""
#: by claim; one of them is not in the brief
QUOTES = {
    "early-offer": "Washington is likely to move towards a summit early",
    "talks": "comes to the table",
    "quiet": "Seoul will almost certainly switch off its loudspeakers",
    "freeze": "might settle for a freeze & no more. Talks",
    "bare": "Talks are a matter of time.",
    "even": "no telling whether talks last",
}


def _claims() -> tuple[Claim, ...]:
    offer, accept = probability(OFFER, 8.4), probability(ACCEPT, 24.0)
    offered = probability(ACCEPT, 24.0, Setting(suppose=(("us.offer", 1),)))
    return (
        replace(
            claim(
                "early-offer",
                "Washington moves towards a summit early",
                offer,
                "P(us.offer >= talks by 2025-07-20)",
                "likely",
            ),
            outcome=Outcome("yes", date(2025, 1, 23), "press", "right", "The offer was made on television."),
        ),
        replace(
            claim("talks", "Pyongyang comes to the table", accept, "P(dprk.reply = accept by 2026-11-07)", "unlikely"),
            outcome=Outcome("no", None, "press"),
        ),
        claim(
            "quiet",
            "Seoul switches its loudspeakers off",
            probability(at("rok.psyops", 1), 12.0),
            "P(rok.psyops = off by 2025-11-07)",
            "almost certain",
        ),
        claim(
            "freeze",
            "Washington might settle for a freeze",
            probability(at("us.offer", 2), 24.0),
            "P(us.offer = freeze by 2026-11-07)",
            "might",
        ),
        claim(
            "offered-talks",
            "An offer makes talks more likely",
            Comparison(">", offered, accept),
            "P(dprk.reply = accept by 2026-11-07 | suppose us.offer = talks) > P(dprk.reply = accept by 2026-11-07)",
        ),
        claim(
            "even",
            "There is no telling whether talks last",
            Comparison(">", accept, Number(0.5)),
            "P(dprk.reply = accept by 2026-11-07) > 50%",
        ),
        claim("bare", "Talks are a matter of time", accept, "P(dprk.reply = accept by 2026-11-07)"),
        claim(
            "never",
            "Once talks fail, sanctions return",
            probability(OFFER, 12.0),
            "P(us.offer = none within 6 months after us.offer = freeze)",
            "likely",
        ),
        claim("later", "Seoul expects more", offer, "value(rok) > 0"),
        claim("precedent", "The meetings set a precedent", None, ""),
    )


@cache
def scenario() -> Scenario:
    successor = ChanceMove("seoul.1", 0, 1, between(0.01, 0.04), at("rok.psyops", 0, text="rok.psyops = on"))
    seoul = lever(None, "seoul", "yoon", "successor", label="Who governs in Seoul")
    return Scenario(
        title="Korea in miniature",
        as_of=date(2024, 11, 7),
        horizon=date(2026, 11, 30),
        actors=_actors(),
        chance=(ChanceLever(seoul, (successor,), "Presidents can fall"),),
        rules=(Rule(Condition(In("us.offer", ()), "us.offer = war"), "Not on the table"),),
        measures=(Measure("calm", (want("talks", ACCEPT, exactly(1)),)), Measure("cost", ())),
        policies=(Policy("silence", "rok", (("rok.psyops", 1),), "Switch the loudspeakers off"),),
        claims=tuple(replace(item, quote=QUOTES.get(item.id, "")) for item in _claims()),
        brief=BRIEF,
        evidence=(
            Evidence(date(2025, 6, 12), at("rok.psyops", 1, text="rok.psyops = off"), source="press"),
            Evidence(date(2026, 5, 26), at("us.offer", 2, text="us.offer = freeze"), by=True, negated=True),
        ),
        sources=(Source("press", "A newspaper", "2025-01-23"), Source("essay", "An essay", "2024-11")),
        words=SCALES["icd203"],
        cautions=("Built for a test.",),
        digest="5f" * 32,
        path="mini.yaml",
    )


@cache
def game() -> Game:
    return compile_game(scenario())


def inputs_of(draws: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Values of every uncertain input, by input id, as a run would draw them."""
    u = np.random.default_rng(seed).uniform(1e-6, 1 - 1e-6, (draws, game().columns))
    rows = np.array([draw_inputs(game(), row) for row in u])
    return {item.id: rows[:, k] for k, item in enumerate(game().inputs) if item.column >= 0}


def squash(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-x)))


def ensemble(draws: int = 200, seed: int = 7) -> Ensemble:
    inputs = inputs_of(draws, seed)
    noise = np.random.default_rng(seed + 1).normal(0, 0.05, (3, draws))
    dealmaker = inputs["dprk.reading"] == 0
    offer = squash(1.2 * np.log(inputs["us.deal"] / 1.2) + 0.6 + noise[0])
    accept = np.where(dealmaker, squash(0.8 + noise[1]), squash(-2.0 + noise[1]))
    offered = accept + 0.12 * dealmaker - 0.04 + noise[2] / 5
    values = {
        "early-offer": offer,
        "talks": accept,
        "quiet": np.full(draws, 0.97) + noise[0] / 20,
        "freeze": 0.02 + 0.02 * np.abs(noise[1]),
        "offered-talks": (offered > accept).astype(float),
        "even": (accept > 0.5).astype(float),
        "bare": accept,
        "never": np.full(draws, np.nan),
    }
    coins = {
        "early-offer": 0.5,
        "talks": 0.4,
        "quiet": 0.96,
        "freeze": 0.3,
        "offered-talks": 0.0,
        "even": 0.0,
        "bare": 0.4,
        "never": np.nan,
    }
    numbers = {f"input/{name}": column for name, column in inputs.items()}
    for name, column in values.items():
        numbers[f"claim/{name}"] = column
        numbers[f"coin/{name}"] = np.full(draws, coins[name])
    numbers |= {"term/offered-talks/0": offered, "term/offered-talks/1": accept, "term/even/0": accept}
    numbers |= {"evidence/0": np.where(dealmaker, 0.6, 0.3), "evidence/1": np.full(draws, 0.9)}
    numbers["posterior/talks"] = accept / 2
    numbers |= _worths(accept, dealmaker)
    curves = {}
    for name, end in (("early-offer", 8.4), ("talks", 24.0), ("quiet", 12.0), ("freeze", 24.0), ("bare", 24.0)):
        grid = np.array(MONTHS)
        rise = np.where(grid <= end, (1 - np.exp(-grid / 4)) / (1 - np.exp(-end / 4)), np.nan)
        curves[f"curve/{name}"] = values[name][:, None] * rise
        curves[f"curve-coin/{name}"] = np.full(draws, coins[name])[:, None] * rise
    return Ensemble(
        seed=seed,
        draws=draws,
        digest=scenario().digest,
        method={"months": MONTHS, "forecast": "invented"},
        made_by={"detente": "0.1.0", "python": "3.11"},
        numbers=numbers,
        curves=curves,
        cells=_stable(draws, dealmaker),
    )


def _worths(accept: NDArray[np.float64], dealmaker: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """Silence calms a dealmaker and not a stonewaller; it costs nothing, and nobody else cares."""
    gain = np.where(dealmaker, 0.3, -0.2)
    held = {"calm": gain, "cost": np.zeros_like(gain), "us": np.zeros_like(gain), "dprk": gain, "rok": -gain / 2}
    numbers = {f"policy/-/{judge}": accept for judge in held}
    return numbers | {f"policy/silence/{judge}": accept + more for judge, more in held.items()}


def _stable(draws: int, dealmaker: NDArray[np.bool_]) -> Mapping[str, tuple[NDArray[np.int32], ...]]:
    deal = cell_at(game(), {"us.offer": 1, "dprk.reply": 1, "rok.psyops": 1})
    now = game().status_quo
    quiet = cell_at(game(), {"rok.psyops": 1})

    def cells(*found: int) -> NDArray[np.int32]:
        return np.array(found, dtype=np.int32)

    nash = tuple(cells(deal) if yes else cells() for yes in dealmaker)
    gmr = tuple(cells(*sorted({deal, quiet, now})) if yes else cells(*sorted({quiet, now})) for yes in dealmaker)
    return {"stable/nash": nash, "stable/gmr": gmr}


def reordered(run: Ensemble, order: NDArray[np.intp]) -> Ensemble:
    """The same draws in another order."""
    return replace(
        run,
        numbers={name: column[order] for name, column in run.numbers.items()},
        curves={name: curve[order] for name, curve in run.curves.items()},
        cells={name: tuple(lists[k] for k in order) for name, lists in run.cells.items()},
    )


def lone_draw() -> Ensemble:
    """The first draw alone."""
    run = ensemble()
    return replace(
        run,
        draws=1,
        numbers={name: column[:1] for name, column in run.numbers.items()},
        curves={name: column[:1] for name, column in run.curves.items()},
        cells={name: found[:1] for name, found in run.cells.items()},
    )
