"""The words of a choice, looked up once: `get_level_display()` for the hundreds of rows of a list.

Django's own builds the table of choices anew at each call and asks the catalogue for every one of its labels; in a
list of 25 rows that was a quarter of the page.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.utils.encoding import force_str

SINGLE = (models.CharField, models.IntegerField)  # one value a row; a list of them is Django's to say


def keep_labels(found: Iterable[type[models.Model]]) -> None:
    """Give the models a `get_…_display` that reads a kept table; what a model says itself stays."""
    for model in found:
        for field in model._meta.local_concrete_fields:
            name = f"get_{field.name}_display"
            if field.choices and isinstance(field, SINGLE) and _is_django_s(model.__dict__.get(name)):
                setattr(model, name, _display_of(field))


def _is_django_s(method: Any) -> bool:
    return getattr(method, "func", None) is models.Model._get_FIELD_display  # type: ignore[attr-defined]


def _display_of(field: models.Field) -> Callable[[models.Model], str | None]:
    name, labels = field.attname, dict(field.flatchoices)  # labels stay lazy: each reader has a language

    def display(row: models.Model) -> str | None:
        value = getattr(row, name)
        return force_str(labels.get(value, value), strings_only=True)

    return display
