"""Grid events: three taps, the finder sees the result, up and back; a split of a grid on a date (XA-111, ZJ-050)."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Case, CaseLink
from linli.grid.actions import report_event
from linli.grid.workflow import EVENT, State
from linli.kernel import clock
from linli.notices.models import Notice
from linli.packs import pack_kinds
from linli.packs.reading import read_pack
from linli.places.actions import Part, split
from linli.places.models import Place, PlaceVersion
from tests.conftest import TEST_DAY
from tests.factories.people import make_post, make_unit, make_user
from tests.factories.places import make_community, make_place

ROOT = Path(__file__).parents[2]
GRID_LINES = 200


class Ground:
    """A community with a grid, its committee and street office, a grid worker, a triager above each."""

    def __init__(self):
        pack, problems = read_pack(ROOT / "packs" / "grid" / "99.yaml")
        assert problems == []
        pack_kinds["grid"].install(pack)
        self.place = make_community(1)
        self.grid = make_place("990101001001G001", "grid", "第一网格")
        street, county = self.place.parent, self.place.parent.parent
        self.committee = make_unit(self.place, "居委会", kind="committee")
        self.office = make_unit(street, "街道办", kind="street_office")
        self.department = make_unit(county, "城市管理局")
        self.finder = self._staff("吴网格", self.grid, None, "grid.report", "event.view")
        self.head = self._staff(
            "赵主任", self.place, self.committee, "grid.triage", "grid.work", "event.view", "event.hear"
        )
        self.worker = self._staff("钱处置", self.place, self.committee, "grid.work", "event.hear")
        self.street = self._staff("孙街道", street, self.office, "grid.triage", "event.view", "event.hear")
        self.stranger = make_user("周路人")

    def _staff(self, name, place, unit, *granted):
        user = make_user(name)
        make_post(user, place, *granted, role=f"grid-{user.username}", unit=unit)
        return user

    def event(self, at="reported", **fields):
        case = report_event(place=self.grid, kind="fire", by=self.finder, settled=at == "settled", **fields)
        walk = {"triaged": 1, "handled": 2, "verified": 3, "closed": 4}.get(at, 0)
        for name in ("triage", "handle", "verify", "close")[:walk]:
            case = self.step(case, name)
        return case

    def step(self, case, name, *, by=None, **fields):
        usual = {
            "triage": (self.head, {"unit": self.committee}),
            "handle": (self.worker, {"note": "已清理"}),
            "verify": (self.finder, {}),
            "redo": (self.finder, {"note": "还在"}),
            "settle": (self.finder, {}),
            "rate": (self.finder, {"stars": 4}),
        }.get(name, (self.head, {}))
        return take_step(case, name, by=by or usual[0], **{**usual[1], **fields})


@pytest.fixture
def ground(db):
    return Ground()


MATRIX = {
    "settle": ({"reported"}, {"finder"}),
    "triage": ({"reported", "triaged"}, {"head", "street"}),
    "handle": ({"reported", "triaged"}, {"head", "worker"}),
    "escalate": ({"reported", "triaged"}, {"head", "street"}),
    "hand_back": ({"reported", "triaged"}, {"head", "street"}),
    "pass_on": ({"reported", "triaged"}, {"head", "street"}),
    "verify": ({"handled"}, {"finder", "head", "street"}),
    "redo": ({"handled"}, {"finder", "head", "street"}),
    "close": ({"verified"}, {"head", "street"}),
    "rate": ({"closed"}, {"finder"}),
}


@pytest.mark.parametrize("state", State.values)
def test_a_role_takes_the_steps_of_the_table_and_no_others(ground, state):
    case = ground.event(state)
    offered = {
        (step.name, role)
        for role in ("finder", "head", "worker", "street", "stranger")
        for step in EVENT.steps_for(getattr(ground, role), case)
    }
    assert offered == {
        (name, role) for name, (states, roles) in MATRIX.items() if state in states for role in roles
    }


def test_three_taps_report_a_hazard_once_and_the_finder_sees_the_result(client, ground):
    """XA-111: navigation, kind, report; the same page sent twice gives one event."""
    client.force_login(ground.finder)
    told = {"key": str(uuid4()), "kind": "fire", "place": ground.grid.pk}
    assert client.get(reverse("grid-report")).status_code == 200
    first, second = (client.post(reverse("grid-report"), told) for _time in range(2))
    assert first.url == second.url
    case = Case.objects.get(kind="event")
    for name in ("triage", "handle"):
        ground.step(case, name)
    page = client.get(reverse("case-detail", args=[case.number])).content.decode()
    assert "已清理" in page
    assert Notice.objects.filter(to=ground.finder.person, kind="case-step").count() == 1
    assert client.post(reverse("grid-report"), {**told, "kind": "gossip"}).status_code == 422


def test_what_was_settled_on_the_spot_is_closed_at_once(ground):
    case = ground.event("settled", text="楼道堆物已请住户搬走")
    assert (case.state, case.closed_at, case.events.last().note) == (
        "settled",
        TEST_DAY,
        "楼道堆物已请住户搬走",
    )


def test_an_event_goes_up_level_by_level_and_is_handed_back(ground):
    """XA-011, 四级联动: committee → street → department, and down again; the clock runs on."""
    case = ground.event()
    due, units = case.due_at, []
    for name in ("escalate", "escalate", "hand_back", "hand_back"):
        case = ground.step(case, name, by=ground.street, note="协调")
        units.append(case.unit)
    assert units == [ground.office, ground.department, ground.office, ground.committee]
    assert case.due_at == due
    with pytest.raises(WrongState):
        ground.step(case, "hand_back", note="再下")


def test_a_matter_for_requests_is_passed_on_and_linked(ground):
    from linli.requests.actions.installing import install

    install(read_pack(ROOT / "packs" / "requests" / "99.yaml")[0])
    case = ground.step(ground.event(text="灭火器过期"), "pass_on")
    request = CaseLink.objects.get(origin=case).result
    assert (case.state, request.kind, request.reporter) == ("closed", "request", ground.finder.person)


def test_what_grid_workers_and_residents_report_stands_in_one_list(client, ground):
    """ZJ-050: the telephone of the grid worker and the page of the resident feed the same desk."""
    from tests.factories.requests import Town

    event, town = ground.event(text="灭火器过期"), Town()
    request = town.submit().request.case
    both = make_user("两边都管")
    make_post(both, town.place.parent, "event.view", "request.view", role="both")
    client.force_login(both)

    rows = client.get("/cases/?queue=open").context["listing"].page.object_list
    assert {row.number for row in rows} == {event.number, request.number}


def test_nothing_on_the_lives_of_persons_can_be_reported():
    """Only hazards and public needs: no kind of the pack names people, and no field asks for one."""
    pack, _problems = read_pack(ROOT / "packs" / "grid" / "99.yaml")
    words = ("人员", "家庭", "矛盾", "纠纷", "信访", "租户", "重点")
    assert [line.name for line in pack.kinds if any(word in line.name for word in words)] == []


def test_a_neighbour_on_patrol_reports_hazards_and_sees_what_became_of_his_own(client, ground):
    """XA-078: a roster of posts with one right; the log is of hazards found, with tasks to fix, of nobody's life."""
    roles, problems = read_pack(ROOT / "packs" / "roles" / "roles.yaml")
    (patrol,) = (role for role in roles.roles if role.code == "patrol-volunteer")
    assert (problems, list(patrol.may)) == ([], ["grid.report"])
    neighbour = make_user("郑巡查")
    make_post(neighbour, ground.grid, *patrol.may, role="patrol-volunteer")
    report_event(place=ground.grid, kind="fire", by=ground.finder)
    client.force_login(neighbour)
    sent = {"place": ground.grid.pk, "kind": "water", "text": "排水口堵了", "key": str(uuid4())}
    answer = client.post(reverse("grid-report"), sent)
    case = Case.objects.get(kind="event", reporter=neighbour.person)
    for name, by, fields in (
        ("triage", ground.head, {"unit": ground.committee}),
        ("handle", ground.worker, {"note": "已疏通"}),
    ):
        case = take_step(case, name, by=by, **fields)

    assert answer.status_code == 302
    assert list(Case.objects.visible_to(neighbour)) == [case]
    assert "已疏通" in client.get(reverse("case-detail", args=[case.number])).content.decode()


def test_a_grid_split_on_a_date_leaves_statistics_before_and_moves_open_work(ground):
    """C26: the register of grids keeps history; figures by community stay, open events follow the new grids."""
    by = make_user("规划")
    make_post(by, ground.place.parent.parent, "places.reorganise", "places.edit", role="planner")
    micro = [
        make_place_below(ground.grid, f"990101001001G001{number:02}", f"微网格{number}") for number in (1, 2)
    ]
    closed = report_event(place=micro[0], kind="fire", by=ground.finder, settled=True)
    open_one = report_event(place=micro[1], kind="road", by=ground.finder)
    with clock.at(TEST_DAY + timedelta(days=10)):
        parts = [
            Part("990101001001G011", "甲网格", (micro[0].code,), Decimal("0.5")),
            Part("990101001001G012", "乙网格", (micro[1].code,), Decimal("0.5")),
        ]
        new = split(ground.grid, parts=parts, by=by, on=clock.today(), reason="人口增加")

    ground.grid.refresh_from_db()
    assert ground.grid.valid_to == date(2026, 3, 14)
    assert Case.objects.open().within(new[1]).get() == open_one
    assert Case.objects.within(ground.place).count() == 2
    before = PlaceVersion.objects.get(place=closed.place, during__contains=date(2026, 3, 5))
    assert ground.grid.code in before.path
    after = Place.objects.get(pk=open_one.place_id)
    assert new[1].code in after.path


def make_place_below(parent, code, name):
    place = Place.objects.create(
        code=code, level="microgrid", name=name, parent=parent, path=f"{parent.path}{code}/"
    )
    from linli.places.versions import write_versions

    write_versions(Place.objects.filter(pk=place.pk), date(2020, 1, 1))
    return place


def test_the_app_costs_fewer_than_200_lines_of_python():
    """The third kind of case is the proof of the machine: written lines, without blank ones and migrations."""
    written = [
        line
        for path in sorted((ROOT / "linli" / "grid").glob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip() and path.name != "demo.py"
    ]
    assert len(written) < GRID_LINES


class Events(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.ground = Ground()
        self.case = self.ground.event()

    @rule(name=st.sampled_from([step.name for step in EVENT.steps if step.name != "pass_on"]))
    def step(self, name):
        try:
            self.ground.step(self.case, name)
        except (WrongState, PermissionDenied):  # carried up a level, it is another unit's to handle
            return

    @invariant()
    def what_must_hold(self):
        case = Case.objects.get(pk=self.case.pk)
        assert case.closed_at or case.unit_id
        assert (case.closed_at is not None) == (case.state in EVENT.final)
        assert (case.clock_stopped_at is None) == EVENT.clock_runs_in(case.state)
        assert case.events.last().unit_id == case.unit_id


class _Rolled(Events):
    def __init__(self):
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)


@pytest.mark.database
class StatefulTest(TestCase):
    def test_any_order_of_steps_keeps_what_must_hold(self):
        run_state_machine_as_test(_Rolled, settings=settings(max_examples=8, stateful_step_count=12))
