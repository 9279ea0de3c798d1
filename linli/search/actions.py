"""Keeping the index: with each change, with each purge, and anew each night."""

from typing import Any

from django.db import models, transaction

from linli.kernel import clock
from linli.kernel.together import also

from .declaring import Searchable, of_model, searchables
from .models import SearchEntry
from .words import vector

BATCH = 1000  # rows whose words are in memory at a time

_WRITE = """
    INSERT INTO search_searchentry (kind, key, words, written_at)
    SELECT %s, row.key, row.words::tsvector, %s FROM unnest(%s::text[], %s::text[]) AS row (key, words)
    ON CONFLICT (kind, key) DO UPDATE SET words = excluded.words, written_at = excluded.written_at
"""


@transaction.atomic(savepoint=False)
def touch(row: models.Model) -> None:
    """Index a row that was just written, or forget it when it no longer belongs in the index.

    Called by the action that wrote it, in its transaction. LookupError: the model is not declared.
    """
    searchable = of_model(type(row))
    if searchable is None:
        raise LookupError(f"{type(row).__name__} is not declared in any search.py")
    rows = list(searchable.rows().filter(pk=row.pk))
    if rows:
        _write(searchable, rows)
    else:
        forget(type(row), [row.pk])


def touch_many(rows: list[models.Model]) -> None:
    """The same for many new or changed rows of one model that all belong in the index."""
    if not rows:
        return
    searchable = of_model(type(rows[0]))
    if searchable is None:
        raise LookupError(f"{type(rows[0]).__name__} is not declared in any search.py")
    for start in range(0, len(rows), BATCH):
        _write(searchable, rows[start : start + BATCH])


def touch_keys(model: type[models.Model], keys: list[Any]) -> None:
    """The same for rows that were written without their instances; LookupError: the model is not declared."""
    searchable = of_model(model)
    if searchable is None:
        raise LookupError(f"{model.__name__} is not declared in any search.py")
    for start in range(0, len(keys), BATCH):
        those = keys[start : start + BATCH]
        rows = list(searchable.rows().filter(pk__in=those))
        _write(searchable, rows)
        forget(model, list(set(those) - {row.pk for row in rows}))


def forget(model: type[models.Model], keys: list[Any]) -> int:
    """Remove the entries of these rows; the number removed. The purge calls it through `removers` (D8)."""
    searchable = of_model(model)
    if searchable is None:
        return 0
    gone, _by_model = SearchEntry.objects.filter(
        kind=searchable.name, key__in=[str(key) for key in keys]
    ).delete()
    return gone


def rebuild() -> int:
    """Write the whole index anew and drop what has no row; the number of rows. Memory holds one batch."""
    began, count = clock.now(), 0
    for searchable in searchables.values():
        count += _rebuild_kind(searchable)
        SearchEntry.objects.filter(kind=searchable.name, written_at__lt=began).delete()
    SearchEntry.objects.exclude(kind__in=list(searchables)).delete()
    return count


def _rebuild_kind(searchable: Searchable) -> int:
    count, last = 0, None
    while True:
        with transaction.atomic():
            # The lock lets a purge or change that runs beside us come wholly before or wholly after.
            rows = searchable.rows().select_for_update(no_key=True, of=("self",)).order_by("pk")
            batch = list(rows.filter(pk__gt=last)[:BATCH] if last is not None else rows[:BATCH])
            if not batch:
                return count
            _write(searchable, batch)
        count, last = count + len(batch), batch[-1].pk


def _write(searchable: Searchable, rows: list) -> None:
    lines = [
        vector(searchable.title(row), searchable.text(row), with_initials=searchable.with_initials)
        for row in rows
    ]
    also(_WRITE, [searchable.name, clock.now(), [str(row.pk) for row in rows], lines])
