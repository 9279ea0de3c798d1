"""What the posts of a person grant on a day: read in one query, kept for the length of a request."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps

from linli.places.models import Place


@dataclass(frozen=True)
class Grant:
    """Permissions over a place, from one post."""

    role: str
    permissions: frozenset[str]
    place: Place
    unit_id: int | None


def read_grants(person_id, day: date) -> tuple[Grant, ...]:
    """The grants of a person's posts that are in force on `day`; none without a person."""
    if person_id is None:
        return ()
    posts = (
        apps.get_model("people.Post")
        .objects.filter(person=person_id, during__contains=day, role__retired_on=None)
        .select_related("role", "place")
        .only("unit", "role__code", "role__permissions", "place__path", "place__level", "place__name")
    )
    return tuple(Grant(p.role.code, frozenset(p.role.permissions), p.place, p.unit_id) for p in posts)
