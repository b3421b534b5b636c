"""Reading scenarios: a bundled case's name, a YAML file, a folder with a ``scenario.yaml``, or text.

A file is read once, in stages: text to positions (document), shape (schema), meaning (builder), sense (rules). All
errors of all stages are told together, as far as a later stage can go on.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from detente.errors import Issue, QueryError, ScenarioError
from detente.scenario.builder import build
from detente.scenario.catalogue import names_of
from detente.scenario.conditions import Condition
from detente.scenario.dates import read_months
from detente.scenario.document import LARGEST_FILE, Text, read_document
from detente.scenario.interpreter import resolve_query
from detente.scenario.model import Scenario, months_between
from detente.scenario.names import resolve_condition
from detente.scenario.neighbours import Neighbours, list_neighbours
from detente.scenario.notes import MOST_ISSUES, Notes, TooMany
from detente.scenario.preferences import Desk
from detente.scenario.quantities import Quantity
from detente.scenario.queries import Levels, Probability, Query, Setting, measurements_of
from detente.scenario.questions import write_query
from detente.scenario.rules import check
from detente.scenario.rules.sheet import Sheet
from detente.scenario.rules.states import find_forbidding
from detente.scenario.settings import resolve_inputs, resolve_levels, resolve_supposition
from detente.scenario.shape import read_shape
from detente.scenario.slips import Slipped, suggest
from detente.scenario.writer import write_scenario

FILE_NAME = "scenario.yaml"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Case:
    """A bundled case."""

    name: str
    title: str


def load(case: str | Path) -> Scenario:
    """Read a scenario. Raises ScenarioError with every issue found; warnings are left out."""
    return load_checked(case)[0]


def load_checked(case: str | Path) -> tuple[Scenario, tuple[Issue, ...]]:
    """Read a scenario, its warnings, and what is empty. Raises ScenarioError with every issue found."""
    found = _find_file(Path(case))
    if found is not None:
        return _load_file(found, str(found), str(found))
    names = [item.name for item in list_cases()]
    if str(case) in names:
        with as_file(files("detente").joinpath("cases", str(case))) as folder:
            return _load_file(folder / FILE_NAME, str(case), FILE_NAME)
    if os.path.isdir(case):  # noqa: PTH112 - False for a name too long, where Path raises
        message, cure = f"The folder has no file {FILE_NAME}.", "Name a file, or start a case with `detente new NAME`."
    else:
        message, cure = "There is no such file, folder or bundled case.", suggest(str(case), names)
    raise ScenarioError([Issue(str(case), 0, 0, "", message, cure)])


def loads(
    text: str, *, name: str = FILE_NAME, folder: Path | None = None, brief: str | None = None
) -> tuple[Scenario, tuple[Issue, ...]]:
    """Read the text of a scenario. Answers the warnings too.

    ``folder`` is where its brief and the other cases it asks about are looked for; or ``brief`` is the brief's text.
    """
    if brief is not None:
        return _read(text, name, lambda notes, path: brief if path is not None else "", _look_around(folder))
    return _read(text, name, lambda notes, path: _read_brief(notes, path, folder), _look_around(folder))


def dump(scenario: Scenario) -> str:
    """The scenario as a file: the very text it was read from as long as that says the same, else written anew."""
    if scenario.source_text:
        try:
            abroad = Neighbours(_find_bundled, dict(list_neighbours(scenario)))
            if _read(scenario.source_text, FILE_NAME, lambda notes, brief: scenario.brief, abroad)[0] == scenario:
                return scenario.source_text
        except ScenarioError:
            # The text was made for another version of the language.
            pass
    return write_scenario(scenario)


def _read(
    text: str, name: str, read_brief: Callable[[Notes, str | None], str], abroad: Neighbours | None
) -> tuple[Scenario, tuple[Issue, ...]]:
    document = read_document(text, name)
    notes = Notes(name)
    notes.issues.extend(document.issues)
    if not document.data and document.issues:
        raise ScenarioError(notes.in_order())
    desk = Desk(notes, abroad=abroad)
    try:
        raw, doubtful = read_shape(document, notes)
        brief = read_brief(notes, raw.brief)
        scenario = build(desk, raw, doubtful, brief)
    except TooMany:
        last = Issue(name, 0, 0, "", f"More than {MOST_ISSUES} mistakes: the rest is not told.", "Correct these first.")
        raise ScenarioError([*notes.in_order(), last]) from None
    if scenario.actors and not any(".levers" in issue.path for issue in notes.issues):
        sound = not any(issue.severity == "error" for issue in notes.issues)
        notes.issues.extend(check(Sheet(name, scenario, desk.marks), sound=sound))
    issues = notes.in_order()
    if any(issue.severity == "error" for issue in issues):
        raise ScenarioError(issues)
    parts = [text, brief, *(part for case, other in list_neighbours(scenario).items() for part in (case, other.digest))]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return replace(scenario, digest=digest, path=name, source_text=text), issues


def list_cases() -> tuple[Case, ...]:
    """The bundled cases, by name."""
    found: list[Case] = []
    for entry in sorted(files("detente").joinpath("cases").iterdir(), key=lambda item: item.name):
        file = entry.joinpath(FILE_NAME)
        if file.is_file():
            # The title alone: reading each case in full would take a second.
            lines = file.read_text(encoding="utf-8").splitlines()
            line = next((line for line in lines if line.startswith("title:")), "title:")
            found.append(Case(entry.name, read_document(line, FILE_NAME).data.get("title") or ""))
    return tuple(found)


#: what every query has, and no condition
_QUERY = re.compile(r"(?<![\w.-])(P|E|stable|value|reachable|divergence|opposed|terms)\s*\(")


def parse_query(scenario: Scenario, text: str) -> Query:
    """Read a query about a scenario. Raises QueryError."""
    names = replace(names_of(scenario), abroad=Neighbours(_find_bundled, dict(list_neighbours(scenario))))
    query = _parse("query", text, lambda: resolve_query(text, names))
    for measurement in measurements_of(query.expression):
        setting = measurement.setting
        _refuse_forbidden("query", scenario, (*setting.start, *setting.suppose))
    return query


def parse_condition(scenario: Scenario, text: str) -> Condition:
    """Read a condition over a scenario's levers. Raises QueryError."""
    return _parse("condition", text, lambda: resolve_condition(text, names_of(scenario)))


def parse_curve(scenario: Scenario, text: str) -> tuple[Query, ...]:
    """Read what a curve can show: one probability, or a condition, which asks for two up to the horizon.

    Of a condition: that it is true on the day, and that it has been true by then. Raises QueryError.
    """
    if not _QUERY.search(text):
        condition, horizon = parse_condition(scenario, text), months_between(scenario.as_of, scenario.horizon)
        asked = (Probability(condition, "on", horizon), Probability(condition, "by", horizon))
        return tuple(Query(item, write_query(item, scenario)) for item in asked)
    query = parse_query(scenario, text)
    if not isinstance(query.expression, Probability):
        message = f"'{query}' is not one probability."
        raise QueryError([Issue("curve", 1, 1, "", message, "Ask for a condition, or for 'P(... by DATE)'.")])
    return (query,)


def parse_levels(scenario: Scenario, text: str) -> Levels:
    """Read levels of levers joined by ``and`` (a policy stands for its levels). Raises QueryError.

    A state is the status quo with these levels changed; one that a rule forbids is refused.
    """
    levels = _parse("state", text, lambda: resolve_levels(text, names_of(scenario)))
    _refuse_forbidden("state", scenario, levels)
    return levels


def parse_supposition(scenario: Scenario, text: str) -> Setting:
    """Read what may stand behind ``| suppose`` in a query. Raises QueryError, also for what a rule forbids."""
    setting = _parse("suppose", text, lambda: resolve_supposition(text, names_of(scenario)))
    _refuse_forbidden("suppose", scenario, setting.suppose)
    return setting


def parse_input(scenario: Scenario, text: str) -> tuple[str, Quantity]:
    """Read ``us.deal=0``: the id of an input and its value. Raises QueryError."""
    inputs = _parse("input", text, lambda: resolve_inputs(text, names_of(scenario)))
    if len(inputs) != 1:
        raise QueryError([Issue("input", 1, 1, "", f"'{text}' sets more than one input.", "Set them one by one.")])
    return inputs[0]


def parse_day(scenario: Scenario, text: str) -> date:
    """A day from ``as_of`` to before the horizon. Raises QueryError."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        message = f"'{text[:40]}' is no day."
        raise QueryError([Issue("day", 1, 1, "", message, "Write a date such as 2025-07-20.")]) from None
    if not scenario.as_of <= day < scenario.horizon:
        cure = f"Choose a day from {scenario.as_of} to before {scenario.horizon}."
        raise QueryError([Issue("day", 1, 1, "", f"{day} is outside the model's time.", cure)])
    return day


def parse_end(scenario: Scenario, text: str, since: date) -> float:
    """Months from a day up to a date or over a span such as ``3 months``, none past the horizon. Raises QueryError."""
    months = _parse("span", text, lambda: read_months(text, since, "Write 2026-11-30 or '24 months'."))
    horizon = scenario.horizon
    if months <= 0:
        raise QueryError([Issue("span", 1, 1, "", f"'{text}' ends no later than {since}.", "Choose a later end.")])
    if months > months_between(since, horizon):
        message = f"'{text}' from {since} reaches past the horizon."
        raise QueryError([Issue("span", 1, 1, "", message, f"The horizon is {horizon}.")])
    return months


def _parse(what: str, text: str, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except Slipped as slipped:
        raise QueryError(
            Issue(what, text.count("\n", 0, slip.offset) + 1, slip.offset + 1, "", slip.message, slip.cure)
            for slip in slipped.slips
        ) from None


def _refuse_forbidden(what: str, scenario: Scenario, levels: Levels) -> None:
    rule = find_forbidding(scenario, levels) if levels else None
    if rule is not None:
        message = f"The state asked about is forbidden by the rule '{rule.forbid}'."
        raise QueryError([Issue(what, 1, 1, "", message, "Set the other levers of the rule too.")])


def _find_file(path: Path) -> Path | None:
    """The file itself, or the one in the folder; None where there is none."""
    try:
        path = path / FILE_NAME if path.is_dir() else path
        return path if path.is_file() else None
    except (OSError, ValueError):
        # Too long a name, or one with a NUL.
        return None


def _load_file(path: Path, name: str, shown: str, *, alone: bool = False) -> tuple[Scenario, tuple[Issue, ...]]:
    """Read a file; ``alone`` when it is asked about from another case, and so may ask about none."""
    text, folder = _read_text(path, shown), path.parent
    abroad = None if alone else _look_around(folder)
    scenario, warnings = _read(text, shown, lambda notes, brief: _read_brief(notes, brief, folder), abroad)
    return replace(scenario, path=name), warnings


def _look_around(folder: Path | None) -> Neighbours:
    """Other cases: a file or folder of that name inside ``folder``, or else a bundled case."""

    def find(case: str) -> Scenario:
        if folder is None:
            return _find_bundled(case)
        for path in (folder / f"{case}.yaml", folder / case / FILE_NAME):
            if path.is_file():
                if not path.resolve().is_relative_to(folder.resolve()):
                    message = "it leads out of the scenario's folder."
                    raise ScenarioError([Issue(case, 0, 0, "", message, "Put the file itself there.")])
                return _load_file(path, case, path.name, alone=True)[0]
        return _find_bundled(case)

    return Neighbours(find)


def _find_bundled(case: str) -> Scenario:
    names = [item.name for item in list_cases()]
    if case not in names:
        message = "there is neither a file nor a bundled case of that name."
        raise ScenarioError([Issue(case, 0, 0, "", message, suggest(case, names))])
    with as_file(files("detente").joinpath("cases", case)) as folder:
        return _load_file(folder / FILE_NAME, case, FILE_NAME, alone=True)[0]


def _read_text(path: Path, shown: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ScenarioError([Issue(shown, 0, 0, "", f"The file cannot be read: {error.strerror}.")]) from None
    if len(content) > LARGEST_FILE:
        message = f"The file has more than {LARGEST_FILE:,} bytes."
        raise ScenarioError([Issue(shown, 0, 0, "", message, "Split it.")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise ScenarioError(
            [Issue(shown, line, column, "", "The file is not UTF-8 text.", "Save it as plain text in UTF-8.")]
        ) from None


def _read_brief(notes: Notes, brief: str | None, folder: Path | None) -> str:
    """The text of the brief: a relative path inside the scenario's folder, never out of it."""
    if brief is None:
        return ""
    assert isinstance(brief, Text)
    path = Path(brief)
    if not brief.strip() or path.is_absolute() or ".." in path.parts or "\\" in brief or "\n" in brief:
        notes.error(brief, f"The brief '{brief[:60]}' is not a path inside the scenario's folder.", "Put it there.")
        return ""
    if folder is None:
        notes.error(brief, "A scenario given as text has no folder to look for the brief in.", "Save it as a file.")
        return ""
    try:
        target = (folder / path).resolve(strict=True)
        if not target.is_relative_to(folder.resolve()):
            notes.error(brief, f"The brief '{brief}' leads out of the scenario's folder.", "Put the file itself there.")
            return ""
        if not target.is_file():
            notes.error(brief, f"The brief '{brief}' is not a file.", "Name a text file.")
            return ""
        text = _read_text(target, brief)
    except ScenarioError as error:
        notes.error(brief, f"The brief '{brief}' cannot be read.", error.issues[0].message)
        return ""
    except (OSError, ValueError):
        notes.error(brief, f"There is no file '{brief}' in the scenario's folder.", "Check its name.")
        return ""
    return text.removeprefix("\ufeff")
