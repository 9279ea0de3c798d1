"""The words of a choice are Django's, in the language of whoever reads, whatever is kept between two readers."""

import pytest
from django.apps import apps
from django.db import models
from django.utils import translation

from linli.config.labels import SINGLE
from linli.places.models import Place

CHOSEN = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.local_concrete_fields
    if field.choices and isinstance(field, SINGLE) and model.__module__.startswith("linli.")
]


@pytest.mark.parametrize(("model", "field"), CHOSEN, ids=lambda one: getattr(one, "__name__", one))
def test_every_choice_of_every_model_is_said_as_django_says_it(model, field):
    values = [*dict(field.flatchoices), None, "", "no-choice"]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            rows = [model(**{field.attname: value}) for value in values]
            said = [getattr(row, f"get_{field.name}_display")() for row in rows]
            assert said == [models.Model._get_FIELD_display(row, field) for row in rows]


def test_two_readers_one_after_the_other_read_each_their_own_language():
    place = Place(level="county")
    with translation.override("en"):
        english = place.get_level_display()
    with translation.override("zh-hans"):
        assert (english, place.get_level_display()) == ("District or county", "区县")
