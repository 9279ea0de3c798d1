"""Very many rows at once: one statement that stores them with their versions.

For imports, national lists, the demonstration city and benches. The history triggers cost about half a
millisecond a row, far more than the row itself; here they are silent for that one statement, which writes the
same versions for all rows. Rows come in by COPY, which the database reads ten times as fast as INSERT.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from operator import attrgetter
from typing import Any

import pgtrigger
from django.db import connection, models, transaction

from .history import versions_of

TEMPORARY = "linli_bulk_rows"
ENOUGH = 200  # rows of a model; fewer are not worth a second way of writing
PLAIN = (
    *(models.AutoField, models.BigAutoField, models.IntegerField, models.BigIntegerField, models.FloatField),
    *(
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.DecimalField,
        models.BooleanField,
    ),
    *(models.CharField, models.SlugField, models.TextField, models.DateField, models.DateTimeField),
    *(models.ForeignKey, models.OneToOneField, models.UUIDField),
)
CONTEXT = "nullif(current_setting('pghistory.context_metadata', true), '')::jsonb"  # who and why


@transaction.atomic
def store_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert `rows` (tuples of database values in the order of `fields`); returns how many.

    Nothing is validated but by the database; sealed values come sealed. The model is `@tracked`.
    """
    quoted = _columns(model, fields)
    with _temporary(model, fields, rows):
        return store_selected(model, fields, f"select {quoted} from {TEMPORARY}")  # noqa: S608


@transaction.atomic
def store_selected(
    model: type[models.Model], fields: Sequence[str], query: str, parameters: Sequence | None = None
) -> int:
    """Insert what `query` selects (in the order of `fields`), with first versions; returns how many."""
    quoted = _columns(model, fields)
    insert = f"insert into {model._meta.db_table} ({quoted}) {query} returning *"
    return _with_versions(model, "insert", insert, parameters)


@transaction.atomic
def add_records(rows: Sequence[models.Model]) -> None:
    """Store new instances of one model and give them their keys: `bulk_create` for thousands.

    Constraints, history and what `pre_save` fills in are the same; IntegrityError, and none is stored. The
    fields are not validated. A model with defaults of the database is not for this.
    """
    if len(rows) < ENOUGH:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)
        return
    model = type(rows[0])
    if isinstance(model._meta.pk, models.AutoField):
        for row, key in zip(rows, _free_keys(model, len(rows)), strict=True):
            row.pk = key
    names = [field.name for field in model._meta.concrete_fields]
    store_rows(model, names, _values(rows, names, add=True))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@transaction.atomic
def restate_records(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write the named fields of standing instances of one model: `bulk_update` for thousands, with versions."""
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < ENOUGH:
        model._default_manager.bulk_update(rows, list(fields))
        return
    key, table = _quoted(model, model._meta.pk.name), model._meta.db_table
    pairs = ", ".join(f"{_quoted(model, name)} = given.{_quoted(model, name)}" for name in fields)
    names = [model._meta.pk.name, *fields]
    with _temporary(model, names, _values(rows, names, add=False)):
        change = f"update {table} set {pairs} from {TEMPORARY} given where {table}.{key} = given.{key}"  # noqa: S608
        _with_versions(model, "update", f"{change} returning {table}.*")


def _values(rows: Sequence[models.Model], names: Sequence[str], *, add: bool) -> Iterator[Sequence[Any]]:
    fields: list[Any] = [type(rows[0])._meta.get_field(name) for name in names]
    if all(map(is_plain, fields)):
        yield from map(attrgetter(*(field.attname for field in fields)), rows)
        return
    read = [_reader(field, add) for field in fields]
    for row in rows:
        yield [one(row) for one in read]


def _reader(field: Any, add: bool) -> Callable[[models.Model], Any]:
    """How the database value of a field is read from an instance."""
    if is_plain(field):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add), connection)


def is_plain(field: Any) -> bool:
    """Whether the attribute is what the database takes; the others prepare it first (JSON, ranges, sealed)."""
    itself = type(field) in PLAIN and not getattr(field, "auto_now", False)
    return itself and not getattr(field, "auto_now_add", False)


@contextmanager
def _temporary(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence]) -> Iterator[None]:
    """The rows in a temporary table with the columns of these fields."""
    quoted, table = _columns(model, fields), model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table {TEMPORARY} as select {quoted} from {table} with no data")  # noqa: S608
        with (
            connection.wrap_database_errors,
            cursor.copy(f"copy {TEMPORARY} ({quoted}) from stdin") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        yield
        cursor.execute(f"drop table {TEMPORARY}")


def _free_keys(model: type[models.Model], count: int) -> list[int]:
    """That many keys of the model's own sequence: nobody else gets them, even if they are never stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _columns(model: type[models.Model], fields: Sequence[str]) -> str:
    return ", ".join(_quoted(model, name) for name in fields)


def _quoted(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(connection.ops.quote_name(field.column))


def _with_versions(
    model: type[models.Model], label: str, change: str, parameters: Sequence | None = None
) -> int:
    """Run a change that returns its rows, and write from them the versions the trigger would have written."""
    event = versions_of(model)
    silent: Any = nullcontext()
    if event is not None:
        change = f"with made as ({change}) {_versions(model, event, label)}"
        silent = pgtrigger.ignore(f"{model._meta.label}:{label}_{label}")
    # The savepoint within: the triggers wake by a statement, which a refused change would not let through.
    with silent, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, parameters)
        return int(cursor.rowcount)


def _versions(model: type[models.Model], event: type[models.Model], label: str) -> str:
    columns_of_event = (str(field.column) for field in event._meta.concrete_fields)
    kept = [column for column in columns_of_event if not column.startswith("pgh_")]
    columns, key = ", ".join(map(connection.ops.quote_name, kept)), model._meta.pk.column
    return (
        f"insert into {event._meta.db_table} (pgh_created_at, pgh_label, pgh_obj_id, pgh_context, {columns})"  # noqa: S608
        f" select now(), '{label}', {key}, {CONTEXT}, {columns} from made"
    )
