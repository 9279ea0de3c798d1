"""Units, public as their door plates are, and persons for those whose post lets them see people."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.search.declaring import Searchable, declare

from .models import Person, Unit
from .queries import people_in_reach


def _people_of(user):
    return people_in_reach(user).order_by() if user.is_authenticated else Person.objects.none()


def _open_units():
    return Unit.objects.filter(closed_on=None)


declare(
    Searchable(
        name="unit",
        label=_("单位"),
        model=Unit,
        rows=_open_units,
        visible_to=lambda user: _open_units().select_related("place"),
        title=lambda unit: unit.name,
        text=lambda unit: unit.phone,
        note=lambda unit: " · ".join(filter(None, [unit.place.name, unit.phone])),
        url=lambda unit: reverse("place-detail", args=[unit.place.code]),
        with_initials=True,
        order=20,
    )
)
declare(
    Searchable(
        name="person",
        label=_("居民"),
        model=Person,
        rows=lambda: Person.objects.filter(purged_at=None),
        visible_to=_people_of,
        title=lambda person: person.name,
        note=lambda person: f"{person.home.parent.name} {person.home.name}",
        url=lambda person: reverse("person-detail", args=[person.pk]),
        with_initials=True,
        order=40,
    )
)
