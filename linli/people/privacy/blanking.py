"""What stands in a field when nothing personal may stand there any more (D8)."""

from typing import Any

from django.db import models
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat, Left

from linli.kernel.fields import BlindIndexField, SealedField

from ..models import Person, User

NOBODY = "已清除"  # the name of whoever was purged
NOBODY_NUMBERED, PURGED = f"{NOBODY}-", "purged-"  # … with the row's key behind it, where rows must differ
LONGEST_KEY = 60
KEPT = object()  # the value stays: it names nobody, and totals need it


def is_link_to_person(field: models.Field) -> bool:
    """Whether a field leads to a person or an account: it stays, and leads to a pseudonym."""
    return field.is_relation and field.remote_field.model in (Person, User)


def blank_of(model: type[models.Model], name: str) -> Any:
    """The value for `update()` that leaves nothing personal in the field; KEPT when nothing is to be done.

    Cannot be blanked and is class 2 or 3: ValueError; then the row itself must go.
    """
    field = model._meta.get_field(name)
    if is_link_to_person(field):
        return KEPT
    if name in getattr(model, "when_purged", {}):
        return _told(model, name)
    return _blank_of_kind(model, field, name)


def _told(model: type[models.Model], name: str) -> Any:
    """What the table asks for, where a constraint wants more: a text, ... for the link as it is, None: no row."""
    told = model.when_purged[name]
    if told is None:
        raise ValueError(f"{model._meta.label}.{name}: the row itself goes")
    return KEPT if told is ... else told


def _blank_of_kind(model: type[models.Model], field: models.Field, name: str) -> Any:
    if field.null:
        return None
    if isinstance(field, SealedField):  # knows its row and so is never written by update(): the row goes
        raise ValueError(f"{model._meta.label}.{name} cannot be blanked")
    if field.has_default() and not isinstance(field, models.DateField | models.UUIDField):
        return field.get_default()
    if field.choices or field.is_relation or isinstance(field, models.BooleanField):
        return "" if field.choices and field.blank else KEPT
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return _text(model, field, model.personal[name])
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return 0
    if model.personal[name].sensitivity == 1:
        return KEPT
    raise ValueError(f"{model._meta.label}.{name} cannot be blanked")


def _text(model: type[models.Model], field: models.Field, said) -> Any:
    if field.unique or _is_told_apart_by(model, field.name):
        first = NOBODY_NUMBERED if said.mask == "name" else PURGED
        return Left(Concat(Value(first), Cast(F("pk"), CharField())), field.max_length or LONGEST_KEY)
    return NOBODY if said.mask == "name" else ""


def _is_told_apart_by(model: type[models.Model], name: str) -> bool:
    """Whether rows must differ in this field and others: two persons who were purged must not become one row."""
    return any(
        name in constraint.fields
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    )


def is_blankable(model: type[models.Model], names) -> bool:
    """Whether every named field can be emptied, so that the row may stay."""
    try:
        blanks(model, names)
    except ValueError:
        return False
    return True


def not_blank(model: type[models.Model], blanks: dict[str, Any]) -> Q:
    """The condition that a row still holds something in one of the fields to be blanked."""
    condition = Q(pk__in=[])
    for name, blank in blanks.items():
        field = model._meta.get_field(name)
        if blank is None or isinstance(field, SealedField | BlindIndexField):
            condition |= Q(**{f"{name}__isnull": False})
        elif isinstance(blank, Left):
            condition |= ~(
                Q(**{f"{name}__startswith": PURGED}) | Q(**{f"{name}__startswith": NOBODY_NUMBERED})
            )
        else:
            condition |= ~Q(**{name: blank})
    return condition


def blanks(model: type[models.Model], names) -> dict[str, Any]:
    """The values for `update()` of the named fields, without those that stay."""
    values = {name: blank_of(model, name) for name in names}
    return {name: value for name, value in values.items() if value is not KEPT}
