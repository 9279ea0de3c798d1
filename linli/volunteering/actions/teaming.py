"""Teams: who belongs, who leads, what becomes of them; duties volunteers take on for the community."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli import audit
from linli.kernel import clock

from .. import rules
from ..charters import charter_at
from ..models import Duty, Membership, Team
from ..refusals import VolunteeringRefused, refused
from .registering import enter_team


@transaction.atomic
def leave_team(team: Team, *, volunteer, by) -> Membership:
    """A member goes: by his own wish, or entered by an organiser; LookupError: he is none. The leader stays on
    as leader only while he is a member."""
    if by.person_id != volunteer.pk and not by.may(rules.ORGANISE, at=team.place):
        raise PermissionDenied
    found = Membership.objects.select_for_update().filter(team=team, volunteer=volunteer, until=None).first()
    if found is None:
        raise LookupError(volunteer.number)
    found.until = clock.today()
    found.save(update_fields=["until"])
    Team.objects.filter(pk=team.pk, leader=volunteer).update(leader=None)
    return found


@transaction.atomic
def lead_team(team: Team, *, volunteer, by) -> Team:
    """Another leader, who is or becomes a member."""
    if not by.may(rules.ORGANISE, at=team.place):
        raise PermissionDenied
    enter_team(team, volunteer=volunteer, by=by)
    team.leader = volunteer
    team.save(update_fields=["leader"])
    audit.record("volunteering.lead_team", by=by, thing=team, place=team.place)
    return team


@transaction.atomic
def appoint(volunteer, *, code: str, place, by, case=None) -> Duty:
    """A duty beyond tasks: to lead talks, to ask around, to find resources; `case`: where he has a seat.

    LookupError: the charter knows no such duty. VolunteeringRefused: he has it, or does not serve.
    """
    if not by.may(rules.ORGANISE, at=place):
        raise PermissionDenied
    charter = charter_at(place)
    charter.rules.duty(code)
    if not volunteer.is_serving:
        raise VolunteeringRefused("volunteer_is_active")
    try:
        with transaction.atomic():
            made = Duty.objects.create(
                volunteer=volunteer, code=code, charter=charter, place=place, case=case,
                since=clock.today(), appointed_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.appoint", by=by, thing=made, place=place)
    return made


@transaction.atomic
def release(duty: Duty, *, by) -> Duty:
    """The duty ends today: by his own wish, or by an organiser. Asked twice, the same."""
    if by.person_id != duty.volunteer_id and not by.may(rules.ORGANISE, at=duty.place):
        raise PermissionDenied
    if duty.until is None:
        duty.until = clock.today()
        duty.save(update_fields=["until"])
        audit.record("volunteering.release", by=by, thing=duty, place=duty.place)
    return duty
