"""Very many rows at once: one statement that stores them with their first versions.

For national lists, the demonstration city and benches. The history triggers cost about half a millisecond a
row, far more than the row itself; here they are silent for that one statement, which writes the same versions
for all rows.
"""

from collections.abc import Iterable, Sequence

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction

TEMPORARY = "linli_bulk_rows"
CONTEXT = "nullif(current_setting('pghistory.context_metadata', true), '')::jsonb"  # who and why


@transaction.atomic
def store_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple]) -> int:
    """Insert `rows` (tuples of database values in the order of `fields`); returns how many.

    Nothing is validated but by the database; sealed values come sealed. The model is `@tracked`.
    """
    quoted, table = _columns(model, fields), model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table {TEMPORARY} as select {quoted} from {table} with no data")  # noqa: S608
        with cursor.copy(f"copy {TEMPORARY} ({quoted}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        count = store_selected(model, fields, f"select {quoted} from {TEMPORARY}")  # noqa: S608
        cursor.execute(f"drop table {TEMPORARY}")
    return count


@transaction.atomic
def store_selected(
    model: type[models.Model], fields: Sequence[str], query: str, parameters: Sequence | None = None
) -> int:
    """Insert what `query` selects (in the order of `fields`), with first versions; returns how many."""
    with connection.cursor() as cursor, pgtrigger.ignore(f"{model._meta.label}:insert_insert"):
        cursor.execute(_statement(model, _columns(model, fields), query), parameters)
        return int(cursor.rowcount)


def _columns(model: type[models.Model], fields: Sequence[str]) -> str:
    by_name = {field.name: field.column for field in model._meta.concrete_fields}
    return ", ".join(connection.ops.quote_name(str(by_name[name])) for name in fields)


def _statement(model: type[models.Model], quoted: str, query: str) -> str:
    """Insert the selected rows, and from what came of them their first versions, as the trigger would."""
    event = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    kept = [f.column for f in event._meta.concrete_fields if not f.column.startswith("pgh_")]
    versions, key = ", ".join(map(connection.ops.quote_name, kept)), model._meta.pk.column
    return (
        f"with made as (insert into {model._meta.db_table} ({quoted}) {query} returning *)"  # noqa: S608
        f" insert into {event._meta.db_table} (pgh_created_at, pgh_label, pgh_obj_id, pgh_context, {versions})"
        f" select now(), 'insert', {key}, {CONTEXT}, {versions} from made"
    )
