"""XA-124, XA-126: one tap joins, the last place goes once, parties move up together, nobody is in two places."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from linli.cases.actions import take_step
from linli.kernel import clock
from linli.notices.models import Notice
from linli.volunteering.actions.attending import check_in, check_out, mark_present
from linli.volunteering.actions.helping import Wish, ask_for_help
from linli.volunteering.actions.joining import (
    ActivityDraft,
    cancel_activity,
    join,
    leave,
    publish_activity,
    remind,
    restate_activity,
    widen,
    wording_of,
)
from linli.volunteering.actions.recording import confirm_attendance
from linli.volunteering.actions.registering import register_volunteer
from linli.volunteering.refusals import VolunteeringRefused
from tests.together import together

from .village import Village, moment


def states(shift):
    rows = shift.joinings.order_by("pk").values_list("volunteer__person__name", "state")
    return dict(rows)


def enter(shift, *users, by=None, **more):
    return join(shift, volunteers=[user.person.volunteer for user in users], by=by or users[0], **more)


@pytest.mark.django_db
def test_one_tap_joins_and_a_second_tap_changes_nothing():
    village = Village()
    shift = village.shift()

    first, second = enter(shift, village.student), enter(shift, village.student)

    shift.refresh_from_db()
    assert ([row.pk for row in first], shift.taken) == ([row.pk for row in second], 1)


@pytest.mark.django_db
def test_who_finds_no_place_waits_and_moves_up_when_somebody_leaves():
    village = Village()
    shift = village.shift(capacity=1)
    one, two = village.volunteer("甲"), village.volunteer("乙")
    (first,), _waiting = enter(shift, one), enter(shift, two)

    leave(first, by=one)

    assert states(shift) == {"甲": "left", "乙": "joined"}
    assert Notice.objects.filter(kind="volunteering-moved_up", to=two.person).count() == 1


@pytest.mark.django_db
def test_a_party_moves_up_as_a_whole_and_a_smaller_one_passes_it_when_it_fits():
    village = Village()
    shift = village.shift(capacity=2)
    users = {name: village.volunteer(name) for name in "甲乙丙丁戊"}
    (first,) = enter(shift, users["甲"])
    enter(shift, users["乙"])
    enter(shift, users["丙"], users["丁"], by=village.coordinator)  # a party of two waits
    enter(shift, users["戊"])

    leave(first, by=users["甲"])
    assert states(shift) == {"甲": "left", "乙": "joined", "丙": "waiting", "丁": "waiting", "戊": "joined"}
    widen(shift, capacity=4, by=village.coordinator)

    assert states(shift) == {"甲": "left", "乙": "joined", "丙": "joined", "丁": "joined", "戊": "joined"}


@pytest.mark.django_db
def test_nobody_joins_two_shifts_at_the_same_time():
    village = Village()
    one, two = village.shift(), village.shift(begin=moment(6, 10), title="读书会")
    enter(one, village.student)

    with pytest.raises(VolunteeringRefused, match="已经报名了别的班次"):
        enter(two, village.student)


@pytest.mark.django_db
def test_a_risk_is_told_before_joining_and_insurance_is_written_down():
    village = Village()
    shift = village.shift(risk="夜间巡逻，注意车辆", service="patrol")

    with pytest.raises(VolunteeringRefused, match="风险提示"):
        enter(shift, village.student)
    (joined,) = enter(shift, village.student, risk_accepted=True)

    assert (joined.insurance, joined.risk_accepted_at) == (village.charter.insurance, clock.now())


@pytest.mark.django_db
def test_training_comes_before_activities_that_ask_for_it():
    """XA-126: training sessions required before certain activities."""
    village = Village()
    lesson = village.shift(title="急救培训", service="training", teaches="first-aid", begin=moment(5, 9))
    drill = village.shift(title="应急演练", service="emergency", requires="first-aid", begin=moment(9, 9))
    with pytest.raises(VolunteeringRefused, match="请先参加培训"):
        enter(drill, village.student)
    enter(lesson, village.student)
    with clock.at(moment(5, 12)):
        (record,) = mark_present(
            lesson, volunteers=[village.student.person.volunteer], by=village.coordinator
        )
        confirm_attendance(record, by=village.colleague, evidence="签到表 3")

    assert [row.state for row in enter(drill, village.student)] == ["joined"]


@pytest.mark.django_db
def test_too_young_too_late_or_cancelled_is_said_in_a_sentence():
    village = Village()
    child = village.resident("小明", birth_on=date(2014, 6, 1))
    parent = village.resident("明爸")
    village.guardian(child, parent)
    register_volunteer(child.person, place=village.place, by=parent)
    grown = village.shift(least_age=16)
    with pytest.raises(VolunteeringRefused, match="要满 16 岁"):
        enter(grown, child, by=parent)
    with clock.at(moment(7)), pytest.raises(VolunteeringRefused, match="已经开始或取消"):
        enter(grown, village.student)


@pytest.mark.django_db
def test_only_oneself_a_guardian_or_the_organiser_joins_for_somebody():
    village = Village()
    shift, stranger = village.shift(), village.volunteer("路人")

    with pytest.raises(PermissionDenied):
        enter(shift, village.student, by=stranger)


@pytest.mark.django_db
def test_a_cancelled_activity_tells_everybody_and_frees_their_time():
    village = Village()
    activity = village.activity()
    enter(activity.shifts.get(), village.student)

    cancel_activity(activity, by=village.coordinator, why="暴雨")

    assert states(activity.shifts.get()) == {"孙同学": "left"}
    assert Notice.objects.filter(kind="volunteering-cancelled").count() == 1
    assert enter(village.shift(title="读书会"), village.student)[0].state == "joined"


@pytest.mark.django_db
def test_a_reminder_goes_out_once_to_those_who_joined():
    village = Village()
    shift = village.shift(begin=moment(5, 9), capacity=1)
    enter(shift, village.student)
    enter(shift, village.volunteer("候补"))

    assert (remind(clock.now()), remind(clock.now())) == (1, 0)
    told = Notice.objects.filter(kind="volunteering-reminder").values_list("to__name", flat=True)
    assert list(told) == ["孙同学"]


@pytest.mark.django_db
def test_the_code_of_the_place_checks_in_once_and_in_time():
    village = Village()
    shift = village.shift()
    enter(shift, village.student)
    volunteer = village.student.person.volunteer
    with pytest.raises(VolunteeringRefused, match="还没到签到时间"):
        check_in(shift, volunteer=volunteer, code=shift.code, by=village.student)
    with clock.at(moment(6, 9, 20)):
        with pytest.raises(VolunteeringRefused, match="签到码不对"):
            check_in(shift, volunteer=volunteer, code="WRONG1", by=village.student)
        record = check_in(shift, volunteer=volunteer, code=shift.code.lower(), by=village.student)
        again = check_in(shift, volunteer=volunteer, code=shift.code, by=village.student)

    assert (record.minutes, record.state, again.pk) == (100, "recorded", record.pk)


@pytest.mark.django_db
def test_an_activity_sent_twice_is_published_once():
    village = Village()
    draft = ActivityDraft("义剪", "haircut", "义务理发", village.place, "广场")
    times = [(moment(6), moment(6, 11), 3)]
    made = [
        publish_activity(draft, shifts=times, by=village.coordinator, key=UUID(int=7)) for _turn in range(2)
    ]

    assert (made[0].pk, made[0].shifts.count()) == (made[1].pk, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_50_parallel_joins_for_the_last_place_give_it_once():
    village = Village()
    shift = village.shift(capacity=1)
    users = [village.volunteer(f"志愿者{number}") for number in range(50)]

    results = together(*[lambda user=user: enter(shift, user)[0].state for user in users])

    shift.refresh_from_db()
    assert sorted(results) == ["joined"] + ["waiting"] * 49
    assert (shift.taken, shift.joinings.filter(state="joined").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_ten_clicks_join_once_and_two_shifts_at_one_time_once():
    village = Village()
    shift, other = village.shift(), village.shift(title="读书会", begin=moment(6, 10))

    clicks = together(*[lambda: enter(shift, village.student)[0].pk] * 10)
    second = village.volunteer("乙")
    both = together(lambda: enter(shift, second), lambda: enter(other, second))

    assert len(set(clicks)) == 1
    assert sorted(type(result).__name__ for result in both) == ["VolunteeringRefused", "list"]


@pytest.mark.django_db
def test_a_shift_ends_after_it_begins():
    village = Village()

    with pytest.raises(VolunteeringRefused, match="晚于开始"):
        village.shift(minutes=-30)
    assert village.shift(minutes=30).during.upper - moment(6) == timedelta(minutes=30)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_coordinators_who_tick_at_once_make_one_record_of_each():
    """XA-125: a list kept on two telephones arrives twice."""
    village = Village()
    shift = village.shift()
    people = [village.student, village.volunteer("乙")]
    for user in people:
        enter(shift, user)
    rows = [user.person.volunteer for user in people]

    def tick(by, order):
        return sorted(record.pk for record in mark_present(shift, volunteers=order, by=by))

    with clock.at(moment(6, 11)):
        told = together(
            *[lambda: tick(village.coordinator, rows)] * 4, *[lambda: tick(village.colleague, rows[::-1])] * 4
        )

    assert told == [sorted(shift.attendances.values_list("pk", flat=True))] * 8
    assert shift.attendances.count() == 2


@pytest.mark.django_db
def test_a_check_in_without_the_network_counts_from_when_it_was_pressed_and_says_so():
    """XA-125: the telephone says when; nothing before the shift, after it, too long ago or in the future counts."""
    village = Village()
    shift = village.shift()
    enter(shift, village.student)
    told = {"volunteer": village.student.person.volunteer, "code": shift.code, "by": village.student}
    with clock.at(moment(6, 15)):
        for at in (None, moment(6, 7), moment(6, 12), moment(6, 23)):
            with pytest.raises(VolunteeringRefused, match="已经结束"):
                check_in(shift, at=at, **told)
    with (
        clock.at(moment(6, 9) + timedelta(days=31)),
        pytest.raises(VolunteeringRefused, match="传来得太晚"),
    ):
        check_in(shift, at=moment(6, 9, 5), **told)
    with clock.at(moment(6, 15)):
        record = check_in(shift, at=moment(6, 9, 5), **told)
        again = check_in(shift, at=moment(6, 9, 5), **told)

    assert (record.minutes, record.state, record.evidence, again.pk) == (115, "recorded", "", record.pk)
    assert record.why == "没有网络：03-06 09:05 签到，03-06 15:00 传到"


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_shift_joined_and_an_order_accepted_in_one_moment_never_both_stand():
    """L4: two tables, one volunteer: the database lets one of the two through."""
    village = Village()
    village.fill_pool(600)
    for turn in range(4):
        day = moment(10 + turn)
        shift = village.shift(begin=day)
        wish = Wish("haircut", village.place, day + timedelta(minutes=30))
        case = ask_for_help(wish, person=village.elder.person, by=village.elder).case
        take_step(case, "offer", by=village.coordinator, volunteer=village.student.person.volunteer, why="-")

        results = together(
            lambda: enter(shift, village.student),  # noqa: B023 — run at once
            lambda: take_step(case, "accept", by=village.student),  # noqa: B023
        )

        refused = [str(one) for one in results if isinstance(one, Exception)]
        assert refused in (["这个时间您已经接了求助单。"], ["这个时间志愿者已经报名了活动。"])


@pytest.mark.django_db
def test_who_goes_early_signs_out_and_his_record_ends_then():
    """XA-124: signed in and out; what somebody has decided about is not shortened afterwards."""
    village = Village()
    shift = village.shift()
    enter(shift, village.student)
    told = {"volunteer": village.student.person.volunteer, "by": village.student}
    with clock.at(moment(6, 9)), pytest.raises(VolunteeringRefused, match="还没有签到"):
        check_out(shift, **told)
    with clock.at(moment(6, 9)):
        check_in(shift, code=shift.code, **told)
    with clock.at(moment(6, 10, 10)):
        gone = check_out(shift, **told)
        again = check_out(shift, **told)
    with clock.at(moment(6, 12)):
        late = check_out(shift, **told)
        confirm_attendance(gone, by=village.coordinator, evidence="签到表")
        with pytest.raises(VolunteeringRefused, match="已经有人核过"):
            check_out(shift, **told)

    assert (gone.minutes, again.minutes, late.minutes) == (70, 70, 70)


@pytest.mark.django_db
def test_another_place_is_told_to_who_joined_and_a_stale_form_overwrites_nothing():
    """L6: two coordinators with the same page open: the second is told, and nothing is lost."""
    village = Village()
    shift = village.shift()
    enter(shift, village.student)
    seen = wording_of(shift.activity)
    told = {"description": "带手套", "seen": seen}

    done = restate_activity(shift.activity, address="南门岗亭", by=village.coordinator, **told)
    with pytest.raises(VolunteeringRefused, match="刚才有别人改过"):
        restate_activity(shift.activity, address="北门", by=village.colleague, **told)
    with pytest.raises(PermissionDenied):
        restate_activity(shift.activity, address="北门", by=village.student, **told)

    assert (done.address, done.description) == ("南门岗亭", "带手套")
    assert Notice.objects.filter(kind="volunteering-moved", to=village.student.person).count() == 1
