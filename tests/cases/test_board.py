"""Each level sees what it answers for: at work, late, closed in time (XA-011)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from linli.cases.actions import assign, take_step
from linli.kernel import clock
from linli.kernel.clock import CHINA
from tests.cases.errand import Crew
from tests.factories.people import make_post, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return Crew()


def board(client, user, query=""):
    client.force_login(user)
    answer = client.get(reverse("case-board") + query)
    assert answer.status_code == 200
    return {
        level.title: [
            (line.label, line.open, line.late, line.opened, line.closed, line.in_time) for line in level.lines
        ]
        for level in answer.context["boards"]
    }


def carried_up(crew, case):
    """The unit of the street answers for it now."""
    office = make_unit(crew.place.parent, "街道办", kind="street_office")
    assign(case, by=None, unit=office)
    case.save()


def test_a_case_counts_for_the_level_that_answers_for_it_now(client, crew):
    """XA-011: community and street stand beside each other; carried up, a case is the street's with its deadline."""
    first, second, third = (crew.open(term=days) for days in (9, 0, 9))
    carried_up(crew, second)
    take_step(third, "drop", by=crew.arranger)
    with clock.at(first.opened_at + timedelta(hours=20)):
        seen = board(client, crew.arranger)
    assert seen == {"街道乡镇": [("跑腿", 1, 1, 1, 0, 0)], "社区村": [("跑腿", 1, 0, 2, 1, 1)]}


def test_a_line_opens_exactly_the_cases_it_counts(client, crew):
    """XA-011: the cases at work of that kind at that level, and no others."""
    cases = [crew.open() for _ in range(3)]
    carried_up(crew, cases[1])
    client.force_login(crew.arranger)
    lines = {level.title: level.lines[0] for level in client.get(reverse("case-board")).context["boards"]}

    def opened(title):
        shown = client.get(lines[title].url).context["listing"].page
        assert shown.paginator.count == lines[title].open
        return {row.number for row in shown.object_list}

    assert opened("街道乡镇") == {cases[1].number}
    assert opened("社区村") == {cases[0].number, cases[2].number}
    everything = client.get(reverse("case-inbox") + "?queue=open&level=moon").context["listing"]
    assert everything.page.paginator.count == 3


def test_one_counts_what_ones_posts_cover_and_of_kinds_one_may_see(client, crew):
    """P3: a stranger and somebody of another county count nothing."""
    crew.open()
    other = make_user("远处")
    make_post(other, crew.place, "people.view", role="no-errands")
    assert (board(client, other), board(client, crew.stranger)) == ({}, {})


def test_another_month_shows_what_is_at_work_now_and_nothing_of_this_month(client, crew):
    crew.open()
    assert board(client, crew.arranger, "?month=2020-01") == {"社区村": [("跑腿", 1, 0, 0, 0, 0)]}
    now = board(client, crew.arranger)
    for nonsense in ("nonsense", "2999-01", "9999-12", "0000-01", "2026Q1", "2026", ""):
        assert board(client, crew.arranger, f"?month={nonsense}") == now


def test_a_month_long_ago_is_a_month(client, crew):
    crew.open()
    assert board(client, crew.arranger, "?month=0001-01") == {"社区村": [("跑腿", 1, 0, 0, 0, 0)]}


def test_what_is_closed_in_the_last_moment_of_a_month_counts_in_that_month(client, crew):
    case = crew.open()
    midnight = datetime(2026, 4, 1, tzinfo=CHINA)
    with clock.at(midnight - timedelta(microseconds=1)):
        take_step(case, "drop", by=crew.arranger)
    with clock.at(midnight + timedelta(hours=9)):
        closed = [board(client, crew.arranger, f"?month=2026-{month}") for month in ("03", "04")]
    assert closed == [{"社区村": [("跑腿", 0, 0, 1, 1, 0)]}, {}]


@pytest.mark.parametrize("count", [1, 3])
def test_board_query_count(client, crew, count, django_assert_num_queries):
    for _ in range(count):
        crew.open()
    client.force_login(crew.arranger)
    client.get(reverse("case-board"))
    with django_assert_num_queries(3):
        client.get(reverse("case-board"))
