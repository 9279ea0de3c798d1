"""XA-124, XA-125, XA-135: one tap makes a volunteer; a child needs his guardian; teams and stations."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from linli.cases.actions import WrongState, take_step
from linli.kernel import clock
from linli.people.models import Consent
from linli.people.privacy.consenting import withdraw_consent
from linli.volunteering.actions.attending import check_in
from linli.volunteering.actions.helping import Wish, ask_for_help
from linli.volunteering.actions.joining import join
from linli.volunteering.actions.registering import (
    consent_for,
    disband_team,
    enter_team,
    found_team,
    leave_volunteering,
    open_station,
    register_volunteer,
)
from linli.volunteering.matching import candidates, orders_for
from linli.volunteering.models import Membership, Volunteer
from linli.volunteering.refusals import VolunteeringRefused

from .village import Village, moment

pytestmark = pytest.mark.django_db


def test_one_tap_makes_a_volunteer_with_a_number_of_his_own():
    village = Village()
    user = village.resident()

    made = register_volunteer(user.person, place=village.place, by=user)
    again = register_volunteer(user.person, place=village.place, by=user)

    assert (made.number, made.state, again.pk) == ("ZY-2026-000002", "active", made.pk)


def test_a_child_serves_once_his_guardian_has_agreed():
    village = Village()
    child = village.resident("小明", birth_on=date(2014, 6, 1))
    parent = village.resident("明爸")
    village.guardian(child, parent)

    waiting = register_volunteer(child.person, place=village.place, by=child)
    with pytest.raises(PermissionDenied):
        consent_for(waiting, guardian=child.person, by=child)
    active = consent_for(waiting, guardian=parent.person, by=parent)

    assert (waiting.state, active.state) == ("waiting", "active")
    assert Consent.objects.get(person=child.person).given_by == parent.person


def test_a_guardian_who_registers_his_child_consents_with_the_same_tap():
    village = Village()
    child, parent = village.resident("小明", birth_on=date(2014, 6, 1)), village.resident("明爸")
    village.guardian(child, parent)

    assert register_volunteer(child.person, place=village.place, by=parent).state == "active"


def test_the_database_refuses_an_active_child_without_consent():
    village = Village()
    child = village.resident("小明", birth_on=date(2014, 6, 1))
    register_volunteer(child.person, place=village.place, by=child)

    with pytest.raises(IntegrityError, match="volunteer_under_age_has_a_guardians_consent"):
        Volunteer.objects.filter(pk=child.person_id).update(state="active")


@pytest.mark.parametrize("birth_on", [date(2020, 1, 1), None])
def test_whoever_is_too_young_or_of_unknown_age_is_told_so(birth_on):
    village = Village()
    user = village.resident(birth_on=birth_on)

    with pytest.raises(VolunteeringRefused, match=r"岁以上|出生日期"):
        register_volunteer(user.person, place=village.place, by=user)


def test_a_clerk_registers_somebody_without_a_phone_and_a_stranger_nobody():
    """XA-135: walk-in registration by staff."""
    village = Village()
    neighbour, stranger = village.resident(), village.resident("路人")

    with pytest.raises(PermissionDenied):
        register_volunteer(neighbour.person, place=village.place, by=stranger)
    assert register_volunteer(neighbour.person, place=village.place, by=village.coordinator).state == "active"


def test_who_left_may_come_back_under_his_old_number():
    village = Village()
    volunteer = Volunteer.objects.get(pk=village.student.person_id)
    leave_volunteering(volunteer, by=village.student)

    back = register_volunteer(village.student.person, place=village.place, by=village.student)

    assert (back.number, back.state) == (volunteer.number, "active")


def test_a_team_has_a_leader_members_and_an_end():
    village = Village()
    leader = village.student.person.volunteer
    team = found_team(name="理发队", place=village.place, leader=leader, by=village.coordinator)
    other = village.volunteer().person.volunteer
    enter_team(team, volunteer=other, by=village.coordinator)
    enter_team(team, volunteer=other, by=village.coordinator)

    with pytest.raises(VolunteeringRefused, match="同名"):
        found_team(name="理发队", place=village.place, by=village.coordinator)
    disband_team(team, by=village.coordinator)

    assert Membership.objects.filter(team=team).count() == 2
    assert found_team(name="理发队", place=village.place, by=village.coordinator).pk != team.pk


def test_a_station_of_whatever_label_is_one_type():
    """ZJ-003: 新时代文明实践站 and others are one site type with a label."""
    village = Village()

    station = open_station(
        name="阳光站",
        label="新时代文明实践站",
        place=village.place,
        hours="9:00–17:00",
        by=village.coordinator,
    )

    assert (station.label, station.place) == ("新时代文明实践站", village.place)
    with pytest.raises(PermissionDenied):
        open_station(name="别处站", place=village.far_place, hours="9:00–17:00", by=village.coordinator)


def test_D5_a_guardian_who_agrees_no_more_stops_a_child_at_once_and_may_agree_again():
    """D5, D6: without the guardian's current consent a child joins, checks in and reports nothing."""
    village = Village()
    child, parent = village.resident("小明", birth_on=date(2014, 6, 1)), village.resident("明爸")
    village.guardian(child, parent)
    volunteer = register_volunteer(child.person, place=village.place, by=parent)
    joined, other = village.shift(), village.shift(begin=moment(7))
    join(joined, volunteers=[volunteer], by=child)

    withdraw_consent(child.person, "volunteering", by=parent)
    now = Volunteer.objects.get(pk=volunteer.pk)
    with pytest.raises(VolunteeringRefused, match="等监护人同意"):
        join(other, volunteers=[volunteer], by=child)
    with clock.at(moment(6, 9)), pytest.raises(VolunteeringRefused, match="等监护人同意"):
        check_in(joined, volunteer=now, code=joined.code, by=child)
    assert (now.is_serving, now.awaits_consent) == (False, True)
    assert list(Volunteer.objects.active()) == [village.student.person.volunteer]
    assert list(Volunteer.objects.awaiting_consent()) == [now]

    consent_for(now, guardian=parent.person, by=parent)
    assert join(other, volunteers=[volunteer], by=child)[0].state == "joined"


def test_D6_a_child_is_never_sent_alone_to_somebodys_home():
    village = Village()
    village.fill_pool(600)
    child, parent = village.resident("小明", birth_on=date(2010, 6, 1)), village.resident("明爸")
    village.guardian(child, parent)
    volunteer = register_volunteer(child.person, place=village.place, by=parent)
    wish = Wish("company", village.place, moment(5))
    case = ask_for_help(wish, person=village.elder.person, by=village.elder).case

    assert volunteer not in [match.volunteer for match in candidates(case.help)]
    assert orders_for(volunteer) == []
    with pytest.raises(PermissionDenied):
        take_step(case, "take", by=child)
    with pytest.raises(WrongState, match="未成年志愿者"):
        take_step(case, "offer", by=village.coordinator, volunteer=volunteer, why="-")
    grown_up = moment(5).replace(year=2028, month=7)
    with clock.at(grown_up):
        wish = Wish("company", village.place, grown_up + timedelta(days=1))
        later = ask_for_help(wish, person=village.elder.person, by=village.elder)
        assert [one.pk for one in orders_for(volunteer)] == [later.pk]
