"""Commands on decisions whose outcome is known: backtest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import Json, Seed

if TYPE_CHECKING:
    from detente.findings.backtest import Backtest

#: the most samples behind an interval
MOST = 100_000


@Parameter(name="*")
@dataclass(frozen=True)
class Intervals:
    """How intervals are drawn."""

    resamples: Annotated[
        int, Parameter(help="Samples of dossiers behind each interval.", validator=Number(gte=100, lte=MOST))
    ] = api.RESAMPLES
    seed: Seed = api.SEED


@Parameter(name="*")
@dataclass(frozen=True)
class Fitting:
    """What is done about the default's constants."""

    unseen: Annotated[
        bool, Parameter(help="Only dossiers the default's constants were not fitted on.", show_default=False)
    ] = False
    refit: Annotated[
        bool,
        Parameter(help="Fit the constants anew, with figures on dossiers left out of each fit.", show_default=False),
    ] = False


def backtest(
    data_set: Annotated[Literal["deu"], Parameter(help="deu: decisions of the European Union, DEU III.")],
    /,
    *,
    data: Annotated[Path, Parameter(help="Your copy of the data (doi:10.34810/data53).")],
    model: Annotated[list[str] | None, Parameter(help="A model's id; again for more [default: all].")] = None,
    intervals: Intervals | None = None,
    fitting: Fitting | None = None,
    as_json: Json = False,
) -> None:
    """Score every model of bargaining on decisions whose outcome is known.

    Example: detente backtest deu --data deu3.csv
    """
    drawn, chosen = intervals or Intervals(), fitting or Fitting()
    with _follow_all() as follow:
        found = api.backtest(
            data,
            model,
            trial=api.Trial(chosen.unseen, chosen.refit),
            seed=drawn.seed,
            resamples=drawn.resamples,
            follow=follow,
        )
    if as_json:
        screen.show_json(found.to_dict())
        return
    _tell(found)


def _tell(found: Backtest) -> None:
    from detente.report import backtests

    about = f"{found.issues} issues of {found.dossiers} dossiers; seed {found.seed}, {found.resamples:,} samples"
    screen.show(f"{found.file}: {about}", "")
    screen.show_table(*backtests.tabulate_points(found))
    screen.show("")
    screen.show_table(*backtests.tabulate_distributions(found))
    if found.refits:
        screen.show("")
        screen.show_table(*backtests.tabulate_refits(found))
    notes = [*backtests.list_left_out(found), *backtests.list_cautions(found)]
    screen.show("", *(line for note in notes for line in screen.fold(note)))


@contextmanager
def _follow_all() -> Iterator[Callable[[str], screen.Progress]]:
    """One progress after the other: the next ends the last."""
    with ExitStack() as stack:

        def follow(what: str) -> screen.Progress:
            stack.close()
            return stack.enter_context(screen.follow(what))

        yield follow
