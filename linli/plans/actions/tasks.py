"""Tasks given out, carried out, supervised: verbs and the effects of their steps."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.cases.actions import WrongState, attach, open_case
from linli.cases.actors import account_of
from linli.cases.steps import TermUnit
from linli.kernel import clock
from linli.people.models import Unit
from linli.plans import rules
from linli.plans.models import (
    FigureRules,
    Finding,
    MeasureTerm,
    MeasureValue,
    Plan,
    SupervisionRound,
    Task,
    TaskShare,
)


@transaction.atomic
def share_task(task: Task, *, by, units, part: str, due_on) -> list[TaskShare]:
    """Give a part of a task to each of the units, with a deadline; PermissionDenied beyond one's reach."""
    made = []
    for unit in units:
        if not rules.can_assign(by, unit.place):
            raise PermissionDenied
        case = open_case(
            kind="plantask",
            title=f"{task.title}：{unit.name}"[:200],
            place=unit.place,
            reporter=None,
            unit=unit,
            term=max((due_on - clock.today()).days, 1),
            term_unit=TermUnit.DAYS,
            by=by,
        )
        made.append(TaskShare.objects.create(case=case, task=task, part=part))
    return made


@transaction.atomic
def open_round(plan: Plan, *, by, place, title: str) -> SupervisionRound:
    """Begin a round of supervision of a plan in a place."""
    if not rules.can_assign(by, place):
        raise PermissionDenied
    made = SupervisionRound.objects.create(plan=plan, place=place, title=title, opened_by=by)
    audit.record("plans.round_opened", by=by, thing=made, place=place)
    return made


@transaction.atomic
def note_finding(of: SupervisionRound, *, by, unit, words: str, due_on) -> Finding:
    """Write down what a round found at a unit; ValidationError when the round is over."""
    of = SupervisionRound.objects.select_for_update().select_related("place").get(pk=of.pk)
    if not (rules.can_assign(by, of.place) and of.place.contains(unit.place)):
        raise PermissionDenied
    if of.closed_on is not None:
        raise ValidationError(_("这轮督导已经结束。"))
    case = open_case(
        kind="finding",
        title=words[:60],
        place=unit.place,
        reporter=None,
        unit=unit,
        term=max((due_on - clock.today()).days, 1),
        term_unit=TermUnit.DAYS,
        by=by,
    )
    return Finding.objects.create(case=case, round=of, words=words)


@transaction.atomic
def ask_about_difference(figure: MeasureValue, *, by) -> Finding:
    """Have the unit of a place settle a reported figure that is not what the records count."""
    if not rules.can_assign(by, figure.place):
        raise PermissionDenied
    other = MeasureValue.objects.filter(
        measure=figure.measure, place=figure.place, month=figure.month, span=figure.span, known_to=None,
        source="records",
    ).first()  # fmt: skip
    if figure.source != "reported" or other is None or other.value == figure.value:
        raise ValidationError(_("这个数与记录没有差异。"))
    term = MeasureTerm.objects.get(code=figure.measure)
    month = f"{figure.month // 12}-{figure.month % 12 + 1:02}"
    words = f"{term.title} {month}：填报数与平台记录不一致，请核对并更正其中一个。"
    unit = Unit.objects.filter(place=figure.place).order_by("pk").first()
    if unit is None:
        raise ValidationError(_("这个地方还没有登记责任单位。"))
    if Finding.objects.filter(case__place=figure.place, words=words, case__closed_at=None).exists():
        raise ValidationError(_("已经交办过了，还没有销号。"))
    case = open_case(
        kind="finding", title=words[:60], place=figure.place, reporter=None, unit=unit,
        term=FigureRules.nearest(figure.place).settle_workdays, by=by,
    )  # fmt: skip
    return Finding.objects.create(case=case, round=None, words=words)


@transaction.atomic
def close_round(of: SupervisionRound, *, by) -> SupervisionRound:
    """End a round whose findings are all closed; ValidationError names how many are not."""
    of = SupervisionRound.objects.select_for_update().select_related("place").get(pk=of.pk)
    if not rules.can_assign(by, of.place):
        raise PermissionDenied
    left = of.findings.filter(case__closed_at=None).count()
    if left:
        raise ValidationError(_("还有 %(n)s 个问题没有销号。") % {"n": left})
    if of.closed_on is None:
        of.closed_on = clock.today()
        of.save(update_fields=["closed_on"])
        audit.record("plans.round_closed", by=by, thing=of, place=of.place)
    return of


# --- Effects of steps ---------------------------------------------------------------------------------


def take_up(case, *, by) -> None:
    """Effect: whoever takes it up for the unit has it in hand."""
    if case.assignee_id is None:
        case.assignee = account_of(by)


def tell_progress(case, *, by, percent, told, files=()) -> None:
    """Effect: how far the unit's part is."""
    share = case.plantask
    share.percent, share.told = percent, told
    share.save(update_fields=["percent", "told"])
    attach(case, files=files, kind="evidence", by=by)


def hand_in(case, *, by) -> None:
    """Effect: only what is told to be done can be handed in."""
    if case.plantask.percent < 100:
        raise WrongState(_("进度还没有到 100%，不能申请验收。"))


def put_right(case, *, by, remedy, files=()) -> None:
    """Effect: what was put right."""
    case.finding.remedy = remedy
    case.finding.save(update_fields=["remedy"])
    attach(case, files=files, kind="evidence", by=by)
