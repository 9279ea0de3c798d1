"""What a draft changes against the plan it was begun from, line by line, and whom each change concerns."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.plans.models import Plan, PlanDraft


@dataclass(frozen=True)
class Change:
    """One line that is new, gone or different, in words; `concerns` are the departments that answer for it."""

    title: str
    what: str
    concerns: str


@dataclass(frozen=True)
class Against:
    """The plan compared with, and what is different."""

    title: str
    changes: tuple[Change, ...]


def against(draft: PlanDraft) -> Against | None:
    """The draft beside the installed plan it was begun from; None where that one is not installed."""
    plan = Plan.objects.standing().filter(code=draft.based_on).first()
    if plan is None:
        return None
    indicators = {
        row.code: row for row in plan.indicators.filter(retired_on=None).prefetch_related("targets")
    }
    tasks = {row.code: row for row in plan.tasks.filter(retired_on=None)}
    found = _compared(draft.document.get("indicators", []), indicators, "name", _indicator_changes)
    found += _compared(draft.document.get("tasks", []), tasks, "title", _task_changes)
    return Against(plan.title, tuple(found))


def _compared(lines: list[dict], known: dict, title: str, look) -> list[Change]:
    told = []
    for line in lines:
        before = known.get(line["code"])
        what = _("新增") if before is None else "；".join(look(line, before))
        if what:
            told.append(Change(line[title], what, _bodies(line["lead"], line.get("support", []))))
    drafted = {line["code"] for line in lines}
    for code, row in known.items():
        if code not in drafted:
            told.append(Change(getattr(row, title), _("不再列入"), _bodies(row.lead, row.support)))
    return told


def _bodies(lead, support) -> str:
    """Who answers for a line and who helps, each once."""
    return "、".join(dict.fromkeys([*lead, *support]))


def _indicator_changes(line: dict, before) -> list[str]:
    told = []
    if line.get("formula", "") != before.formula:
        told.append(
            _("公式改为 %(new)s（原为 %(old)s）")
            % {"new": line.get("formula") or "—", "old": before.formula or "—"}
        )
    last, was = line.get("targets", [])[-1:], list(before.targets.all())[-1:]
    new = (
        _span(last[0].get("value") or last[0]["low"], last[0].get("value") or last[0]["high"])
        if last
        else "—"
    )
    old = _span(was[0].low.normalize() + 0, was[0].high.normalize() + 0) if was else "—"
    if new != old:
        told.append(_("目标由 %(old)s 改为 %(new)s") % {"old": old, "new": new})
    if [*line["lead"]] != [*before.lead]:
        told.append(_("牵头单位有变"))
    return told


def _task_changes(line: dict, before) -> list[str]:
    told = [_("牵头单位有变")] if [*line["lead"]] != [*before.lead] else []
    return told if line["quote"] == before.quote else [*told, _("文字有变")]


def _span(low, high) -> str:
    """A target as one number, or as low–high; 85.0 and 85 are the same."""
    first, last = (
        str(number).rstrip("0").rstrip(".") if "." in str(number) else str(number) for number in (low, high)
    )
    return first if first == last else f"{first}–{last}"
