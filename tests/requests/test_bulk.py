"""Many requests at once: tried without a trace, reported one by one, taken back where nothing happened since."""

import pytest
from django.core.exceptions import PermissionDenied

from linli.cases.actions import WrongState
from linli.cases.models import Case, CaseEvent
from linli.notices.models import Notice
from linli.requests.actions.bulk import run_bulk, try_bulk, undo_bulk
from linli.requests.models import BulkItem, BulkRun
from tests.factories.requests import category

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(town):
    """Two that wait for a dispatch, and one that is worked on by a unit that may not be asked again."""
    return [town.request(), town.request(text="2 号楼前路灯也不亮"), town.request("resolved")]


def states(cases):
    return [Case.objects.get(pk=case.pk).state for case in cases]


def test_a_trial_tells_what_would_happen_to_each_and_leaves_nothing(town, three):
    lines, notices = CaseEvent.objects.count(), Notice.objects.count()

    found = try_bulk(three, "dispatch", by=town.dispatcher, unit=town.housing)

    assert [one.ok for one in found] == [True, True, False]
    assert "不能再“派单”" in found[2].sentence
    assert states(three) == ["submitted", "submitted", "resolved"]
    assert (CaseEvent.objects.count(), Notice.objects.count()) == (lines, notices)
    assert not BulkRun.objects.exists()


def test_each_is_taken_by_itself_and_its_outcome_is_kept(town, three):
    run = run_bulk(three, "dispatch", by=town.dispatcher, unit=town.housing)

    assert states(three) == ["dispatched", "dispatched", "resolved"]
    assert list(run.items.values_list("outcome", flat=True)) == ["done", "done", "refused"]


def test_undoing_takes_back_what_stands_and_says_what_moved_on(town, three):
    run = run_bulk(three, "dispatch", by=town.dispatcher, unit=town.housing)
    town.step(three[1], "sign", by=town.helper)

    assert undo_bulk(run, by=town.dispatcher) == 1

    assert states(three) == ["submitted", "working", "resolved"]
    assert Case.objects.get(pk=three[0].pk).unit == town.desk
    kept = run.items.get(case=three[1])
    assert (kept.outcome, "刚刚有了变化" in kept.sentence) == (BulkItem.Outcome.KEPT, True)
    with pytest.raises(WrongState):
        undo_bulk(run, by=town.dispatcher)


def test_recategorising_many_is_undone_to_what_each_was(town, three):
    before = three[0].request.category
    run = run_bulk(three[:2], "recategorise", by=town.dispatcher, category=category("roads"))
    assert Case.objects.get(pk=three[0].pk).request.category.code == "roads"

    assert undo_bulk(run, by=town.dispatcher) == 2
    assert Case.objects.get(pk=three[0].pk).request.category == before


def test_only_who_ran_it_takes_it_back_and_nobody_reaches_what_he_may_not_see(town, three):
    run = run_bulk(three, "dispatch", by=town.dispatcher, unit=town.housing)
    with pytest.raises(PermissionDenied):
        undo_bulk(run, by=town.leader)
    assert try_bulk(three, "dispatch", by=town.stranger, unit=town.housing) == []
    refused = try_bulk(three[:1], "dispatch", by=town.clerk, unit=town.housing)
    assert [(one.ok, one.sentence) for one in refused] == [(False, "您没有权限。")]
