"""Whistle and merge: what several cases do together."""

from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, link, open_case, take_step, unlink
from linli.cases.actors import Through, account_of
from linli.cases.models import Case, CaseLink
from linli.cases.queries import open_helpers
from linli.kernel import clock

from ..models import Whistle
from ..suggest import desk_for
from .working import merged_into


def whistle(case, *, by, units, task, hours=None) -> None:
    """Effect: each unit is called to help, with its own case, deadline, arrival and reply."""
    term = case.request.rulebook.rules.limits.whistle
    busy = set(open_helpers(case).values_list("unit", flat=True))
    for unit in sorted(units, key=lambda unit: unit.pk):
        if unit.pk == case.unit_id:
            raise WrongState(_("“%(unit)s”是主办单位，不用再吹哨。") % {"unit": unit.name})
        if unit.pk in busy:
            raise WrongState(_("“%(unit)s”已在协办。") % {"unit": unit.name})
        helper = open_case(
            kind="whistle",
            title=_("协办：%(title)s") % {"title": case.title[:150]},
            place=case.place,
            reporter=None,
            unit=unit,
            term=hours or term.count,
            term_unit="hours" if hours else term.unit,
            by=account_of(by),
        )
        Whistle.objects.create(case=helper, task=task)
        link(case, helper, CaseLink.Kind.HELPER)


def arrive(case, *, by) -> None:
    """Effect of the helper: there is somebody of the unit now."""
    case.whistle.arrived_at = clock.now()
    case.whistle.save(update_fields=["arrived_at"])
    if case.assignee_id is None:
        case.assignee = account_of(by)


def reply(case, *, by, reply) -> None:
    """Effect of the helper: what the unit did or says."""
    case.whistle.reply = reply
    case.whistle.save(update_fields=["reply"])


def absorb(case, *, by, duplicates) -> None:
    """Effect of the lead: requests about the same matter go with it; locks go from the lead to its duplicates."""
    for duplicate in sorted(duplicates, key=lambda one: one.pk):
        if duplicate.pk == case.pk:
            raise WrongState(_("不能并入自己。"))
        if merged_into(duplicate):
            raise WrongState(_("%(number)s 已并入了别的诉求，请以它为主。") % {"number": duplicate.number})
        take_step(duplicate, "merge", by=Through(by, case.pk), lead=case)


def merge(case, *, by, lead) -> None:
    """Effect of the duplicate: it follows the lead and lies with the lead's unit."""
    link(lead, case, CaseLink.Kind.MERGE)
    case.unit, case.assignee = lead.unit, None


def unmerge(case, *, by) -> None:
    """Effect: it stands for itself again, at the desk; its own clock never stopped."""
    unlink(case, CaseLink.Kind.MERGE)
    case.unit, case.assignee = desk_for(case.place, case.request.rulebook.rules), None


def open_duplicates(number_list, *, by) -> list[Case]:
    """Cases of these numbers that the actor may see."""
    return list(Case.objects.visible_to(by).filter(kind="request", number__in=number_list))
