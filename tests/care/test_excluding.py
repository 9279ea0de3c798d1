"""Visits left out of the figures with approval, as requests are; the same rows of the table for any kind."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from linli.care import measures
from linli.care.measures import Timeliness
from linli.cases.actions import WrongState
from linli.measures import Period
from linli.notices.models import Notice
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
WHY = {"reason": "洪水封路三天，进不了村。"}


def figures(village, case):
    """(due, in time, left out) of the month in which the visit was due."""
    month = Period.parse(f"{case.due_at:%Y-%m}")
    told = (measures.visits_due, measures.visits_on_time, measures.visits_excluded)
    return tuple(count(month)[village.place.code] for count in told)


def test_an_approved_exclusion_counts_apart_and_the_figure_before_stays_to_be_read(client, village):
    """ZJ-021: both figures, before and after, on the page of the rates."""
    missed = village.visit("missed")
    village.visit("done", cared=village.elder("孙桂兰"))
    month = Period.parse(f"{missed.due_at:%Y-%m}")
    before = figures(village, missed)
    village.step(missed, "ask_exclusion", **WHY)
    waiting = figures(village, missed)
    village.step(missed, "approve_exclusion", by=village.head, note="核实属实")

    assert (before, waiting, figures(village, missed)) == ((2, 1, 0), (2, 1, 0), (1, 1, 1))
    row = measures.timeliness_of(month)[village.place.code]
    assert row == Timeliness(due=1, on_time=1, due_before=2, on_time_before=1)
    assert (row.percent, row.percent_before, row.excluded) == (100.0, 50.0, 1)
    client.force_login(village.head)
    page = client.get(reverse("care-rates"), {"month": f"{missed.due_at:%Y-%m}"}).content.decode()
    assert ("剔除 1" in page, "50.0%" in page) == (True, True)


def test_a_refused_exclusion_changes_nothing_and_may_be_asked_once_more(village):
    case = village.visit("missed")
    village.step(case, "ask_exclusion", **WHY)
    with pytest.raises(WrongState, match="在等审批"):
        village.step(case, "ask_exclusion", **WHY)
    village.step(case, "refuse_exclusion", by=village.head, note="路是通的")
    assert figures(village, case) == (1, 0, 0)
    village.step(case, "ask_exclusion", **WHY)
    village.step(case, "approve_exclusion", by=village.head, note="补了证明")
    with pytest.raises(WrongState, match="已经同意剔除"):
        village.step(case, "ask_exclusion", **WHY)


def test_nobody_approves_his_own_and_the_visitor_not_at_all(village):
    """P11."""
    case = village.visit("missed")
    village.step(case, "ask_exclusion", by=village.head, **WHY)
    with pytest.raises(WrongState, match="自己"):
        village.step(case, "approve_exclusion", by=village.head)
    with pytest.raises(PermissionDenied):
        village.step(case, "approve_exclusion", by=village.visitor)


def test_who_asked_hears_and_the_visited_does_not(village):
    cared = village.elder()
    make_user(person=cared.person)
    case = village.visit("missed", cared=cared)
    Notice.objects.all().delete()
    village.step(case, "ask_exclusion", **WHY)
    village.step(case, "approve_exclusion", by=village.head, note="属实")
    told = set(Notice.objects.values_list("to", "context__step"))
    assert (village.visitor.person_id, "同意剔除") in told
    assert cared.person_id not in {person for person, _step in told}
