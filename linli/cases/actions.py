"""The machine: open a case, take a step, refer, link, mark what is late."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.together import read, together, write
from linli.notices.actions import notify
from linli.notices.texts import has_text
from linli.search.actions import touch_many

from . import clock as case_clock
from .actors import account_of, person_of
from .models import Attachment, Case, CaseEvent, CaseLink, Follow, Rating
from .queries import STAFF, act_to_rate, hearers
from .rules import is_reporter
from .steps import STAY, Audience, Step, TermUnit, workflows

_GIVE_NUMBER = """
    INSERT INTO cases_numberseries (prefix, last) VALUES (%s, 1)
    ON CONFLICT (prefix) DO UPDATE SET last = cases_numberseries.last + 1 RETURNING last
"""
_GIVE_BOTH = f"""
    WITH given AS ({_GIVE_NUMBER}) SELECT last, nextval(pg_get_serial_sequence('cases_case', 'id')) FROM given
"""  # noqa: S608 — made of the constant above


class WrongState(Exception):
    """The step is not there to take, as the sentence says: the case has moved on, or lacks something."""


class StaleCase(Exception):
    """Somebody changed the case since it was read; nothing was written."""


def open_case_within(
    *,
    kind,
    title,
    place,
    reporter,
    unit=None,
    assignee=None,
    term=None,
    term_unit=TermUnit.WORKDAYS,
    by=None,
    on_behalf_of=None,
    note="",
) -> Case:
    """A new case with its number, its deadline and the first line of its timeline.

    `term` is counted in `term_unit`; without one the case has no deadline. IntegrityError without an owner.
    Stands in the caller's transaction and, if there is one, in his `together`.
    """
    workflow, now = workflows[kind], clock.now()
    key, number = _key_and_number(workflow.prefix, now)
    case = Case(
        pk=key,
        kind=kind,
        title=title,
        place=place,
        reporter=reporter,
        unit=unit,
        assignee=assignee,
        state=workflow.start,
        number=number,
        opened_at=now,
        term=term,
        term_unit=term_unit,
        due_at=None if term is None else case_clock.deadline(now, term, term_unit),
        clock_stopped_at=None if workflow.clock_runs_in(workflow.start) else now,
    )
    with together():
        write(case)
        write_event(case, "open", "", by=by, on_behalf_of=on_behalf_of, note=note)
        touch_many([case])
        _audit(case, "open", by)
        tell(case, "open", by=by)
    return case


open_case = transaction.atomic(open_case_within)


@transaction.atomic
def take_step(case, name, *, by, note="", version=None, on_behalf_of=None, **data) -> Case:
    """Move the case along one step of its workflow, or say why not.

    `by` is a user or one of `actors`; `data` goes to the step's effect. PermissionDenied: he may not.
    WrongState: not from here. StaleCase: `version` is not the one the case has.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("place", "unit").get(pk=case.pk)
    step = _step_to_take(case, name, by=by, version=version)
    now, came_from = clock.now(), case.state
    if step.to_state != STAY:
        case.state = step.to_state
    if step.effect:
        step.effect(case, by=by, **data)
    _settle(case, now)
    case.version += 1
    case.save()
    if name in case.workflow.requester_steps and not is_reporter(by, case):
        on_behalf_of = on_behalf_of or case.reporter
    with together():
        write_event(case, name, came_from, by=by, on_behalf_of=on_behalf_of, note=note)
        _audit(case, name, by)
        tell(case, name, by=by)
    return case


def _audit(case, step, by) -> None:
    audit.record(
        f"{case.kind}.{step}", by=account_of(by), thing=case, place=case.place, detail={"to": case.state}
    )


def _step_to_take(case, name, *, by, version) -> Step:
    workflow = case.workflow
    step = workflow.step(name)
    if not step.allowed(by, case):  # first: a refusal must not tell the state
        raise PermissionDenied(_("您没有“%(step)s”的权限。") % {"step": step.label})
    if version is not None and version != case.version:
        raise StaleCase(
            _("%(number)s 刚刚有了变化，您的改动没有保存，请看最新情况。") % {"number": case.number}
        )
    if case.state not in step.from_states:
        raise WrongState(
            _("%(number)s 现在是“%(state)s”，不能再“%(step)s”。")
            % {"number": case.number, "state": case.state_label, "step": step.label}
        )
    return step


def _settle(case, now) -> None:
    """What the state says about the clock and the end of the case; also for a case that comes back."""
    workflow, now = (
        case.workflow,
        max(now, case.opened_at),
    )  # a machine's clock may be set back meanwhile (W5)
    if case.state in workflow.final:
        case.closed_at = case.closed_at or now
    else:
        case.closed_at = None
    if workflow.clock_runs_in(case.state):
        case_clock.start(case, now)
    else:
        case_clock.stop(case, now)


def write_event(case, step, from_state, *, by=None, on_behalf_of=None, note="") -> CaseEvent:
    """Append a line to the timeline; a person who acts without an account is named in `on_behalf_of`."""
    account = account_of(by)
    person = person_of(by) if account is None else None
    event = CaseEvent(
        case=case,
        step=step,
        from_state=from_state,
        to_state=case.state,
        by=account,
        on_behalf_of_id=on_behalf_of.pk if on_behalf_of else person,
        at=clock.now(),
        note=note,
        public=step not in case.workflow.internal,
        clock_runs=case.clock_stopped_at is None,
        unit_id=case.unit_id,
        assignee_id=case.assignee_id,
        due_at=case.due_at,
    )
    write(event)
    return event


def tell(case, step, *, by=None) -> None:
    """Write a notice to everybody whom the kind lets hear of this step, but not to who took it."""
    audiences = case.workflow.hears.get(step, frozenset())
    kind = f"{case.kind}-{step}" if has_text(f"{case.kind}-{step}") else "case-step"
    actor, rule = person_of(by), case.workflow.channels
    among = rule(case, step) if rule and audiences else None
    for person, audience in hearers(case, audiences).items() if audiences else ():
        if person.pk == actor:
            continue
        for_staff = audience in STAFF or audience == Audience.ASSIGNEE
        staff = {"needs": f"{case.kind}.view", "at": case.place} if audience in STAFF else {}
        notify(
            person,
            kind,
            among=None if for_staff else among,
            **staff,
            about=str(case.workflow.label),
            step=str(case.workflow.step_label(step)),
            case=case.number,
            title=case.title[:80],
            state=case.state_label,
            due=f"{case.due_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if case.due_at else "",
            unit=case.unit.name if case.unit_id else "",
            for_staff=for_staff,
            path=reverse("case-detail", args=[case.number]),
        )


@transaction.atomic
def refer(case, *, to_kind, by, text="") -> Case:
    """Open a case of another kind out of this one, about `text` (else its title); each keeps its own timeline."""
    receive = workflows[to_kind].receive
    if receive is None:
        raise WrongState(_("“%(kind)s”不接收转办。") % {"kind": workflows[to_kind].label})
    result = receive(case, by=by, text=text)
    link(case, result, CaseLink.Kind.REFERRAL)
    write_event(case, "refer", case.state, by=by, note=result.number)
    _audit(case, "refer", by)
    tell(case, "refer", by=by)
    return result


def link(origin, result, kind) -> CaseLink:
    return CaseLink.objects.create(origin=origin, result=result, kind=kind, at=clock.now())


def unlink(result, kind) -> Case | None:
    """End the standing link of `kind` that leads to `result`; return its origin, None when there is none."""
    standing = (
        CaseLink.objects.filter(result=result, kind=kind, ended_at=None).select_related("origin").first()
    )
    if standing is None:
        return None
    standing.ended_at = clock.now()
    standing.save(update_fields=["ended_at"])
    return standing.origin


def assign(case, *, by, unit=None, assignee=None) -> None:
    """Effect: a unit, a person of it, or both become responsible; what is not named stays or falls away.

    A new unit takes the case from the person who had it, for he belongs to the old one.
    """
    if unit is not None and unit.pk != case.unit_id:
        case.unit, case.assignee = unit, None
    if assignee is not None:
        case.assignee = assignee


def attach(case, *, files, kind, by, public=True) -> None:
    """Stored files belong to the case from now on; whoever sees the case sees them, when `public`."""
    Attachment.objects.bulk_create(
        Attachment(case=case, file=file, kind=kind, public=public, by=account_of(by), at=clock.now())
        for file in files
    )


def rate(case, *, by, stars, comment="") -> None:
    """Effect: what the requester thinks of the act that was answered last; the same act once.

    Each kind that puts right what was rated badly looks at it; the loop is open while one of them is at work.
    """
    act = act_to_rate(case)
    if act is None:
        raise WrongState(_("这次办理已经评价过了。"))
    now = clock.now()
    told = {"act": act, "stars": stars, "comment": comment}
    rating = Rating.objects.create(case=case, at=now, loop_closed_at=now, **told)
    opened = [flow.remedy(rating, by=by) for flow in workflows.values() if flow.remedy]
    for remedy in filter(None, opened):
        link(case, remedy, CaseLink.Kind.RECTIFICATION)
    if any(opened):
        rating.loop_closed_at = None
        rating.save(update_fields=["loop_closed_at"])


@transaction.atomic
def follow(case, *, person) -> None:
    """The person hears of the case from now on."""
    Follow.objects.get_or_create(case=case, person=person, defaults={"since": clock.now()})


@transaction.atomic
def unfollow(case, *, person) -> None:
    Follow.objects.filter(case=case, person=person).delete()


def mark_overdue(now) -> int:
    """Mark each case whose time has run out, once, whoever else is doing the same; return how many."""
    count = 0
    for key in list(Case.objects.overdue(now).order_by("due_at").values_list("pk", flat=True)[:5000]):
        with transaction.atomic():
            if not Case.objects.overdue(now).filter(pk=key).update(overdue_at=now):
                continue  # closed, answered or marked by another worker meanwhile
            case = Case.objects.select_related("place", "unit", "assignee__person", "reporter").get(pk=key)
            write_event(case, "overdue", case.state)
            tell(case, "overdue")
            count += 1
    return count


def next_number(prefix, moment) -> str:
    """The next number of the year, such as RQ-2026-000123; its row stays locked until the case is stored."""
    series = _series(prefix, moment)
    return _number(series, read(_GIVE_NUMBER, [series])[0][0])


def _key_and_number(prefix, moment) -> tuple[int, str]:
    """The same together with the key of the case, in one statement."""
    series = _series(prefix, moment)
    last, key = read(_GIVE_BOTH, [series])[0]
    return key, _number(series, last)


def _series(prefix, moment) -> str:
    return f"{prefix}-{moment.astimezone(CHINA):%Y}"


def _number(series: str, last: int) -> str:
    return f"{series}-{last:06}"
