"""The whole account of how a run was made, in the order of the computation, with its literature."""

from __future__ import annotations

from dataclasses import dataclass

from detente.ensemble.ensemble import Ensemble
from detente.ensemble.study import CONCEPTS
from detente.findings.findings import Findings
from detente.game.game import Game
from detente.report.methods.bargaining import write_bargaining
from detente.report.methods.bibliography import write_bibtex
from detente.report.methods.chapters import Chapter, list_cited
from detente.report.methods.concepts import write_concepts
from detente.report.methods.draws import write_draws
from detente.report.methods.judgement import write_choices, write_learning, write_scores, write_verdicts
from detente.report.methods.likelihoods import write_likelihoods
from detente.report.methods.literature import WORKS, Work
from detente.report.methods.paper import write_paper
from detente.report.methods.payoffs import write_payoffs
from detente.report.methods.recursion import write_recursion
from detente.report.methods.replication import write_replication
from detente.report.methods.structure import write_structure
from detente.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Account:
    """Chapters, and the works they cite: only what this case and this run use."""

    title: str
    chapters: tuple[Chapter, ...]
    bibtex: str

    @property
    def works(self) -> dict[str, tuple[int, Work]]:
        """By key the number under which a work is cited, from 1, and the work."""
        return {key: (k, WORKS[key]) for k, key in enumerate(list_cited(self.chapters), start=1)}

    def __str__(self) -> str:
        return write_paper(self.title, self.chapters, self.works)

    def __repr__(self) -> str:
        return f"<Account: {len(self.chapters)} chapters, {len(self.works)} works>"


def write_account(findings: Findings, scenario: Scenario, game: Game, ensemble: Ensemble) -> Account:
    """How the numbers of a run were made."""
    used = [concept for concept in CONCEPTS if f"stable/{concept}" in ensemble.cells and game.axes]
    chapters = (
        *list_model_chapters(scenario, game),
        write_concepts(used),
        write_draws(game, findings.draws, findings.seed),
        write_verdicts(findings, scenario),
        write_choices(findings),
        write_learning(findings),
        write_scores(findings),
        write_replication(findings, scenario, ensemble),
    )
    kept = tuple(chapter for chapter in chapters if chapter is not None)
    version = str(findings.made_by.get("detente", ""))
    return Account(scenario.title, kept, write_bibtex(scenario, list_cited(kept), version, findings))


def list_references(scenario: Scenario, game: Game, draws: int, version: str) -> str:
    """The BibTeX of a case that was not run: what a run of it would cite for the model and its draws."""
    chapters = (
        *list_model_chapters(scenario, game),
        write_concepts(CONCEPTS if game.axes else ()),
        write_draws(game, draws, 0),
    )
    kept = tuple(chapter for chapter in chapters if chapter is not None)
    return write_bibtex(scenario, list_cited(kept), version)


def list_model_chapters(scenario: Scenario, game: Game) -> tuple[Chapter | None, ...]:
    """The chapters that need no run: states, payoffs, behaviour, probabilities, terms; without levers the last."""
    terms = write_bargaining(scenario)
    if not game.axes:
        return (terms,)
    return (
        write_structure(scenario, game),
        write_payoffs(scenario, game),
        write_recursion(scenario, game),
        write_likelihoods(scenario),
        terms,
    )
