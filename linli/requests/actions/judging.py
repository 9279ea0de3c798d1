"""What the requester thinks of it, and what follows: rating, call-back, rectification, the ladder."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, open_case, take_step
from linli.cases.actors import TIMER, account_of
from linli.cases.asking import waits
from linli.cases.models import Case
from linli.cases.queries import units_above
from linli.kernel import clock
from linli.notices.actions import notify
from linli.people.models import Person, Post, Unit
from linli.places.levels import Level

from ..models import CallBack, Escalation, Rectification, Request, Rulebook
from ..rules import SUPERVISE
from ..standing import rulebook_at

OFFICES = (Unit.Kind.COMMITTEE, Unit.Kind.STREET_OFFICE, Unit.Kind.DEPARTMENT)


def open_remedy(rating, *, by) -> Case | None:
    """A bad rating, of whatever kind of case, opens a rectification with its own deadline (谁办理谁负责).

    A request is judged by the rules it was taken in under, another kind by those of its place; None: not bad,
    or nobody has said there what bad is.
    """
    case = rating.case
    try:
        book = case.request.rulebook if case.kind == "request" else rulebook_at(case.place)
        unit = case.unit or units_above(case.place, *OFFICES)[0]
    except LookupError:
        return None
    limits = book.rules.limits
    if rating.stars > limits.bad_stars:
        return None
    about = case.request.category.name if case.kind == "request" else case.workflow.label
    remedy = open_case(
        kind="rectification",
        title=_("差评整改：%(category)s") % {"category": about},
        place=case.place,
        reporter=case.reporter,
        unit=unit,
        term=limits.rectification.count,
        term_unit=limits.rectification.unit,
    )
    Rectification.objects.create(case=remedy, rating=rating)
    return remedy


def put_right(case, *, by, remedy) -> None:
    """Effect of the rectification: what was put right, changed or explained."""
    case.rectification.remedy = remedy
    case.rectification.save(update_fields=["remedy"])


def confirm(case, *, by, accepted) -> None:
    """Effect: the second look; the loop of the rating is closed, and staff may see it from now on."""
    if waits(case.rectification.rating):
        raise WrongState(_("评价异议还没有审定，请先审定再闭环。"))
    case.rectification.accepted = accepted
    case.rectification.save(update_fields=["accepted"])
    rating = case.rectification.rating
    rating.loop_closed_at = clock.now()
    rating.save(update_fields=["loop_closed_at"])


def call_back(case, *, by, reached, solved=None, satisfied=None) -> None:
    """Effect: what was said on the phone; a call that reached nobody is written down and counts for nothing."""
    CallBack.objects.create(
        request=case.request,
        reached=reached,
        solved=solved if reached else None,
        satisfied=satisfied if reached else None,
        by=account_of(by),
        at=clock.now(),
    )


def close(case, *, by) -> None:
    """Effect: filed without a rating; by the clock only when the days for an answer have passed."""
    until = case.request.reopen_until
    if by is TIMER and until is not None and clock.now() <= until:
        raise WrongState(_("评价和重办的时间还没有过。"))
    if by is not TIMER and not case.request.call_backs.exists():
        raise WrongState(_("请先回访，再归档。"))


def close_unrated(now) -> int:
    """File answered requests whose days have passed; nothing becomes 'satisfied' by time (§0.3). How many."""
    keys = Request.objects.filter(case__state="resolved", reopen_until__lt=now).values_list("case", flat=True)
    count = 0
    for key in list(keys[:2000]):
        try:
            take_step(Case(pk=key), "close", by=TIMER)
            count += 1
        except WrongState:  # rated or reopened meanwhile
            continue
    return count


# --- The ladder --------------------------------------------------------------------------------------


def climb(now) -> int:
    """Tell superiors of what lies too long, owned by a person or by nobody yet; each level once. How many."""
    count = 0
    for book in Rulebook.objects.all():
        for rung in book.rules.ladder:
            for key in list(_waiting(book, rung, now)[:2000]):
                count += _reach(key, rung, now)
    return count


def _waiting(book, rung, now):
    """Open requests under this rulebook that have lain past this rung and have not been told at it."""
    since = {"opened": "opened_at__lte", "due": "due_at__lte"}[rung.since]
    cases = Case.objects.open().filter(
        kind="request", request__rulebook=book, state__in=rung.states, clock_stopped_at=None
    )
    late = cases.filter(**{since: now - timedelta(hours=rung.after_hours)})
    return late.exclude(escalations__level=rung.level).order_by("pk").values_list("pk", flat=True)


def _reach(key, rung, now) -> int:
    try:
        with transaction.atomic():
            take_step(Case(pk=key), "escalate", by=TIMER, rung=rung, note=rung.name)
    except (IntegrityError, WrongState):  # another worker was faster, or the case moved on
        return 0
    return 1


def escalate(case, *, by, rung) -> None:
    """Effect: the level is written down, once, and the superiors there are told."""
    Escalation.objects.create(case=case, level=rung.level, at=clock.now())
    for person in superiors(case.place, rung.tell):
        notify(
            person,
            "request-escalated",
            needs="request.view",
            at=case.place,
            case=case.number,
            title=case.title[:80],
            level=rung.name,
            unit=case.unit.name if case.unit_id else "",
            path=f"/cases/{case.number}/",
        )


def superiors(place, level: str):
    """Persons whose post at this level above the place lets them supervise."""
    posts = Post.objects.filter(
        place__code__in=place.ancestor_codes,
        place__level=Level(level),
        during__contains=clock.today(),
        role__retired_on=None,
        role__permissions__contains=[SUPERVISE],
    )
    # the few keys first: as a subquery the planner may walk every person of the city
    return Person.objects.filter(pk__in=list(posts.values_list("person", flat=True))).order_by("pk")
