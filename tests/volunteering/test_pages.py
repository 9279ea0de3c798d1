"""The pages: what a resident, a coordinator, a planner and everybody sees and can do there."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from linli.cases.actions import take_step
from linli.kernel import clock
from linli.volunteering.actions.awarding import decide_round, nominate, open_round, publish_round
from linli.volunteering.actions.certifying import issue_certificate, seal_of
from linli.volunteering.actions.helping import Wish, ask_for_help
from linli.volunteering.actions.joining import join
from linli.volunteering.actions.recording import confirm_attendance, report_hours
from linli.volunteering.actions.registering import found_team, renew_feed
from linli.volunteering.calendars import SALT, feed_address
from linli.volunteering.models import Attendance, Help, Issue, Joining, Station, Team, Volunteer
from tests.factories.people import make_post, make_worker
from tests.reading import text_of

from .test_banking import shop
from .village import Village, balance, moment

pytestmark = pytest.mark.django_db
FEED = re.compile(r"/volunteering/calendar/[^\s\"<]+\.ics")


def html_of(answer) -> str:
    return answer.content.decode()


def post(client, route, *, args=(), **sent):
    return client.post(reverse(route, args=args), sent, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_everybody_sees_what_is_on_near_by_as_list_and_map(client):
    village = Village()
    village.activity()

    page = client.get(reverse("volunteering-near"))
    points = client.get(reverse("volunteering-map")).json()["layers"][0]["features"]["features"]

    assert "社区清洁日" in html_of(page)
    assert "社区清洁日" not in html_of(client.get(reverse("volunteering-near"), {"q": "读书会"}))
    assert [(one["properties"]["title"], one["geometry"]["coordinates"]) for one in points] == [
        ("社区清洁日", [112.0, 32.0])
    ]


def test_one_tap_registers_and_one_tap_joins(client):
    """XA-124: 一键注册、一键参与."""
    village = Village()
    user, shift = village.resident(), village.shift()
    client.force_login(user)

    post(client, "volunteering-me", act="register")
    answer = post(client, "activity-detail", args=[shift.activity.number], shift=shift.pk, act="join")

    assert Volunteer.objects.get(pk=user.person_id).state == "active"
    assert said(answer)[-1] == "报名成功。"
    assert Joining.objects.get().volunteer_id == user.person_id


def test_who_is_no_volunteer_yet_is_led_to_register(client):
    village = Village()
    shift = village.shift()
    client.force_login(village.resident())

    answer = post(client, "activity-detail", args=[shift.activity.number], shift=shift.pk, act="join")

    assert said(answer) == ["请先注册志愿者，只要一步。"]
    assert "一键注册" in html_of(answer)


def test_who_is_no_volunteer_yet_and_asks_who_needs_help_is_led_to_register(client):
    client.force_login(Village().elder)
    answer = client.get(reverse("help-offers"), follow=True)
    assert answer.redirect_chain == [(reverse("volunteering-me"), 302)]
    assert said(answer) == ["注册成为志愿者以后，就能看到谁需要帮忙。"]


def test_the_desk_of_who_oversees_has_no_links_he_may_not_follow(client):
    village = Village()
    overseer = make_worker(village.county, "volunteering.confirm", "volunteering.organise")
    shown = {}
    for user in (village.coordinator, overseer):
        client.force_login(user)
        pages = html_of(client.get(reverse("volunteering-desk"))) + html_of(client.get(reverse("roster")))
        wanted = ("help-enter", "volunteer-window", "bank-counter", "pair-desk", "roster")
        shown[user] = [name for name in wanted if f'"{reverse(name)}"' in pages]
    assert shown == {
        village.coordinator: ["help-enter", "volunteer-window", "bank-counter", "pair-desk", "roster"],
        overseer: ["roster"],
    }


def test_somebody_of_unknown_age_gives_his_birth_date_once(client):
    village = Village()
    user = village.resident(birth_on=None)
    client.force_login(user)

    post(client, "volunteering-me", act="register", birth_on="1990-05-01", reach_m="3000")

    assert Volunteer.objects.get(pk=user.person_id).person.birth_on == date(1990, 5, 1)


def test_a_guardian_agrees_on_his_own_page(client):
    village = Village()
    child, parent = village.resident("小明", birth_on=date(2014, 6, 1)), village.resident("明爸")
    village.guardian(child, parent)
    client.force_login(child)
    post(client, "volunteering-me", act="register")
    number = Volunteer.objects.get(pk=child.person_id).number
    client.force_login(parent)

    assert "等您同意" in html_of(client.get(reverse("volunteering-me")))
    post(client, "volunteering-me", act="consent", number=number)

    assert Volunteer.objects.get(pk=child.person_id).state == "active"


def test_my_page_shows_hours_and_gives_the_certificate_as_pdf_that_is_checked_without_login(client):
    village = Village()
    client.force_login(village.student)
    sent = {"service": "company", "begin": "2026-03-03T09:00", "end": "2026-03-03T11:00"}
    post(client, "volunteering-report", content="陪聊", evidence="李爷爷", key=uuid4(), **sent)
    confirm_attendance(Attendance.objects.get(), by=village.coordinator, evidence="电话")

    pdf = client.post(reverse("certificate-issue"))
    made = issue_certificate(village.student.person.volunteer, by=village.student)
    client.logout()
    asked = {"n": made.number, "m": 120, "s": seal_of(made)}
    genuine = html_of(client.get(reverse("certificate-check"), asked))
    altered = html_of(client.get(reverse("certificate-check"), asked | {"m": 1200}))

    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert ("证明属实" in genuine, "孙同学" in genuine) == (True, False)
    assert ("证明属实" in altered, "对不上" in altered) == (False, True)


def test_the_calendar_feed_is_opened_by_its_address_alone(client):
    village = Village()
    join(village.shift(), volunteers=[village.student.person.volunteer], by=village.student)

    answer = client.get(feed_address(village.student.person.volunteer))
    lines = html_of(answer).split("\r\n")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert ("DTSTART:20260306T010000Z" in lines, "SUMMARY:社区清洁日" in lines) == (True, True)
    assert all(len(line.encode()) <= 75 for line in lines)
    assert client.get(reverse("volunteering-calendar", args=["altered"])).status_code == 404


def test_the_holder_renews_the_address_of_his_calendar_and_the_old_one_is_dead_at_once(client):
    """L2: whoever was shown the old address sees nothing from then on; nobody else's address changes."""
    village = Village()
    volunteer, other = village.student.person.volunteer, village.volunteer("乙").person.volunteer
    old, others = feed_address(volunteer), feed_address(other)
    first = reverse("volunteering-calendar", args=[signing.dumps(volunteer.number, salt=SALT)])
    before = [client.get(path).status_code for path in (old, first, others)]
    client.force_login(village.student)

    answer = post(client, "volunteering-me", act="renew-feed")

    volunteer.refresh_from_db()
    new = FEED.search(html_of(answer))[0]  # its seal holds the second in which it was made
    assert said(answer) == ["日历地址换好了，旧地址已经打不开。请把新地址加到日历里。"]
    assert before == [200, 200, 200]
    assert [client.get(path).status_code for path in (old, first, others, new)] == [404, 404, 200, 200]
    with pytest.raises(PermissionDenied):
        renew_feed(volunteer, by=village.coordinator)


def test_what_was_asked_or_reported_without_a_network_arrives_once_under_its_key(client):
    """L3: the device sends again what it heard no answer to; what does not pass the check is told as refused."""
    village = Village()
    village.fill_pool()
    asked = {"key": uuid4(), "service": "company", "begin": "2026-03-05T09:00", "writer": village.elder.pk}
    client.force_login(village.elder)
    answers = [sent_later(client, "help-ask", **asked) for _ in range(2)]
    refused = sent_later(client, "help-ask", **(asked | {"key": uuid4(), "service": "emergency"}))
    stranger = sent_later(client, "help-ask", **(asked | {"key": uuid4(), "writer": village.student.pk}))
    client.force_login(village.student)
    told = {"key": uuid4(), "service": "company", "begin": "2026-03-03T09:00", "end": "2026-03-03T10:00",
            "content": "陪聊", "evidence": "李爷爷", "writer": village.student.pk}  # fmt: skip
    reports = [sent_later(client, "volunteering-report", **told) for _ in range(2)]

    order = Help.objects.get()
    assert answers == [(200, "taken", f"/cases/{order.case.number}/")] * 2
    assert reports == [(200, "taken", reverse("volunteering-me"))] * 2
    assert (refused[:2], stranger[:2]) == ((422, "refused"), (401, "sign-in"))
    assert [record.minutes for record in Attendance.objects.all()] == [60]


def sent_later(client, route, **sent):
    """(status, what came of it, where to) of a form the outbox of a device sends."""
    answer = client.post(reverse(route), sent, headers={"X-Outbox": "2026-03-04T01:00:00Z"})
    told = answer.json()
    return answer.status_code, told["status"], told.get("path")


def test_a_call_is_entered_by_the_worker_who_took_it(client):
    village = Village()
    client.force_login(village.coordinator)
    sent = {"name": "钱奶奶", "channel": "phone", "service": "haircut", "begin": "2026-03-05T09:00"}

    answer = post(client, "help-enter", key=uuid4(), **sent)
    unknown = post(client, "help-enter", key=uuid4(), **(sent | {"name": "没有这个人"}))

    order = Help.objects.get()
    assert (order.case.reporter, order.channel, order.from_pool) == (village.elder.person, "phone", True)
    assert "钱" in html_of(answer)
    assert (unknown.status_code, "没有找到这个人" in html_of(unknown)) == (422, True)


def test_a_volunteer_takes_an_order_near_him_from_the_list(client):
    village = Village()
    village.fill_pool()
    client.force_login(village.elder)
    post(client, "help-ask", key=uuid4(), service="haircut", begin="2026-03-05T09:00")
    client.force_login(village.student)
    page = html_of(client.get(reverse("help-offers")))
    number = Help.objects.get().case.number

    answer = post(client, "help-offers", number=number)
    again = post(client, "help-offers", number=number)

    assert ("上门理发" in page, "钱奶奶" in page) == (True, False)
    assert said(answer) == ["接单成功，求助人会收到通知。"]
    assert "钱奶奶" in html_of(answer)  # name and home are for the one who goes there
    assert said(again) == ["这一单已经有人接了，谢谢您。"]


def test_who_has_no_coins_is_told_what_to_do(client):
    village = Village()
    client.force_login(village.resident())

    answer = post(client, "help-ask", key=uuid4(), service="company", begin="2026-03-05T09:00")

    assert (answer.status_code, "可以先帮助别人存一些" in html_of(answer)) == (422, True)


def test_coins_are_given_and_redeemed_on_one_page(client):
    village = Village()
    giver, mother = village.resident("儿子"), village.resident("母亲")
    purse, reward = village.purse(giver, 180), shop(village)
    village.family(giver, mother)
    client.force_login(giver)

    key = uuid4()
    for _click in range(2):
        post(client, "coins", act="give", key=key, to=str(mother.person_id), coins="1")
    post(client, "coins", act="give", key=uuid4(), to="pool", coins="0.5")
    answer = post(client, "coins", act="redeem", key=uuid4(), reward=reward.pk)

    assert said(answer)[0].startswith("兑换好了，领取码 ")
    assert (balance(purse), purse.account.available) == (90, 30)


def test_the_desk_confirms_disputes_and_shows_todays_shifts(client):
    village = Village()
    village.activity(begin=moment(4, 14))
    record = report_hours(
        village.student.person.volunteer, begin=moment(3), end=moment(3, 10), service="company",
        content="陪聊", place=village.place, evidence="李爷爷", by=village.student,
    )  # fmt: skip
    client.force_login(village.coordinator)
    page = html_of(client.get(reverse("volunteering-desk")))

    post(client, "volunteering-desk", record=record.pk, decision="confirm", words="电话核实", minutes=30)

    record.refresh_from_db()
    assert ("社区清洁日" in page, "陪聊" in page) == (True, True)
    assert (record.state, record.minutes) == ("confirmed", 30)


def test_the_desk_shows_orders_nobody_took_whose_time_is_near_or_past(client):
    """XA-127: an order is never lost in silence; one another coordinator keeps is not shown here."""
    village = Village()
    village.fill_pool()
    wishes = {"haircut": moment(4, 9), "company": moment(5, 9), "errands": moment(8)}
    for service, begin in wishes.items():
        ask_for_help(Wish(service, village.place, begin), person=village.elder.person, by=village.elder)
    far = village.resident("远处人", birth_on=date(1940, 1, 1), place=village.far_place)
    ask_for_help(Wish("laundry", village.far_place, moment(4, 9)), person=far.person, by=far)
    client.force_login(village.coordinator)

    answer = client.get(reverse("volunteering-desk"))

    assert [order.service for order in answer.context["untaken"]] == ["haircut", "company"]
    assert ("时间已过" in html_of(answer), "快到时间" in html_of(answer)) == (True, True)


def test_pairs_that_confirm_each_other_are_shown_to_the_coordinator(client):
    """L2: unusual patterns are shown, not hidden."""
    village = Village()
    one, two = village.student, village.volunteer("乙")
    for user, other in ((one, two), (two, one)):
        record = report_hours(
            user.person.volunteer, begin=moment(3), end=moment(3, 10), service="company", content="陪聊",
            place=village.place, evidence="-", by=user, receiver=other.person,
        )  # fmt: skip
        confirm_attendance(record, by=other, evidence="本人")
    client.force_login(village.coordinator)

    assert "互相确认" in html_of(client.get(reverse("volunteering-desk")))


def test_the_list_of_a_shift_enters_who_came(client):
    village = Village()
    shift = village.shift()
    join(shift, volunteers=[village.student.person.volunteer], by=village.student)
    client.force_login(village.coordinator)

    with clock.at(moment(6, 12)):
        post(client, "shift-list", args=[shift.pk], present=village.student.person.volunteer.number)

    assert Attendance.objects.get().source == "list"
    client.force_login(make_worker(village.far_place, "volunteering.organise"))
    assert client.get(reverse("shift-list", args=[shift.pk])).status_code == 404


def test_an_activity_is_published_on_its_page(client):
    village = Village()
    client.force_login(village.coordinator)
    sent = {
        "title": "义剪", "service": "haircut", "description": "义务理发", "place": village.place.pk, "address": "广场",
        "begin": "2026-03-08T09:00", "end": "2026-03-08T11:00", "capacity": 4, "least_age": 0, "risk": "剪刀锋利",
    }  # fmt: skip

    answer = post(client, "activity-new", key=uuid4(), **sent)

    assert "义剪" in html_of(answer)
    assert "志愿者人身意外伤害保险" in html_of(answer)


def test_a_team_and_a_station_are_entered_at_the_desk(client):
    """XA-125, XA-135: the register of teams and stations."""
    village = Village()
    client.force_login(village.coordinator)
    sent = {"place": village.place.pk, "about": "理发"}

    post(client, "team-new", kind="team", name="理发队", **sent)
    twice = post(client, "team-new", kind="team", name="理发队", **sent)
    closed = post(client, "team-new", kind="station", name="阳光站", **sent)
    post(client, "team-new", kind="station", name="阳光站", hours="9:00–17:00", **sent)

    assert (Team.objects.get().speciality, Station.objects.get().label) == ("理发", "理发")
    assert (twice.status_code, closed.status_code) == (422, 422)


def test_a_planner_sees_where_teams_are_missing_and_needs_nobody_met(client):
    village = Village()
    found_team(name="理发队", place=village.place, by=village.coordinator)
    client.force_login(village.elder)
    post(client, "help-ask", key=uuid4(), service="haircut", begin="2026-03-05T09:00")
    take_step(Help.objects.get().case, "give_up", by=village.coordinator, note="附近没有人会理发")
    planner = make_worker(village.county, "volunteering.plan")
    client.force_login(planner)

    page = client.get(reverse("volunteering-plan"))

    assert [(line.place.name, line.teams, line.unmet) for line in page.context["lines"]] == [
        ("第1社区", 1, 1),
    ]
    assert page.context["empty"] == ["第2社区"]
    assert page.context["kinds"] == [("上门理发", 1, 0)]


def test_the_bank_desk_grants_and_settles(client):
    village = Village()
    make_post(village.cashier, village.county, "volunteering.grant", role="grant-too")
    client.force_login(village.cashier)
    post(client, "bank-desk", act="ask", key=uuid4(), coins=10, reason="公益金", evidence="文件 1")
    client.force_login(village.checker)
    post(client, "bank-desk", act="grant", issue=Issue.objects.get().pk)
    settled = post(client, "bank-desk", act="settle")

    assert (Issue.objects.get().state, said(settled)) == ("granted", ["已结清 0 笔。"])
    assert "600" in text_of(settled)
    assert "池里现有" in html_of(client.get(reverse("pool")))


def test_awards_are_nominated_published_and_decided(client):
    """XA-136, P-XA-15: once a year, with days in which people may object; nobody is ranked."""
    village = Village()
    officer = make_worker(village.county.parent, "volunteering.award", "volunteering.organise")
    made = open_round(place=village.county.parent, year=2025, title="2025 年最美志愿者", by=officer)
    chosen = nominate(
        made, category="volunteer", volunteer=village.student.person.volunteer, reason="坚持义剪", by=officer
    )
    nominate(
        made,
        category="volunteer",
        volunteer=village.volunteer("乙").person.volunteer,
        reason="热心",
        by=officer,
    )
    made = publish_round(made, by=officer)
    assert "坚持义剪" in html_of(client.get(reverse("awards")))
    with pytest.raises(Exception, match="公示期还没有结束"):
        decide_round(made, awarded=[chosen], by=officer)
    with clock.at(clock.now() + timedelta(days=7)):
        decide_round(made, awarded=[chosen], by=officer)

    page = html_of(client.get(reverse("awards")))
    assert ("坚持义剪" in page, "热心" in page) == (True, False)


def test_a_stranger_reads_the_three_ways_to_ask_for_help(client):
    """Phone and window come first: nobody is sent to a sign-in form without knowing why."""
    page = html_of(client.get(reverse("help-ask")))

    assert ("打电话" in page, "到社区窗口" in page, "登录后登记" in page) == (True, True, True)
