"""What the case page and the rows of lists show, gathered once and frozen."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.calendar.queries import Workdays, workdays_left
from linli.kernel import clock
from linli.kernel.masking import mask_name
from linli.ui.drawn import address_of

from .actions import rate
from .forms import RateForm
from .models import Attachment, Case, CaseLink, Rating
from .queries import act_to_rate
from .rules import is_assignee, is_reporter
from .steps import STAY, Step, TermUnit, state_label, workflows

# of a row, as `row_drawn` takes them
DRAWN = ("kind", "number", "title", "state", "due_at", "clock_stopped_at", "closed_at")


@dataclass(frozen=True)
class Line:
    """One line of the timeline as a reader sees it."""

    title: str
    who: str
    at: datetime
    text: str
    tone: str
    internal: bool
    day_only: bool = False


@dataclass(frozen=True)
class CasePage:
    """Everything the page of one case draws."""

    case: Case
    actor: object  # the reader, for what the template of a kind asks about him
    is_staff: bool
    tone: str
    days_left: int | None
    done_at: datetime | None
    reporter: str
    direct_steps: tuple  # one click
    form_steps: tuple  # a page of their own
    lines: tuple[Line, ...]
    links: tuple
    ratings: tuple[Rating, ...]
    subject: object
    template: str
    follows: bool
    files: tuple[Attachment, ...]

    @property
    def main_step(self):
        """The step that carries the case forward for this reader, by the kind's list; the first where it has none."""
        steps = {step.name: step for step in (*self.direct_steps, *self.form_steps)}
        named = self.case.workflow.main
        return next((steps[name] for name in named or steps if name in steps), None)

    @property
    def main_asks(self) -> bool:
        """Whether the main step asks something first, on a page of its own."""
        return self.main_step in self.form_steps


class Row(NamedTuple):
    """One case in a list, as `ui/_case_row.html` draws it."""

    title: str
    url: str
    number: str
    place: str
    state: str
    tone: str
    due_at: datetime | None
    left: int | None
    stopped_at: datetime | None = None  # the clock stands: in time, or how late it was then


def sees_as_staff(actor, case) -> bool:
    """Whether the reader does the work or watches over it; the requester himself reads as requester."""
    if is_assignee(actor, case):
        return True
    granted = f"{case.kind}.view"
    return actor.may(granted, at=case.place) or any(
        grant.unit_id == case.unit_id is not None and granted in grant.permissions for grant in actor.grants
    )


def tone_of(case, now: datetime) -> str:
    return _tone(case.due_at, case.clock_stopped_at, case.closed_at, now)


def _tone(due_at, stopped_at, closed_at, now: datetime) -> str:
    if closed_at:
        return "done"
    if due_at and (stopped_at or now) > due_at:
        return "late"
    return "active" if stopped_at is None else "info"


def days_left(case, now: datetime, known: Workdays | None = None) -> int | None:
    """Working days left of a term in working days while the clock runs; None where days say nothing."""
    if case.due_at is None or case.term_unit != TermUnit.WORKDAYS or case.clock_stopped_at:
        return None
    return workdays_left(now, case.due_at, known) if case.due_at >= now else None


def page_of(case, actor) -> CasePage:
    staff, now = sees_as_staff(actor, case), clock.now()
    steps = offered(case, actor)
    subject = case.subject if hasattr(case, case.kind) else None
    ratings = tuple(Rating.objects.visible_to(actor).filter(case=case).order_by("act"))
    return CasePage(
        case=case,
        actor=actor,
        is_staff=staff,
        tone=tone_of(case, now),
        days_left=days_left(case, now),
        done_at=case.clock_stopped_at if case.closed_at else None,
        reporter=reporter_words(case, actor),
        direct_steps=tuple(step for step in steps if step.form is None),
        form_steps=tuple(step for step in steps if step.form is not None),
        lines=tuple(lines_of(case, actor, staff=staff, ratings=ratings)),
        links=tuple(links_of(case, actor)),
        ratings=ratings,
        subject=subject,
        template=getattr(subject, "template", "cases/_nothing_more.html"),
        files=tuple(Attachment.objects.visible_to(actor).filter(case=case).select_related("file")),
        follows=case.follows.filter(person=actor.person_id).exists() if actor.is_authenticated else False,
    )


def offered(case, actor) -> list[Step]:
    """The steps the reader may take from here; a rating that leaves the case where it is, once for each act."""
    steps = case.workflow.steps_for(actor, case)
    again = [step for step in steps if step.form is RateForm and step.to_state == STAY]
    return [step for step in steps if step not in again] if again and act_to_rate(case) is None else steps


def may_see_reporter(actor, case) -> bool:
    rule = case.workflow.may_see_reporter
    return is_reporter(actor, case) or rule is None or rule(actor, case)


def reporter_words(case, actor) -> str:
    """How the requester is named to this reader: in full to himself, masked to staff, hidden where asked."""
    if is_reporter(actor, case):
        return _("您本人")
    if not may_see_reporter(actor, case):
        return _("已为%(who)s保密") % {"who": case.workflow.requester_label}
    return mask_name(case.reporter.name) if case.reporter_id else _("未留姓名")


def lines_of(case, actor, *, staff: bool, ratings=()):
    """The timeline for this reader; `ratings` are those he may see.

    That a case was rated, and when, would tell who gave a bad rating before its loop is closed: the line is kept from
    who may not see the rating, and where it moved the case, the move is told by its day alone.
    """
    events = case.events.select_related("by__person", "on_behalf_of", "unit", "assignee__person")
    if not staff:
        events = events.filter(public=True)
    hidden = not may_see_reporter(actor, case)
    before, entered, seen = None, Counter(), {rating.act for rating in ratings}
    for event in events:
        event.case = case
        moved = event.from_state != event.to_state
        if staff and _is_rating(event) and entered[event.from_state] not in seen:
            if moved:
                yield Line(case.workflow.state_label(event.to_state), "", event.at, "", "done", False, True)
            continue
        entered[event.to_state] += moved
        changed = before is None or (event.unit_id, event.assignee_id) != (before.unit_id, before.assignee_id)
        yield Line(
            title=event.label,
            who=_who(event, case, staff=staff, hidden=hidden),
            at=event.at,
            text="\n".join(filter(None, [_given_to(event, staff=staff) if changed else "", event.note])),
            tone="late" if event.step == "overdue" else ("done" if moved else "plain"),
            internal=not event.public,
        )
        before = event


def _is_rating(event) -> bool:
    steps = event.case.workflow.steps
    return any(step.name == event.step and step.effect is rate for step in steps)


def _who(event, case, *, staff: bool, hidden: bool) -> str:
    person = event.by.person_id if event.by_id else event.on_behalf_of_id
    if person is not None and person == case.reporter_id:
        return str(case.workflow.requester_label)
    if event.by_id is None:
        return _("系统") if event.on_behalf_of_id is None else str(case.workflow.requester_label)
    worker = str(event.by) if staff else _("工作人员")
    if event.on_behalf_of_id:
        name = case.workflow.requester_label if hidden or not staff else mask_name(event.on_behalf_of.name)
        return _("%(worker)s（代%(name)s）") % {"worker": worker, "name": name}
    return worker


def _given_to(event, *, staff: bool) -> str:
    unit = event.unit.name if event.unit_id else ""
    person = str(event.assignee) if staff and event.assignee_id else ""
    return " · ".join(filter(None, [unit, person]))


def links_of(case, actor):
    """Linked cases the reader may see, each with what it is to this one."""
    seen = Case.objects.visible_to(actor)
    for link in case.led_to.filter(ended_at=None, result__in=seen).select_related("result"):
        if not _tells_who_rated(link, actor):
            yield link.get_kind_display(), link.result
    for link in case.came_from.filter(ended_at=None, origin__in=seen).select_related("origin"):
        if not _tells_who_rated(link, actor):
            yield _("来自（%(kind)s）") % {"kind": link.get_kind_display()}, link.origin


def _tells_who_rated(link, actor) -> bool:
    """Whose case it came from says who gave the bad rating: kept from those who put it right until they have."""
    is_remedy = link.kind == CaseLink.Kind.RECTIFICATION
    return is_remedy and link.result.is_open and not may_see_reporter(actor, link.result)


def row_of(case, now: datetime, *, left: int | None = None) -> Row:
    return row_drawn([getattr(case, name) for name in DRAWN], case.place.name, now, get_language(), left=left)


def row_drawn(told: list, place: str, now: datetime, language: str | None, *, left: int | None = None) -> Row:
    """The row of a case of which `told` are the columns DRAWN."""
    kind, number, title, state, due_at, stopped_at, closed_at = told
    return Row(
        title=title,
        url=address_of("case-detail", number),
        number=number,
        place=place,
        state=state_label(workflows[kind].states, state, language),
        tone=_tone(due_at, stopped_at, closed_at, now),
        due_at=due_at if closed_at is None else None,
        left=left,
        stopped_at=stopped_at,
    )
