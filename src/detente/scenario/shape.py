"""A document against the schema: everything of the wrong shape is noted and left out, and the rest goes on."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from detente.scenario.document import Document, Path, Text, write_path
from detente.scenario.names import ANY
from detente.scenario.notes import Notes, make_issue
from detente.scenario.schema import RawScenario
from detente.scenario.slips import suggest

#: without these there is no scenario
REQUIRED = ("detente", "title", "as_of", "horizon", "actors")
_EXAMPLES = {
    "detente": "Write 'detente: 1' first.",
    "title": "Write 'title: ...'.",
    "as_of": "Write 'as_of: 2024-11-07', the day the model starts.",
    "horizon": "Write 'horizon: 24 months' or a date.",
    "actors": "Write 'actors:' and at least one below it.",
}
#: sections whose keys are names
_NAMING = ("actors", "chance", "conditions", "measures", "policies", "issues")
#: keys of an actor whose mistakes leave the actor's names as they are
_HARMLESS = frozenset(
    {"wants", "ranking", "priorities", "readings", "behaviour", "name", "starts", "stakes", "thresholds", "believes"}
)


def read_shape(document: Document, notes: Notes) -> tuple[RawScenario, frozenset[str]]:
    """The shape of a document, and the names whose entries are broken."""
    reader = _ShapeReader(document, notes)
    return reader.read(), frozenset(reader.doubtful)


class _ShapeReader:
    def __init__(self, document: Document, notes: Notes) -> None:
        self.document = document
        self.notes = notes
        self.doubtful: set[str] = set()

    def read(self) -> RawScenario:
        data = self.document.data
        for key in REQUIRED:
            if key not in data:
                self.notes.issues.append(
                    make_issue(self.notes.file, (1, 1), "", f"The key '{key}' is missing.", _EXAMPLES[key])
                )
        context: dict[str, list[Any]] = {"unknown": [], "empty": []}
        try:
            shape = RawScenario.model_validate(data, context=context)
        except ValidationError as error:
            broken = [self._note(item) for item in error.errors(include_url=False)]
            shape = _read_rest(data, broken)
        self._note_keys(context)
        if shape.actors is not None and not shape.actors:
            self._issue(("actors",), "There is no actor.", "Name at least one.")
            self.doubtful.add(ANY)
        return shape

    def _note_keys(self, context: dict[str, list[Any]]) -> None:
        for key, known in context["unknown"]:
            cure = suggest(key, known)
            self._doubt_key(key, cure)
            self.notes.error(key, f"No key '{key[:60]}' is known here.", cure or f"Keys: {', '.join(known)}.")
        for key in context["empty"]:
            self.notes.error(key, f"The key '{key}' has no value.", "Give one, or leave the key out.")

    def _doubt_key(self, key: Text, cure: str) -> None:
        """A misspelt key may have held the names that are missed elsewhere."""
        steps = key.path.split(".")
        if len(steps) == 2 and steps[0] == "actors":
            self.doubtful.add(steps[1])
        if key.path == "" and any(f"'{section}'" in cure for section in _NAMING):
            self.doubtful.add(ANY)

    def _note(self, item: Any) -> Path:
        """Note one error of shape; answers the path of what to leave out."""
        path = _existing(self.document.data, item["loc"])
        kind = item["type"]
        context = item.get("ctx", {})
        if kind == "detente":
            message, cure = context["message"], context["cure"]
        elif kind == "missing":
            message, cure = f"The key '{item['loc'][-1]}' is missing.", f"Add '{item['loc'][-1]}: ...'."
        elif kind in ("dict_type", "model_type", "model_attributes_type"):
            message, cure = "A mapping of keys belongs here.", "Write 'key: value' lines, indented."
        elif kind == "list_type":
            message, cure = "A list belongs here.", "Start each item with '- '."
        elif kind == "too_long":
            message, cure = f"The list has more than {context['max_length']} items.", "Say it with fewer."
        elif kind == "too_short" and context["min_length"] > 1:
            message, cure = f"The list has fewer than {context['min_length']} items.", "Add what is missing."
        elif kind == "too_short":
            message, cure = "The list is empty.", "Give it items, or leave the key out."
        else:
            message, cure = f"{item['msg']}.", ""
        self._issue(path, message, cure)
        if path and path[0] in _NAMING:
            self._doubt_path(path, item["loc"])
            # A lever with a broken level goes as a whole.
            whole = 4 if path[2:3] == ("levers",) else 2 if path[0] == "chance" else len(path)
            return path[:whole]
        return path

    def _issue(self, path: Path, message: str, cure: str) -> None:
        whole = isinstance(_at(self.document.data, path), dict | list) and path in self.document.keys
        place = (self.document.keys if whole else self.document.places)[path]
        self.notes.issues.append(make_issue(self.notes.file, place, write_path(path), message, cure))

    def _doubt_path(self, path: Path, loc: tuple[str | int, ...]) -> None:
        """An entry of the wrong shape may have held the names that are missed elsewhere."""
        if len(path) == 1 or loc[-1] == "[key]":
            self.doubtful.add(ANY)
        elif path[0] != "actors" or len(path) == 2 or path[2] not in _HARMLESS:
            self.doubtful.add(str(path[1]))


def _read_rest(data: Any, broken: list[Path]) -> RawScenario:
    """The shape of what is left without the broken entries, and without what cannot stand without them."""
    while True:
        # From the end, so that the places of what comes before stay as they are.
        for path in sorted(set(broken), key=_order, reverse=True):
            data = _without(data, path)
        try:
            return RawScenario.model_validate(data, context={"unknown": [], "empty": []})
        except ValidationError as error:
            broken = [_existing(data, item["loc"]) for item in error.errors(include_url=False)]


def _order(path: Path) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]


def _existing(data: Any, loc: tuple[str | int, ...]) -> Path:
    """The longest part of a validator's location that stands in the data."""
    path: Path = ()
    for step in loc:
        if isinstance(step, str) and not isinstance(data, dict):
            # The key that a short form stands for.
            continue
        if not ((isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int))):
            break
        data = data[step]  # type: ignore[index]
        path = (*path, step)
    return path


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _without(data: Any, path: Path) -> Any:
    """A copy without the entry at the path."""
    if not path:
        return {}
    head, rest = path[0], path[1:]
    if isinstance(data, dict) and head in data:
        if not rest:
            return {key: value for key, value in data.items() if key != head}
        return {key: _without(value, rest) if key == head else value for key, value in data.items()}
    if isinstance(data, list) and isinstance(head, int) and head < len(data):
        return [*data[:head], *([_without(data[head], rest)] if rest else []), *data[head + 1 :]]
    return data
