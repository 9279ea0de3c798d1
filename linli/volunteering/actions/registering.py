"""Becoming a volunteer, with the consent of a guardian for children; teams and stations."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli import audit
from linli.cases.actions import next_number
from linli.facilities.actions.keeping import edit_facility
from linli.facilities.rules import can_edit
from linli.kernel import clock
from linli.notices.actions import notify
from linli.people.models import Consent, Proxy
from linli.search.actions import touch

from .. import rules
from ..charters import charter_at
from ..models import Membership, Station, Team, Volunteer
from ..refusals import VolunteeringRefused, refused

PURPOSE, TEXT_VERSION = "volunteering", "1"
STATION_MARK = "volunteers"  # of packs/facilities/kinds.yaml


@transaction.atomic
def register_volunteer(
    person, *, place, by, skills=(), free=(), reach_m: int = 3000, guardian=None
) -> Volunteer:
    """The volunteer a person becomes; asked twice, the same. A child waits for his guardian's consent.

    `by` is the person's account, his guardian's or that of a clerk; `guardian` is who consents at the window.
    """
    if not _may_register(by, person, place):
        raise PermissionDenied
    known = Volunteer.objects.select_for_update().filter(pk=person.pk).first()
    if known is not None and known.state != Volunteer.State.LEFT:
        return known
    limits = charter_at(place).rules.limits
    age = person.age_on(clock.today())
    if age is None:
        raise VolunteeringRefused("volunteer_age_is_known", _("请先填写出生日期。"))
    if age < limits.least_age:
        sentence = _("%(age)s 岁以上可以注册志愿者。") % {"age": limits.least_age}
        raise VolunteeringRefused("volunteer_old_enough", sentence)
    minor = age < limits.adult_age
    volunteer = known or Volunteer(
        person=person, number=next_number("ZY", clock.now()), registered_at=clock.now(), registered_by=by
    )
    volunteer.place, volunteer.minor, volunteer.reach_m = place, minor, reach_m
    volunteer.skills, volunteer.free = list(skills), list(free)
    volunteer.left_at, volunteer.consent = None, None
    volunteer.state = Volunteer.State.WAITING if minor else Volunteer.State.ACTIVE
    try:
        with transaction.atomic():
            volunteer.save()
    except IntegrityError as error:  # the other of two clicks was faster
        return _same(person, error)
    audit.record("volunteering.register", by=by, thing=volunteer, place=place)
    if minor and (guardian is not None or _is_guardian(by, person)):
        return consent_for(volunteer, guardian=guardian or by.person, by=by)
    if minor:
        _ask_guardians(volunteer)
    return volunteer


def _same(person, error) -> Volunteer:
    known = Volunteer.objects.filter(pk=person.pk).first()
    if known is None:
        raise refused(error) from error
    return known


def _may_register(by, person, place) -> bool:
    return by.person_id == person.pk or person.pk in by.acts_for or by.may(rules.ENTER, at=place)


def _is_guardian(by, person) -> bool:
    return guardians_of(person).filter(proxy=by.person_id).exists()


def guardians_of(person):
    return Proxy.objects.filter(
        principal=person, kind=Proxy.Kind.GUARDIAN, during__contains=clock.today()
    ).select_related("proxy")


def _ask_guardians(volunteer) -> None:
    for link in guardians_of(volunteer.person):
        notify(link.proxy, "volunteering-consent", number=volunteer.number, path="/volunteering/me/")


@transaction.atomic
def consent_for(volunteer, *, guardian, by) -> Volunteer:
    """The guardian lets a child serve; by himself, or entered at the window. Asked twice, the same."""
    rows = Volunteer.objects.select_for_update(of=("self",)).select_related("consent", "person", "place")
    volunteer = rows.get(pk=volunteer.pk)
    known = guardians_of(volunteer.person).filter(proxy=guardian).exists()
    if not known or not (by.person_id == guardian.pk or by.may(rules.ENTER, at=volunteer.place)):
        raise PermissionDenied
    if not volunteer.awaits_consent:
        return volunteer
    given, _made = Consent.objects.get_or_create(
        person=volunteer.person,
        purpose=PURPOSE,
        withdrawn_at=None,
        defaults={
            "text_version": TEXT_VERSION, "given_at": clock.now(), "given_by": guardian, "entered_by": by,
        },
    )  # fmt: skip
    volunteer.consent, volunteer.state = given, Volunteer.State.ACTIVE
    volunteer.save(update_fields=["consent", "state"])
    audit.record("volunteering.consent", by=by, thing=volunteer, place=volunteer.place)
    return volunteer


@transaction.atomic
def describe_volunteer(volunteer, *, by, skills, free, reach_m) -> Volunteer:
    """Skills, free times and how far somebody likes to go."""
    if not (by.person_id == volunteer.pk or volunteer.pk in by.acts_for):
        raise PermissionDenied
    volunteer.skills, volunteer.free, volunteer.reach_m = list(skills), list(free), reach_m
    volunteer.save(update_fields=["skills", "free", "reach_m"])
    return volunteer


@transaction.atomic
def leave_volunteering(volunteer, *, by) -> Volunteer:
    """Somebody serves no more; hours and coins stay his."""
    if not (by.person_id == volunteer.pk or volunteer.pk in by.acts_for):
        raise PermissionDenied
    volunteer.state, volunteer.left_at = Volunteer.State.LEFT, clock.now()
    volunteer.save(update_fields=["state", "left_at"])
    audit.record("volunteering.leave", by=by, thing=volunteer)
    return volunteer


@transaction.atomic
def renew_feed(volunteer, *, by) -> Volunteer:
    """The calendar gets another address; whoever holds the old one sees nothing from now on."""
    if not (by.person_id == volunteer.pk or volunteer.pk in by.acts_for):
        raise PermissionDenied
    Volunteer.objects.filter(pk=volunteer.pk).update(feed_turn=F("feed_turn") + 1)
    volunteer.refresh_from_db(fields=["feed_turn"])
    audit.record("volunteering.renew_feed", by=by, thing=volunteer)
    return volunteer


def _organiser(by, place) -> None:
    if not by.may(rules.ORGANISE, at=place):
        raise PermissionDenied


@transaction.atomic
def found_team(*, name, place, by, unit=None, leader=None, speciality="", founded_on=None) -> Team:
    """A team at home in a community; its leader is its first member."""
    _organiser(by, place)
    try:
        with transaction.atomic():
            team = Team.objects.create(
                number=next_number("ZD", clock.now()),
                name=name,
                place=place,
                unit=unit,
                leader=leader,
                speciality=speciality,
                founded_on=founded_on or clock.today(),
            )
    except IntegrityError as error:
        raise refused(error) from error
    touch(team)
    audit.record("volunteering.found_team", by=by, thing=team, place=place)
    if leader is not None:
        enter_team(team, volunteer=leader, by=by)
    return team


@transaction.atomic
def enter_team(team, *, volunteer, by) -> Membership:
    """A volunteer becomes a member: by his own wish, or entered by an organiser."""
    if by.person_id != volunteer.pk:
        _organiser(by, team.place)
    return Membership.objects.get_or_create(
        team=team, volunteer=volunteer, until=None, defaults={"since": clock.today()}
    )[0]


@transaction.atomic
def disband_team(team, *, by) -> Team:
    _organiser(by, team.place)
    team.disbanded_on = clock.today()
    team.save(update_fields=["disbanded_on"])
    touch(team)
    audit.record("volunteering.disband_team", by=by, thing=team, place=team.place)
    return team


@transaction.atomic
def open_station(*, name, place, hours, by, **fields) -> Station:
    """A place where volunteers are found, whatever its label."""
    _organiser(by, place)
    try:
        with transaction.atomic():
            station = Station.objects.create(
                name=name, place=place, hours=hours, opened_on=clock.today(), **fields
            )
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.open_station", by=by, thing=station, place=place)
    _mark(station, by=by)
    return station


def _mark(station, *, by) -> None:
    """Let the register of facilities count its stations (I-PD-10): marked while one of them is open."""
    facility = station.facility
    if facility is None or not can_edit(by, facility):
        return
    is_marked, is_open = STATION_MARK in facility.marks, facility.stations.filter(closed_on=None).exists()
    if is_marked != is_open:
        others = [mark for mark in facility.marks if mark != STATION_MARK]
        marks = [*others, STATION_MARK] if is_open else others
        edit_facility(facility, by=by, version=facility.version, marks=marks)


@transaction.atomic
def close_station(station, *, by) -> Station:
    """A station is found no more; its facility is counted by those that remain."""
    _organiser(by, station.place)
    station.closed_on = clock.today()
    station.save(update_fields=["closed_on"])
    audit.record("volunteering.close_station", by=by, thing=station, place=station.place)
    _mark(station, by=by)
    return station
