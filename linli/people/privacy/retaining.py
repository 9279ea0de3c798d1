"""Retention runs by itself: what the register says is over is emptied or deleted every night (D8)."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.postgres.fields import RangeField
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.db.models import Q

from linli import audit
from linli.kernel.clock import CHINA
from linli.kernel.purging import remove_copies
from linli.kernel.retention import Term, term_of

from ..models import Person
from . import blanking
from .purging import (
    StillNeeded,
    ask_file_deletion,
    clear_versions,
    delete_rows,
    empty_versions,
    purge,
    writing_protected_rows,
)
from .schema import Holding, holdings, is_ours

BATCH = 500
# The column a term runs from, by the word of the register; a model with another says `kept_from`.
ANCHORS = {
    "": ("created_at", "at", "opened_at", "asked_at", "stored_at", "answered_at", "given_at", "since", "on"),
    "close": ("closed_at", "case__closed_at"),
    "end": ("during", "ended_at", "ended_on", "valid_to", "expires_at", "ends_on"),
    "answer": ("answered_at",),
    "withdrawal": ("withdrawn_at",),
}


class NoAnchor(Exception):
    """A term runs from an event that the model has no column for."""


def purge_due(today: date) -> dict[str, int]:
    """Purge whom and what is due: persons some time after they left, fields after their term.

    Returns how many rows by table. Each batch is a transaction; killed halfway, the next run goes on.
    """
    done = {"people.Person": _purge_departed(today)}
    for holding in holdings():
        if is_ours(holding.model) and holding.personal:
            for term, names in terms_of(holding.model).items():
                done[holding.label] = done.get(holding.label, 0) + _expire(holding, term, names, today)
    return {label: count for label, count in done.items() if count}


def _purge_departed(today: date) -> int:
    left = today - timedelta(days=settings.ENVIRONMENT.purge_after_departure_days)
    count = 0
    for person in Person.objects.filter(departure__on__lte=left, purged_at=None).order_by("pk"):
        try:
            count += bool(purge(person))
        except StillNeeded:
            continue  # asked again tomorrow; what holds him is closed by somebody
    return count


def terms_of(model: type[models.Model]) -> dict[Term, list[str]]:
    """The personal fields of a model by their term; those kept "while …" go with the person."""
    found: dict[Term, list[str]] = {}
    for name, said in model.personal.items():
        term = term_of(said.keep)
        if term is not None:
            found.setdefault(term, []).append(name)
    return found


def anchor_of(model: type[models.Model], word: str, name: str = "") -> str:
    """The lookup of the moment a term runs from; a moment field runs from itself. NoAnchor: none."""
    said = getattr(model, "kept_from", {}).get(word)
    if said:
        return said
    own = name and isinstance(model._meta.get_field(name), models.DateTimeField)
    if not word and own:
        return name
    for path in ANCHORS.get(word, ()) or (f"{word}_at", f"{word}_on", f"case__{word}_at"):
        if _reaches(model, path):
            return path
    raise NoAnchor(f"{model._meta.label}: nothing says when “{word or 'made'}” was; say `kept_from`")


def _reaches(model: type[models.Model], path: str) -> bool:
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        model = field.related_model
    return True


def _is_over(model: type[models.Model], anchor: str, last_day: date) -> Q:
    field, holder = None, model
    for part in anchor.split("__"):
        field = holder._meta.get_field(part)
        holder = field.related_model
    if isinstance(field, RangeField):
        return Q(**{f"{anchor}__endswith__lte": last_day})
    if isinstance(field, models.DateTimeField):
        midnight = datetime.combine(last_day + timedelta(days=1), time(), CHINA)
        return Q(**{f"{anchor}__lt": midnight})
    return Q(**{f"{anchor}__lte": last_day})


def _expire(holding: Holding, term: Term, names: list[str], today: date) -> int:
    model = holding.model
    over = _is_over(model, anchor_of(model, term.word, names[0]), term.last_day(today))
    can_stay = blanking.is_blankable(model, names)
    values = blanking.blanks(model, names) if can_stay else {}
    values |= {name: None for name in names if _is_open_link(model, name)}
    delete = set(names) == set(model.personal) and (holding.is_part_of_person() or not can_stay)
    waiting = model._base_manager.filter(over)
    if not delete:
        waiting = waiting.filter(blanking.not_blank(model, values))
    total, beyond = 0, None
    while True:
        rows = list((waiting.filter(pk__gt=beyond) if beyond else waiting).order_by("pk")[:BATCH])
        keys = [row.pk for row in rows]
        if keys:
            total += _expire_batch(holding, keys, values, delete=delete)
        if len(rows) < BATCH:
            return total
        beyond = keys[-1]


def _is_open_link(model: type[models.Model], name: str) -> bool:
    field = model._meta.get_field(name)
    return blanking.is_link_to_person(field) and field.null


@transaction.atomic
def _expire_batch(holding: Holding, keys: list, values: dict, *, delete: bool) -> int:
    remove_copies(holding.model, keys)
    ask_file_deletion(holding.model, keys)
    with writing_protected_rows([holding.model]):
        if delete and delete_rows(holding.model, keys):
            clear_versions(holding, keys)
        elif values:
            holding.model._base_manager.filter(pk__in=keys).update(**values)
            empty_versions(holding, keys, values)
    audit.record("people.expire", by=None, detail={"table": holding.label, "rows": len(keys)})
    return len(keys)
