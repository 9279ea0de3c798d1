"""The words of a choice, looked up once: `get_level_display()` for the hundreds of rows of a list.

Django's own builds the table of choices anew at each call and asks the catalogue for every one of its labels; in a
list of 25 rows that was a quarter of the page. And any sentence of a catalogue, which Django looks for in one
catalogue after the other each time it is said.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import trans_real

SINGLE = (models.CharField, models.IntegerField)  # one value a row; a list of them is Django's to say


def keep_labels(found: Iterable[type[models.Model]]) -> None:
    """Give the models a `get_…_display` that reads a kept table; what a model says itself stays."""
    for model in found:
        for field in model._meta.local_concrete_fields:
            name = f"get_{field.name}_display"
            if field.choices and isinstance(field, SINGLE) and _is_django_s(model.__dict__.get(name)):
                setattr(model, name, _display_of(field))


def keep_sentences() -> None:
    """Let the catalogue of each language remember what it was asked; sentences do not change while we run."""
    for language, _name in settings.LANGUAGES:
        catalogue = trans_real.translation(language)
        catalogue.gettext = lru_cache(maxsize=16_384)(catalogue.gettext)  # type: ignore[method-assign]


def _is_django_s(method: Any) -> bool:
    return getattr(method, "func", None) is models.Model._get_FIELD_display  # type: ignore[attr-defined]


def _display_of(field: models.Field) -> Callable[[models.Model], str | None]:
    name, labels = field.attname, dict(field.flatchoices)  # labels stay lazy: each reader has a language

    def display(row: models.Model) -> str | None:
        value = getattr(row, name)
        return force_str(labels.get(value, value), strings_only=True)

    return display
