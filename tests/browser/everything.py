"""A small case that has something in every field of the language, and what puts a text into each that takes one.

The walk goes by the schema, so that a field that is added to it is met here, or missed loudly.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from detente.scenario import scalars
from detente.scenario.schema import RawScenario

#: what a field takes: free text, a text in which nothing invisible may stand, a level
Kind = Literal["prose", "label", "level"]

#: levels are written like this below, so that conditions can be told which words are theirs
_LEVEL = re.compile(r"\bL_\w+")

#: keys of the document that are free texts, by the kind of the scalar
_KINDS: dict[Any, Kind] = {scalars.Prose: "prose", scalars.Label: "label", scalars.Level: "level"}

EVERYTHING: dict[str, Any] = {
    "detente": "1",
    "title": "Everything at once",
    "question": "Who falls silent first, and what comes of it?",
    "as_of": "2024-11-07",
    "horizon": "2025-11-07",
    "caution": ["A case of the tests.", "It stands for nobody."],
    "brief": "brief.md",
    "scale": {"custom": {"probable": "60-85", "remote": "0-10"}},
    "words": {"hefty": "2 to 4"},
    "behaviour": {"tempo": "monthly", "noise": "0.4 to 0.7", "foresight": "3 to 12 months", "habit": "0.2 to 0.5"},
    "actors": {
        "north": {
            "name": "The North",
            "starts": "2024-12-01",
            "levers": {
                "din": {"label": "Noise on the border", "levels": ["L_on", "L_off"], "now": "L_on"},
                "tests": {"label": "Tests", "levels": ["L_none", "L_short", "L_long"], "one_way": ["L_long"]},
            },
            "readings": {
                "seeker": {
                    "odds": "60",
                    "because": "It has asked before",
                    "wants": [
                        {"id": "talks", "want": "talks", "weight": "1 to 3", "because": "Recognition is the prize"},
                        {"want": "tests = L_none", "weight": "hefty", "because": "Tests cost"},
                    ],
                },
                "stonewaller": {
                    "odds": "40",
                    "because": "Others pay better",
                    "wants": [{"id": "talks", "want": "talks", "weight": "-strong", "because": "Talks are a trap"}],
                },
            },
            "thresholds": {"indifference": "0.2", "strong": "2 to 3"},
            "behaviour": {"tempo": "weekly"},
        },
        "south": {
            "name": "The South",
            "levers": {
                "offer": {"label": "What it offers", "levels": ["L_nothing", "L_talks", "L_deal"], "now": "L_nothing"}
            },
            "ranking": ["offer = L_deal and north.din = L_off", ["offer = L_talks", "north.tests = L_none"]],
            "stakes": "1 to 4",
            "believes": {
                "north": {"reading": "seeker", "because": "It takes words for deeds"},
                "east": {
                    "lacks": ["press"],
                    "wants": [{"want": "talks", "weight": "1", "because": "A neighbour likes quiet"}],
                    "because": "It looks away",
                },
            },
        },
        "east": {
            "name": "The East",
            "levers": {"press": {"label": "Pressure", "levels": ["L_hold", "L_press"]}},
            "priorities": ["not north.tests = L_long", "talks"],
            "stakes": {"value": "1 to 2", "shared": "mood"},
        },
    },
    "chance": {
        "weather": {
            "label": "The weather",
            "levels": ["L_calm", "L_rough"],
            "now": "L_calm",
            "because": "Winters are long",
            "rates": [
                {"id": "turn", "from": "L_calm", "to": "L_rough", "rate": "1% to 3% per month", "when": "not talks"}
            ],
        }
    },
    "phases": [
        {
            "id": "lame_duck",
            "from": "2024-11-07",
            "until": "2025-01-20",
            "closed": ["south.offer = L_deal"],
            "because": "Nobody begins anything before the handover",
        },
        {
            "id": "deadline",
            "from": "2025-09-01",
            "anticipated": "no",
            "set": {"north.tempo": "monthly"},
            "because": "So it was set",
        },
    ],
    "conditions": {"talks": "south.offer >= L_talks and north.din = L_off"},
    "rules": [{"forbid": "north.tests = L_long and south.offer = L_deal", "because": "Nobody pays for that"}],
    "measures": {"calm": [{"id": "quiet", "want": "north.din = L_off", "weight": "1", "because": "People sleep"}]},
    "policies": {
        "patience": {"actor": "south", "hold": "offer = L_talks", "text": "Offer talks, and keep offering"},
        "deal": {"actor": "south", "hold": "offer = L_deal", "text": "Offer everything at once"},
    },
    "claims": [
        {
            "id": "silence",
            "text": "The North falls silent",
            "quote": {"exact": "will probably fall silent", "prefix": "The North ", "suffix": " within half a year"},
            "says": "probable",
            "about": "P(north.din = L_off by 2025-06-01)",
            "because": "It has before",
            "as_of": "2024-11-08",
            "outcome": {
                "value": "yes",
                "on": "2025-03-01",
                "source": "press",
                "mechanism": "wrong",
                "note": "It was the weather",
            },
        },
        {
            "id": "maybe",
            "text": "Talks may come",
            "says": "may",
            "about": "P(talks by 2025-10-01)",
            "quote": "talks may",
        },
        {
            "id": "cause",
            "text": "An offer brings silence",
            "about": "P(north.din = L_off on 2025-10-01)",
            "cause": {
                "on": "south.offer = L_talks",
                "off": "south.offer = L_nothing",
                "effect": "raises",
                "by": "1 points",
            },
            "quote": "words that the brief has not",
        },
        {
            "id": "needs",
            "text": "Talks need an offer",
            "about": "P(talks by 2025-10-01)",
            "requires": {"condition": "south.offer >= L_talks", "below": "10%"},
        },
        {"id": "hope", "text": "The East hopes for more", "unscorable": "Hope is no event", "because": "An essay"},
        {"id": "settled", "text": "Silence can last", "about": "stable(north.din = L_off, SEQ)"},
        {"id": "line", "text": "The line will run high", "says": "probable", "about": "P(terms(border) >= 50)"},
    ],
    "evidence": [
        {"on": "2025-02-01", "seen": "north.din = L_on", "source": "press"},
        {"by": "2025-05-01", "not_seen": "north.tests = L_long", "source": "press"},
    ],
    "issues": {
        "border": {
            "label": "Where the line runs",
            "scale": {"0": "the river", "80": "the ridge"},
            "ends": ["-10", "90"],
            "regions": {"the bank": ["-10", "20"], "the slope": ["20", "90"]},
            "package": "map",
            "reference": "5 to 10",
            "stakes": {
                "north": {"position": "10 to 40", "salience": "0.5", "capability": "1"},
                "south": {"position": "80", "salience": "0.3 to 0.6", "capability": "2"},
            },
        },
        "toll": {
            "scale": {"0": "none", "100": "all that passes"},
            "package": "map",
            "stakes": {
                "north": {"position": "90", "salience": "0.2", "capability": "1"},
                "east": {"position": "10", "salience": "0.3", "capability": "2"},
            },
        },
    },
    "sources": {"press": {"title": "A newspaper", "date": "2025-01-23", "url": "https://example.org/news"}},
}

BRIEF = """\
# A note on the border

The North will probably fall silent within half a year. Some say talks may follow; others doubt it.

It is the winter that decides.
"""


@dataclass(frozen=True)
class Place:
    """A text of a document: where it stands, by the schema, and how it may be written."""

    #: ``RawActor.name``; the keys of a mapping are ``RawPhase.set`` and so on
    field: str
    kind: Kind
    #: the keys that lead to it; for the key of a mapping the last is that key
    path: tuple[str | int, ...]
    is_key: bool = False


def list_places(document: dict[str, Any]) -> list[Place]:
    """Every free text of a document, in its order."""
    return list(_walk_model(RawScenario, document, ()))


def list_fields(model: type[BaseModel] = RawScenario) -> set[str]:
    """Every field of the language that takes a free text, by the schema alone."""
    seen: set[type[BaseModel]] = set()
    found: set[str] = set()

    def visit(model: type[BaseModel]) -> None:
        if model in seen:
            return
        seen.add(model)
        for name, field in model.model_fields.items():
            for kind, inner in _unfold(_whole(field)):
                if kind is not None:
                    found.add(f"{_home(model, name)}.{name}")
                if inner is not None:
                    visit(inner)

    visit(model)
    return found


def poison(document: dict[str, Any], write: Callable[[Place], str]) -> tuple[dict[str, Any], dict[Place, str]]:
    """The document with every free text written anew, levels in conditions too; and what stands where."""
    levels: dict[str, str] = {}
    texts: dict[Place, str] = {}
    answer = deepcopy(document)
    for place in list_places(document):
        home: Any = answer
        for step in place.path[:-1]:
            home = home[texts.get(Place(place.field, place.kind, place.path), step)]
        last = place.path[-1]
        if place.is_key:
            text = texts[place] = write(place)
            home[text] = home.pop(last)
            continue
        word = home[last]
        if place.kind == "level":
            text = levels.setdefault(word, write(place)) if word not in levels else levels[word]
        else:
            text = write(place)
        home[last] = texts[place] = text
    return _quote_levels(answer, levels), texts


def _quote_levels(node: Any, levels: dict[str, str]) -> Any:
    """Conditions name levels in quotes once these are no plain words."""
    if isinstance(node, dict):
        return {key: _quote_levels(item, levels) for key, item in node.items()}
    if isinstance(node, list):
        return [_quote_levels(item, levels) for item in node]
    if node in levels:
        return levels[node]
    return _LEVEL.sub(lambda found: f'"{levels[found[0]]}"', node)


def write_case(folder: Path, document: dict[str, Any], brief: str | None = BRIEF) -> Path:
    """The file of a case, with its brief beside it. YAML reads what JSON writes, but for two ends of a line."""
    file = folder / "scenario.yaml"
    whole = json.dumps(document, ensure_ascii=False, indent=1)
    file.write_text(whole.replace("\u2028", "\\u2028").replace("\x85", "\\u0085"), encoding="utf-8")
    if brief is not None:
        (folder / document["brief"]).write_text(brief, encoding="utf-8")
    return file


def write_odd(folder: Path) -> Path:
    """Everything but claims, brief and sources."""
    document = {key: item for key, item in EVERYTHING.items() if key not in {"claims", "brief", "sources"}}
    document["evidence"] = [
        {key: value for key, value in item.items() if key != "source"} for item in EVERYTHING["evidence"]
    ]
    return write_case(folder, document, None)


def _home(model: type[BaseModel], name: str) -> str:
    """The model that a field was first written in."""
    return next(base.__name__ for base in reversed(model.__mro__) if name in getattr(base, "__annotations__", {}))


def _whole(field: Any) -> Any:
    """The annotation of a field, with what pydantic has taken off it."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _unfold(annotation: Any) -> Iterator[tuple[Kind | None, type[BaseModel] | None]]:
    """The kinds of free text and the models that an annotation speaks of."""
    if (kind := _kind(annotation)) is not None:
        yield kind, None
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield None, annotation
    else:
        for inner in get_args(annotation):
            yield from _unfold(inner)


def _kind(annotation: Any) -> Kind | None:
    # pydantic takes a field's own annotation apart, and it is put together anew: equal, not the same
    return next((kind for known, kind in _KINDS.items() if get_args(annotation) == get_args(known)), None)


def _walk_model(model: type[BaseModel], data: Any, path: tuple[str | int, ...]) -> Iterator[Place]:
    if not isinstance(data, dict):
        short = getattr(model, "short_key", "")
        if not short:
            return
        field = model.model_fields[short]
        yield from _walk(f"{model.__name__}.{short}", _whole(field), data, path)
        return
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in data:
            yield from _walk(f"{_home(model, name)}.{name}", _whole(field), data[key], (*path, key))


def _walk(field: str, annotation: Any, data: Any, path: tuple[str | int, ...]) -> Iterator[Place]:
    kind = _kind(annotation)
    if kind is not None:
        if isinstance(data, str):
            yield Place(field, kind, path)
        return
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _walk_model(annotation, data, path)
        return
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _walk(field, inner[0], data, path)
    elif origin is list:
        items = data if isinstance(data, list) else [data]
        for k, item in enumerate(items):
            yield from _walk(field, inner[0], item, (*path, k) if isinstance(data, list) else path)
    elif origin is dict and isinstance(data, dict):
        for key, item in data.items():
            yield from _walk(field, inner[1], item, (*path, key))
        if (key_kind := _kind(inner[0])) is not None:
            for key in data:
                yield Place(field, key_kind, (*path, key), is_key=True)
    elif origin in {Union, types.UnionType}:
        for option in inner:
            yield from _walk(field, option, data, path)
