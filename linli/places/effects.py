"""What stands on a place: counted before a reorganisation, by walking every relation to places."""

from dataclasses import dataclass

from django.db.models import ForeignKey, Model

from .models import Boundary, Place, PlaceVersion, PopulationFigure, ServiceState, Succession, inside

# What describes the place itself and stays with it as history.
OWN = (PlaceVersion, PopulationFigure, Succession, Boundary, ServiceState)


@dataclass(frozen=True)
class Effect:
    """How many rows of one kind stand on a place or below."""

    title: str
    count: int


def effects_of(place: Place) -> list[Effect]:
    """What a change of `place` touches: the places below, and all that other apps have put on them."""
    below = Place.objects.within(place).exclude(pk=place.pk).current().count()
    found = [Effect("下级区划", below)] if below else []
    for model, field in standing_on_places():
        count = model._base_manager.filter(inside(place, field)).count()
        if count:
            found.append(Effect(str((model._meta.auto_created or model)._meta.verbose_name), count))
    return found


def standing_on_places() -> list[tuple[type[Model], str]]:
    """Every (model, field) by which something stands on a place, also where the place knows no way back.

    Versions of rows are left out: they stay with what they were about.
    """
    relations = [
        one for one in Place._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete
    ]
    return [
        (one.related_model, one.field.name)
        for one in relations
        if isinstance(one.field, ForeignKey)
        and one.related_model is not Place
        and one.related_model not in OWN
        and not hasattr(one.related_model, "pgh_tracked_model")
    ]
