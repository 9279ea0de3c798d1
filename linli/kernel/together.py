"""Statements of acts that happen all day: read by a plan the server keeps, written in one statement for all rows.

Building a statement costs Django several times what PostgreSQL needs to carry it out. `read` sends one that stands
as text; the server plans it once for a connection. Inside `together()` the rows given to `write` wait, and one
statement stores them all at the end: the case, its first line, its notices, its line in the audit.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.utils.functional import Promise
from psycopg import RawCursor

from .bulk import is_plain
from .history import versions_of

MOST = 16  # parts of one statement; more are sent as several
PLACE = re.compile(r"%s|%\((\w+)\)s")


class PreparedCursor(RawCursor):
    """Keeps the parameters out of the text, which has PostgreSQL's own $1, so that the server plans it once.

    Its name tells pghistory and pgtrigger to leave the text alone: they would put a second statement before it.
    """

    name = "prepared"

    def _convert_query(self, query: Any, params: Any = None) -> Any:
        """Leave the text, without values, where Django's log of statements looks for it."""
        self._query = super()._convert_query(query, params)
        return self._query


class Waiting:
    """What one `together` has gathered, and the depth of transactions at which it was begun."""

    def __init__(self) -> None:
        self.rows: list[models.Model] = []
        self.others: list[tuple[str, Sequence[Any]]] = []
        self.depth = len(connection.savepoint_ids)

    def __len__(self) -> int:
        return len(self.rows) + len(self.others)


_waiting: ContextVar[Waiting | None] = ContextVar("linli_together", default=None)


def read(query: str, told: Any = ()) -> list[tuple]:
    """The rows of a query that stands as text, with %s or %(name)s; its plan is kept for the connection."""
    text, names = _numbered(query)
    with _prepared_cursor() as cursor:
        cursor.execute(text, [told[name] for name in names] if names else told)
        return list(cursor.fetchall())


@cache
def _numbered(query: str) -> tuple[str, tuple[str, ...]]:
    """The query with its places numbered, and the names in the order of their numbers."""
    names: dict[str, int] = {}
    count = itertools.count(1)

    def number(found: re.Match) -> str:
        name = found[1]
        return f"${next(count) if name is None else names.setdefault(name, len(names) + 1)}"

    return PLACE.sub(number, query), tuple(names)


def write(row: models.Model) -> None:
    """Insert a new row as `save(force_insert=True)` does, at once or at the end of the `together` around.

    Until then it has no key of the database's making and no query finds it. IntegrityError comes with the statement.
    TypeError: the versions of the model are kept, and they would lack who wrote it.
    """
    if versions_of(type(row)) is not None:
        raise TypeError(f"{type(row).__name__} keeps versions: save it")
    gathered = _standing()
    if gathered is None:
        _send([row], [])
        return
    gathered.rows.append(row)


def also(statement: str, told: Sequence[Any]) -> None:
    """Carry out an INSERT (or more) that stands as text, at once or at the end of the `together` around."""
    gathered = _standing()
    if gathered is None:
        _send([], [(statement, told)])
        return
    gathered.others.append((statement, told))


@contextmanager
def together() -> Iterator[None]:
    """What is written inside is stored by one statement at the end, and not at all when the inside fails.

    Stands in a transaction. Inside a further `together` everything waits for the outer one.
    """
    if _standing() is not None:
        yield
        return
    gathered = Waiting()
    token = _waiting.set(gathered)
    try:
        yield
    finally:
        _waiting.reset(token)
    _send(gathered.rows, gathered.others)


def _standing() -> Waiting | None:
    """What gathers now; nothing inside a savepoint of its own, which may be taken back alone."""
    gathered = _waiting.get()
    return gathered if gathered is not None and gathered.depth == len(connection.savepoint_ids) else None


def _send(rows: list[models.Model], others: list[tuple[str, Sequence[Any]]]) -> None:
    for start in range(0, max(len(rows), 1), MOST):
        part = rows[start : start + MOST]
        last = start + MOST >= len(rows)
        _send_part(part, others if last else [])


def _send_part(rows: list[models.Model], others: list[tuple[str, Sequence[Any]]]) -> None:
    if not rows and not others:
        return
    shapes = tuple((type(row), _lacks_key(row)) for row in rows)
    values = [value for row, shape in zip(rows, shapes, strict=True) for value in _values(row, *shape)]
    for _statement, told in others:
        values += told
    with _prepared_cursor() as cursor:
        cursor.execute(_statement_for(shapes, tuple(statement for statement, _told in others)), values)
        keys = iter(cursor.fetchone())
    for row, (_model, lacks_key) in zip(rows, shapes, strict=True):
        if lacks_key:
            row.pk = next(keys)
        row._state.adding, row._state.db = False, connection.alias


def _lacks_key(row: models.Model) -> bool:
    return row.pk is None and isinstance(row._meta.pk, models.AutoField)


@cache
def _columns(model: type[models.Model], lacks_key: bool) -> tuple[models.Field, ...]:
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not (field.generated or (lacks_key and field.primary_key))
    )


def _values(row: models.Model, model: type[models.Model], lacks_key: bool) -> list[Any]:
    found = [of(row) for of in _readers(model, lacks_key)]
    return [str(value) if isinstance(value, Promise) else value for value in found]


@cache
def _readers(model: type[models.Model], lacks_key: bool) -> tuple[Callable[[models.Model], Any], ...]:
    return tuple(map(_reader, _columns(model, lacks_key)))


def _reader(field: Any) -> Callable[[models.Model], Any]:
    if is_plain(field):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connections[DEFAULT_DB_ALIAS])


@cache
def _statement_for(shapes: tuple[tuple[type[models.Model], bool], ...], others: tuple[str, ...]) -> str:
    """One statement that inserts rows of these shapes and says the keys the database made."""
    parts, keys = [], []
    for number, (model, lacks_key) in enumerate(shapes):
        insert = _insert(model, lacks_key)
        if lacks_key:
            insert += f" RETURNING {_quoted(model._meta.pk.column)} AS made"
            keys.append(f"(SELECT made FROM r{number})")  # noqa: S608
        parts.append(f"r{number} AS ({insert})")
    parts += [f"o{number} AS ({statement})" for number, statement in enumerate(others)]
    return _numbered(f"WITH {', '.join(parts)} SELECT {', '.join(keys) or '1'}")[0]


def _insert(model: type[models.Model], lacks_key: bool) -> str:
    fields = _columns(model, lacks_key)
    names = ", ".join(_quoted(field.column) for field in fields)
    marks = ", ".join("%s" for _field in fields)
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608


def _quoted(name: str | None) -> str:
    return str(connection.ops.quote_name(name or ""))


@contextmanager
def _prepared_cursor() -> Iterator[Any]:
    """A cursor whose statements the server plans once; seen by whoever counts queries."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_thread_sharing()
    bound: Any = PreparedCursor(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with connection.wrap_database_errors, make(bound) as cursor:
        yield cursor
