"""The tree as it was: closing and opening versions, and asking for any day."""

from datetime import date

from django.db import connection
from django.db.models import QuerySet

from .models import Place, PlaceVersion


def close_versions(versions: QuerySet, on: date) -> None:
    """End the standing versions on the day `on`; one that began that very day never was."""
    standing = versions.filter(during__endswith=None)
    standing.filter(during__startswith__gte=on).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "update places_placeversion set during = daterange(lower(during), %s)"
            " where upper_inf(during) and id = any(%s)",
            [on, list(standing.values_list("pk", flat=True))],
        )


def write_versions(places: QuerySet, on: date) -> None:
    """Begin a new version of each of `places` on the day `on`, as they are now."""
    keys = list(places.values_list("pk", flat=True))
    close_versions(PlaceVersion.objects.filter(place__in=keys), on)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into places_placeversion (place_id, code, name, level, path, urban_rural, during)"
            " select id, code, name, level, path, urban_rural, daterange(%s, valid_to)"
            " from places_place where id = any(%s)",
            [on, keys],
        )


def tree_on(day: date, *, below: str = "") -> QuerySet:
    """Versions that stood on `day`, from the top down; `below` is a path of that day."""
    return PlaceVersion.objects.filter(during__contains=day, path__startswith=below).order_by("path")


def as_was(code: str, day: date) -> PlaceVersion | None:
    """The place that `code` named on `day`."""
    return PlaceVersion.objects.filter(code=code, during__contains=day).select_related("place").first()


def as_is(place: Place) -> list[Place]:
    """The standing places that carry on `place` today; itself when it stands."""
    if place.valid_to is None:
        return [place]
    found: list[Place] = []
    for succession in place.successions.select_related("successor").order_by("pk"):
        found += [one for one in as_is(succession.successor) if one not in found]
    return found
