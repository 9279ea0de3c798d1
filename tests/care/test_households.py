"""走访: ordinary households by building, who has not been visited for long, and who is left alone (XZ-049)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.care.actions.walking import plan_walks, start_walk
from linli.care.models import HouseholdVisit, UnwillingHousehold
from linli.care.small_kinds import HOMEVISIT, WalkState
from linli.care.walks import buildings_of, unvisited_at
from linli.cases.actions import WrongState, take_step
from linli.cases.models import Case, CaseLink
from linli.kernel import clock
from linli.people.models import Household
from linli.places.models import Place
from tests.conftest import TEST_DAY
from tests.factories.people import make_post
from tests.factories.places import make_place

pytestmark = pytest.mark.django_db
SAID = {"tone": "wish", "words": "想加两个晾衣架"}


class Street:
    """A building of the village with households, and the workers' rights to come by there."""

    def __init__(self, village, doors=3):
        self.village = village
        self.building = make_place(f"{village.place.code}B0001", "building", "3号楼")
        self.homes = [self.home(f"{number}01") for number in range(1, doors + 1)]
        rights = "homevisit.view", "homevisit.hear"
        for user in (village.visitor, village.mate, village.head):
            make_post(user, village.place, *rights, role="walks", unit=village.committee)

    def home(self, room, kind="resident"):
        return Household.objects.create(number=f"H-{room}-{kind}", place=self.building, room=room, kind=kind)

    def plan(self, **who):
        return plan_walks(self.building, **{"by": self.village.head, "visitor": self.village.visitor, **who})

    def case(self, home):
        return home.visits.get(settled_at=None).case

    def walk(self, home, at):
        case = start_walk(home, by=self.village.visitor)
        step = {"done": "record", "declined": "decline", "cancelled": "cancel"}.get(at)
        by = self.village.head if at == "cancelled" else self.village.visitor
        return take_step(case, step, by=by, **(SAID if step == "record" else {})) if step else case

    def left(self):
        return [home.room for home in unvisited_at(self.building, months=12)]


@pytest.fixture
def street(village):
    return Street(village)


def test_a_plan_sends_somebody_to_each_household_once(street):
    """XZ-049: by building; the same plan made twice makes nothing double; other kinds of household stay out."""
    street.home("901", kind="registered")
    made = street.plan(), street.plan()

    cases = Case.objects.filter(kind="homevisit").order_by("pk")
    assert (made, [case.title for case in cases]) == (
        (3, 0),
        ["走访 3号楼101", "走访 3号楼201", "走访 3号楼301"],
    )
    assert {(case.assignee, case.unit, case.term, case.reporter) for case in cases} == {
        (street.village.visitor, street.village.committee, 30, None)
    }


def test_who_may_not_plan_or_visit_there_is_refused(street):
    village = street.village
    with pytest.raises(PermissionDenied):
        street.plan(by=village.visitor)
    with pytest.raises(ValidationError):
        street.plan(visitor=village.stranger)
    with pytest.raises(PermissionDenied):
        start_walk(street.homes[0], by=village.stranger)


def test_a_household_counts_as_long_unvisited_again_after_the_months_of_the_rules(street):
    first, second, _third = street.homes
    street.walk(first, "done")
    street.walk(second, "due")
    assert street.left() == ["301"]

    with clock.at(TEST_DAY + timedelta(days=364)):
        assert street.left() == ["301"]
    with clock.at(TEST_DAY + timedelta(days=366)):
        assert street.left() == ["101", "301"]


def test_a_household_that_does_not_want_it_is_left_alone_until_it_says_otherwise(street):
    """XZ-049: consent. What they say at the door later ends it."""
    home = street.homes[0]
    street.walk(home, "declined")
    assert (street.left(), street.plan(), UnwillingHousehold.objects.get().household) == (
        ["201", "301"],
        2,
        home,
    )

    street.walk(home, "done")
    assert UnwillingHousehold.objects.count() == 0


def test_what_a_household_wishes_becomes_a_case_and_the_note_stays_short(street):
    """XZ-049: requests become cases; minimal data."""
    case = start_walk(street.homes[0], by=street.village.visitor)
    case = take_step(case, "record", by=street.village.visitor, **SAID, needs=[("prompted", "晾衣架")][:0])
    visit = HouseholdVisit.objects.get(case=case)
    assert (visit.tone, visit.words, visit.happened_at, visit.recorded_by) == (
        "wish",
        "想加两个晾衣架",
        TEST_DAY,
        street.village.visitor,
    )
    assert (case.state, case.reporter, CaseLink.objects.count()) == ("done", None, 0)
    assert HouseholdVisit._meta.get_field("words").max_length == 300


def test_a_wish_goes_on_as_a_need_of_the_place(street):
    from linli.packs import pack_kinds
    from linli.packs.reading import read_pack
    from tests.factories.care import PACK

    pack_kinds["needs"].install(read_pack(PACK.parents[1] / "needs" / "99.yaml")[0])
    case = start_walk(street.homes[0], by=street.village.visitor)
    take_step(case, "record", by=street.village.visitor, **SAID, needs=[("need", "加晾衣架")])

    link = CaseLink.objects.get(origin=case)
    assert (link.kind, link.result.kind, link.result.place) == ("referral", "need", street.building)


def test_the_database_keeps_one_waiting_visit_for_a_household(street):
    street.walk(street.homes[0], "due")
    other = street.case(street.homes[0])
    with pytest.raises(IntegrityError, match="walk_one_waits_for_a_household"), transaction.atomic():
        spare = Case.objects.get(pk=other.pk)
        spare.pk, spare.number = None, "ZF-2026-000999"
        spare.save()
        HouseholdVisit.objects.create(case=spare, household=street.homes[0])


MATRIX = {
    "record": {"visitor", "head"},
    "absent": {"visitor", "head"},
    "decline": {"visitor", "head"},
    "assign": {"visitor", "mate", "head"},
    "cancel": {"head"},
}


@pytest.mark.parametrize("state", WalkState.values)
def test_a_role_takes_the_steps_of_the_table_and_no_others(street, state):
    case = street.walk(street.homes[0], state)
    roles = ("visitor", "mate", "head", "street_officer", "county_officer", "stranger")
    offered = {
        (step.name, role)
        for role in roles
        for step in HOMEVISIT.steps_for(getattr(street.village, role), case)
    }
    told = MATRIX if state == "due" else {}
    assert offered == {(name, role) for name, who in told.items() for role in who}
    if state != "due":
        with pytest.raises(WrongState):
            take_step(case, "record", by=street.village.head, **SAID)


def test_who_stands_at_the_door_takes_the_visit_over_and_fills_in_one_page(client, street):
    """XZ-049: the register of a building leads to each door, those unvisited for longest first."""
    street.plan()
    street.walk(street.homes[2], "done")
    page = reverse("household-building", args=[street.building.code])
    client.force_login(street.village.mate)
    doors = client.get(page).context["doors"]
    assert [(door.room, door.last_at is None, bool(door.case)) for door in doors] == [
        ("101", True, True),
        ("201", True, True),
        ("301", False, False),
    ]
    answer = client.post(page, {"household": street.homes[0].pk})
    case = street.case(street.homes[0])
    assert (answer.url, case.assignee) == (
        reverse("case-step", args=[case.number, "record"]),
        street.village.mate,
    )
    empty = client.post(answer.url, {"words": "忘了选"})
    sent = client.post(answer.url, {"tone": "thanks", "words": "谢谢修灯"})
    assert (empty.status_code, sent.status_code) == (422, 302)
    assert HouseholdVisit.objects.get(case=case).words == "谢谢修灯"


def test_the_register_counts_and_the_plan_starts_from_it(client, street):
    street.walk(street.homes[0], "done")
    street.walk(street.homes[1], "declined")
    client.force_login(street.village.head)
    page = client.get(reverse("household-list"))
    (row,) = page.context["rows"]
    assert (row.households, row.visited, row.unwilling, row.waiting, row.long_unvisited) == (3, 1, 1, 0, 1)
    assert (page.context["households"], page.context["long"]) == (3, 1)

    plan = reverse("household-plan", args=[street.building.code])
    assert client.post(plan, {"visitor": street.village.stranger.pk}).status_code == 422
    sent = client.post(plan, {"visitor": street.village.visitor.pk})
    assert sent.url == reverse("household-building", args=[street.building.code])
    assert Case.objects.open().filter(kind="homevisit").count() == 1


def test_a_grid_worker_sees_the_doors_of_his_grid_alone(street, client):
    """XZ-049: by building or grid; P3."""
    grid = make_place(f"{street.village.place.code}G001", "grid", "第一网格")
    other = make_place(f"{street.village.place.code}B0002", "building", "4号楼")
    Household.objects.create(number="H-4", place=other, room="101")
    Place.objects.filter(pk=street.building.pk).update(grid=grid)
    worker = street.village.stranger
    make_post(worker, grid, "homevisit.view", "care.visit", role="grid-walks")

    client.force_login(worker)
    rows = client.get(reverse("household-list")).context["rows"]
    assert [(row.code, row.households) for row in rows] == [(street.building.code, 3)]
    assert client.get(reverse("household-building", args=[other.code])).status_code == 404
    assert client.get(reverse("household-building", args=[street.building.code])).status_code == 200


@pytest.mark.parametrize("doors", [1, 3])
def test_register_query_count(client, village, doors, django_assert_num_queries):
    street = Street(village, doors)
    street.plan()
    client.force_login(village.head)
    pages = (
        reverse("household-list"),
        reverse("household-building", args=[street.building.code]),
    )
    for page in pages:
        client.get(page)
    with django_assert_num_queries(6):
        client.get(pages[0])
    with django_assert_num_queries(5):
        client.get(pages[1])
    assert buildings_of(village.stranger, village.place, months=12) == []
