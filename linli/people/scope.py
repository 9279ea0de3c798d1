"""What the posts of a person grant on a day: read in one query, kept for the length of a request."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps

from linli.kernel import clock
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


@dataclass(frozen=True)
class Asker:
    """Who asks a list, with the rights of today: two of them are equal where they may see the same (P6).

    Holds keys and codes and no name. `user` is an account for querysets: `visible_to(asker.user)`.
    """

    pk: int
    person_id: object
    day: date
    rights: tuple[tuple[str, frozenset[str], str, str, int | None], ...]

    @property
    def user(self):
        account = apps.get_model("people.User")(pk=self.pk, person_id=self.person_id)
        account._grants = tuple(
            Grant(role, permissions, Place(path=path, level=level), unit_id)
            for role, permissions, path, level, unit_id in self.rights
        )
        return account


def asker_of(user) -> Asker:
    """The Asker of an account that is signed in."""
    rights = tuple((g.role, g.permissions, g.place.path, g.place.level, g.unit_id) for g in user.grants)
    return Asker(user.pk, user.person_id, clock.today(), rights)
