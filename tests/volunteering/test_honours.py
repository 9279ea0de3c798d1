"""XA-136, ZJ-065: an award and a star are on paper, and anybody checks the paper."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from linli.kernel import clock
from linli.volunteering.actions.awarding import decide_round, nominate, open_round, publish_round
from linli.volunteering.actions.certifying import seal_of
from linli.volunteering.actions.honouring import CheckedHonour, check_honour, issue_award, issue_star
from linli.volunteering.actions.installing import install
from linli.volunteering.actions.recording import confirm_attendance, correct_attendance, report_hours
from linli.volunteering.actions.registering import found_team
from linli.volunteering.models import Honour
from linli.volunteering.paper import honour_address, honour_pdf
from linli.volunteering.refusals import VolunteeringRefused
from tests.factories.people import make_worker
from tests.together import together

from .village import Village, moment

REFUSED = CheckedHonour(False)


def starred(village, minutes=60):
    """A village whose first star asks for so little that the student has it; his confirmed record."""
    stars = (village.charter.stars[0].model_copy(update={"minutes": minutes}),)
    install(village.charter.model_copy(update={"stars": stars}))
    record = report_hours(
        village.student.person.volunteer, begin=moment(3), end=moment(3, 10), service="company",
        content="陪聊", place=village.place, evidence="李爷爷", by=village.student,
    )  # fmt: skip
    return confirm_attendance(record, by=village.coordinator, evidence="电话核实")


def decided(village):
    """(officer, award of the student, award of a team he leads, nomination that got none)."""
    officer = make_worker(village.county, "volunteering.award", "volunteering.organise", name="何评选")
    team = found_team(
        name="互助队", place=village.place, by=village.coordinator, leader=village.student.person.volunteer
    )
    other = village.volunteer("没有获奖").person.volunteer
    held = open_round(place=village.county, year=2026, title="2026 年度评选", by=officer)
    one, none = (
        nominate(held, category="volunteer", reason="上门理发", by=officer, volunteer=volunteer)
        for volunteer in (village.student.person.volunteer, other)
    )
    group = nominate(held, category="team", reason="打扫楼道", by=officer, team=team)
    publish_round(held, by=officer)
    with clock.at(moment(20)):
        decide_round(held, awarded=[one, group], by=officer)
    return officer, one, group, none


@pytest.mark.django_db
def test_the_paper_of_an_award_is_checked_by_its_number_and_seal_and_says_what_was_decided():
    """XA-136 ZJ-065: whoever was awarded has it on paper; a made-up number or seal fails."""
    village = Village()
    officer, one, group, none = decided(village)

    made, team_paper = issue_award(one, by=village.student), issue_award(group, by=village.student)

    checked = check_honour(number=made.number.lower(), seal=seal_of(made).upper())
    assert replace(checked, issued_at=None) == CheckedHonour(
        True, made.number, "孙**", "最美志愿者", "2026 年度评选", village.county.name
    )
    assert check_honour(number=team_paper.number, seal=seal_of(team_paper)).name == "互助队"
    assert issue_award(one, by=officer) == made
    assert check_honour(number=made.number, seal=seal_of(team_paper)) == REFUSED
    assert check_honour(number="RY-2026-000999", seal=seal_of(made)) == REFUSED
    with pytest.raises(PermissionDenied):
        issue_award(one, by=village.coordinator)
    with pytest.raises(VolunteeringRefused, match="还没有公布"):
        issue_award(none, by=officer)


@pytest.mark.django_db
def test_a_paper_whose_words_were_changed_in_the_database_is_not_genuine():
    village = Village()
    starred(village)
    made = issue_star(village.student.person.volunteer, by=village.student)
    before = check_honour(number=made.number, seal=seal_of(made)).genuine
    Honour.objects.update(title="五星志愿者")

    assert (before, check_honour(number=made.number, seal=seal_of(made))) == (True, REFUSED)


@pytest.mark.django_db
def test_a_star_is_on_paper_once_it_is_earned_and_the_check_tells_when_the_records_no_longer_bear_it_out():
    """XA-136: no star, no paper; after a correction the paper is genuine but the star no longer stands."""
    village = Village()
    volunteer = village.student.person.volunteer
    with pytest.raises(VolunteeringRefused, match="还没有评上星级"):
        issue_star(volunteer, by=village.student)
    record = starred(village)
    made = issue_star(volunteer, by=village.student)
    stood = check_honour(number=made.number, seal=seal_of(made)).stands
    smaller = correct_attendance(record, minutes=30, by=village.coordinator, why="核实")
    confirm_attendance(smaller, by=village.colleague)
    checked = check_honour(number=made.number, seal=seal_of(made))

    assert (made.title, made.occasion) == ("一星志愿者", "经确认的服务时长满 1 小时")
    assert (stood, checked.genuine, checked.stands) == (True, True, False)
    with pytest.raises(PermissionDenied):
        issue_star(volunteer, by=village.resident())


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_ten_clicks_on_the_paper_of_a_star_give_one_number():
    village = Village()
    starred(village)

    volunteer = village.student.person.volunteer
    made = together(*[lambda: issue_star(volunteer, by=village.student).number] * 10)

    assert (len(set(made)), Honour.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_pages_give_the_papers_and_anybody_checks_them_without_signing_in(client):
    """ZJ-065: PDF from the page of the round and of oneself; strangers find none; the QR code opens the check."""
    village = Village()
    starred(village)
    officer, one, _group, none = decided(village)
    path = reverse("award-certificate", args=[one.pk])
    client.force_login(village.coordinator)
    stranger = client.post(path).status_code
    client.force_login(village.student)
    page = client.get(reverse("award-round", args=[one.round_id])).content.decode()
    answers = [client.post(path), client.post(reverse("certificate-issue"), {"kind": "star"})]
    client.force_login(officer)
    unawarded = client.post(reverse("award-certificate", args=[none.pk]))
    client.logout()
    checks = [client.get(honour_address(made)) for made in Honour.objects.order_by("pk")]

    assert (stranger, path in page, unawarded.status_code) == (404, True, 302)
    assert [answer.content[:5] for answer in answers] == [b"%PDF-", b"%PDF-"]
    assert all("证书属实" in check.content.decode() for check in checks)
    assert "孙同学" not in checks[0].content.decode()
    altered = client.get(honour_address(Honour.objects.first()) + "0")
    assert "对不上" in altered.content.decode()
    assert client.get(reverse("certificate-check"), {"n": "ZM-2026-000001", "s": "0"}).status_code == 422


@pytest.mark.django_db
def test_what_is_written_on_the_paper_is_never_markup():
    village = Village()
    starred(village)
    made = issue_star(village.student.person.volunteer, by=village.student)
    made.title = '#panic("x") *粗* $x$'

    assert honour_pdf(made)[:5] == b"%PDF-"
