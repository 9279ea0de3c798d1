"""What stands on a place: counted before a reorganisation, by walking every relation to places."""

from dataclasses import dataclass

from django.db.models import ForeignKey

from .models import Boundary, Place, PlaceVersion, PopulationFigure, Succession, inside

# What describes the place itself and stays with it as history.
OWN = (PlaceVersion, PopulationFigure, Succession, Boundary)


@dataclass(frozen=True)
class Effect:
    """How many rows of one kind stand on a place or below."""

    title: str
    count: int


def effects_of(place: Place) -> list[Effect]:
    """What a change of `place` touches: the places below, and all that other apps have put on them."""
    below = Place.objects.within(place).exclude(pk=place.pk).current().count()
    found = [Effect("下级区划", below)] if below else []
    for relation in Place._meta.related_objects:
        model = relation.related_model
        if not isinstance(relation.field, ForeignKey) or model is Place or model in OWN:
            continue
        if hasattr(model, "pgh_tracked_model"):
            continue  # versions of rows stay with what they were about
        count = model._base_manager.filter(inside(place, relation.field.name)).count()
        if count:
            found.append(Effect(str(model._meta.verbose_name), count))
    return found
