"""Results about states: stability in all its forms, its reasons, the ways there, what would have to change."""

from __future__ import annotations

from collections.abc import Iterable

from detente.findings.figures import write_share
from detente.game.game import Game, name_state
from detente.report import evolution
from detente.report.charts.matrix import Mark, plot_matrix
from detente.report.charts.picture import Chart
from detente.report.exhibits.exhibit import Sheet, find_chart, lay_sheets, note_rest
from detente.solvers.adjustments import Adjustment
from detente.solvers.coalitions import CoalitionStability
from detente.solvers.explanation import Explanation
from detente.solvers.horizons import HorizonStability
from detente.solvers.hypergames import HypergameStability
from detente.solvers.inverse import Inverse
from detente.solvers.paths import Paths
from detente.solvers.rankings import Count
from detente.solvers.stability import NAMES, Stability
from detente.solvers.strengths import StrengthStability
from detente.solvers.tables import Marked

#: states drawn; the table has more
MOST = 12
#: how dark a mark is: stable, stable weakly or under a condition, not stable
FULL, HALF, NONE = 1.0, 0.5, 0.0


def _lay_marks(found: Marked) -> list[Sheet]:
    heads = ("state", *(found.names[concept] for concept in found.equilibria))
    rows = tuple(
        (name_state(found.game, int(cell)), *(found.mark(concept, int(cell)) for concept in found.equilibria))
        for cell in found.listed()
    )
    return [Sheet(f"Stable states of {found.game.title}", heads, rows, found.key)]


def _plot_marks(found: Marked) -> Chart | None:
    cells = found.listed()
    if not len(cells):
        return None
    rows = [
        (name_state(found.game, int(cell)), [_shade(found.mark(concept, int(cell))) for concept in found.equilibria])
        for cell in cells[:MOST]
    ]
    counts = ", ".join(f"{found.names[concept]} {len(held):,}" for concept, held in found.equilibria.items())
    spec = plot_matrix(rows, [found.names[c] for c in found.equilibria], note_rest(f"{found.key}.", len(cells), MOST))
    return Chart(spec, f"States of {found.game.title} by stability concept. Stable states: {counts}.")


def _shade(text: str) -> Mark:
    return Mark(text, NONE if text == "-" else HALF if text in ("w", "?") else FULL)


for _kind in (Stability, CoalitionStability, HorizonStability, HypergameStability, StrengthStability):
    lay_sheets.register(_kind, _lay_marks)
    find_chart.register(_kind, _plot_marks)


@lay_sheets.register
def _(found: Explanation) -> Iterable[Sheet]:
    heads = ("actor", *(NAMES[concept] for concept in found.concepts), "moves", "improvements")
    rows = tuple(
        (
            found.game.actors[item.actor].name,
            *("x" if item.verdicts[concept] else "-" for concept in found.concepts),
            str(item.moves),
            str(len(item.reasons)),
        )
        for item in found.standings
    )
    return [Sheet(f"Who stays in: {name_state(found.game, found.cell)}", heads, rows, "x: stable for the actor")]


@find_chart.register
def _(found: Explanation) -> Chart | None:
    rows = [
        (
            f"{found.game.actors[item.actor].name}: {len(item.reasons)} of {item.moves} moves improve",
            [_shade("x" if item.verdicts[concept] else "-") for concept in found.concepts],
        )
        for item in found.standings
    ]
    if not rows:
        return None
    state = name_state(found.game, found.cell)
    held = ", ".join(NAMES[concept] for concept in found.concepts if found.holds(concept)) or "no concept"
    spec = plot_matrix(rows, [NAMES[c] for c in found.concepts], f"x: stays in {state}")
    return Chart(spec, f"Actors by stability concept in {state}, which is stable for all of them under {held}.")


@lay_sheets.register
def _(found: Paths) -> Iterable[Sheet]:
    heads = ("state", "reached by", "moves at least", "improvements at least", "who moves first")
    rows = tuple(
        (
            f"{place}. {name_state(found.game, way.cell)}",
            way.kind,
            "-" if way.moves is None else str(len(way.moves)),
            "-" if way.improvements is None else str(len(way.improvements)),
            ", ".join(found.game.actors[k].name for k in way.first) or "-",
        )
        for place, way in enumerate(found.ways, start=1)
    )
    rest = sum(found.counts.values()) - len(rows)
    note = f"And {rest:,} more states." if rest else ""
    return [Sheet(f"Ways from: {name_state(found.game, found.start)}", heads, rows, note)]


@find_chart.register
def _(found: Paths) -> Chart | None:
    if not found.ways:
        return None
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in found.counts.items())
    told = f"Improvements from {name_state(found.game, found.start)}, state by state. How states are reached: {kinds}."
    return Chart(evolution.draw(found), told)


@lay_sheets.register
def _(found: Inverse) -> Iterable[Sheet]:
    heads = ("concept", "actor", "answer", "what changes")
    rows = tuple(
        (
            NAMES[answer.concept],
            found.game.actors[answer.actor].name,
            _answer(answer),
            "; ".join(f"{c.input} {c.before:.4g} to {c.after:.4g}" for c in answer.changes)
            if isinstance(answer, Adjustment)
            else "",
        )
        for answer in found.answers
    )
    return [Sheet(f"What would make an equilibrium of: {name_state(found.game, found.cell)}", heads, rows)]


@find_chart.register
def _(found: Inverse) -> Chart | None:
    concepts = list(dict.fromkeys(answer.concept for answer in found.answers))
    actors = list(dict.fromkeys(answer.actor for answer in found.answers))
    places = {(answer.actor, answer.concept): answer for answer in found.answers}
    if not places:
        return None
    rows = [
        (found.game.actors[k].name, [Mark(_answer(places[k, c]), _ease(places[k, c])) for c in concepts])
        for k in actors
    ]
    note = "How much an actor's weights must change in all, in payoff units; or the share of its orders that do."
    state = name_state(found.game, found.cell)
    spec = plot_matrix(rows, [NAMES[c] for c in concepts], note)
    return Chart(spec, f"What would have to change for {state} to be an equilibrium, by actor and stability concept.")


def _answer(answer: Adjustment | Count) -> str:
    if isinstance(answer, Count):
        return "not counted" if answer.share is None else f"{write_share(answer.share)} of orders"
    if answer.verdict == "found":
        return f"{answer.cost:.3g}" if answer.verified else "not verified"
    return "holds as it is" if answer.verdict == "stable" else answer.verdict


def _ease(answer: Adjustment | Count) -> float:
    """How dark: what holds as it is the most, what cannot be the least."""
    if isinstance(answer, Count):
        return answer.share or NONE
    return {"stable": FULL, "found": HALF}.get(answer.verdict, NONE)


@lay_sheets.register
def _(game: Game) -> Iterable[Sheet]:
    owners = {k: player.name for k, player in enumerate(game.actors)}
    rows = tuple(
        (axis.label or axis.id, owners.get(axis.actor, "chance"), ", ".join(axis.levels), axis.levels[axis.now])
        for axis in game.axes
    )
    count = f"{int(game.feasible.sum()):,} of {game.cells:,} states are feasible."
    return [Sheet(game.title, ("lever", "whose", "levels", "today"), rows, count)]
