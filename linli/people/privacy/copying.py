"""The copy a person may take away: complete by a walk over the schema, without anybody else's data (D7)."""

from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction
from psycopg.types.range import Range

from linli import audit
from linli.kernel import clock

from ..models import Person, User
from .foreign import NEVER_COPIED
from .rights import refuse_stranger
from .schema import Holding, holdings, is_ours, is_version, links

SELF, SOMEBODY, STAFF = "本人", "其他人", "工作人员"


@transaction.atomic
def subject_copy(person, *, by) -> dict[str, Any]:
    """Everything kept about a person as JSON values: rows with purpose, basis and retention, versions, acts.

    Only the person himself, or one who acts for him as his guardian, may take it: PermissionDenied.
    """
    refuse_stranger(person, by)
    audit.record("people.copy", by=by, thing=person, place=person.home)
    parts = [_part(holding, person) for holding in holdings()]
    return {
        "person": str(person.pk),
        "made_at": clock.now().isoformat(),
        "holdings": [part for part in parts if part["rows"]],
        "acts": _acts(person),
    }


def _part(holding: Holding, person) -> dict[str, Any]:
    shown = copied_fields(holding)
    rows = [_row(row, shown, person) for row in holding.rows_of(person)] if shown else []
    return {
        "what": str(holding.model._meta.verbose_name),
        "table": holding.label,
        "rows": rows,
        "versions": _versions(holding, shown, person),
        "register": {
            name: {"purpose": said.purpose, "basis": said.basis, "keep": said.keep}
            for name, said in holding.personal.items()
        },
    }


def copied_fields(holding: Holding) -> list[models.Field]:
    """Fields that enter the copy: all personal ones, and the moments that tell when; no keys.

    Rows whose only personal field is the account that acted say nothing more: they are counted under acts.
    """
    names = holding.personal.keys() - NEVER_COPIED.get(holding.label, set())
    if names <= set(links(holding.model, User)):
        return []
    moments = (models.DateField, models.DateTimeField)
    return [
        field
        for field in holding.model._meta.concrete_fields
        if field.name in names or isinstance(field, moments)
    ]


def _row(row, shown: list[models.Field], person) -> dict[str, Any]:
    return {field.name: _value(row, field, person) for field in shown}


def _value(row, field: models.Field, person) -> Any:
    """One value as JSON; other people stand as "somebody", accounts of staff as "staff"."""
    if field.is_relation and field.remote_field.model in (Person, User):
        return _who(row, field, person)
    if field.is_relation:
        related = getattr(row, field.name)
        return None if related is None else str(related)
    value = getattr(row, field.attname)
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Range):
        return [edge and edge.isoformat() for edge in (value.lower, value.upper)]
    return str(value)


def _who(row, field: models.Field, person) -> str | None:
    key = getattr(row, field.attname)
    if key is None:
        return None
    if field.remote_field.model is Person:
        return SELF if key == person.pk else SOMEBODY
    return SELF if User.objects.filter(pk=key, person=person).exists() else STAFF


def _versions(holding: Holding, shown: list[models.Field], person) -> list[dict[str, Any]]:
    if holding.history is None:
        return []
    names = {field.name for field in shown}
    kept = [field for field in holding.history._meta.concrete_fields if field.name in names]
    keys = [str(key) for key in holding.rows_of(person).values_list("pk", flat=True)]
    found = holding.history._base_manager.filter(pgh_obj_id__in=keys).order_by("pgh_id")
    return [
        {"at": event.pgh_created_at.isoformat(), "change": event.pgh_label, **_row(event, kept, person)}
        for event in found
    ]


def _acts(person) -> list[dict[str, Any]]:
    """In which rows the person stands as the one who acted: how many, for their contents are about others."""
    found = []
    for model in apps.get_models():
        if not is_ours(model) or is_version(model):
            continue
        for name in links(model, User, Person):
            to_user = model._meta.get_field(name).remote_field.model is User
            count = model._base_manager.filter(**{f"{name}__person" if to_user else name: person.pk}).count()
            if count:
                found.append({"table": model._meta.label, "as": name, "count": count})
    return found
