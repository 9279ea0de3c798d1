"""Workers are never compared: no order by a number, no other worker on one's own page."""

import re
from datetime import date, timedelta

import pytest

from linli.registers.declaring import registers
from linli.workforce.queries import SHOWN_COURSES, own_record
from tests.factories.people import make_user, make_worker
from tests.factories.registers import enter, install_pack, make_course
from tests.reading import text_of

pytestmark = pytest.mark.django_db
NUMBERS = {"grade", "hours", "score", "talks", "rank"}


@pytest.fixture(autouse=True)
def _rules():
    install_pack("registers/standard.yaml")
    install_pack("workforce/standard.yaml")


def test_no_register_of_personnel_puts_people_in_the_order_of_a_number():
    about = [one for one in registers.values() if one.model._meta.app_label == "workforce"]

    ordered = {name.removeprefix("-") for one in about for name in one.order}

    assert (len(about) > 0, ordered & NUMBERS) == (True, set())


@pytest.mark.parametrize("asked", ["", "?sort=grade", "?order=-hours", "?o=-grade", "?ordering=grade"])
def test_whatever_the_address_asks_grades_stand_by_worker_and_day(place, worker_of, client, asked):
    for number, name, grade in (("W1", "赵一", 2), ("W2", "钱二", 9), ("W3", "孙三", 5)):
        worker = worker_of(place, number, name=name)
        enter("grades", worker=worker, track="other", grade=grade, since="2025-01-01")
    client.force_login(make_worker(place, "registers.keep", "workforce.view", "workforce.edit"))

    page = client.get(f"/registers/grades/{asked}").content.decode()

    assert re.findall("赵一|钱二|孙三", page) == ["赵一", "钱二", "孙三"]  # as entered, not 9, 5, 2


def test_the_own_page_names_no_colleague_and_the_gap_page_nobody(place, worker_of, client):
    user = make_user("赵社工")
    worker_of(place, "W1", person=user.person)
    worker_of(place, "W2", name="同事甲", degree="master")
    client.force_login(user)
    own = text_of(client.get("/workforce/me/"))
    client.force_login(make_worker(place.parent, "workforce.gaps"))
    gaps = text_of(client.get("/workforce/gaps/"))

    assert "我的工作档案" in own
    assert ("同事甲" in own, "W2" in own, "同事甲" in gaps, "赵社工" in gaps) == (False, False, False, False)


def test_hours_of_the_year_are_those_of_all_courses_though_the_page_lists_the_newest(place, worker_of):
    """XA-138: one hour each in more evenings than the page shows, and one of last year."""
    user = make_user("赵社工")
    worker = worker_of(place, person=user.person)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(SHOWN_COURSES + 3)]
    for number, day in enumerate([date(2025, 12, 30), *days]):
        course = make_course(place.parent, f"夜课{number}", "yearly", on=day)
        enter("enrolments", course=course, worker=worker, state="passed", hours=1)

    own = own_record(user.person_id)

    assert (len(own.enrolments), own.hours) == (SHOWN_COURSES, SHOWN_COURSES + 3)
