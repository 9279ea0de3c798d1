"""Answers whose rows are plain values, written without the detour that proves what needs no proof.

Pydantic looks through every row of an answer as if a stranger had sent it, which costs several times what reading the
rows did. Where each value is already of exactly the type its schema names (and one of its choices), there is nothing
that it would change or refuse: the rows are written as they are. One value of another type, and the whole
answer goes the long way.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from django.db.models import TextChoices
from ninja import Schema

from .schemas import Paged

PLAIN = (str, int, float, bool, date, NoneType)


class Field(NamedTuple):
    """One field of a row: its name, where its value comes from, which types and which words it may have."""

    name: str
    read: Callable[[Any], Any]
    types: frozenset[type]
    words: frozenset[str] | None  # None: any


def plain_page(response_model: type[Schema] | None, result: Any) -> dict | None:
    """The page as it is written, or None where its schema or one of its values wants a closer look."""
    fields = _fields_of(response_model) if response_model is not None else None
    if fields is None or not isinstance(result, dict) or set(result) != {"items", "next"}:
        return None
    rows = [_row(fields, item) for item in result["items"]]
    return None if None in rows else {"items": rows, "next": result["next"]}


def _row(fields: tuple[Field, ...], item: Any) -> dict | None:
    row: dict[str, Any] = {}
    for name, read, types, words in fields:
        try:
            value = read(item)
        except AttributeError:  # a dict, or a name that means something else: the long way knows
            return None
        kind = type(value)
        if kind not in types or (words is not None and kind is str and value not in words):
            return None
        row[name] = value.isoformat() if kind is date else value
    return row


@cache
def _fields_of(response_model: type[Schema]) -> tuple[Field, ...] | None:
    """The fields of the rows of `Paged[…]`; None where not all of them are plain."""
    paged = response_model.model_fields["response"].annotation
    told = getattr(paged, "__pydantic_generic_metadata__", {})
    if told.get("origin") is not Paged:
        return None
    (schema,) = told["args"]
    if not _is_plain_schema(schema):
        return None
    fields = [_field_of(schema, name, field) for name, field in schema.model_fields.items()]
    return None if None in fields else tuple(fields)


def _is_plain_schema(schema: Any) -> bool:
    """Whether rows are read field by field, with nothing of the schema's own before or after."""
    decorators = getattr(schema, "__pydantic_decorators__", None)
    own = ("validators", "field_validators", "field_serializers", "model_serializers", "computed_fields")
    return (
        decorators is not None
        and not any(getattr(decorators, kind) for kind in own)
        and not schema.model_config.get("extra")
        and set(decorators.model_validators) <= set(Schema.__pydantic_decorators__.model_validators)
    )


def _field_of(schema: type[Schema], name: str, field: Any) -> Field | None:
    if field.metadata or field.alias or field.exclude:
        return None
    read_off = _types_of(field.annotation)
    if read_off is None:
        return None
    types, words = read_off
    resolver = schema.__dict__.get(f"resolve_{name}") or getattr(schema, f"resolve_{name}", None)
    if resolver is None:
        return Field(name, attrgetter(name), types, words)
    plain = isinstance(resolver, staticmethod) or not hasattr(resolver, "__self__")
    call = resolver.__func__ if isinstance(resolver, staticmethod) else resolver
    if not plain or call.__code__.co_argcount != 1:
        return None
    return Field(name, call, types, words)


def _types_of(annotation: Any) -> tuple[frozenset[type], frozenset[str] | None] | None:
    """The exact types, and the words where only some are allowed; None where it is more than that."""
    if annotation in PLAIN:
        return frozenset({annotation}), None
    if isinstance(annotation, type) and issubclass(annotation, TextChoices):
        return frozenset({str}), frozenset(annotation.values)
    if get_origin(annotation) is Literal:
        words = get_args(annotation)
        return (frozenset({str}), frozenset(words)) if all(type(word) is str for word in words) else None
    if get_origin(annotation) in (Union, UnionType):
        return _of_several([_types_of(one) for one in get_args(annotation)])
    return None


def _of_several(parts: list) -> tuple[frozenset[type], frozenset[str] | None] | None:
    if None in parts:
        return None
    limited = [words for types, words in parts if str in types]
    words = None if None in limited or not limited else frozenset().union(*limited)
    return frozenset().union(*(types for types, _words in parts)), words
