"""L2, XA-124: hours count once somebody else has confirmed them, with evidence, within the day, not overlapping."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli.kernel import clock
from linli.notices.models import Notice
from linli.volunteering.actions.attending import mark_present
from linli.volunteering.actions.certifying import check_certificate, issue_certificate, seal_of
from linli.volunteering.actions.joining import join
from linli.volunteering.actions.recording import (
    confirm_attendance,
    correct_attendance,
    dispute_attendance,
    escalate_unconfirmed,
    refuse_attendance,
    report_hours,
)
from linli.volunteering.models import Attendance, DayTotal
from linli.volunteering.refusals import VolunteeringRefused
from tests.together import together

from .village import Village, balance, moment


def report(village, *, begin=None, hours=1.0, user=None, **fields):
    user, begin = user or village.student, begin or moment(3, 9)
    return report_hours(
        user.person.volunteer,
        begin=begin,
        end=begin + timedelta(hours=hours),
        service=fields.pop("service", "company"),
        content="陪李爷爷聊天",
        place=village.place,
        evidence="李爷爷",
        by=fields.pop("by", user),
        **fields,
    )


def confirmed(village, **fields):
    return confirm_attendance(report(village, **fields), by=village.coordinator, evidence="电话核实")


@pytest.mark.django_db
def test_reported_hours_count_once_a_second_person_has_confirmed_them():
    village = Village()
    record = report(village)
    assert DayTotal.objects.count() == 0

    done = confirm_attendance(record, by=village.coordinator, evidence="电话核实")
    again = confirm_attendance(record, by=village.colleague, evidence="再次")

    assert (done.state, done.minutes, again.confirmed_by_id) == (
        "confirmed",
        60,
        village.coordinator.person_id,
    )
    assert DayTotal.objects.get().minutes == 60
    assert balance(village.purse(village.student)) == 60


@pytest.mark.django_db
def test_L2_neither_the_volunteer_nor_who_entered_it_confirms():
    village = Village()
    own, listed = report(village), report(village, begin=moment(2), by=village.coordinator)

    with pytest.raises(PermissionDenied):
        confirm_attendance(own, by=village.student, evidence="我")
    with pytest.raises(PermissionDenied):
        confirm_attendance(listed, by=village.coordinator, evidence="我")
    assert confirm_attendance(listed, by=village.colleague, evidence="名册").state == "confirmed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("volunteer_id", "attendance_never_confirmed_by_the_volunteer"),
        ("recorded_by_id", "attendance_confirmed_by_a_second_person"),
    ],
)
def test_L4_the_database_refuses_it_too(field, rule):
    village = Village()
    record = report(village, by=village.coordinator)

    with pytest.raises(IntegrityError, match=rule):
        Attendance.objects.filter(pk=record.pk).update(
            state="confirmed", confirmed_by=getattr(record, field), decided_at=clock.now()
        )


@pytest.mark.django_db
def test_a_confirmed_record_is_never_edited_and_needs_evidence():
    village = Village()
    record = confirmed(village)

    for change in ({"minutes": 600}, {"state": "recorded"}, {"confirmed_by": village.colleague.person}):
        with (
            pytest.raises(IntegrityError, match="attendance_decided_is_never_edited"),
            transaction.atomic(),
        ):
            Attendance.objects.filter(pk=record.pk).update(**change)
    with pytest.raises(IntegrityError, match="attendance_confirmed_by_somebody_with_evidence"):
        Attendance.objects.filter(pk=report(village, begin=moment(2)).pk).update(
            state="confirmed", confirmed_by=village.colleague.person, decided_at=clock.now(), evidence=""
        )


@pytest.mark.django_db
def test_no_more_counts_in_a_day_than_the_pack_allows_and_nothing_twice():
    village = Village()
    confirmed(village, begin=moment(3, 8), hours=8)

    with pytest.raises(VolunteeringRefused, match="超过了一天的上限"):
        confirmed(village, begin=moment(3, 18), hours=0.5)
    with pytest.raises(VolunteeringRefused, match="已经有一条确认过"):
        confirmed(village, begin=moment(3, 9), hours=1)
    assert (DayTotal.objects.get().minutes, balance(village.purse(village.student))) == (480, 480)


@pytest.mark.django_db
def test_reports_are_recent_over_and_sent_once():
    village = Village()
    for begin, hours in ((moment(4, 9), 3), (moment(3) - timedelta(days=40), 1), (moment(3, 1), 20)):
        with pytest.raises(VolunteeringRefused):
            report(village, begin=begin, hours=hours)

    assert report(village, key=UUID(int=1)).pk == report(village, key=UUID(int=1)).pk


@pytest.mark.django_db
def test_silence_goes_to_the_coordinator_and_credits_nothing():
    village = Village()
    record = report(village)

    with clock.at(moment(12)):
        assert (escalate_unconfirmed(clock.now()), escalate_unconfirmed(clock.now())) == (1, 0)

    record.refresh_from_db()
    assert (record.state, DayTotal.objects.count()) == ("recorded", 0)
    told = set(Notice.objects.filter(kind="volunteering-to_confirm").values_list("to__name", flat=True))
    assert told == {"陈协调", "沈协调"}


@pytest.mark.django_db
def test_a_dispute_is_decided_by_a_coordinator_and_a_refusal_says_why():
    village = Village()
    neighbour = village.resident()
    record = report(village, receiver=neighbour.person)
    dispute_attendance(record, by=neighbour, why="只来了半小时")
    with pytest.raises(PermissionDenied):
        dispute_attendance(report(village, begin=moment(2)), by=neighbour, why="没来")

    settled = confirm_attendance(record, by=village.coordinator, minutes=30, evidence="双方电话")
    other = refuse_attendance(report(village, begin=moment(1)), by=village.coordinator, why="没有这次服务")

    assert (settled.minutes, settled.state) == (30, "confirmed")
    assert (other.state, other.why) == ("refused", "没有这次服务")


@pytest.mark.django_db
def test_a_correction_keeps_both_versions_and_corrects_the_coins():
    village = Village()
    record = confirmed(village, hours=2)
    new = correct_attendance(record, minutes=90, by=village.coordinator, why="提前半小时结束")
    with pytest.raises(PermissionDenied):
        confirm_attendance(new, by=village.coordinator)

    confirm_attendance(new, by=village.colleague)

    record.refresh_from_db()
    new.refresh_from_db()
    assert [(row.state, row.minutes) for row in (record, new)] == [("superseded", 120), ("confirmed", 90)]
    assert (DayTotal.objects.get().minutes, balance(village.purse(village.student))) == (90, 90)


@pytest.mark.django_db
def test_a_correction_upwards_mints_the_difference():
    village = Village()
    record = confirm_attendance(report(village, hours=2), by=village.coordinator, minutes=60)

    confirm_attendance(
        correct_attendance(record, minutes=100, by=village.student, why="漏记"), by=village.coordinator
    )

    assert (DayTotal.objects.get().minutes, balance(village.purse(village.student))) == (100, 100)


@pytest.mark.django_db
def test_a_list_of_the_coordinator_is_confirmed_by_a_colleague():
    village = Village()
    shift = village.shift()
    volunteer = village.student.person.volunteer
    join(shift, volunteers=[volunteer], by=village.student)

    with clock.at(moment(6, 12)):
        (record,) = mark_present(shift, volunteers=[volunteer], by=village.coordinator)
        (same,) = mark_present(shift, volunteers=[volunteer], by=village.coordinator)
        done = confirm_attendance(record, by=village.colleague, evidence="签到表 1")

    assert (record.pk, done.minutes, done.state) == (same.pk, 120, "confirmed")


@pytest.mark.django_db
def test_hours_that_are_not_over_are_not_confirmed():
    village = Village()
    shift = village.shift()
    volunteer = village.student.person.volunteer
    join(shift, volunteers=[volunteer], by=village.student)
    (record,) = mark_present(shift, volunteers=[volunteer], by=village.coordinator)

    with pytest.raises(VolunteeringRefused, match="还没有结束"):
        confirm_attendance(record, by=village.colleague, evidence="签到表 1")


@pytest.mark.django_db
def test_a_certificate_is_checked_by_what_stands_on_it_and_altered_numbers_fail():
    village = Village()
    confirmed(village, hours=2)
    made = issue_certificate(village.student.person.volunteer, by=village.student)
    seal = seal_of(made)

    checked = check_certificate(number=made.number, minutes=120, seal=seal)

    assert (checked.genuine, checked.minutes, checked.count, checked.corrected) == (True, 120, 1, None)
    assert checked.name == "孙**"
    for said in (
        {"minutes": 1200},
        {"seal": "0" * 16},
        {"number": "ZM-2026-000999"},
    ):
        asked = {"number": made.number, "minutes": 120, "seal": seal, **said}
        assert check_certificate(**asked).genuine is False


@pytest.mark.django_db
def test_a_certificate_tells_that_a_record_was_corrected_since():
    village = Village()
    record = confirmed(village, hours=2)
    made = issue_certificate(village.student.person.volunteer, by=village.student)
    new = correct_attendance(record, minutes=60, by=village.coordinator, why="核实")
    confirm_attendance(new, by=village.colleague)

    checked = check_certificate(number=made.number, minutes=120, seal=seal_of(made))
    fresh = issue_certificate(village.student.person.volunteer, by=village.student)

    assert (checked.minutes, checked.corrected, fresh.minutes) == (120, 60, 60)
    assert fresh.number != made.number
    assert issue_certificate(village.student.person.volunteer, by=village.student).number == fresh.number


@pytest.mark.django_db
def test_a_certificate_covers_the_days_asked_for_and_is_issued_to_the_volunteer_alone():
    village = Village()
    confirmed(village, begin=moment(1), hours=1)
    confirmed(village, begin=moment(3), hours=2)
    volunteer = village.student.person.volunteer

    made = issue_certificate(volunteer, by=village.student, since=date(2026, 3, 2), until=date(2026, 3, 3))

    assert (made.minutes, made.count) == (120, 1)
    with pytest.raises(PermissionDenied):
        issue_certificate(volunteer, by=village.resident())


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_ten_clicks_confirm_once_and_two_records_never_pass_the_limit_together():
    village = Village()
    record = report(village, begin=moment(3, 8), hours=4)
    long, more = report(village, begin=moment(3, 13), hours=3), report(village, begin=moment(3, 17), hours=3)

    clicks = together(*[lambda: confirm_attendance(record, by=village.coordinator, evidence="电话").pk] * 10)
    both = together(*[
        lambda one=one: confirm_attendance(one, by=village.coordinator, evidence="电话") for one in (long, more)
    ])  # fmt: skip

    assert set(clicks) == {record.pk}
    assert sorted(type(result).__name__ for result in both) == ["Attendance", "VolunteeringRefused"]
    assert (DayTotal.objects.get().minutes, balance(village.purse(village.student))) == (420, 420)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_clicks_on_the_certificate_give_one_number():
    village = Village()
    confirm_attendance(report(village), by=village.coordinator, evidence="电话")
    volunteer = village.student.person.volunteer

    made = together(*[lambda: issue_certificate(volunteer, by=village.student).number] * 4)

    assert set(made) == {"ZM-2026-000001"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_ten_clicks_report_the_same_hours_once():
    """L3: a telephone that hears no answer sends again, also while the first is still being written."""
    village = Village()
    key = UUID(int=7)

    clicks = together(*[lambda: report(village, key=key).pk] * 10)

    assert (len(set(clicks)), Attendance.objects.count()) == (1, 1)
