"""The typed form of a formula: frozen, as JSON, under a SHA-256 that is kept with every stored number."""

import hashlib
import json
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

LANGUAGE = 1  # of the written form: part of every digest
READING = 2  # of what an operation means; raised when that changes, and what is frozen keeps its own
CHANGED = {1: {"and": "and_decided", "or": "or_decided"}}  # reading → what an operation was then


@dataclass(frozen=True)
class Number:
    """A constant, exact as written."""

    value: str  # "3/5" or "12"
    name: str = ""  # the constant of the pack it came from


@dataclass(frozen=True)
class Measured:
    """One measure at one unit, over the period or a shifted one."""

    measure: str
    kind: str
    scale: int
    lookback: int
    shifts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """An arithmetic, comparing or logical operation, or if / coalesce / least / greatest / abs / ceil."""

    op: str
    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Aggregate:
    """Units brought together over a place: aggregate first, ratio last."""

    op: str
    part: "Expression"
    scope: str
    own_row: bool = False  # read the row of the place itself: distinct counts and reported rates


Expression = Number | Measured | Operation | Aggregate
_NODES = {cls.__name__: cls for cls in (Number, Measured, Operation, Aggregate)}


def to_json(node: Expression) -> list:
    """The expression as nested lists: the class's name, then its fields in order."""
    return [type(node).__name__, *(_plain(getattr(node, f.name)) for f in fields(node))]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return to_json(value) if type(value).__name__ in _NODES else value


def from_json(written: list) -> Expression:
    """The expression that `to_json` wrote; ValueError if it is none."""
    try:
        name, *values = written
        cls = _NODES[name]
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"not an expression: {written!r}") from None
    if len(values) != len(fields(cls)):
        raise ValueError(f"{name} has {len(fields(cls))} fields, not {len(values)}")
    return cls(*(_read(value) for value in values))


def _read(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], str) and value[0] in _NODES:
        return from_json(value)
    return tuple(_read(item) for item in value)


def digest(node: Expression) -> str:
    """SHA-256 of the language's version and the expression, as 64 hex digits."""
    written = json.dumps([LANGUAGE, to_json(node)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def parts_of(node: Expression) -> tuple[Expression, ...]:
    """The direct parts of an expression."""
    if isinstance(node, Operation):
        return node.parts
    return (node.part,) if isinstance(node, Aggregate) else ()


def walk(node: Expression):
    """The expression and everything in it, each part after the whole."""
    yield node
    for part in parts_of(node):
        yield from walk(part)


def measures_of(node: Expression) -> tuple[str, ...]:
    """Codes of the measures an expression reads, sorted, each once."""
    return tuple(sorted({part.measure for part in walk(node) if isinstance(part, Measured)}))


def aggregates_of(node: Expression) -> tuple[Aggregate, ...]:
    """The aggregates of a formula, in reading order, each once."""
    return tuple(dict.fromkeys(part for part in walk(node) if isinstance(part, Aggregate)))


def as_read(node: Expression, reading: int) -> Expression:
    """The expression with its operations as an earlier reading of the language meant them.

    In the first one a side that failed decided "and" alone, and one that held decided "or".
    """
    then = CHANGED.get(reading)
    return node if then is None else _replaced(node, then)


def _replaced(node, then):
    if isinstance(node, Operation):
        return Operation(then.get(node.op, node.op), tuple(_replaced(part, then) for part in node.parts))
    if isinstance(node, Aggregate):
        return Aggregate(node.op, _replaced(node.part, then), node.scope, node.own_row)
    return node


def exact(value: str) -> Fraction:
    """The number a Number node stands for."""
    return Fraction(value)
