"""YAML text to plain data that remembers where it stood.

Events of the YAML parser are read one by one, so that every bound is kept while reading: a hostile file is refused
before it can grow. Scalars stay the text they were written as; what they mean is decided by the field they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from detente.errors import Issue
from detente.scenario.notes import make_issue

LARGEST_FILE = 2 * 1024 * 1024
DEEPEST = 24
MOST_NODES = 50_000
MOST_ANCHORS = 64

_NULL = re.compile(r"|~|null|Null|NULL")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")

Path = tuple[str | int, ...]


class Text(str):
    """A scalar as written, with its place."""

    __slots__ = ("column", "exact", "line", "path", "plain")

    #: 1-based place of the first character
    line: int
    column: int
    #: dotted place in the document
    path: str
    #: written without quotes
    plain: bool
    #: whether a character's column is the first one's plus its index (one line, no escapes)
    exact: bool

    def place(self, offset: int = 0) -> tuple[int, int]:
        """Line and column of the character at ``offset``, or of the first where that is not known."""
        return self.line, self.column + (offset if self.exact else 0)


@dataclass(slots=True)
class Document:
    """Data of dicts, lists, :class:`Text` and None, and the place of every node by path."""

    data: dict[str, Any]
    #: path -> (line, column), 1-based; for an entry of a mapping the place of its value
    places: dict[Path, tuple[int, int]]
    #: path of an entry -> place of its key
    keys: dict[Path, tuple[int, int]]
    issues: list[Issue]


def clean(text: str) -> str:
    """Text without the control characters that no file may hold."""
    return _FORBIDDEN.sub("", text)


def write_path(path: Path) -> str:
    """``actors.us.wants[1].want``: entries by key, items numbered from 1."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step[:60]}" if text else step[:60]
    return text


def read_document(text: str, file: str) -> Document:
    """Read YAML text. ``issues`` of the answer holds all that is wrong; its data is then what could be read."""
    document = Document({}, {}, {}, [])
    reader = _Reader(file, document)
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST_FILE:
        reader.note((0, 0), (), f"The file has {size:,} bytes; at most {LARGEST_FILE:,} are read.", "Split it.")
    elif found := _FORBIDDEN.search(text.removeprefix("\ufeff").replace("\r", "")):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        reader.note((line, column), (), f"The file holds the control character {_code(found[0])}.", "Delete it.")
    else:
        reader.read(text.removeprefix("\ufeff"))
    return document


@dataclass(slots=True)
class _Node:
    kind: str  # scalar, mapping, sequence
    line: int
    column: int
    flow: bool = False
    value: str = ""
    style: str | None = None
    exact: bool = False
    entries: list[tuple[_Node, _Node]] = field(default_factory=list)
    items: list[_Node] = field(default_factory=list)


class _Stop(Exception):
    """Reading cannot go on; the issue has been noted."""


class _Reader:
    def __init__(self, file: str, document: Document) -> None:
        self.file = file
        self.document = document
        self.anchors: dict[str, _Node] = {}
        self.nodes = 0
        self.aliases = 0

    def note(self, place: tuple[int, int], path: Path, message: str, cure: str = "") -> None:
        self.document.issues.append(make_issue(self.file, place, write_path(path), message, cure))

    def stop(self, event: Any, message: str, cure: str = "") -> _Stop:
        self.note((event.start_mark.line + 1, event.start_mark.column + 1), (), message, cure)
        return _Stop()

    def read(self, text: str) -> None:
        try:
            root = self._compose(text)
            if root is None or (root.kind == "scalar" and _NULL.fullmatch(root.value)):
                self.note((1, 1), (), "The file is empty.", "Start one with `detente new NAME`.")
            elif root.kind != "mapping":
                self.note((root.line, root.column), (), "The file must be a mapping of keys such as 'actors:'.")
            else:
                self.nodes = 0
                self.document.data = self._convert(root, ())
        except _Stop:
            pass
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
            self.note(place, (), *_explain_yaml(error.problem or error.context or "", text, place))
        except (YAMLError, ValueError, OverflowError):
            # What the scanner raises on escapes that are no characters.
            self.note((0, 0), (), "An escape in double quotes is no character.", "Check every backslash.")

    def _compose(self, text: str) -> _Node | None:
        root: _Node | None = None
        # Open collections, each with the key that waits for its value.
        stack: list[tuple[_Node, list[_Node], str | None]] = []
        for event in _events(text):
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self.stop(event, "A second document starts here.", "Put one scenario in a file.")
                if event.tags or event.version not in (None, (1, 2)):
                    raise self.stop(event, "Directives are refused.", "Delete the lines that start with '%'.")
                continue
            if isinstance(event, CollectionEndEvent):
                node, _, anchor = stack.pop()
                if anchor is not None:
                    self.anchors[anchor] = node
            elif isinstance(event, NodeEvent):
                node = self._open(event, len(stack))
                if isinstance(event, MappingStartEvent | SequenceStartEvent):
                    stack.append((node, [], event.anchor))
                    continue
                if isinstance(event, ScalarEvent) and event.anchor is not None:
                    self.anchors[event.anchor] = node
            else:
                continue
            if not stack:
                root = node
                continue
            parent, waiting, _ = stack[-1]
            if parent.kind == "sequence":
                parent.items.append(node)
            elif waiting:
                parent.entries.append((waiting.pop(), node))
            else:
                waiting.append(node)
        return root

    def _open(self, event: NodeEvent, depth: int) -> _Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.stop(event, f"The file has more than {MOST_NODES:,} values.", "Split it.")
        if depth >= DEEPEST:
            raise self.stop(event, f"Values are nested more than {DEEPEST} deep.", "Close brackets, or indent less.")
        if isinstance(event, AliasEvent):
            self.aliases += 1
            if event.anchor not in self.anchors:
                raise self.stop(event, f"The alias '*{event.anchor}' has no anchor before it.", "Quote the text.")
            if self.aliases > MOST_ANCHORS:
                raise self.stop(event, f"The file has more than {MOST_ANCHORS} aliases.", "Write the values out.")
            return self.anchors[event.anchor]
        if event.anchor is not None and len(self.anchors) >= MOST_ANCHORS:
            raise self.stop(event, f"The file has more than {MOST_ANCHORS} anchors.", "Write the values out.")
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.note((line, column), (), f"The tag '{str(tag)[:60]}' is refused.", "Delete it; values are text.")
        if isinstance(event, MappingStartEvent):
            return _Node("mapping", line, column, flow=bool(event.flow_style))
        if isinstance(event, SequenceStartEvent):
            return _Node("sequence", line, column, flow=bool(event.flow_style))
        assert isinstance(event, ScalarEvent)
        quoted = event.style in ("'", '"')
        width = event.end_mark.column - event.start_mark.column - (2 if quoted else 0)
        exact = event.style not in ("|", ">") and event.end_mark.line + 1 == line and width == len(event.value)
        return _Node("scalar", line, column + quoted, False, event.value, event.style or None, exact)

    def _convert(self, node: _Node, path: Path) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES or len(path) > DEEPEST:
            self.note((node.line, node.column), path, "The aliases of the file grow too large.", "Write values out.")
            raise _Stop
        self.document.places[path] = (node.line, node.column)
        if node.kind == "scalar":
            return self._text(node, path)
        if node.kind == "sequence":
            return [self._convert(item, (*path, k)) for k, item in enumerate(node.items)]
        return self._mapping(node, path)

    def _mapping(self, node: _Node, path: Path) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        first: dict[str, int] = {}
        if node.flow:
            self._mend_cut(node, path)
        for key_node, value in node.entries:
            place = (key_node.line, key_node.column)
            if key_node.kind != "scalar":
                self.note(place, path, "A key must be a single word.", "Quote the text if it starts with a bracket.")
                continue
            key = self._text(key_node, path)
            if key is None:
                self.note(place, path, "A key is empty or null.", "Quote it, or name it.")
                continue
            if key in first:
                self.note(place, (*path, str(key)), f"The key '{key}' is here twice.", f"See line {first[key]}.")
                continue
            first[key] = key_node.line
            self.document.keys[(*path, str(key))] = place
            answer[key] = self._convert(value, (*path, str(key)))
        return answer

    def _mend_cut(self, node: _Node, path: Path) -> None:
        """Inside braces a comma ends a value: rejoin a query cut in two, and say so."""
        kept: list[tuple[_Node, _Node]] = []
        for key, value in node.entries:
            before = kept[-1][1] if kept else None
            torn = before is not None and before.kind == "scalar" and before.style is None
            torn = torn and before is not None and before.value.count("(") > before.value.count(")")
            empty = value.kind == "scalar" and value.value == "" and value.style is None
            if torn and before is not None and key.kind == "scalar" and empty:
                name = kept[-1][0].value
                self.note(
                    (before.line, before.column),
                    (*path, name),
                    f"A comma ended this value at '{before.value}'.",
                    "Quote this query.",
                )
                before.value, before.exact = f"{before.value}, {key.value}", False
                continue
            kept.append((key, value))
        node.entries = kept

    def _text(self, node: _Node, path: Path) -> Text | None:
        if node.style is None and _NULL.fullmatch(node.value):
            return None
        if found := _FORBIDDEN.search(node.value.replace("\r", "")):
            self.note(
                (node.line, node.column), path, f"It holds the control character {_code(found[0])}.", "Delete it."
            )
        text = Text(node.value)
        text.line, text.column, text.exact = node.line, node.column, node.exact
        text.path, text.plain = write_path(path), node.style is None
        return text


def _events(text: str) -> Iterator[Any]:
    return iter(YAML(typ="safe", pure=True).parse(text))


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _explain_yaml(problem: str, text: str, place: tuple[int, int]) -> tuple[str, str]:
    lines = text.splitlines()
    line = lines[place[0] - 1] if 0 < place[0] <= len(lines) else ""
    if "\t" in line[: place[1]]:
        return "A tab stands where YAML wants spaces.", "Indent with spaces."
    if "mapping values are not allowed" in problem and ": " in line[: place[1] - 1]:
        return "A second ': ' stands in this value.", "Quote the whole value."
    if "cannot start any token" in problem:
        return f"The character '{line[place[1] - 1 : place[1]]}' cannot start a value.", "Quote the value."
    if (
        "mapping values" in problem
        or "expected <block end>" in problem
        or "did not find expected" in problem
        or "expected ',' or" in problem
    ):
        return "The line does not fit what stands above it.", "Check its indent and the brackets and quotes before it."
    if "unexpected end" in problem or "end of stream" in problem:
        return "The file ends inside quotes or brackets.", "Close them."
    return f"The text is not YAML: {problem}.", "Check quotes, brackets and indent."
