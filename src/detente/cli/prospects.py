"""What forecast is asked, and its answers about what comes next: sequences of moves, time in states, the card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import files, screen
from detente.cli.options import Seed
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.scenario.model import Scenario
    from detente.solvers.card import Card
    from detente.solvers.occupation import Occupation
    from detente.solvers.sequences import Sequences
    from detente.solvers.timeline import Timeline


#: sequences told at most
MOST = 1000


@Parameter(name="*")
@dataclass(frozen=True)
class Question:
    """What is asked, and what differs from the case as written."""

    query: Annotated[
        list[str] | None, Parameter(help="A query; give it again for more [default: the claims' own].")
    ] = None
    curve: Annotated[
        list[str] | None,
        Parameter(help="A condition, or a query of one probability, month by month; give it again for more."),
    ] = None
    svg: Annotated[Path | None, Parameter(help="Draw the curves, or the timeline, into this file.")] = None
    when: Annotated[
        bool, Parameter(help="When the events of 'by' and 'enters' queries are expected.", show_default=False)
    ] = False
    settings: Annotated[
        list[str] | None, Parameter(name="--set", help="Another input, such as 'us.deal = 0'; give it again for more.")
    ] = None
    start: Annotated[
        str, Parameter(name="--from", help="Another start, such as 'us.offer = freeze'.", show_default=False)
    ] = ""


@Parameter(name="*")
@dataclass(frozen=True)
class Sampling:
    """Over which inputs."""

    draws: Annotated[
        int | None, Parameter(help="Average over so many samples of the inputs.", validator=Number(gte=1, lte=2**30))
    ] = None
    seed: Seed = api.SEED
    central: Annotated[
        bool, Parameter(help="All inputs at their medians; what is done without --draws.", show_default=False)
    ] = False


@Parameter(name="*")
@dataclass(frozen=True)
class Ahead:
    """What is asked about moves; without any of it, queries are answered."""

    until: Annotated[
        str,
        Parameter(
            name="--next",
            help="Up to when: '3 months' or a date; alone, a card of each actor's odds of its next move.",
            show_default=False,
        ),
    ] = ""
    roll: Annotated[
        int | None, Parameter(help="Also draw the card's first move, with this seed.", validator=Number(gte=0))
    ] = None
    sequences: Annotated[
        int | bool,
        Parameter(help="The likeliest sequences of moves, so many [5], and who moves first.", show_default=False),
    ] = False
    times: Annotated[bool, Parameter(help="The share of time spent in each state.", show_default=False)] = False
    timeline: Annotated[
        bool,
        Parameter(help="Every lever over time: when it is first left, where it ends.", show_default=False),
    ] = False
    day: Annotated[
        str, Parameter(name="--on", help="The day it is, when asking about moves [default: as_of].", show_default=False)
    ] = ""

    @property
    def asked(self) -> bool:
        """Whether anything is asked about moves."""
        return bool(self.until or self.day or self.times or self.timeline or self.counts) or self.roll is not None

    @property
    def counts(self) -> bool:
        """Whether sequences are asked for; with 0 of them, too, so that it can be refused."""
        return self.sequences is not False


def tell(scenario: Scenario, question: Question, sampling: Sampling, ahead: Ahead, as_json: bool) -> None:
    """Print what is asked about moves, in text or as one JSON document with a key for each."""
    _refuse_mixtures(question, sampling, ahead)
    found = dict(_find(scenario, question, sampling, ahead))
    if as_json:
        screen.show_case_json(scenario, {name: result.to_dict() for name, result in found.items()})
        return
    for place, result in enumerate(found.values()):
        screen.show("" if place else scenario.title, "", *str(result).splitlines())


def _find(
    scenario: Scenario, question: Question, sampling: Sampling, ahead: Ahead
) -> Iterator[tuple[str, Sequences | Occupation | Timeline | Card]]:
    view = api.View(question.start, tuple(question.settings or ()), ahead.day, ahead.until)
    if ahead.counts:
        most = api.SEQUENCES if ahead.sequences is True else ahead.sequences
        yield "sequences", api.find_sequences(scenario, view, most=most, query="".join(question.query or ()))
    if ahead.times:
        yield "times", api.measure_occupation(scenario, view)
    if ahead.timeline:
        line = api.lay_timeline(scenario, view)
        if question.svg is not None:
            from detente.report.charts.timeline import plot_timeline, read_marks

            files.write_drawing(question.svg, plot_timeline(line, read_marks(scenario)))
        yield "timeline", line
    if ahead.roll is not None or not (ahead.times or ahead.timeline or ahead.counts):
        if sampling.draws is None:
            card = api.lay_card(scenario, view)
        else:
            screen.note(f"{sampling.draws} draws, seed {sampling.seed}")
            with screen.follow("draws") as progress:
                card = api.lay_card(scenario, view, draws=sampling.draws, seed=sampling.seed, progress=progress)
        yield "card", card if ahead.roll is None else api.roll_card(card, ahead.roll)


def _refuse_mixtures(question: Question, sampling: Sampling, ahead: Ahead) -> None:
    """Options that do not go together, all at once."""
    issues = []
    if question.query and not ahead.counts:
        issues.append(
            Issue(
                "--query", 0, 0, "", "A card, times and the timeline answer no query.", "Add --sequences, or ask alone."
            )
        )
    if question.query and len(question.query) > 1 and ahead.counts:
        issues.append(Issue("--query", 0, 0, "", "First moves are weighed by one query.", "Give --query once."))
    if sampling.draws is not None and (ahead.counts or ahead.times or ahead.timeline):
        message = "Sequences, times and the timeline are at central values."
        issues.append(Issue("--draws", 0, 0, "", message, "Leave out --draws."))
    if ahead.counts and not 1 <= int(ahead.sequences) <= MOST:
        message = f"{int(ahead.sequences)} sequences cannot be told."
        issues.append(Issue("--sequences", 0, 0, "", message, f"Ask for 1 to {MOST}."))
    if issues:
        raise QueryError(issues)
