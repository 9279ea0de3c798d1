"""XA-124, XA-126, XA-135, XA-136, ZJ-022: activities, shifts, the window, awards and corrections on their pages."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.cases.actions import WrongState, take_step
from linli.kernel import clock
from linli.places.models import Place
from linli.volunteering.actions.joining import join
from linli.volunteering.actions.recording import confirm_attendance, report_hours
from linli.volunteering.effects import effects_for
from linli.volunteering.models import Activity, Attendance, AwardRound, Help, Joining, Station, Volunteer
from linli.volunteering.walking import ways_between
from tests.factories.facilities import make_facility
from tests.factories.people import make_post, make_worker
from tests.factories.reach import make_outlet, make_quarter, make_run, make_street

from .test_helping import ask, offered, served
from .village import Village, moment

pytestmark = pytest.mark.django_db


def post(client, route, /, *args, **sent):
    return client.post(reverse(route, args=args), sent, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_printed_list_of_a_shift_has_a_line_to_sign_for_everybody_and_six_for_others(client):
    """XA-125: on paper, the list says who waits, and there is room for who comes without having joined."""
    village = Village()
    shift = village.shift(capacity=1)
    for user in (village.student, village.volunteer("吴志愿")):
        join(shift, volunteers=[user.person.volunteer], by=user)
    client.force_login(village.coordinator)

    page = client.get(reverse("shift-list", args=[shift.pk])).content.decode()

    sheet = page[page.index("<table") : page.index("</table>")]
    assert re.findall(r"<tr><td>([^<]+)</td>", sheet) == ["孙同学", "吴志愿（候补）", *["&nbsp;"] * 6]


def test_a_shift_is_widened_added_joined_by_phone_and_the_activity_called_off_on_one_page(client):
    village = Village()
    shift = village.shift(capacity=1)
    first, second = village.student.person.volunteer, village.volunteer("乙").person.volunteer
    client.force_login(village.coordinator)

    post(client, "shift-list", shift.pk, act="join", number=first.number)
    waiting = post(client, "shift-list", shift.pk, act="join", number=second.number)
    post(client, "shift-list", shift.pk, act="widen", capacity=2)
    post(
        client,
        "shift-list",
        shift.pk,
        act="add",
        begin="2026-03-09T09:00",
        end="2026-03-09T10:00",
        capacity=3,
    )
    assert said(waiting)[-1] == "名额不够，1 人一起排上候补，有名额一起补上。"
    assert list(shift.joinings.values_list("state", flat=True)) == ["joined", "joined"]
    assert shift.activity.shifts.count() == 2
    post(client, "shift-list", shift.pk, act="cancel", why="下雨")

    assert Activity.objects.get().state == "cancelled"
    assert set(Joining.objects.values_list("state", flat=True)) == {"left"}


def test_an_activity_says_which_need_it_answers(client):
    village = Village()
    origin = ask(village)
    client.force_login(village.coordinator)
    sent = {
        "title": "义剪", "service": "haircut", "description": "义务理发", "place": village.place.pk,
        "address": "广场", "begin": "2026-03-08T09:00", "end": "2026-03-08T11:00", "capacity": 4, "least_age": 0,
        "case": origin.number, "asked_by": village.unit.pk, "teaches": "hairdressing",
    }  # fmt: skip

    unknown = post(client, "activity-new", key=uuid4(), **(sent | {"case": "RQ-2026-000999"}))
    answer = post(client, "activity-new", key=uuid4(), **sent)

    made = Activity.objects.get()
    assert (unknown.status_code, made.case, made.asked_by, made.teaches) == (
        422,
        origin,
        village.unit,
        "hairdressing",
    )
    assert "居委会" in answer.content.decode()


def test_a_parent_and_his_child_join_together_and_wait_together(client):
    village = Village()
    parent = village.volunteer("明爸")
    child = village.resident("小明", birth_on=date(2012, 6, 1))
    village.guardian(child, parent)
    client.force_login(village.coordinator)
    post(client, "volunteer-window", name="小明", guardian="on")
    shift = village.shift(capacity=1)
    client.force_login(parent)
    page = client.get(reverse("activity-detail", args=[shift.activity.number])).content.decode()
    number = Volunteer.objects.get(pk=child.person_id).number

    post(
        client, "activity-detail", shift.activity.number, **{"shift": shift.pk, "act": "join", "with": number}
    )

    assert "和 小明 一起" in page
    assert [(row.state, row.party) for row in shift.joinings.all()] == [
        ("waiting", shift.joinings.first().party),
        ("waiting", shift.joinings.first().party),
    ]


def test_somebody_without_a_phone_registers_at_the_window_and_a_child_with_his_guardian(client):
    """XA-135: walk-in registration by staff."""
    village = Village()
    village.resident("老周", birth_on=date(1950, 1, 1))
    child = village.resident("小明", birth_on=date(2012, 6, 1))
    client.force_login(village.coordinator)

    post(client, "volunteer-window", name="老周", skills=["repair"], free=["1am"])
    alone = post(client, "volunteer-window", name="小明", guardian="on")
    village.guardian(child, village.resident("明爸"))
    post(client, "volunteer-window", name="小明", guardian="on")

    made = Volunteer.objects.get(person__name="老周")
    assert (made.state, made.skills, made.free) == ("active", ["repair"], ["1am"])
    assert "请先登记监护关系" in alone.content.decode()
    assert Volunteer.objects.get(pk=child.person_id).state == "active"


def test_a_station_in_a_facility_counts_there(client):
    """I-PD-10, P-PD-09: stations are counted in the register of facilities."""
    village = Village()
    facility = make_facility(village.place)
    make_post(village.coordinator, village.place, "facilities.edit", role="keeps-facilities")
    client.force_login(village.coordinator)

    sent = {"kind": "station", "hours": "9:00–17:00", "facility": facility.pk}
    post(client, "team-new", place=village.place.pk, name="阳光站", **sent)
    elsewhere = post(client, "team-new", place=village.next_place.pk, name="别处站", **sent)

    facility.refresh_from_db()
    station = Station.objects.get()
    assert (station.facility, facility.marks) == (facility, ["volunteers"])
    assert elsewhere.status_code in (200, 422)
    client.force_login(village.student)
    assert client.post(reverse("teams"), {"station": station.pk}).status_code == 404
    client.force_login(village.coordinator)
    post(client, "teams", station=station.pk)
    facility.refresh_from_db()
    assert (facility.marks, "阳光站" in client.get(reverse("teams")).content.decode()) == ([], False)


def test_the_desk_fills_in_what_a_referral_left_open():
    village = Village()
    case = ask(village, service="company")

    take_step(
        case, "describe", by=village.coordinator,
        service="haircut", begin=moment(6, 14), minutes=45, description="带推子",
    )  # fmt: skip

    order = Help.objects.get()
    assert (order.service, order.minutes, order.wanted.lower, order.case.title) == (
        "haircut",
        45,
        moment(6, 14),
        "上门理发",
    )


def test_L4_a_volunteer_has_one_accepted_order_at_a_time_and_none_during_a_shift():
    village = Village()
    village.fill_pool(600)
    first, second, third = ask(village), ask(village), ask(village, begin=moment(6, 9, 30))
    for case in (first, second, third):
        take_step(case, "offer", by=village.coordinator, volunteer=village.student.person.volunteer, why="-")
    join(village.shift(), volunteers=[village.student.person.volunteer], by=village.student)

    take_step(first, "accept", by=village.student)
    with pytest.raises(WrongState, match="已经接了别的求助单"):
        take_step(second, "accept", by=village.student)
    with pytest.raises(WrongState, match="已经报名了活动"):
        take_step(third, "accept", by=village.student)
    take_step(first, "decline", by=village.student)
    assert take_step(second, "accept", by=village.student).state == "accepted"


def test_a_correction_asked_for_on_my_page_keeps_both_versions_and_is_confirmed_by_another(client):
    village = Village()
    record = report_hours(
        village.student.person.volunteer, begin=moment(3), end=moment(3, 11), service="company",
        content="陪聊", place=village.place, evidence="李爷爷", by=village.student,
    )  # fmt: skip
    confirm_attendance(record, by=village.coordinator, evidence="电话")
    client.force_login(village.student)

    post(client, "volunteering-me", act="correct", record=record.pk, minutes=60, words="记错了")
    new = record.corrected_by
    client.force_login(village.colleague)
    post(client, "volunteering-desk", record=new.pk, decision="confirm", words="电话核实", minutes=60)
    page = client.get(reverse("record-corrections"), {"q": village.student.person.volunteer.number})

    record.refresh_from_db()
    new.refresh_from_db()
    assert (record.state, record.minutes, new.state, new.minutes) == ("superseded", 120, "confirmed", 60)
    assert "更正前 120 分钟：记错了" in page.content.decode()
    post(client, "record-corrections", record=new.pk, minutes=90, words="签到表写 90 分钟")
    assert Attendance.objects.get(corrects=new).state == "recorded"


def test_family_asks_for_somebody_it_acts_for(client):
    village = Village()
    daughter = village.resident("钱女儿")
    village.guardian(village.elder, daughter)
    client.force_login(daughter)

    sent = {"service": "company", "begin": "2026-03-05T09:00", "whom": str(village.elder.person_id)}
    post(client, "help-ask", key=uuid4(), **sent)

    order = Help.objects.get()
    assert (order.case.reporter, order.channel, order.from_pool) == (village.elder.person, "family", True)


def test_a_volunteer_leaves_keeps_what_he_has_and_may_come_back(client):
    village = Village()
    client.force_login(village.student)
    number = village.student.person.volunteer.number

    post(client, "volunteering-me", act="leave")
    assert Volunteer.objects.get(number=number).state == "left"
    post(client, "volunteering-me", act="register")

    assert Volunteer.objects.get(number=number).state == "active"


def test_the_awards_run_on_their_pages_from_nomination_to_the_names(client):
    """XA-136: once a year; volunteers put forward, an officer publishes and decides after the objections."""
    village = Village()
    city = village.county.parent
    officer = make_worker(city, "volunteering.award")
    client.force_login(officer)
    post(client, "award-desk", place=city.pk, year=2025, title="2025 年最美志愿者")
    made = AwardRound.objects.get()
    helper = village.volunteer("乙")
    client.force_login(helper)
    assert "去推荐" in client.get(reverse("awards")).content.decode()
    sent = {"act": "nominate", "category": "volunteer", "reason": "坚持义剪"}
    post(client, "award-round", made.pk, number=village.student.person.volunteer.number, **sent)
    own = post(client, "award-round", made.pk, number=helper.person.volunteer.number, **sent)
    unknown = post(client, "award-round", made.pk, number="ZY-2026-999999", **sent)
    client.force_login(village.resident("路人"))
    stranger = client.get(reverse("award-round", args=[made.pk]))
    client.force_login(officer)
    post(client, "award-round", made.pk, act="publish")
    early = post(client, "award-round", made.pk, act="decide", awarded=made.nominations.get().pk)
    with clock.at(clock.now() + timedelta(days=7)):
        post(client, "award-round", made.pk, act="decide", awarded=made.nominations.get().pk)

    made.refresh_from_db()
    assert (said(own), unknown.status_code, stranger.status_code) == (["请由别人推荐。"], 422, 404)
    assert (said(early), made.state, made.nominations.get().awarded) == (
        ["公示期还没有结束。"],
        "decided",
        True,
    )


def test_matching_tells_minutes_on_foot_where_streets_were_studied_and_else_a_straight_line():
    """The streets of the newest life-circle study, else an honest straight line."""
    make_quarter(1, 0, 1000, people=[(450, [1940])])
    make_quarter(2, 2000, 3000, people=[(850, [1990])])
    make_street()
    homes = list(Place.objects.filter(level="building").order_by("code"))
    before = [way.words for way in ways_between(homes[0], homes[1:])]
    make_outlet(Place.objects.get(code="990101001001"), "convenience", 500)
    make_run(Place.objects.get(code="990100000000"))

    after = [way.words for way in ways_between(homes[0], homes[1:])]

    assert (before, after) == (["直线 400 米"], ["步行约 6 分钟"])
    assert ways_between(homes[0], [Place(lon=None, lat=None)]) == [None]


def test_planners_see_whether_it_helped():
    village = Village()
    village.fill_pool(600)
    case = ask(village)
    offered(village, case)
    served(village, case)
    with clock.at(moment(5, 13)):
        take_step(case, "confirm", by=village.elder)
        give_up = ask(village, begin=moment(9))
        take_step(give_up, "give_up", by=village.coordinator, note="没有人会")
        figures = effects_for(make_worker(village.county, "volunteering.plan"))

    assert (figures.asked, figures.met, figures.unmet, figures.share) == (2, 1, 1, "50%")
    assert (figures.stars, figures.wait_hours) == (None, 0.0)


PUBLIC = ("volunteering-near", "teams", "pool", "awards", "certificate-check", "volunteering-map")


def test_no_public_page_ranks_persons_by_hours(client):
    """No ranking of persons by hours in public: no page for everybody names a volunteer beside his hours."""
    village = Village()
    people = [village.student, village.volunteer("吴最多"), village.volunteer("吴第二")]
    for number, user in enumerate(people):
        record = report_hours(
            user.person.volunteer, begin=moment(3), end=moment(3, 11 + number), service="company",
            content="陪聊", place=village.place, evidence="-", by=user,
        )  # fmt: skip
        confirm_attendance(record, by=village.coordinator, evidence="电话")
    village.activity()

    pages = [client.get(reverse(name)).content.decode() for name in PUBLIC]

    for user in people:
        told = (user.person.name, user.person.volunteer.number)
        assert not [page for page in pages if any(word in page for word in told)]
    assert not [page for page in pages if re.search("排行|排名榜|时长榜|第 ?1 名", page)]
