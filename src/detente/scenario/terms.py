"""Queries about what is bargained over: ``terms(deal)``, ``P(terms(deal) in freeze)``."""

from __future__ import annotations

from typing import Literal, cast

from lark import Token

from detente.scenario.model import Question
from detente.scenario.parser import Syntax, leaf_of, trees_of
from detente.scenario.queries import Setting, Terms, TermsProbability
from detente.scenario.settings import SettingResolver
from detente.scenario.slips import suggest

#: models a query may name, in the order in which results list them
MODEL_IDS = (
    "predictive",
    "compromise",
    "median",
    "nash",
    "kalai-smorodinsky",
    "condorcet",
    "expected-utility",
    "smp",
    "smp-corrected",
    "exchange",
)
DEFAULT_MODEL = MODEL_IDS[0]
_SUFFIXES = ("suppose", "from", "with", "believed")
#: stands in for an issue that carries its own slip
_NONE = Question("", (), ())


class TermsResolver(SettingResolver):
    """Syntax trees of queries about bargaining to what they mean; what is wrong is collected in ``slips``."""

    def terms(self, tree: Syntax) -> Terms:
        """A model's point."""
        question = self._question(leaf_of(tree, 0))
        return Terms(question.id, self._model(tree), (question.low, question.high), self._changed_inputs(tree))

    def outlook(self, tree: Syntax) -> TermsProbability:
        """A share of the predictive distribution."""
        question = self._question(leaf_of(tree, 0))
        if (model := self._model(tree)) != DEFAULT_MODEL:
            middle = f"{(question.low + question.high) / 2:g}"
            cure = f"Write 'terms({question.id}, {model}) >= {middle}', which is true or false in a draw."
            self.slip_at(tree, f"{model} gives a point and no chances.", cure)
        setting = self._changed_inputs(tree)
        operators = [child for child in tree.children if isinstance(child, Token) and child.type == "COMPARISON"]
        if not operators:
            return TermsProbability(question.id, self._regions(tree, question), setting=setting)
        operator, limit = operators[0], next(part for part in trees_of(tree) if part.data == "limit")
        if operator in ("=", "!="):
            self.slip(operator, f"Terms are not compared by '{operator}'.", "Write >, >=, < or <=, or name a region.")
        bound = float("".join(str(child) for child in limit.children))
        self._check_bound(limit, str(operator), bound, question)
        told = cast("Literal['>', '<', '>=', '<=']", str(operator))
        return TermsProbability(question.id, operator=told, bound=bound, setting=setting)

    def _question(self, token: Token) -> Question:
        name = str(token)
        if name not in self.names.issues:
            if name in self.names.others:
                options = f"Issues: {', '.join(self.names.issues)}." if self.names.issues else "The case has no issues."
                self.slip(token, f"'{name}' is {self.names.others[name]}, not an issue.", options)
            elif self.names.issues:
                self.miss(token, "issue", self.names.issues)
            elif not self.names.doubts(name):
                self.slip(token, f"No issue '{name}': the case has none.", "Write it under 'issues:'.")
            return _NONE
        return self.names.issues[name]

    def _model(self, tree: Syntax) -> str:
        for token in tree.children:
            if isinstance(token, Token) and token.type == "MODEL":
                if str(token) in MODEL_IDS:
                    return str(token)
                self.slip(token, f"No model '{token}'.", suggest(str(token), MODEL_IDS) or _list_models())
        return DEFAULT_MODEL

    def _regions(self, tree: Syntax, question: Question) -> tuple[tuple[float, float], ...]:
        known = {region.name: (region.low, region.high) for region in question.regions}
        found: dict[tuple[float, float], None] = {}
        for token in tree.children:
            if not isinstance(token, Token) or token.type not in ("LEVEL", "QUOTED"):
                continue
            name = str(token)[1:-1] if token.type == "QUOTED" else str(token)
            if name in known:
                found[known[name]] = None
            elif question is not _NONE:
                cure = suggest(name, known) if known else "Give it 'regions:', or name points of its scale."
                self.slip(token, f"No region '{name}' on the scale of {question.id}.", cure)
        return tuple(sorted(found))

    def _check_bound(self, limit: Syntax, operator: str, bound: float, question: Question) -> None:
        if question is _NONE:
            return
        low, high = question.low, question.high
        if not low <= bound <= high:
            message = f"{bound:g} is off the scale of {question.id}."
            self.slip_at(limit, message, f"It runs from {low:g} to {high:g}.")
        elif (operator, bound) in ((">=", low), ("<=", high), ("<", low), (">", high)):
            certain = "always" if "=" in operator else "never"
            self.slip_at(limit, f"This is {certain} true: {bound:g} is the end of the scale.", "Choose another bound.")

    def _changed_inputs(self, tree: Syntax) -> Setting:
        parts = [part for part in trees_of(tree) if part.data in _SUFFIXES]
        for part in parts:
            if part.data != "with":
                cure = "Change positions, saliences or capabilities: '| with ISSUE.ACTOR.position = 40'."
                self.slip_at(part, f"'{part.data}' does not bear on bargaining.", cure)
        return Setting(inputs=self.setting([part for part in parts if part.data == "with"]).inputs)


def _list_models() -> str:
    return f"There are {', '.join(MODEL_IDS)}."
