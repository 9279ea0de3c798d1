"""XA-124, XA-125, XA-126, PD-027, ZJ-022: teams, the roster, duties, certificates at the window, hours as a table."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from linli.exchange.models import Use
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.notices.models import Notice
from linli.packs.reading import read_pack
from linli.search.declaring import searchables
from linli.search.queries import matching
from linli.volunteering.actions.attending import mark_present
from linli.volunteering.actions.joining import cancel_activity, join
from linli.volunteering.actions.recording import confirm_attendance, report_hours
from linli.volunteering.actions.registering import disband_team, enter_team, found_team, register_volunteer
from linli.volunteering.exports import ENTRY
from linli.volunteering.matching import companions
from linli.volunteering.models import Attendance, AwardRound, Certificate, Duty, Membership, Objection, Team
from tests.factories.exchange import make_entry
from tests.factories.files import body_of
from tests.factories.people import make_unit, make_worker

from .test_helping import ask
from .test_organising import post, said
from .village import PACK, Village, moment

pytestmark = pytest.mark.django_db


def html_of(answer) -> str:
    return answer.content.decode()


def test_a_team_is_entered_with_leader_and_unit_joined_with_one_tap_and_left_again(client):
    """XA-125: unit, leader, speciality, members, home community."""
    village = Village()
    unit = make_unit(village.place, "清江机械厂", kind="enterprise")
    own = village.student.person.volunteer
    client.force_login(village.coordinator)
    sent = {"kind": "team", "place": village.place.pk, "name": "机械厂维修队", "about": "小修小补"}
    unknown = post(client, "team-new", **sent, unit=unit.pk, leader="ZY-2026-999999")
    post(client, "team-new", **sent, unit=unit.pk, leader=own.number)
    team = Team.objects.get()
    other = village.volunteer("吴志愿")

    client.force_login(other)
    page = html_of(client.get(reverse("teams")))
    post(client, "team-detail", team.number, act="join")
    post(client, "team-detail", team.number, act="join")
    joined = html_of(client.get(reverse("team-detail", args=[team.number])))
    post(client, "team-detail", team.number, act="leave")

    assert (unknown.status_code, team.leader, team.unit) == (422, own, unit)
    assert ("机械厂维修队" in page, "小修小补" in page, "清江机械厂" in page) == (True, True, True)
    assert ("2 人" in joined, "退出队伍" in joined, "孙同学" in joined) == (True, True, False)
    assert list(Membership.objects.filter(until=None).values_list("volunteer", flat=True)) == [own.pk]


def test_an_organiser_enters_members_changes_the_leader_and_disbands(client):
    village = Village()
    own, other = village.student.person.volunteer, village.volunteer("吴志愿").person.volunteer
    team = found_team(name="义剪队", place=village.place, by=village.coordinator, leader=own)
    stranger = make_worker(village.far_place, "volunteering.organise")

    client.force_login(village.coordinator)
    for act, number in (("enter", other.number), ("lead", other.number), ("take-out", own.number)):
        post(client, "team-detail", team.number, act=act, number=number)
    wrong = post(client, "team-detail", team.number, act="enter", number="ZY-0")
    client.force_login(stranger)
    refused = client.post(reverse("team-detail", args=[team.number]), {"act": "disband"})
    team.refresh_from_db()
    assert (said(wrong), refused.status_code, team.disbanded_on) == (["没有这个编号的志愿者。"], 403, None)
    assert (team.leader, [row.volunteer for row in team.memberships.filter(until=None)]) == (other, [other])

    client.force_login(village.coordinator)
    post(client, "team-detail", team.number, act="disband")
    client.force_login(village.student)
    late = post(client, "team-detail", team.number, act="join")
    assert said(late) == ["注册没有完成、在等监护人同意，或者已经退出。"]
    assert "已在" in html_of(client.get(reverse("team-detail", args=[team.number])))


def test_a_teams_log_tells_what_it_did_and_how_many_came_without_names(client):
    """XA-125: activity log of a team."""
    village = Village()
    own = village.student.person.volunteer
    team = found_team(name="义剪队", place=village.place, by=village.coordinator, leader=own)
    shift = village.shift(team=team)
    join(shift, volunteers=[own], by=village.student)
    with clock.at(moment(6, 12)):
        (record,) = mark_present(shift, volunteers=[own], by=village.coordinator)
        confirm_attendance(record, by=village.colleague, evidence="签到表")

    page = html_of(client.get(reverse("team-detail", args=[team.number])))

    assert ("社区清洁日" in page, "1 人到场 · 120 分钟" in page, "孙同学" in page) == (True, True, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_teams_takes_a_fixed_number_of_queries(client, rows, django_assert_num_queries):
    village = Village()
    for number in range(rows):
        leader = village.volunteer(f"志愿{number}").person.volunteer
        found_team(name=f"队{number}", place=village.place, by=village.coordinator, leader=leader)
    with django_assert_num_queries(3):
        client.get(reverse("teams"))


def test_the_roster_asks_as_often_for_four_as_for_one(client):
    village = Village()
    client.force_login(village.coordinator)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("roster"))
        return len(queries)

    asked()
    one = asked()
    for number in range(3):
        village.volunteer(f"志愿{number}", skills=["repair"])

    assert asked() == one


def test_the_roster_finds_whom_to_ask_by_skill_time_duty_and_age(client):
    village = Village()
    elder = village.volunteer("郑大爷", birth_on=date(1960, 1, 1), free=["3am"])
    client.force_login(village.coordinator)
    number = elder.person.volunteer.number
    post(client, "roster-person", number, act="appoint", code="facilitator")
    client.force_login(village.coordinator)

    def names(**asked) -> list[str]:
        found = client.get(reverse("roster"), asked).context["listing"].page.object_list
        return [one.person.name for one in found]

    assert names() == ["孙同学", "郑大爷"]
    assert (names(skill="hairdressing"), names(free="3am")) == (["孙同学"], ["郑大爷"])
    assert (names(duty="facilitator"), names(who="elder"), names(q=number)) == (["郑大爷"],) * 3
    assert names(who="waiting") == []
    client.force_login(make_worker(village.far_place, "volunteering.organise"))
    assert names() == []
    assert client.get(reverse("roster-person", args=[number])).status_code == 404


def test_a_volunteer_takes_on_a_duty_with_a_seat_in_a_matter_and_lays_it_down(client):
    """PD-027: facilitator, surveyor, resource finder; appointed once, with a seat in a project or matter."""
    village = Village()
    village.fill_pool(600)
    case = ask(village)
    number = village.student.person.volunteer.number
    client.force_login(village.coordinator)

    first = post(client, "roster-person", number, act="appoint", code="resource-finder", case=case.number)
    twice = post(client, "roster-person", number, act="appoint", code="resource-finder", case=case.number)
    hidden = post(client, "roster-person", number, act="appoint", code="surveyor", case="BZ-2020-000001")
    duty = Duty.objects.get()
    client.force_login(village.student)
    mine = html_of(client.get(reverse("volunteering-me")))
    client.force_login(village.coordinator)
    post(client, "roster-person", number, act="release", duty=duty.pk)

    duty.refresh_from_db()
    assert (said(first), twice.status_code, hidden.status_code) == (["已任职。"], 422, 422)
    assert ("已经在担任了" in html_of(twice), "没有找到这个编号" in html_of(hidden)) == (True, True)
    assert (duty.title, duty.case, duty.until) == ("资源联络员", case, clock.today())
    assert "资源联络员" in mine


def test_a_training_stands_on_the_record_and_the_window_prints_the_certificate_of_some_days(client):
    """XA-126: the training is on the volunteer's record; free on paper for whoever has no phone."""
    village = Village()
    own = village.student.person.volunteer
    shift = village.shift(title="急救培训", service="training", teaches="first-aid")
    join(shift, volunteers=[own], by=village.student)
    with clock.at(moment(6, 12)):
        (record,) = mark_present(shift, volunteers=[own], by=village.coordinator)
        confirm_attendance(record, by=village.colleague, evidence="签到表")
        client.force_login(village.coordinator)
        page = html_of(client.get(reverse("roster-person", args=[own.number])))
        told = reverse("roster-certificate", args=[own.number])
        pdf = client.post(told, {"since": "2026-03-01", "until": "2026-03-05"})
        wrong = client.post(told, {"since": "2026-03-05", "until": "2026-03-01"}, follow=True)

    made = Certificate.objects.get()
    assert ("急救培训" in page, pdf.content[:5]) == (True, b"%PDF-")
    assert (made.minutes, made.since, made.until) == (0, date(2026, 3, 1), date(2026, 3, 5))
    assert said(wrong) == ["结束日期要晚于开始日期。"]


def test_confirmed_hours_leave_by_number_and_the_register_of_exchange_knows(client):
    """XA-124: the table for the national system: confirmed hours once each, no names, written down as an export."""
    village = Village()
    pack, problems = read_pack(PACK.parents[1] / "exchange" / "platform.yaml")
    assert (problems, ENTRY in [entry.code for entry in pack.entries]) == ([], True)
    client.force_login(village.coordinator)
    assert client.get(reverse("hours-table")).status_code == 403  # nothing unregistered is used
    make_entry(ENTRY, kind="export")
    record = report_hours(
        village.student.person.volunteer, begin=moment(3), end=moment(3, 11), service="company",
        content="陪李爷爷聊天", place=village.place, evidence="-", by=village.student,
    )  # fmt: skip
    empty = body_of(client.get(reverse("hours-table"), {"form": "csv"})).decode("utf-8-sig")
    confirm_attendance(record, by=village.coordinator, evidence="电话")

    table = b"".join(client.get(reverse("hours-table"), {"form": "csv"}).streaming_content).decode(
        "utf-8-sig"
    )
    sheet = b"".join(client.get(reverse("hours-table")).streaming_content)
    number = village.student.person.volunteer.number

    assert number not in empty
    assert (number in table, "孙同学" in table, "李爷爷" in table, sheet[:2]) == (True, False, False, b"PK")
    assert list(Use.objects.values_list("row_count", flat=True).order_by("pk")) == [0, 1, 1]
    client.force_login(make_worker(village.far_place, "volunteering.organise"))
    assert client.get(reverse("hours-table")).status_code == 403


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    return SimpleUploadedFile("proof.png", out.getvalue(), "image/png")


def test_who_was_served_is_asked_by_name_and_phone_and_confirms_himself(client):
    """L2: confirmed by the receiver, with a photo as evidence; a wrong phone tells the volunteer nothing."""
    village = Village()
    elder = village.elder
    elder.person.phone = "13900000001"
    elder.person.save()
    client.force_login(village.student)
    sent = {"service": "company", "begin": "2026-03-03T09:00", "end": "2026-03-03T10:00", "content": "陪聊"}
    named = {"receiver_name": "钱奶奶", "evidence": "本人"}
    right = {**sent, **named, "receiver_phone": "13900000001", "photo": picture(), "key": uuid4()}
    told = said(client.post(reverse("volunteering-report"), right, follow=True))
    client.post(
        reverse("volunteering-report"), right | {"photo": picture()}, follow=True
    )  # the same, sent again
    assert StoredFile.objects.count() == 1
    later = {**sent, "begin": "2026-03-03T11:00", "end": "2026-03-03T12:00"}
    wrong = {**later, **named, "receiver_phone": "13900000009", "key": uuid4()}
    untold = said(client.post(reverse("volunteering-report"), wrong, follow=True))
    with_receiver, without = Attendance.objects.order_by("pk")
    assert (with_receiver.receiver, without.receiver, told == untold) == (elder.person, None, True)
    assert Notice.objects.filter(kind="volunteering-received", to=elder.person).count() == 1

    photo = reverse("file-content", args=[with_receiver.photo_id])
    client.force_login(village.resident("路人"))
    stranger = client.get(photo).status_code
    client.force_login(elder)
    seen = client.get(photo)
    body_of(seen)
    post(client, "volunteering-me", act="confirm", record=with_receiver.pk)

    with_receiver.refresh_from_db()
    assert (stranger, seen.status_code) == (404, 200)
    assert (with_receiver.state, with_receiver.confirmed_by) == ("confirmed", elder.person)


def test_several_who_call_together_and_a_whole_team_join_as_one_party(client):
    """XA-124: groups wait and move up together, on the phone too."""
    village = Village()
    people = [village.volunteer(f"队员{n}").person.volunteer for n in range(3)]
    team = found_team(name="义剪队", place=village.place, by=village.coordinator, leader=people[0])
    for one in people[1:]:
        enter_team(team, volunteer=one, by=village.coordinator)
    shift = village.shift(capacity=3)
    client.force_login(village.coordinator)

    numbers = f"{people[0].number}、{village.student.person.volunteer.number}"
    first = post(client, "shift-list", shift.pk, act="join", number=numbers)
    unknown = post(client, "shift-list", shift.pk, act="join", number=f"{team.number} ZY-0")
    other = village.shift(capacity=2, begin=moment(8))
    waiting = post(client, "shift-list", other.pk, act="join", number=team.number)
    post(client, "shift-list", other.pk, act="widen", capacity=3)

    assert (said(first), said(unknown)) == (["报名成功，2 人。"], ["没有 ZY-0 这个编号的志愿者或队伍。"])
    assert said(waiting) == ["名额不够，3 人一起排上候补，有名额一起补上。"]
    assert set(other.joinings.values_list("state", flat=True)) == {"joined"}


def test_young_elders_are_proposed_first_to_the_very_old():
    """ZJ-022: 低龄老人 pair with 高龄老人, with the reason shown; nobody is forced."""
    village = Village()
    village.volunteer("年轻人", birth_on=date(1990, 1, 1))
    village.volunteer("郑大爷", birth_on=date(1960, 1, 1))

    found = companions(village.elder.person)
    younger = companions(village.resident("老王", birth_on=date(1955, 1, 1)).person)

    assert (found[0].volunteer.person.name, found[0].reasons[0]) == ("郑大爷", "低龄老人，陪高龄老人")
    assert all("低龄老人" not in match.why for match in younger)


def test_activities_for_elders_are_found_and_an_elder_registers_with_one_tap(client):
    """ZJ-022: suited tasks, low-threshold sign-up."""
    village = Village()
    village.activity(begin=moment(7), title="社区清洁日")
    village.activity(begin=moment(8), title="楼道读报", elder_friendly=True)
    elder = village.resident("郑大爷", birth_on=date(1955, 1, 1))
    client.force_login(elder)

    shown = html_of(client.get(reverse("volunteering-near"), {"wish": "elder"}))
    post(client, "volunteering-me", act="register")

    assert ("楼道读报" in shown, "社区清洁日" in shown) == (True, False)
    assert elder.person.volunteer.state == "active"


def test_an_objection_is_answered_before_the_names_are_decided(client):
    """XA-136: real names, read by the officer alone, who sees hours and ratings; the public sees neither."""
    village = Village()
    officer = make_worker(village.county.parent, "volunteering.award")
    client.force_login(officer)
    post(client, "award-desk", place=village.county.parent.pk, year=2025, title="2025 年评选")
    made = AwardRound.objects.get()
    helper = village.volunteer("乙")
    client.force_login(helper)
    number = village.student.person.volunteer.number
    post(client, "award-round", made.pk, act="nominate", category="volunteer", number=number, reason="义剪")
    row = made.nominations.get()
    early = post(client, "award-round", made.pk, act="object", nomination=row.pk, words="时长不实")
    client.force_login(officer)
    post(client, "award-round", made.pk, act="publish")
    figures = html_of(client.get(reverse("award-round", args=[made.pk])))
    neighbour = village.resident("路人")
    client.force_login(neighbour)
    for _click in range(2):
        told = post(client, "award-round", made.pk, act="object", nomination=row.pk, words="时长不实")
    public = html_of(client.get(reverse("award-round", args=[made.pk])))
    refused = client.post(reverse("award-round", args=[made.pk]), {"act": "answer", "words": "-"})
    client.force_login(officer)
    with clock.at(clock.now() + timedelta(days=7)):
        before = post(client, "award-round", made.pk, act="decide", awarded=row.pk)
        objection = Objection.objects.get()
        post(client, "award-round", made.pk, act="answer", objection=objection.pk, words="查了签到表，属实")
        post(client, "award-round", made.pk, act="decide", awarded=row.pk)

    row.refresh_from_db()
    assert (said(early), said(told)) == (["公示期以外不收异议。"], ["您已经提过异议，正在核实。"])
    assert ("2025 年 0 次、0 小时" in figures, "0 小时" in public, "时长不实" in public) == (
        True,
        False,
        False,
    )
    assert (refused.status_code, said(before)) == (404, ["还有异议没有答复，答复后再公布。"])
    assert (row.awarded, Notice.objects.filter(kind="volunteering-objection", to=officer.person).count()) == (
        True,
        1,
    )


def test_a_child_without_consent_reports_nothing(client):
    """D6."""
    village = Village()
    child, parent = village.resident("小明", birth_on=date(2014, 6, 1)), village.resident("明爸")
    village.guardian(child, parent)
    register_volunteer(child.person, place=village.place, by=child)
    client.force_login(child)
    sent = {"service": "company", "begin": "2026-03-03T09:00", "end": "2026-03-03T10:00", "content": "陪聊"}

    page = client.post(reverse("volunteering-report"), {**sent, "evidence": "-", "key": uuid4()})

    assert (page.status_code, Attendance.objects.count()) == (422, 0)


def test_everybody_finds_coming_activities_and_teams_by_words(client):
    """P6: what was cancelled, is over or was disbanded is found no more."""
    village = Village()
    activity = village.activity(begin=moment(7), title="广场义剪")
    team = found_team(name="义剪队", place=village.place, by=village.coordinator)

    def found() -> set[str]:
        hits = (
            matching(searchables[name], AnonymousUser(), "义剪") for name in ("activity", "volunteer-team")
        )
        return {str(one) for rows in hits for one in rows}

    both = found()
    with clock.at(moment(8)):
        after = found()
    cancel_activity(activity, by=village.coordinator, why="下雨")
    disband_team(team, by=village.coordinator)

    assert (both, after, found()) == ({"广场义剪", "义剪队"}, {"义剪队"}, set())
