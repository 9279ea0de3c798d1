"""Consents, given by whom the law says, and taken back as easily (D5, D6); departures."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import Consent
from .models import Departure
from .rights import is_guardian

CHILD_AGE = 14  # below it a guardian consents: 个人信息保护法 第三十一条


@transaction.atomic
def give_consent(person, purpose: str, *, text_version: str, by, given_by=None) -> Consent:
    """Record that somebody agreed to one purpose; for a child under 14 only a guardian can (D5, D6)."""
    given_by = given_by or by.person
    if given_by is None or not _may_consent(person, given_by):
        raise PermissionDenied
    if by.person_id != given_by.pk and not rules.can_edit(by, person):
        raise PermissionDenied  # on paper: a worker of the place enters it
    standing = Consent.objects.select_for_update().filter(person=person, purpose=purpose, withdrawn_at=None)
    if (already := standing.first()) and already.text_version == text_version:
        return already
    standing.update(withdrawn_at=clock.now())
    consent = Consent.objects.create(
        person=person,
        purpose=purpose,
        text_version=text_version,
        given_at=clock.now(),
        given_by=given_by,
        entered_by=by,
    )
    audit.record("people.give_consent", by=by, thing=consent, place=person.home, detail={"for": purpose})
    return consent


def _may_consent(person, giver) -> bool:
    age = person.age_on(clock.today())
    if age is not None and age < CHILD_AGE:
        return is_guardian(giver.pk, person)
    return giver.pk == person.pk or is_guardian(giver.pk, person)


@transaction.atomic
def withdraw_consent(person, purpose: str, *, by) -> bool:
    """Take back a consent, at once; whether there was one. As easy as giving it (D5)."""
    if by.person_id != person.pk and not is_guardian(by.person_id, person) and not rules.can_edit(by, person):
        raise PermissionDenied
    found = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None)
    withdrawn = found.update(withdrawn_at=clock.now()) == 1
    if withdrawn:
        audit.record(
            "people.withdraw_consent", by=by, thing=person, place=person.home, detail={"for": purpose}
        )
    return withdrawn


def has_consent(person, purpose: str) -> bool:
    """Whether a consent stands now; asked before each use, so that a withdrawal stops the very next one."""
    return Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).exists()


@transaction.atomic
def register_departure(person, *, on, reason: str, by) -> Departure:
    """Note that a person is no longer registered from the day `on`; the purge follows after the set time."""
    own = by.person_id == person.pk and reason == Departure.Reason.ASKED
    if not own and not rules.can_edit(by, person):
        raise PermissionDenied
    departure, _made = Departure.objects.update_or_create(
        person=person, defaults={"on": on, "reason": Departure.Reason(reason), "entered_by": by}
    )
    audit.record("people.depart", by=by, thing=person, place=person.home, detail={"reason": reason})
    return departure
