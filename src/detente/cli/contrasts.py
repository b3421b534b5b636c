"""The command that holds two things side by side: compare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.cli.options import Claims, Json, RunOrCase, Seed
from detente.cli.runs import find_draws, read_scenario, refuse_unknown
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.findings.comparison import Comparison


@Parameter(name="*")
@dataclass(frozen=True)
class Supposing:
    """What is supposed, and over which draws it is asked."""

    suppose: Annotated[
        list[str] | None,
        Parameter(help="Levels of levers, or a policy, held from the start; twice for two suppositions of one case."),
    ] = None
    draws: Annotated[int, Parameter(help="Draws asked with --suppose.", validator=Number(gte=1, lte=2**20))] = api.DRAWS
    seed: Seed = api.SEED


def compare(
    before: RunOrCase,
    after: Annotated[str | None, Parameter(help="The same of the other; none with --suppose.")] = None,
    /,
    *,
    supposing: Supposing | None = None,
    claim: Claims = None,
    as_json: Json = False,
) -> None:
    """Hold two runs, two cases, or one case under two suppositions side by side: what changed, and by how much.

    Example: detente compare chicken --suppose 'row.act = hold'
    """
    supposing = supposing or Supposing()
    if (after is None) == (supposing.suppose is None):
        cure = "Name two runs or cases, or one case with --suppose."
        raise QueryError([Issue("compare", 0, 0, "", "There must be two things to compare.", cure)])
    found = _suppose(before, supposing, claim) if after is None else _compare(before, after, claim)
    if as_json:
        screen.show_json(found.to_dict())
    else:
        _show(found)


def _suppose(case: str, supposing: Supposing, wanted: list[str] | None) -> Comparison:
    scenario = api.load(case)
    refuse_unknown(wanted or [], [claim.id for claim in scenario.claims])
    if wanted:
        scenario = replace(scenario, claims=tuple(claim for claim in scenario.claims if claim.id in wanted))
    texts, draws, seed = supposing.suppose or (), supposing.draws, supposing.seed
    screen.note(f"{draws} draws, seed {seed}")
    with screen.follow("draws") as progress:
        return api.compare_suppositions(scenario, texts, draws=draws, seed=seed, progress=progress)


def _compare(before: str, after: str, wanted: list[str] | None) -> Comparison:
    one, other = ((name, *find_draws(name, read_scenario(name))) for name in (before, after))
    known = dict.fromkeys(claim.id for _, scenario, _ in (one, other) for claim in scenario.claims)
    refuse_unknown(wanted or [], list(known))
    found = api.compare(one, other)
    chosen = tuple(item for item in found.contrasts if not wanted or item.claim in wanted)
    return replace(found, contrasts=chosen)


def _show(found: Comparison) -> None:
    from detente.report import contrast

    screen.show(f"before: {found.before}", f"after:  {found.after}", *screen.fold(contrast.state_pairing(found)), "")
    changes = contrast.list_changes(found)
    if changes:
        screen.show("Written otherwise:", *(line for change in changes for line in screen.fold(change)), "")
    screen.show(*str(found).splitlines(), "", *screen.fold(contrast.state_moves(found)))
    left = [f"{name} is left out: {reason}." for name, reason in found.left_out.items()]
    screen.show(*(line for text in left for line in screen.fold(text)))
    heads, rows = contrast.tabulate_rests(found)
    if rows:
        screen.show("")
        screen.show_table(heads, rows)
    rankings = contrast.list_rankings(found)
    if rankings:
        screen.show("", "Ranked otherwise:", *(line for text in rankings for line in screen.fold(text)))
    if not changes and not rows and not rankings and all(item.same for item in found.contrasts):
        screen.show("", "Nothing differs.")
