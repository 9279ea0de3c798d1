"""Whom the public pool pays for although his age alone does not say so."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import KeyClient
from ..refusals import refused


@transaction.atomic
def name_key_client(person, *, reason: str, place, by) -> KeyClient:
    """The pool pays for somebody from now on, for a reason; nobody names himself."""
    if not by.may(rules.ISSUE, at=place) or by.person_id == person.pk:
        raise PermissionDenied
    try:
        with transaction.atomic():
            named = KeyClient.objects.create(person=person, reason=reason, since=clock.today(), named_by=by)
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.name_key_client", by=by, thing=named, place=place)
    return named


@transaction.atomic
def end_key_client(named: KeyClient, *, place, by) -> KeyClient:
    """The pool no longer pays; orders that were promised stay promised. Asked twice, the same."""
    if not by.may(rules.ISSUE, at=place):
        raise PermissionDenied
    if named.until is None:
        named.until = clock.today()
        named.save(update_fields=["until"])
        audit.record("volunteering.end_key_client", by=by, thing=named, place=place)
    return named
