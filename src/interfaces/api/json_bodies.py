"""Bodies of requests: strict JSON into structs, and every fault of a body at once.

The framework's own reading takes any spelling of a number, stops at the first fault and speaks of
types to people.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Generator
from typing import Any, ClassVar, NoReturn

import msgspec
from litestar.dto import AbstractDTO, DTOConfig
from litestar.dto.data_structures import DTOFieldDefinition
from litestar.typing import FieldDefinition
from msgspec import Meta, Struct

from domain.refusals import FieldError, Invalid
from interfaces.http.problems import MalformedBody

_ASK = "ask"
_INNER_PATH = re.compile(r"at `\$\.?([^`]*)`")
_NUL_HINT = b"\\u0000"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""PostgreSQL keeps no such character, and nobody means one."""
_INDEX = re.compile(r"\[(\d+|\.\.\.)\]")
_as_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])


def asks(sentence: str, *, example: object, description: str | None = None) -> Meta:
    """What a field of a body says to people who left it out or filled it in with something of another kind."""
    return Meta(description=description, examples=[example], extra={_ASK: sentence})


class BodyReader:
    """Reads JSON objects into one type of struct."""

    def __init__(self, kind: type[Struct]) -> None:
        self._decode = msgspec.json.Decoder(kind).decode
        self._fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}

    def read(self, body: bytes) -> Struct:
        """Raises `MalformedBody` for what is no JSON object, `Invalid` naming every field that does not fit."""
        try:
            _refuse_repetitions(body.decode())
            if _NUL_HINT in body and _NUL.search(body):
                raise MalformedBody("Leave out the character U+0000.")
            return self._decode(body)
        except msgspec.ValidationError:
            self._complain(body)
        except (ValueError, msgspec.DecodeError, RecursionError) as fault:
            raise MalformedBody from fault

    def _complain(self, body: bytes) -> NoReturn:
        try:
            parts = _as_parts.decode(body)
        except msgspec.ValidationError as fault:
            raise MalformedBody("The body has to be a JSON object.") from fault
        errors = [FieldError(name, "There is no such field.") for name in parts if name not in self._fields]
        for name, field in self._fields.items():
            if name not in parts:
                if field.required:
                    errors.append(FieldError(name, _sentence(field.type)))
                continue
            try:
                msgspec.json.decode(parts[name], type=field.type)
            except msgspec.ValidationError as fault:
                errors.append(FieldError(_path(name, fault), _sentence(field.type)))
        raise Invalid(errors)


class JsonBodies(AbstractDTO[Struct]):
    """Has the framework read `data` through a `BodyReader`, and describe it by the struct itself."""

    config = DTOConfig()
    _readers: ClassVar[dict[str, BodyReader]] = {}

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        """Called once for each handler that takes `data`."""
        cls._readers[handler_id] = BodyReader(field_definition.annotation)

    @classmethod
    def create_openapi_schema(cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any) -> Any:
        """The struct's, which takes no other fields."""
        reference = schema_creator.for_field_definition(field_definition)
        schema_creator.schema_registry.from_reference(reference).schema.additional_properties = False
        return reference

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Generator[DTOFieldDefinition, None, None]:
        """None: nothing is transferred field by field."""
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        """Never asked."""
        return False

    def decode_bytes(self, value: bytes) -> Struct:
        """Read the body of a call."""
        return self._readers[self.asgi_connection.route_handler.handler_id].read(value)


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice in an object")


_refuse_repetitions = json.JSONDecoder(object_pairs_hook=_each_once).decode


def _sentence(kind: Any) -> str:
    """What the field's type asks for; deep inside unions and annotations, the outermost first."""
    for part in typing.get_args(kind):
        if isinstance(part, Meta) and part.extra and _ASK in part.extra:
            return str(part.extra[_ASK])
    for part in typing.get_args(kind):
        if (sentence := _sentence(part)) != _NO_SENTENCE:
            return sentence
    return _NO_SENTENCE


_NO_SENTENCE = "This value does not fit."


def _path(name: str, fault: msgspec.ValidationError) -> str:
    inner = _INNER_PATH.search(str(fault))
    return f"{name}.{_INDEX.sub(_dotted, inner[1]).lstrip('.')}" if inner and inner[1] else name


def _dotted(index: re.Match[str]) -> str:
    return f".{index[1]}"
