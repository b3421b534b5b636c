"""Kinds of scalar a scenario file has: each takes text as written and says what is wrong with it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from detente.scenario.document import Text
from detente.scenario.parser import RESERVED
from detente.scenario.words import SCALES

_NAME = re.compile(r"[^\W\d][\w-]*")
_LOOSE = re.compile(r"\w[\w.-]*")
_YAML_WORD = re.compile(r"true|True|TRUE|false|False|FALSE")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")
_UNSEEN = re.compile(r"[\x00-\x1f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
LONGEST_NAME = 60
LONGEST_LEVEL = 100


def refuse(message: str, cure: str = "") -> PydanticCustomError:
    """An error of shape with its cure."""
    return PydanticCustomError("detente", "{message}", {"message": message, "cure": cure})


def _prose(value: Any) -> Text:
    if value is None:
        raise refuse("The key has no value.", "Give one, or leave the key out.")
    if not isinstance(value, Text):
        raise refuse("A text belongs here, not a list or a mapping.", "Quote it if it starts with a bracket.")
    return value


def _label(value: Any) -> Text:
    text = _prose(value)
    if found := _UNSEEN.search(text):
        raise refuse(f"The name holds the invisible character U+{ord(found[0]):04X}.", "Delete it.")
    return text


def _id(value: Any) -> Text:
    text = _label(value)
    if not _NAME.fullmatch(text):
        raise refuse(f"'{text[:60]}' cannot be a name.", "Use letters, digits, '_' and '-', a letter first.")
    return _bounded(text, LONGEST_NAME)


def _name(value: Any) -> Text:
    """An id that conditions and queries may use bare."""
    text = _id(value)
    if text in RESERVED:
        raise refuse(f"'{text}' is a word of the language and cannot be a name.", "Choose another.")
    return text


def _key(value: Any) -> Text:
    text = _label(value)
    if not _LOOSE.fullmatch(text):
        raise refuse(f"'{text[:60]}' cannot be an id.", "Use letters, digits, '_', '.' and '-'.")
    return _bounded(text, LONGEST_NAME)


def _bounded(text: Text, longest: int) -> Text:
    if len(text) > longest:
        raise refuse(f"'{text[:20]}...' has {len(text):,} characters.", f"At most {longest} are allowed.")
    return text


def _level(value: Any) -> Text:
    if value is None:
        raise refuse("An empty value or null is not a level.", "Quote it, or name the level.")
    text = _label(value)
    if text.plain and _YAML_WORD.fullmatch(text):
        raise refuse(f"'{text}' is a boolean to YAML, not a level.", f'Quote it: "{text}".')
    if text.plain and _DATE.fullmatch(text):
        raise refuse(f"'{text}' is a date to YAML, not a level.", f'Quote it: "{text}".')
    if not text.strip() or '"' in text:
        raise refuse(f"'{text}' cannot be a level.", "Use a word without double quotes.")
    return _bounded(text, LONGEST_LEVEL)


def _day(value: Any) -> Text:
    text = _prose(value)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise refuse(f"'{text[:40]}' is not a date.", "Write it as 2025-07-20.") from None
    return text


def _one_of(*options: str) -> PlainValidator:
    def check(value: Any) -> Text:
        text = _prose(value)
        if text not in options:
            if text.plain and _YAML_WORD.fullmatch(text):
                raise refuse(f"'{text}' is a boolean to YAML.", f"Quote it, or write one of: {', '.join(options)}.")
            raise refuse(f"'{text[:40]}' is not one of the words allowed here.", f"Write {', '.join(options)}.")
        return text

    return PlainValidator(check)


def _one_way(value: Any) -> list[Text]:
    if isinstance(value, Text) and value.plain and _YAML_WORD.fullmatch(value):
        return [value]
    return [_level(item) for item in (value if isinstance(value, list) else [value])]


SCALAR = {"type": ["string", "number"]}
Prose = Annotated[str, PlainValidator(_prose), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Label = Annotated[str, PlainValidator(_label), WithJsonSchema(SCALAR)]
Expression = Annotated[str, PlainValidator(_prose), WithJsonSchema({"type": "string"})]
#: one that may wait to be filled in
Pending = Annotated[str, PlainValidator(_prose), WithJsonSchema({"type": ["string", "null"]})]
Version = Annotated[str, PlainValidator(_prose), WithJsonSchema({"const": 1})]
Amount = Annotated[str, PlainValidator(_prose), WithJsonSchema(SCALAR)]
Id = Annotated[str, PlainValidator(_id), WithJsonSchema({"type": "string", "pattern": rf"^{_NAME.pattern}$"})]
Name = Annotated[str, PlainValidator(_name), WithJsonSchema({"type": "string", "pattern": rf"^{_NAME.pattern}$"})]
Key = Annotated[str, PlainValidator(_key), WithJsonSchema({"type": "string"})]
Level = Annotated[str, PlainValidator(_level), WithJsonSchema(SCALAR)]
Day = Annotated[str, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Levels = Annotated[list[Level], Field(min_length=1)]
OneWay = Annotated[
    list[str],
    PlainValidator(_one_way),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "array", "items": SCALAR}]}),
]
_OUTCOMES = ("yes", "no", "void", "unresolved", "unscorable")
OutcomeWord = Annotated[str, _one_of(*_OUTCOMES), WithJsonSchema({"enum": [*_OUTCOMES]})]
MechanismWord = Annotated[str, _one_of("right", "wrong"), WithJsonSchema({"enum": ["right", "wrong"]})]
_DIRECTIONS = ("raises", "lowers", "moves")
DirectionWord = Annotated[str, _one_of(*_DIRECTIONS), WithJsonSchema({"enum": [*_DIRECTIONS]})]
YesNo = Annotated[str, _one_of("yes", "no"), WithJsonSchema({"enum": ["yes", "no"]})]
ScaleWord = Annotated[str, _one_of(*SCALES), WithJsonSchema({"enum": [*SCALES]})]


def one_or_list(value: Any) -> Any:
    """A single text as a list of one."""
    return [value] if isinstance(value, Text) else value
