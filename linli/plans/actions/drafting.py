"""Writing the next plan: a draft is begun from a pack, changed part by part, and taken along as a pack again."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.exchange.actions import log_use
from linli.kernel import clock
from linli.plans import rules
from linli.plans.models import Plan, PlanDraft
from linli.plans.schema import PlanPack

ENTRY = "export-plan-draft"
PARTS = ("indicators", "tasks")


class StaleDraft(ValidationError):
    """Somebody else changed the draft since it was opened; nothing was overwritten."""


@transaction.atomic
def start_draft(
    *, by, place, code: str, title: str, valid_from: date, valid_to: date, document: dict
) -> PlanDraft:
    """A new draft for an area from the document of a pack; ValidationError when its code is taken."""
    if not rules.can_draft(by, place):
        raise PermissionDenied
    if Plan.objects.standing().filter(code=code).exists():
        raise ValidationError({"code": _("已有一份代码相同的规划。")})
    head = {"pack": "plan", "code": code, "title": title, "area": place.code}
    span = {"valid_from": valid_from.isoformat(), "valid_to": valid_to.isoformat()}
    draft = PlanDraft(place=place, code=code, based_on=document.get("code", ""), changed_by=by)
    draft.document = {**document, **head, **span}
    draft.full_clean(exclude=["document"], validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise ValidationError({"code": _("这个区划已有一份代码相同的草稿。")}) from None
    audit.record("plans.draft_started", by=by, thing=draft, place=place)
    return draft


@transaction.atomic
def write_head(draft: PlanDraft, *, by, version: int, **fields) -> PlanDraft:
    """Change what a plan says of itself; its code stays."""
    return _change(draft, by=by, version=version, edit=lambda document: document.update(fields))


@transaction.atomic
def write_line(draft: PlanDraft, part: str, code: str, *, by, version: int, line: dict) -> PlanDraft:
    """Put a line (an indicator, a task) in the place of the one called `code`; "" adds it at the end."""

    def edit(document: dict) -> None:
        lines = document.setdefault(part, [])
        if any(other["code"] == line["code"] for other in lines if other["code"] != code):
            raise ValidationError({"code": _("这份草稿里已有这个代码。")})
        at = _position(lines, code) if code else len(lines)
        lines[at : at + 1] = [line]
        if code and code != line["code"]:
            _rename(document, code, line["code"])

    return _change(draft, by=by, version=version, edit=edit)


@transaction.atomic
def drop_line(draft: PlanDraft, part: str, code: str, *, by, version: int) -> PlanDraft:
    """Leave an indicator or a task out of the plan; the linter tells what still names it."""

    def edit(document: dict) -> None:
        lines = document.get(part, [])
        del lines[_position(lines, code)]

    return _change(draft, by=by, version=version, edit=edit)


@transaction.atomic
def throw_away(draft: PlanDraft, *, by) -> None:
    """End a draft that will not become a plan."""
    if not rules.can_draft(by, draft.place):
        raise PermissionDenied
    audit.record("plans.draft_thrown_away", by=by, thing=draft, place=draft.place)
    draft.delete()


@transaction.atomic
def take_along(draft: PlanDraft, pack: PlanPack, *, by) -> None:
    """Note that the draft left the platform as a pack, whole and without problems."""
    if not rules.can_draft(by, draft.place):
        raise PermissionDenied
    log_use(ENTRY, "exported", by=by, row_count=len(pack.indicators) + len(pack.tasks), purpose=draft.code)
    audit.record("plans.draft_exported", by=by, thing=draft, place=draft.place)


def _change(draft: PlanDraft, *, by, version: int, edit: Callable[[dict], None]) -> PlanDraft:
    held = PlanDraft.objects.select_for_update(of=("self",)).select_related("place").get(pk=draft.pk)
    if not rules.can_draft(by, held.place):
        raise PermissionDenied
    if held.version != version:
        raise StaleDraft(_("您打开之后，这份草稿又被改过。您填的还在，核对后再保存一次就会采用。"))
    document = deepcopy(held.document)
    edit(document)
    held.document, held.version = document, held.version + 1
    held.changed_by, held.changed_at = by, clock.now()
    held.save()
    return held


def _position(lines: list[dict], code: str) -> int:
    found = next((at for at, line in enumerate(lines) if line.get("code") == code), None)
    if found is None:
        raise ValidationError(_("这一条已被别人删去。"))
    return found


def _rename(document: dict, old: str, new: str) -> None:
    """What names an indicator or a task by its code follows the new one."""
    for line in document.get("indicators", []):
        if line.get("same_as") == old:
            line["same_as"] = new
    for task in document.get("tasks", []):
        task["serves"] = [new if code == old else code for code in task.get("serves", [])]
        if task.get("part_of") == old:
            task["part_of"] = new
