"""Cases in other tools' formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from detente import api
from detente.cli import screen
from detente.cli.options import Case, Json
from detente.errors import RunError


def export(
    case: Case,
    /,
    *,
    format: Annotated[Literal["drn"], Parameter(help="drn: the explicit Markov chain, for the Storm model checker.")],  # noqa: A002
    out: Annotated[Path | None, Parameter(help="The file [default: the case's name and the format].")] = None,
    as_json: Json = False,
) -> None:
    """Write a small case out for another tool, with all inputs at their medians.

    Example: detente export elmira --format drn
    """
    from detente.game.game import mask
    from detente.game.pricing import draw_inputs, price
    from detente.solvers.chain import write_drn, write_out
    from detente.solvers.conduct import solve_conduct
    from detente.solvers.layout import lay_out

    scenario = api.load(case)
    game = api.compile(scenario)
    layout = lay_out(game)
    chain = write_out(game, solve_conduct(game, price(game, draw_inputs(game, None)), layout), layout)
    where = {name: mask(game, condition) for name, condition in scenario.conditions}
    path = out or Path(f"{Path(case).absolute().stem}.{format}")
    try:
        path.write_text(write_drn(chain, game.status_quo, where), encoding="utf-8")
    except OSError as error:
        raise RunError(f"{path}: cannot be written: {error.strerror}.") from None
    states, transitions = len(chain.cells), len(chain.rates)
    if as_json:
        screen.show_json({"file": str(path), "format": format, "states": states, "transitions": transitions})
    else:
        screen.show(f"Wrote {path}: {states:,} states, {transitions:,} transitions, rates per month")
