"""The command that answers queries without a run: forecast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from detente import api
from detente.cli import files, prospects, screen
from detente.cli.options import Case, Json
from detente.cli.prospects import Ahead, Question, Sampling
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.ensemble.curves import Curves
    from detente.ensemble.forecast import Forecast
    from detente.ensemble.inquiry import Inquiry
    from detente.scenario.model import Scenario
    from detente.scenario.queries import Query


def forecast(
    case: Case,
    /,
    *,
    question: Question | None = None,
    sampling: Sampling | None = None,
    ahead: Ahead | None = None,
    as_json: Json = False,
) -> None:
    """Answer queries: how likely, by when, under which supposition; or say what moves next, and for how long it stays.

    Example: detente forecast korea-2024 --query "P(us.offer >= denuclearize by 2025-07-20)" --draws 16
    """
    question, sampling = question or Question(), sampling or Sampling()
    if sampling.central and sampling.draws is not None:
        raise QueryError([Issue("--central", 0, 0, "", "Central values are not drawn.", "Leave out --draws.")])
    if question.curve and (question.query or question.when):
        raise QueryError([Issue("--curve", 0, 0, "", "Curves are shown alone.", "Leave out --query and --when.")])
    if question.svg and not question.curve and not (ahead and ahead.timeline):
        cure = "Say which with --curve, or ask for --timeline."
        raise QueryError([Issue("--svg", 0, 0, "", "There are no curves to draw.", cure)])
    scenario = api.load(case)
    if ahead is not None and ahead.asked:
        prospects.tell(scenario, question, sampling, ahead, as_json)
        return
    found: Forecast | Curves
    if question.curve:
        queries = api.parse_curves(scenario, question.curve, question.start, question.settings or ())
        with _inquire(scenario, queries, sampling) as inquiry:
            found = api.draw_curves(scenario, inquiry)
        if question.svg is not None:
            from detente.report import charts

            files.write_drawing(question.svg, charts.plot_curves(found))
    else:
        with _inquire(scenario, _collect(scenario, question), sampling) as inquiry:
            found = api.answer(scenario, inquiry, when=question.when)
    if as_json:
        screen.show_case_json(scenario, found.to_dict())
    else:
        screen.show(f"{scenario.title}, {found.made_by['values']}", str(found))


@contextmanager
def _inquire(scenario: Scenario, queries: list[Query], sampling: Sampling) -> Iterator[Inquiry]:
    """What is asked and over which draws, with progress told while it is answered."""
    if sampling.draws is None:
        yield api.inquire(scenario, queries)
        return
    screen.note(f"{sampling.draws} draws, seed {sampling.seed}")
    with screen.follow("draws") as progress:
        yield api.inquire(scenario, queries, sampling.draws, sampling.seed, progress)


def _collect(scenario: Scenario, question: Question) -> list[Query]:
    """The queries asked, or those of the claims."""
    if question.query:
        return api.parse_queries(scenario, question.query, question.start, question.settings or ())
    texts = [claim.query.text for claim in scenario.claims if claim.query is not None]
    if not texts:
        raise QueryError([Issue(scenario.path, 0, 0, "claims", "No claim has a query.", "Ask one with --query.")])
    return api.parse_queries(scenario, texts, question.start, question.settings or ())
