"""The working calendar on pages: a year as announced, the day something is due, its entry by staff."""

from datetime import date
from pathlib import Path

import pytest

from linli.calendar.models import CalendarYear, SpecialDay
from linli.calendar.pack import install
from linli.calendar.queries import due_day
from linli.packs.reading import read_pack
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).parents[2] / "packs" / "calendar"
LINES = "元旦 2027-01-01 至 2027-01-03 上班 2027-01-09\n清明节 2027-04-05"


@pytest.fixture
def pack():
    found, problems = read_pack(PACKS / "2026.yaml")
    assert problems == []
    install(found)
    return found


@pytest.fixture
def keeper(client):
    user = make_worker(make_community(1).parent.parent, "calendar.edit")
    client.force_login(user)
    return user


def test_a_stranger_reads_the_year_and_asks_for_a_due_day(client, pack):
    page = client.get("/calendar/?start=2026-02-13&workdays=5").content.decode()

    assert [
        word
        for word in ("国办发明电〔2025〕7号", "2026-02-15 至 2026-02-23", "2026-02-27")
        if word not in page
    ] == []
    assert due_day(date(2026, 9, 30), 3).day == date(2026, 10, 10)


def test_a_year_nobody_has_announced_says_so_and_still_answers(client, pack):
    page = client.get("/calendar/?year=2027&start=2026-12-28&workdays=8").content.decode()

    assert "还没有登记" in page
    assert "这是估算" in page
    assert due_day(date(2026, 12, 28), 8).guessed == {2027}
    assert due_day(date(2026, 3, 2), 5).guessed == frozenset()


def test_I1_nonsense_is_a_422_and_a_far_year_is_not_found(client, pack):
    seen = [
        client.get(f"/calendar/?{query}").status_code
        for query in (
            "start=x&workdays=5",
            "start=2026-01-01&workdays=-1",
            "start=1900-01-01&workdays=1",
            "year=1990",
        )
    ]
    assert seen == [422, 422, 422, 404]


def test_staff_enter_a_year_and_the_pack_leaves_it_alone_from_then_on(client, pack, keeper):
    answer = client.post(
        "/calendar/2026/edit/",
        {"source": "国办通知", "festivals": LINES.replace("2027", "2026").replace("01-09", "01-04")},
    )
    again = install(pack)

    assert (answer.status_code, str(again)) == (302, "no change")
    assert CalendarYear.objects.get(year=2026).source == "国办通知"
    assert list(SpecialDay.objects.filter(kind="workday").values_list("day", flat=True)) == [date(2026, 1, 4)]
    assert CalendarYear.objects.get(year=2026).history.filter(pgh_label="update").count() == 1


def test_the_form_shows_the_year_as_it_stands_so_that_one_line_can_be_changed(client, pack, keeper):
    form = client.get("/calendar/2026/edit/").context["form"]
    before = dict(SpecialDay.objects.values_list("day", "kind"))
    client.post("/calendar/2026/edit/", form.initial)

    assert (
        "春节 2026-02-15 至 2026-02-23 上班 2026-02-14、2026-02-28" in form.initial["festivals"].splitlines()
    )
    assert dict(SpecialDay.objects.values_list("day", "kind")) == before


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("春节", "第 1 行看不懂"),
        ("春节 2027-02-30", "第 1 行的日期不对"),
        ("春节 2026-02-15", "日期应在 2027 年内"),
        ("春节 2027-02-10 至 2027-02-01", "最后一天不早于第一天"),
        ("春节 2027-02-10 上班 2027-02-11", "调休上班应在周末"),
    ],
)
def test_I1_a_line_that_cannot_be_is_refused_and_nothing_changes(client, keeper, line, reason):
    answer = client.post("/calendar/2027/edit/", {"source": "通知", "festivals": line})

    assert (answer.status_code, CalendarYear.objects.count()) == (422, 0)
    assert reason in answer.content.decode()


def test_P2_who_may_not_edit_is_not_offered_it(client, pack):
    client.force_login(make_worker(make_community(1), "places.edit"))

    assert client.get("/calendar/2026/edit/").status_code == 403
    assert "登记或修改" not in client.get("/calendar/").content.decode()
