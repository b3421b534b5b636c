"""The command about evidence: update."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import Json, RunOrCase, Seed
from detente.cli.runs import find_draws, read_scenario
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.findings.posteriors import Tempered, Update
    from detente.scenario.model import Scenario

On = Annotated[
    str, Parameter(name="--on", help="Only evidence dated up to this day, as 2025-06-12.", show_default=False)
]
Who = Annotated[
    list[str] | None, Parameter(name="--actor", help="Only the readings of this actor; give it again for more.")
]


Continue = Annotated[
    int | None,
    Parameter(
        name="--continue",
        help="Go on with so many particles, for when too few draws count in effect (64 is a start).",
        validator=Number(gte=8, lte=2**20),
    ),
]


def update(
    run_or_case: RunOrCase,
    /,
    *,
    on: On = "",
    actor: Who = None,
    go_on: Continue = None,
    seed: Seed = api.SEED,
    as_json: Json = False,
) -> None:
    """Show what the evidence does: to each actor's readings, observation by observation, and to the claims.

    Example: detente update korea-2024 --actor dprk
    """
    until = _read_day(on) if on else None
    scenario = read_scenario(run_or_case)
    _refuse_unknown(actor or [], scenario)
    scenario, ensemble = find_draws(run_or_case, scenario)
    learned = api.update(scenario, ensemble, until=until)
    if go_on is not None:
        learned = api.continue_update(scenario, ensemble, learned, go_on, seed=seed, told=_tell_level)
    findings = api.assess(scenario, ensemble) if until is None else None
    if as_json:
        from detente.findings.findings import plain_data

        keys = ("id", "kind", "verdict", "spread", "posterior")
        told = () if findings is None else findings.claims
        claims = [{key: getattr(claim, key) for key in keys} for claim in told]
        screen.show_case_json(scenario, plain_data(learned) | {"claims": plain_data(claims)})
        return
    _show_update(learned, scenario, actor)
    from detente.report import learning

    if learned.tempered is not None:
        _show_continuation(learned, learned.tempered, scenario, actor)
    elif findings is None:
        _say("Claims are held against all the evidence, so none are shown for a part of it.")
    elif rows := learning.list_claims(findings.claims):
        screen.show("")
        screen.show_table(("claim", "prior", "posterior", "verdict", "posterior's"), rows)
        _say(learning.WITHIN)


def _show_update(learned: Update, scenario: Scenario, wanted: list[str] | None) -> None:
    from detente.report import learning
    from detente.report.inputs import name_inputs

    names = learning.name_actors(scenario)
    actors = {name: names[name] for name in wanted or names}
    if learned.steps:
        screen.show_table(("", "date", "P", "draws", "seen"), learning.list_steps(learned))
        _say(
            "P: the observation's probability, given what was seen before it, over draws weighted by that. Draws: how "
            "many count in effect once it does."
        )
    _say(*learning.state_evidence(learned))
    if rows := learning.list_readings(learned.readings, actors, learned.threshold):
        screen.show("")
        screen.show_table(("prior", "posterior", "", "reading"), rows)
    for sentence in learning.list_effects(learned, actors):
        _say(sentence)
    for name in dict.fromkeys(share.actor for share in learned.readings if share.actor in actors):
        heads, rows = learning.list_matrix(learned, name)
        screen.show("", f"Evidence against the readings of {actors[name]}")
        screen.show_table(heads, rows)
    if learned.readings:
        _say(learning.MATRIX)
    inputs = name_inputs(scenario)
    for item in learned.inputs:
        _say(learning.tell_learned(item, inputs))


def _show_continuation(learned: Update, tempered: Tempered, scenario: Scenario, wanted: list[str] | None) -> None:
    from detente.findings.figures import write_figure
    from detente.report import learning
    from detente.report.inputs import name_inputs

    names = learning.name_actors(scenario)
    actors = {name: names[name] for name in wanted or names}
    screen.show("")
    _say(*learning.state_continuation(tempered, learned.draws))
    if rows := learning.list_readings(tempered.readings, actors, learned.threshold):
        screen.show("")
        screen.show_table(("prior", "posterior", "", "reading"), rows)
    inputs = name_inputs(scenario)
    for item in tempered.inputs:
        _say(learning.tell_learned(item, inputs))
    if tempered.claims:
        screen.show("")
        rows = [[name, write_figure(mean, error)] for name, mean, error in tempered.claims]
        screen.show_table(("claim", "posterior"), rows)
        _say("Claims that are plain probabilities, conditioned on the evidence within each particle.")


def _tell_level(level: float, accepted: float) -> None:
    screen.note(f"Exponent {level:.3g}: {100 * accepted:.0f} % of the proposals accepted.")


def _say(*sentences: str) -> None:
    screen.show(*(line for sentence in sentences for line in screen.fold(sentence)))


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong = f"'{text}' is not a day."
        raise QueryError([Issue("--on", 0, 0, "", wrong, "Write it as 2025-06-12.")]) from None


def _refuse_unknown(wanted: list[str], scenario: Scenario) -> None:
    from detente.scenario.slips import suggest

    rivals = [actor.id for actor in scenario.actors if len(actor.readings) > 1]
    known = [actor.id for actor in scenario.actors]
    issues = [
        Issue("--actor", 0, 0, "", f"There is no actor '{name}'.", suggest(name, known))
        if name not in known
        else Issue("--actor", 0, 0, "", f"'{name}' has one reading only.", f"With several: {', '.join(rivals) or '-'}.")
        for name in wanted
        if name not in rivals
    ]
    if issues:
        raise QueryError(issues)
