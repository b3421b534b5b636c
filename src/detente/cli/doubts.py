"""What the claims command looks into when asked: echoes of single wants, and the placebo of random preferences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.cli import screen
from detente.errors import Issue, QueryError

if TYPE_CHECKING:
    from detente.ensemble.ensemble import Ensemble
    from detente.findings.echoes import Echo
    from detente.findings.findings import ClaimFinding, Findings
    from detente.findings.placebos import Placebo
    from detente.scenario.model import Scenario


@Parameter(name="*")
@dataclass(frozen=True)
class Doubt:
    """What is computed anew to see what a verdict rests on."""

    echo: Annotated[
        bool, Parameter(help="Each claim without the single want that says it directly.", show_default=False)
    ] = False
    draws: Annotated[
        int | None,
        Parameter(help=f"In how many of the run's draws [default: {api.ECHO_DRAWS}].", validator=Number(gte=1)),
    ] = None
    placebo: Annotated[
        int | None,
        Parameter(
            help="How often so many random preferences give the same verdict.", validator=Number(gte=1, lte=2**20)
        ),
    ] = None

    def __post_init__(self) -> None:
        """Raises QueryError for draws without an echo test."""
        if self.draws is not None and not self.echo:
            wrong = "The findings are those of the run's own draws; --draws is for the echo test."
            raise QueryError([Issue("--draws", 0, 0, "", wrong, "Add --echo, or leave it out.")])


@dataclass(frozen=True)
class Doubts:
    """What was found; empty where it was not asked."""

    echoes: tuple[Echo, ...] = ()
    placebos: tuple[Placebo, ...] = ()
    asked: Doubt = Doubt()

    def to_dict(self) -> dict[str, object]:
        """``echoes`` and ``placebos``, each where asked."""
        from detente.findings.findings import plain_data

        found: dict[str, object] = {"echoes": plain_data(self.echoes)} if self.asked.echo else {}
        return found | ({"placebos": plain_data(self.placebos)} if self.asked.placebo else {})

    def tell(self, claim: ClaimFinding, scenario: Scenario) -> Iterator[str]:
        """Sentences on one claim."""
        from detente.report import verdicts

        if self.asked.echo and claim.spread is not None:
            echoes = [echo for echo in self.echoes if echo.claim == claim.id]
            yield from (verdicts.state_echo(echo, claim, scenario) for echo in echoes)
            if not echoes:
                yield "Echo: no single want says it directly. Rankings and priorities are not taken apart."
        if self.asked.placebo and claim.spread is not None:
            yield verdicts.state_placebo(next((p for p in self.placebos if p.claim == claim.id), None))


def look_into(doubt: Doubt, scenario: Scenario, ensemble: Ensemble, findings: Findings) -> Doubts:
    """Compute what is asked about the claims found, with progress told."""
    wanted = {claim.id for claim in findings.claims}
    claims = [claim for claim in scenario.claims if claim.id in wanted]
    echoes: tuple[Echo, ...] = ()
    placebos: tuple[Placebo, ...] = ()
    if doubt.echo:
        draws = doubt.draws or api.ECHO_DRAWS
        with screen.follow("echo draws") as progress:
            echoes = api.find_echoes(scenario, ensemble, draws=draws, claims=claims, progress=progress)
    if doubt.placebo:
        seed = ensemble.seed
        with screen.follow("random preferences") as progress:
            placebos = api.run_placebos(scenario, findings.claims, doubt.placebo, seed=seed, progress=progress)
    return Doubts(echoes, placebos, doubt)
