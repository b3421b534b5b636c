"""What every mapping of a scenario file is made of: known keys, and numbers that may be uncertain."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from detente.scenario.document import Text
from detente.scenario.scalars import Amount, Id, refuse


class Shape(BaseModel):
    """A mapping with known keys. Unknown keys are reported through the validation context and left out."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    #: JSON Schema of the short form, and the key it stands for
    short_schema: ClassVar[dict[str, Any] | None] = None
    short_key: ClassVar[str] = ""
    #: keys that may stand without a value
    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _take_known_keys(cls, value: Any, info: ValidationInfo) -> Any:
        if cls.short_schema is not None and isinstance(value, Text | list):
            return {cls.short_key: value}
        if not isinstance(value, dict):
            raise refuse("A mapping of keys belongs here.", f"Its keys are {', '.join(cls.key_names())}.")
        known = cls.key_names()
        assert info.context is not None
        for key in value:
            if key not in known:
                info.context["unknown"].append((key, known))
            elif value[key] is None and key not in cls.may_be_empty:
                info.context["empty"].append(key)
        return {key: item for key, item in value.items() if key in known and item is not None}

    @classmethod
    def key_names(cls) -> list[str]:
        """The keys as they are written in the file."""
        return [field.alias or name for name, field in cls.model_fields.items()]

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        return schema if cls.short_schema is None else {"anyOf": [cls.short_schema, schema]}


class RawQuantity(Shape):
    """A number that may be uncertain: text, or a mapping that ties several together."""

    short_schema = {"type": ["string", "number"]}
    short_key = "value"

    value: Amount
    shared: Id | None = None
