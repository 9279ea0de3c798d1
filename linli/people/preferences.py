"""How somebody wishes to be reached: changed by the person, against the version the person had read."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli.api.conditional import StaleVersion

from .models import Person

CHANGEABLE = {"preferred_channel", "needs_help_with_phone"}


@transaction.atomic
def change_preferences(person: Person, *, by, version: int, **wishes) -> Person:
    """Store the wishes of a person; StaleVersion when the record has moved on since `version`."""
    if person.pk != by.person_id or not wishes.keys() <= CHANGEABLE:
        raise PermissionDenied
    moved = Person.objects.filter(pk=person.pk, version=version).update(**wishes, version=version + 1)
    if not moved:
        raise StaleVersion
    return Person.objects.get(pk=person.pk)
