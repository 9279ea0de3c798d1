"""Effects of the steps of a visit: what was seen, what is asked for, what is tried when nobody answers."""

import json
from datetime import timedelta

from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, refer, take_step
from linli.cases.actions import assign as give_to
from linli.cases.actors import TIMER, account_of
from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.masking import mask_name
from linli.notices.actions import notify

from .. import rules
from ..ladder import Line, due_at, lines_of, next_level
from ..models import CareRules, Rung, Visit
from ..queries import on_duty

OK, WATCH, URGENT = "ok", "watch", "urgent"


def assign(case, *, by, assignee) -> None:
    """Effect: who comes by; for a minor only somebody whom his file was granted."""
    if not rules.reads_children(assignee, case.visit.care_person):
        raise WrongState(_("这是未成年人，请先为探访人申请查阅审批。"))
    give_to(case, by=by, assignee=assignee)


def record(case, *, by, way, **told) -> None:
    """Effect: a visit by a way that needs no approval."""
    visit = case.visit
    allowed = visit.rules.rules.level(visit.care_person.risk).ways
    if way not in allowed:
        raise WrongState(_("按规则应当上门；确实不能上门的，请用“改用其他方式”，由负责人批准。"))
    _write(case, visit, by=by, way=way, **told)


def record_otherwise(case, *, by, way, **told) -> None:
    """Effect: a visit by another way than the rule asks for; somebody else has to approve."""
    _write(case, case.visit, by=by, way=way, **told)


def _write(
    case, visit, *, by, way, checks, words="", promised="", needs=(), happened_at=None, **sent
) -> None:
    known = {line.code for line in visit.rules.rules.checks}
    visit.way, visit.happened_at = way, happened_at or clock.now()
    visit.checks = json.dumps({code: value for code, value in checks.items() if code in known})
    visit.words, visit.promised = words, promised
    visit.recorded_by, visit.approved_by = account_of(by), None
    visit.key, visit.key_digest = sent.get("key"), sent.get("key_digest", "")
    if URGENT in checks.values():
        visit.urgent_at = clock.now()
        tell_duty(case, "community", "visit-urgent")
    visit.save()
    _end_rung(visit, by)
    for kind, text in needs:
        refer(case, to_kind=kind, by=by, text=text)


def decline(case, *, by) -> None:
    """Effect: the person did not want it today; the visit does not count as made."""
    _end_rung(case.visit, by)


def approve(case, *, by) -> None:
    """Effect: the other way was justified; the database refuses one's own approval."""
    case.visit.approved_by = account_of(by)
    case.visit.save(update_fields=["approved_by"])


def told_by(case, step) -> tuple[str, ...] | None:
    """That a visit was made is told by the channels of the rules; what is urgent by whatever reaches people."""
    return case.visit.rules.rules.told.visited if step in ("record", "approve") else None


def end_ladder(case, *, by) -> None:
    """Effect: nothing further is tried."""
    _end_rung(case.visit, by)


def tell_duty(case, level: str, kind: str) -> None:
    """At once to whoever is on duty at that level, else at the next one up."""
    cared = case.visit.care_person
    for person in on_duty(case.place, level):
        notify(
            person,
            kind,
            needs=rules.DUTY,
            at=case.place,
            case=case.number,
            name=mask_name(cared.person.name),
            place=case.place.name,
            path=f"/cases/{case.number}/",
        )


# --- Nobody answers ----------------------------------------------------------------------------------


def begin_ladder(case, *, by) -> None:
    """Effect: the next rung stands, the first one the first time; nothing is tried twice."""
    _climb_from(case, by, told=False)


def next_rung(case, *, by) -> None:
    """Effect: this rung did not help or nobody saw to it; the next one stands, below the level of duty."""
    _climb_from(case, by, told=False)


def escalate(case, *, by) -> None:
    """Effect: those on duty are told; the first of them who takes over ends the rung."""
    _climb_from(case, by, told=True)


def escalate_higher(case, *, by) -> None:
    """Effect: nobody took over in time; the level above is told."""
    if not case.visit.rungs.filter(ended_at=None).exists():
        raise WrongState(_("已经有人接手。"))
    _climb_from(case, by, told=True)


def _climb_from(case, by, *, told: bool) -> None:
    visit, lines = case.visit, lines_of(case.visit.rules.rules)
    last = visit.rungs.last()
    level = next_level(lines, last.level if last else 0, told=told)
    if level > len(lines):
        raise WrongState(_("已经上报到最高一级。"))
    line = lines[level - 1]
    if line.tell and not told:
        raise WrongState(_("该试的都试过了，请立即上报。"))
    _end_rung(visit, by)
    _stand_on(visit, line)
    if line.tell:
        tell_duty(case, line.tell, "visit-escalated")


def take_over(case, *, by) -> None:
    """Effect: somebody on duty sees to it; it climbs no further."""
    if not case.visit.rungs.filter(ended_at=None).exists():
        raise WrongState(_("已经有人接手。"))
    _end_rung(case.visit, by)
    case.assignee = account_of(by)


def _stand_on(visit: Visit, line: Line) -> None:
    now = clock.now()
    latest = visit.rules.rules.limits.latest_hour
    # those on duty have their whole time, also in the night
    until = now + timedelta(hours=line.hours) if line.tell else due_at(now, line.hours, latest)
    Rung.objects.create(visit=visit, level=line.level, code=line.code, name=line.name, at=now, due_at=until)


def _end_rung(visit: Visit, by) -> None:
    visit.rungs.filter(ended_at=None).update(ended_at=clock.now(), ended_by=account_of(by))


def climb_ladders(now) -> int:
    """Climb from every rung whose time is over, each case by itself, until none is due; how many steps."""
    count = 0
    while keys := list(_due_rungs(now)[:500]):
        done = sum(_climb(key) for key in keys)
        count += done
        if not done:
            break
    return count


def _due_rungs(now):
    top = Rung.objects.filter(ended_at=None, due_at__lte=now, visit__case__closed_at=None)
    return top.exclude(code__in=_highest()).order_by("due_at").values_list("visit__case", flat=True)


def _highest() -> set[str]:
    return {lines_of(book.rules)[-1].code for book in CareRules.objects.all()}


def _climb(key) -> bool:
    case = Case.objects.get(pk=key)
    lines = lines_of(case.visit.rules.rules)
    standing = case.visit.rungs.filter(ended_at=None).first()
    if standing is None or standing.level >= len(lines):
        return False
    line = lines[standing.level]
    name = "climb" if not line.tell else ("escalate" if case.state == "unanswered" else "escalate_higher")
    try:
        take_step(case, name, by=TIMER, note=line.name)
    except WrongState:  # somebody was faster
        return False
    return True
