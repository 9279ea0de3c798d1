"""Statements that lists ask all day, built once for whoever asks them with the same rights.

Django builds the text of a statement from its parts in several times what PostgreSQL needs to answer it. What is kept
is the text with its values in it: who asks, his rights, the filters. Never an answer: every page reads its rows anew.
"""

import re
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from django.db import connection
from django.db.models import Count, IntegerField, Value

KEPT = 1024
MARK = "\ue0f1"  # of the private use area
CUT = "\ue0f2"
PLACE = re.compile("%[s%]")
FAR = datetime(9000, 1, 1, tzinfo=UTC)


def asked(key: Hashable, build: Callable, **told: datetime | str) -> list[tuple]:
    """The rows of the `values_list` that `build` makes; the text is kept under `build` and `key`.

    `key` names all that decides the statement: whoever may ask something else has another one. What changes from
    one time to the next is `told`: `build` gets stand-ins of the same names, moments to compare with and words for
    the lookups that search in a text.
    """
    texts, changing = _built(build, key, tuple(told), tuple(type(one) is str for one in told.values()))
    statement = texts[0]
    if changing:
        filled = {_stand_in(name, isinstance(one, str)): one for name, one in told.items()}
        written = {value: _written(_fill(value, filled)) for value in set(changing)}
        parts = zip(changing, texts[1:], strict=True)
        statement += "".join([written[value] + text for value, text in parts])
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@lru_cache(maxsize=KEPT)
def _built(build, key: Hashable, names: tuple[str, ...], are_words: tuple[bool, ...]) -> tuple[list, list]:
    rows = build(key, **{name: _stand_in(name, word) for name, word in zip(names, are_words, strict=True)})
    compiler = rows.query.get_compiler(connection=connection)
    text, values = compiler.as_sql()
    columns = [column for column, _sql, _name in compiler.select if not _is_number(column)]
    if compiler.get_converters(columns):
        raise TypeError("a column of this list is no plain value of PostgreSQL: read it through the model")
    return _cut(text, values)


def _cut(text: str, values) -> tuple[list[str], list]:
    """The text with its values written into it, cut where a stand-in stands, and those stand-ins."""
    connection.ensure_connection()
    waiting, changing = iter(values), []

    def write(found: re.Match) -> str:
        if found[0] == "%%":
            return "%"
        value = next(waiting)
        if not _changes(value):
            return _written(value)
        changing.append(value)
        return CUT

    return PLACE.sub(write, text).split(CUT), changing


def _written(value) -> str:
    """The value as the connection writes it into a text."""
    if type(value) is datetime:
        return f"'{value}'::timestamptz"
    return connection.ops.compose_sql("%s", [value])


def _changes(value) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None and value >= FAR
    return isinstance(value, str) and MARK in value


def _is_number(column) -> bool:
    """Whole numbers come as they are; Django would look once more."""
    return isinstance(column.output_field, IntegerField)


@cache
def _stand_in(name: str, is_word: bool) -> datetime | str:
    if is_word:
        return f"{MARK}{name}{MARK}"
    return FAR + timedelta(seconds=int.from_bytes(name.encode()) % 10**9)


def _fill(value, filled: dict):
    """The value of this time for a stand-in; words as LIKE takes them where something stands around them."""
    if isinstance(value, datetime) or (isinstance(value, str) and value in filled):
        return filled.get(value, value)
    if isinstance(value, str) and MARK in value:
        for stand_in, word in filled.items():
            if isinstance(stand_in, str):
                value = value.replace(stand_in, connection.ops.prep_for_like_query(word))
    return value


def how_many(rows):
    """The number of rows as a list of one row, for `asked`."""
    return rows.order_by().values(one=Value(1)).annotate(found=Count("pk")).values_list("found")


class Rows:
    """Rows that are read when a page of them is taken: `read(start, stop)`; how many there are is known."""

    def __init__(self, read: Callable, count: int):
        self.read, self.total = read, count

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice):
        return self.read(part.start, part.stop) if self.total else []

    def count(self) -> int:
        """As a QuerySet says it to Django's Paginator."""
        return self.total
