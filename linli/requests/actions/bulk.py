"""One step on many requests: tried first, reported one by one, undone where nothing has happened since."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.cases.actions import StaleCase, WrongState, take_step
from linli.cases.models import Case
from linli.kernel import clock

from ..models import BulkItem, BulkRun

MOST = 200
UNDO = {"dispatch": "recall", "recategorise": "recategorise"}  # the step that takes each back
Outcome = BulkItem.Outcome


@dataclass(frozen=True)
class Tried:
    """What would become of one request."""

    case: Case
    ok: bool
    sentence: str


def try_bulk(cases, step: str, *, by, note: str = "", **data) -> list[Tried]:
    """The same as `run_bulk`, through the same verbs, and then nothing of it stays."""
    with transaction.atomic():
        found = [Tried(case, *_one(case, step, by, note, data)) for case in _chosen(cases, by)]
        transaction.set_rollback(True)
    return found


@transaction.atomic
def run_bulk(cases, step: str, *, by, note: str = "", **data) -> BulkRun:
    """Take `step` on each case by itself; one that refuses stops no other, and its sentence is kept."""
    run = BulkRun.objects.create(
        step=step,
        unit=data.get("unit"),
        category=data.get("category"),
        note=note[:500],
        by=by,
        at=clock.now(),
    )
    for case in _chosen(cases, by):
        before = case.request.category
        done, sentence = _one(case, step, by, note, data)
        case.refresh_from_db(fields=["version"])
        BulkItem.objects.create(
            run=run,
            case=case,
            outcome=Outcome.DONE if done else Outcome.REFUSED,
            sentence=sentence[:300],
            category_before=before if done and step == "recategorise" else None,
            version=case.version if done else None,
        )
    return run


@transaction.atomic
def undo_bulk(run: BulkRun, *, by) -> int:
    """Take back what still stands as the run left it; how many. What moved on since stays and says so."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    if run.undone_at is not None:
        raise WrongState(_("这次批量办理已经撤回过。"))
    if run.by_id != by.pk:
        raise PermissionDenied
    count = 0
    for item in run.items.filter(outcome=Outcome.DONE).select_related("case", "category_before"):
        data: dict[str, Any] = {"category": item.category_before} if item.category_before_id else {}
        done, sentence = _one(item.case, UNDO[run.step], by, _("撤回批量办理"), data, version=item.version)
        item.outcome, item.sentence = (Outcome.UNDONE if done else Outcome.KEPT), sentence[:300]
        item.save(update_fields=["outcome", "sentence"])
        count += done
    run.undone_at = clock.now()
    run.save(update_fields=["undone_at"])
    return count


def _chosen(cases, by) -> list[Case]:
    """Those the actor may see, in the order of their keys, so that two runs at once never cross locks."""
    keys = [case.pk for case in cases][:MOST]
    found = Case.objects.visible_to(by).filter(pk__in=keys, kind="request")
    return list(found.select_related("place", "request__category").order_by("pk"))


def _one(case, step, by, note, data, version=None) -> tuple[bool, str]:
    try:
        with transaction.atomic():
            done = take_step(case, step, by=by, note=note, version=version, **data)
    except PermissionDenied:
        return False, _("您没有权限。")
    except (WrongState, StaleCase, IntegrityError) as refused:
        return False, str(refused)
    return True, done.state_label
