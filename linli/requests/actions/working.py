"""Effects of the steps between dispatch and answer."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.cases import actions as cases
from linli.cases import asking
from linli.cases import clock as case_clock
from linli.cases.actions import WrongState, attach, take_step
from linli.cases.actors import Through, account_of
from linli.cases.asking import ask, decide
from linli.cases.models import Ask, CaseLink
from linli.cases.queries import open_helpers
from linli.cases.steps import TermUnit
from linli.kernel import clock

from ..models import Return
from ..rulebook import unfilled
from ..suggest import desk_for, fallback_for
from .taking_in import term_of


def dispatch(case, *, by, unit) -> None:
    """Effect: `unit` is to do it; after the last return that is the fallback owner and nobody else."""
    request, rules = case.request, case.request.rulebook.rules
    if request.returns.count() >= rules.limits.returns:
        owner = fallback_for(case.place, rules)
        if unit != owner:
            raise WrongState(
                _("这件诉求已退回 %(count)s 次，只能由兜底单位“%(unit)s”办理。")
                % {"count": rules.limits.returns, "unit": owner.name}
            )
    cases.assign(case, by=by, unit=unit)
    case.assignee = None


def recall(case, *, by) -> None:
    """Effect: a dispatch nobody signed for comes back to the desk; it is no return by the unit."""
    case.unit, case.assignee = desk_for(case.place, case.request.rulebook.rules), None


def sign(case, *, by) -> None:
    """Effect: whoever signs for the unit has it in hand until somebody else is named."""
    if case.assignee_id is None:
        case.assignee = account_of(by)


def give_back(case, *, by) -> None:
    """Effect: a wrong dispatch goes back to the desk; after the last allowed return to the fallback owner."""
    request, rules = case.request, case.request.rulebook.rules
    count, limits = request.returns.count(), rules.limits
    if count >= limits.returns:
        raise WrongState(_("这件诉求已退回 %(count)s 次，不能再退，请办理。") % {"count": count})
    dispatched = case.events.filter(step="dispatch").order_by("-pk").first()
    if dispatched and clock.now() > dispatched.at + timedelta(hours=limits.return_hours):
        raise WrongState(_("派单已超过 %(hours)s 小时，不能再退，请办理。") % {"hours": limits.return_hours})
    try:
        with transaction.atomic():
            Return.objects.create(request=request, unit=case.unit, at=clock.now())
    except IntegrityError:
        raise WrongState(_("“%(unit)s”已退过一次，不能再退，请办理。") % {"unit": case.unit.name}) from None
    last = count + 1 >= limits.returns
    owner = fallback_for(case.place, rules) if last else desk_for(case.place, rules)
    case.unit, case.assignee = owner, None


def note_contact(case, *, by) -> None:
    """Effect: the requester was spoken to; the first time counts."""
    if case.request.contacted_at is None:
        _set(case, contacted_at=clock.now())


def recategorise(case, *, by, category) -> None:
    """Effect: another category, and its term from the day the request came in; pauses and grants stay."""
    request = case.request
    term = term_of(request.rulebook.rules, category.code, request.urgency)
    case.term, case.term_unit = term.count, term.unit
    stood = case_clock.stood(case.events.all(), term.unit, clock.now())
    due = case_clock.deadline(case.opened_at, term.count, term.unit)
    case.due_at = later_by(case_clock.advance(due, stood, term.unit), request.extension, term.unit)
    case.overdue_at = case.overdue_at if case.due_at < clock.now() else None
    _set(case, category=category, category_words=[])


def later_by(due, count: int, unit: str):
    """A deadline `count` units of its term later."""
    if unit == TermUnit.HOURS:
        return due + timedelta(hours=count)
    return case_clock.deadline(due, count, unit) if count else due


def ask_extension(case, *, by, reason, count) -> None:
    """Effect: the unit asks for more time, at most what the rules allow."""
    most = case.request.rulebook.rules.limits.extension
    if count > most:
        raise WrongState(
            _("最多可以延长 %(most)s %(unit)s。") % {"most": most, "unit": case.get_term_unit_display()}
        )
    ask(case, by=by, kind=Ask.Kind.EXTENSION, reason=reason, count=count)


def approve_extension(case, *, by) -> None:
    granted = decide(case, by=by, kind=Ask.Kind.EXTENSION, approved=True)
    case.due_at = later_by(case.due_at, granted.count, case.term_unit)
    _set(case, extension=case.request.extension + granted.count)


def refuse_extension(case, *, by) -> None:
    decide(case, by=by, kind=Ask.Kind.EXTENSION, approved=False)


def approve_exclusion(case, *, by) -> None:
    """Effect: the request no longer counts; the day is kept with it, for the figures of millions."""
    asking.approve_exclusion(case, by=by)
    _set(case, excluded_at=clock.now())


def supervise(case, *, by) -> None:
    """Effect: a superior watches over it from now on."""
    _set(case, supervised_at=case.request.supervised_at or clock.now())


def resolve(case, *, by, outcome, result, files=()) -> None:
    """Effect: the answer, with its evidence; not with an unfilled placeholder, not while a helper works.

    Merged requests get the same answer; each of their reporters is told and may rate.
    """
    left = unfilled(outcome)
    if left:
        raise WrongState(_("答复里还有没填的内容：%(left)s。") % {"left": "、".join(left)})
    helpers = list(open_helpers(case).values_list("unit__name", flat=True))
    if helpers:
        raise WrongState(_("还有协办单位没有反馈：%(units)s。") % {"units": "、".join(helpers)})
    answer(case, by=by, outcome=outcome, result=result)
    attach(case, files=files, kind="evidence", by=by)
    for duplicate in merged_into(case):
        take_step(duplicate, "answer_merged", by=Through(by, case.pk), outcome=outcome, result=result)


def answer(case, *, by, outcome, result) -> None:
    """Effect: what was done, and until when the requester may ask to have it done again."""
    now = clock.now()
    days = case.request.rulebook.rules.limits.reopen_days
    _set(
        case,
        outcome=outcome,
        result=result,
        resolved_at=now,
        contacted_at=case.request.contacted_at or now,
        reopen_until=case_clock.deadline(now, days, TermUnit.DAYS),
    )


def merged_into(case):
    """Cases that were merged into this one, in the order of their keys, so that locks never cross."""
    links = CaseLink.objects.filter(origin=case, kind=CaseLink.Kind.MERGE, ended_at=None)
    return [link.result for link in links.select_related("result").order_by("result")]


def reject(case, *, by, reason) -> None:
    """Effect: not dispatched, with the reason's code and what its requester is told."""
    line = case.request.rulebook.rules.reason(reason)
    _set(case, reject_code=reason, outcome=line.text, result="explained", resolved_at=clock.now())
    let_go(case, by=by)


def let_go(case, *, by) -> None:
    """Effect: the case ends without an answer for others: helpers are called off, merged ones come back."""
    for helper in open_helpers(case).order_by("pk"):
        take_step(helper, "cancel", by=Through(by, case.pk))
    for duplicate in merged_into(case):
        take_step(duplicate, "split", by=Through(by, case.pk))


def reopen(case, *, by) -> None:
    """Effect: to be done again; only within the days promised with the answer."""
    until = case.request.reopen_until
    if until is None or clock.now() > until:
        raise WrongState(_("已过可以要求重办的时间，请重新提交一件诉求，并写上这个编号。"))
    _set(case, resolved_at=None, reopen_until=None, result="", outcome=case.request.outcome)


def send_back(case, *, by) -> None:
    """Effect: the call-back found it unsolved."""
    _set(case, resolved_at=None, reopen_until=None)


def _set(case, **fields) -> None:
    request = case.request
    for name, value in fields.items():
        setattr(request, name, value)
    request.save(update_fields=list(fields))
