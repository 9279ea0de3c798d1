"""Changing the key of blind indexes: each value is opened and its digest made anew with the current key (D2).

Old and new digests are both found all the while (`cipher.blinds`). Digests of what is kept nowhere (secrets of
requests, keys of repeated calls) cannot be made anew; they are compared under every key of the file.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import IntegrityError, models, transaction

from linli import audit
from linli.kernel.cipher import blind
from linli.kernel.fields import BlindIndexField
from linli.kernel.keys import keys


def index_fields() -> Iterator[tuple[type[models.Model], BlindIndexField]]:
    """Every blind index of every model."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, BlindIndexField):
                yield model, field


def rotate_index_keys(batch: int = 200) -> int:
    """Bring every blind index under the current key and hash; how many digests were.

    A digest does not say its key, so each row is opened and compared: killed at any instruction it is run again, and
    writes only what is still old. Each batch is one transaction; rows that somebody is changing are waited for.
    """
    done = sum(_reindex(model, field, batch) for model, field in index_fields())
    if done:
        with transaction.atomic():
            audit.record(
                "keys.rotate-index", by=None, detail={"values": done, "key": keys().current["blind"]}
            )
    return done


def left_to_reindex(batch: int = 200) -> int:
    """How many digests are not of the current key; reads every row that has one."""
    return sum(
        len(_outdated(field, rows))
        for model, field in index_fields()
        for rows in _batches(model, field, batch)
    )


def _reindex(model: type[models.Model], field: BlindIndexField, batch: int) -> int:
    done = 0
    for rows in _batches(model, field, batch):
        if not _outdated(field, rows):
            continue
        with transaction.atomic():
            locked = _rows(model, field).filter(pk__in=[row.pk for row in rows]).order_by("pk")
            for row, digest in _outdated(field, list(locked.select_for_update(of=("self",)))):
                done += _write(model, field, row, digest)
    return done


def _write(model: type[models.Model], field: BlindIndexField, row: models.Model, digest: str) -> bool:
    """Whether the row took its digest; two rows with one value stay apart until a person has merged them."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=row.pk).update(**{field.attname: digest})
    except IntegrityError:
        return False
    return True


def _outdated(field: BlindIndexField, rows: list) -> list[tuple[models.Model, str]]:
    """The rows whose digest is old, each with the current one."""
    wanted = ((row, blind(field.source, getattr(row, field.source))) for row in rows)
    return [(row, digest) for row, digest in wanted if getattr(row, field.attname) != digest]


def _batches(model: type[models.Model], field: BlindIndexField, batch: int) -> Iterator[list]:
    """All rows with an index, in the order of their keys."""
    after = None
    while True:
        rows = _rows(model, field).order_by("pk")
        found = list((rows.filter(pk__gt=after) if after else rows)[:batch])
        yield found
        if len(found) < batch:
            return
        after = found[-1].pk


def _rows(model: type[models.Model], field: BlindIndexField) -> models.QuerySet:
    rows = model._base_manager.exclude(**{field.attname: None}).exclude(**{field.source: None})
    return rows.only("pk", field.source, field.attname)
