"""好差评: what was done for somebody is rated, whatever kind of case it was; a bad rating is work for somebody."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Ask, Case, Rating
from linli.grid.actions import report_event
from linli.needs.actions import list_need
from linli.notices.models import Notice
from linli.packs import pack_kinds
from linli.packs.reading import read_pack
from linli.requests.actions.installing import install
from tests.factories.care import Village
from tests.factories.people import make_post, make_user

PACKS = Path(__file__).parents[2] / "packs"
pytestmark = pytest.mark.django_db


class Neighbourhood(Village):
    """A community that visits, with the rules of requests, somebody visited who has an account, and a caller."""

    def __init__(self, *, rules=True):
        super().__init__()
        if rules:
            install(read_pack(PACKS / "requests" / "99.yaml")[0])
        self.cared = self.elder()
        self.visited = make_user("郑桂英", person=self.cared.person)
        self.caller = self._staff("杨回访", self.street, None, "requests.call_back", "rectification.view")
        make_post(
            self.head, self.place, "requests.work", "rectification.view", role="head", unit=self.committee
        )

    def done(self):
        return self.visit("done", cared=self.cared)

    def event(self):
        pack_kinds["grid"].install(read_pack(PACKS / "grid" / "99.yaml")[0])
        granted = ("grid.report", "grid.triage", "grid.work")
        make_post(self.mate, self.place, *granted, role="grid", unit=self.committee)
        case = report_event(place=self.place, kind="fire", by=self.mate)
        for name, fields in (("handle", {"note": "已清理"}), ("verify", {}), ("close", {})):
            case = take_step(case, name, by=self.mate, **fields)
        return case, self.mate


@pytest.fixture
def here():
    return Neighbourhood()


def test_a_visit_is_rated_once_by_the_person_visited_and_stays_a_visit(client, here):
    """XA-114, XZ-062: a message leads to the page of the visit, there it is rated online, once."""
    case = here.done()
    told = Notice.objects.get(to=here.cared.person, kind="visit-record")
    client.force_login(here.visited)
    before = client.get(told.context["path"]).content.decode()
    answer = client.post(
        reverse("case-step", args=[case.number, "rate"]), {"stars": "4", "comment": "很贴心"}
    )
    after = client.get(answer.url).content.decode()

    rate = reverse("case-step", args=[case.number, "rate"])
    assert (rate in before, rate in after, "很贴心" in after) == (True, False, True)
    rating = case.ratings.get()
    assert (rating.act, rating.stars, rating.loop_closed_at is None) == (1, 4, False)
    case.refresh_from_db()
    assert (case.state, Case.objects.filter(kind="rectification").count()) == ("done", 0)
    with pytest.raises(WrongState, match="已经评价过了"):
        take_step(case, "rate", by=here.visited, stars=1)


def test_a_bad_rating_of_a_visit_is_put_right_by_its_unit_and_seen_when_the_loop_is_closed(client, here):
    """XA-114: by the days of the rules of the place; who calls back knows why, the unit when it is over."""
    case = take_step(here.done(), "rate", by=here.visited, stars=2, comment="只站在门口")
    remedy = Case.objects.get(kind="rectification")
    assert (remedy.unit, remedy.term, remedy.title) == (here.committee, 15, "差评整改：探访")
    assert list(case.led_to.values_list("kind", "result")) == [("rectification", remedy.pk)]

    def reads(user, number):
        client.force_login(user)
        return "只站在门口" in client.get(reverse("case-detail", args=[number])).content.decode()

    before = reads(here.head, case.number), reads(here.head, remedy.number), reads(here.caller, remedy.number)
    for name, by, fields in (
        ("take_up", here.head, {}),
        ("put_right", here.head, {"remedy": "下次进屋坐坐"}),
        ("confirm", here.caller, {"accepted": True}),
    ):
        remedy = take_step(remedy, name, by=by, **fields)
    assert (before, reads(here.head, case.number)) == ((False, False, True), True)
    assert Rating.objects.get().loop_closed_at is not None


def test_who_asks_on_the_telephone_rates_for_the_visited_but_never_his_own_visit(here):
    """P11: the visitor does not rate himself, a supervisor writes down what he was told."""
    case = here.done()
    with pytest.raises(PermissionDenied):
        take_step(case, "rate", by=here.visitor, stars=5)
    case = take_step(case, "rate", by=here.head, stars=5)
    assert case.events.last().on_behalf_of == here.cared.person

    own = here.visit(cared=here.elder("孙桂兰"))
    own = here.step(own, "record", by=here.head)
    with pytest.raises(PermissionDenied):
        take_step(own, "rate", by=here.head, stars=5)


def test_a_grid_event_is_rated_by_who_found_it(here):
    """XA-114: the third kind costs one row of its table."""
    case, finder = here.event()
    take_step(case, "rate", by=finder, stars=1, comment="又堆上了")
    remedy = Case.objects.get(kind="rectification")
    assert (remedy.title, remedy.unit, remedy.rectification.rating.case) == (
        "差评整改：网格事件",
        here.committee,
        case,
    )


def test_a_need_that_was_met_is_rated_by_who_had_it(here):
    """XA-114, XZ-062."""
    pack_kinds["needs"].install(read_pack(PACKS / "needs" / "99.yaml")[0])
    make_post(here.mate, here.place, "needs.match", role="needs", unit=here.committee)
    case = list_need(
        place=here.place, kind="health", text="想学量血压", reporter=here.cared.person, by=here.visited
    )
    Case.objects.filter(pk=case.pk).update(state="matched")
    case = take_step(case, "meet", by=here.visited)
    take_step(case, "rate", by=here.visited, stars=5)
    assert list(case.ratings.values_list("act", "stars")) == [(1, 5)]


def test_where_nobody_said_what_bad_is_a_rating_is_kept_and_opens_nothing():
    here = Neighbourhood(rules=False)
    case = take_step(here.done(), "rate", by=here.visited, stars=1)
    assert case.ratings.get().loop_closed_at is not None
    assert Case.objects.filter(kind="rectification").count() == 0


def decider(here):
    """Somebody of the street who decides what units ask for."""
    return here._staff("钱审定", here.street, None, "requests.approve", "rectification.view")


WHY = {"ground": "mistaken", "reason": "评的是邻居家的探访。"}


@pytest.mark.parametrize("kind", ["visit", "event"])
def test_a_unit_objects_to_a_rating_of_any_kind_and_another_decides(client, here, kind):
    """XA-114, ZJ-004: marked, not deleted; the figures beside each other say with it and without it."""
    case, rater = (here.done(), here.visited) if kind == "visit" else here.event()
    case = take_step(case, "rate", by=rater, stars=1, comment="没人来")
    remedy = Case.objects.get(kind="rectification")
    leader = decider(here)
    make_post(here.head, here.place, "event.view", role="sees-events", unit=here.committee)
    take_step(remedy, "object", by=here.head, **WHY)
    with pytest.raises(PermissionDenied):
        take_step(remedy, "uphold_objection", by=here.head)
    remedy = take_step(remedy, "uphold_objection", by=leader, note="核对记录，确属误评")

    rating = case.ratings.get()
    assert (rating.stars, rating.comment, rating.set_aside_at is not None) == (1, "没人来", True)
    assert (remedy.state, Ask.objects.get().case) == ("set_aside", case)
    told = Notice.objects.filter(to=rater.person, context__case=remedy.number)
    assert [notice.context["state"] for notice in told] == ["异议成立"]
    client.force_login(here.head)
    boards = client.get(reverse("case-board")).context["boards"]
    (line,) = (line for board in boards for line in board.lines if line.label == str(case.workflow.label))
    assert (line.rated, line.good, line.set_aside) == (0, 0, 1)


def test_a_refused_objection_leaves_the_rating_of_a_visit_counted(here):
    take_step(here.done(), "rate", by=here.visited, stars=2)
    remedy = Case.objects.get(kind="rectification")
    leader = decider(here)
    take_step(remedy, "object", by=here.head, **WHY)
    take_step(remedy, "refuse_objection", by=leader, note="属实")
    assert (Rating.objects.get().set_aside_at, Rating.objects.get().loop_closed_at) == (None, None)
    with pytest.raises(WrongState, match="不能再提"):
        take_step(remedy, "object", by=here.head, **WHY)


def page_of(client, user, case):
    client.force_login(user)
    return client.get(reverse("case-detail", args=[case.number])).context["page"]


def test_before_the_loop_is_closed_nobody_on_the_staff_reads_when_a_visit_was_rated(client, here):
    """The hour of a rating beside the hour a rectification came would say who gave it (domain notes §0.4)."""
    case = take_step(here.done(), "rate", by=here.visited, stars=1)
    remedy = Case.objects.get(kind="rectification")
    titles = {
        name: [line.title for line in page_of(client, getattr(here, name), case).lines]
        for name in ("visitor", "head", "visited")
    }
    assert {name: "评价" in found for name, found in titles.items()} == {
        "visitor": False,
        "head": False,
        "visited": True,
    }
    for name, by, fields in (
        ("take_up", here.head, {}),
        ("put_right", here.head, {"remedy": "下次进屋"}),
        ("confirm", here.caller, {"accepted": True}),
    ):
        remedy = take_step(remedy, name, by=by, **fields)
    assert "评价" in [line.title for line in page_of(client, here.head, case).lines]


def test_a_good_rating_is_read_at_once(client, here):
    """Its loop is closed with it."""
    case = take_step(here.done(), "rate", by=here.visited, stars=5)
    assert "评价" in [line.title for line in page_of(client, here.head, case).lines]
