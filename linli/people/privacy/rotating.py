"""Changing the key of sealed fields: opened with the old, sealed with the current one (D2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from linli import audit
from linli.kernel import cipher
from linli.kernel.fields import SealedField
from linli.kernel.keys import keys
from linli.kernel.registry import Registry


@dataclass(frozen=True)
class OtherStore:
    """Sealed values in a table of a library: `reseal` seals the outdated ones again, `left` counts them."""

    reseal: Callable[[], int]
    left: Callable[[], int]


other_stores: Registry[OtherStore] = Registry("store of sealed values")


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedField]]:
    """Every sealed field of every model."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field


def rotate_field_keys(batch: int = 200) -> int:
    """Seal again what is not sealed with the current algorithm and key; how many values were.

    The work left is asked of the database, so it may be killed at any instruction and run again. Each
    batch is one transaction; rows that somebody is changing are waited for, and readers never wait.
    """
    done = sum(_rotate(model, field, batch) for model, field in sealed_fields())
    done += sum(store.reseal() for store in other_stores.values())
    if done:
        with transaction.atomic():
            audit.record("keys.rotate", by=None, detail={"values": done, "key": keys().current["field"]})
    return done


def left_to_rotate() -> int:
    """How many values still need an older key; at zero that key may leave the key file."""
    ours = sum(_outdated(model, field).count() for model, field in sealed_fields())
    return ours + sum(store.left() for store in other_stores.values())


def _rotate(model: type[models.Model], field: SealedField, batch: int) -> int:
    done = 0
    while True:
        with transaction.atomic():
            rows = list(
                _outdated(model, field).select_for_update().order_by("pk").only("pk", field.name)[:batch]
            )
            for row in rows:
                text = getattr(row, field.attname)
                sealed = cipher.seal(text, bound_to=field.bound_to(row))
                model._base_manager.filter(pk=row.pk).update(**{field.attname: sealed})
        done += len(rows)
        if len(rows) < batch:
            return done


def _outdated(model: type[models.Model], field: SealedField) -> models.QuerySet:
    current = f"{settings.ENVIRONMENT.cipher}:{keys().current['field']}:"
    column = f'"{model._meta.db_table}"."{field.column}"'
    stored = RawSQL(f"left({column}, %s)", [len(current)], output_field=models.TextField())  # noqa: S611 — names of ours
    return (
        model._base_manager.annotate(_stored=stored)
        .filter(Q(**{f"{field.name}__isnull": False}))
        .exclude(_stored=current)
    )
