"""An objection to a rating (domain notes §6): reviewed by somebody else; the rating stays, marked."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Ask, Case, Rating
from linli.measures import Period
from linli.notices.models import Notice
from linli.requests import measures

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
WHY = {"ground": "mistaken", "reason": "评价说的是隔壁楼的电梯。"}


@pytest.fixture
def remedy(town):
    """The rectification of a bad rating, with the unit that answered."""
    town.step(town.request("resolved"), "rate", stars=1, comment="电梯还是坏的")
    return Case.objects.get(kind="rectification")


def counted(town):
    told = (measures.rated, measures.rated_good, measures.rated_set_aside)
    return [figure(MARCH)[town.place.code] for figure in told]


def test_an_upheld_objection_marks_the_rating_and_no_rate_counts_it(town, remedy):
    """XA-114, ZJ-004: a mistaken rating stays as it was given, marked; the figure beside it tells how many."""
    before = counted(town)
    take_step(remedy, "object", by=town.worker, **WHY)
    remedy = take_step(remedy, "uphold_objection", by=town.leader, note="核对工单，确属误评")

    rating = Rating.objects.get()
    assert (before, counted(town)) == ([1, 0, 0], [0, 0, 1])
    assert (rating.stars, rating.comment, rating.set_aside_at is not None) == (1, "电梯还是坏的", True)
    assert (remedy.state, remedy.closed_at is not None) == ("set_aside", True)


def test_a_refused_objection_leaves_the_rating_counted_and_the_work_to_do(town, remedy):
    take_step(remedy, "object", by=town.worker, **WHY)
    due = remedy.due_at
    remedy = take_step(remedy, "refuse_objection", by=town.leader, note="评价属实")

    assert (remedy.state, remedy.due_at, counted(town)) == ("opened", due, [1, 0, 0])
    with pytest.raises(WrongState, match="不能再提"):
        take_step(remedy, "object", by=town.worker, **WHY)


def test_nobody_decides_his_own_objection_and_the_unit_not_at_all(town, remedy):
    take_step(remedy, "object", by=town.worker, **WHY)
    with pytest.raises(PermissionDenied):
        take_step(remedy, "uphold_objection", by=town.mate)
    Ask.objects.update(asked_by=town.leader)

    with pytest.raises(WrongState, match="自己"):
        take_step(remedy, "uphold_objection", by=town.leader)
    assert Rating.objects.get().set_aside_at is None


def test_the_loop_is_not_closed_while_an_objection_waits(town, remedy):
    take_step(remedy, "object", by=town.worker, **WHY)
    for name, fields in (("take_up", {}), ("put_right", {"remedy": "重新调试"})):
        remedy = take_step(remedy, name, by=town.worker, **fields)

    with pytest.raises(WrongState, match="先审定"):
        take_step(remedy, "confirm", by=town.caller, accepted=True)
    take_step(remedy, "refuse_objection", by=town.leader, note="属实")
    assert take_step(remedy, "confirm", by=town.caller, accepted=True).state == "closed"


def test_deciding_what_nobody_objected_to_is_refused(town, remedy):
    with pytest.raises(WrongState, match="没有等待审批"):
        take_step(remedy, "uphold_objection", by=town.leader)


def test_the_rater_hears_that_it_was_marked_and_not_what_the_unit_said(town, remedy, client):
    take_step(remedy, "object", by=town.worker, **WHY)
    take_step(remedy, "uphold_objection", by=town.leader, note="确属误评")
    client.force_login(town.resident)
    page = client.get(reverse("case-detail", args=[remedy.number])).content.decode()
    request = client.get(reverse("case-detail", args=[Rating.objects.get().case.number])).content.decode()

    told = Notice.objects.filter(to=town.resident.person, context__case=remedy.number)
    assert [notice.context["state"] for notice in told] == ["异议成立"]
    assert ("隔壁楼" in page, "异议成立，保留但不计入满意率" in request) == (False, True)


def test_the_unit_objects_on_a_page_with_evidence_only_staff_see(town, remedy, client):
    client.force_login(town.worker)
    step = reverse("case-step", args=[remedy.number, "object"])
    missing = client.post(step, {"ground": "", "reason": "说错了楼"})
    sent = client.post(step, {**WHY, "version": remedy.version})
    page = client.get(reverse("case-detail", args=[remedy.number])).content.decode()

    assert (missing.status_code, sent.status_code) == (422, 302)
    assert ("隔壁楼" in page, "等待审定" in page) == (True, True)


def test_the_database_keeps_an_objection_to_one_rating_with_its_ground(town, remedy):
    rating = Rating.objects.get()
    told = {"case": rating.case, "asked_by": town.worker, "asked_at": rating.at, "reason": "误评"}
    for wrong in ({"kind": "objection"}, {"kind": "extension", "rating": rating, "ground": "false"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ask.objects.create(**told, **wrong)
