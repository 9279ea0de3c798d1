"""Evaluation by an index: rounds opened, data drawn, checked, published, graded; tasks, and drawn again."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.api.rates import Rate, count
from linli.cases.actions import WrongState, attach, open_case
from linli.cases.steps import TermUnit
from linli.kernel import clock
from linli.measures import Period
from linli.plans import rules
from linli.plans.formula import rounded
from linli.plans.models import Evaluation, EvaluationComment, EvaluationIndex, EvaluationRound, Finding
from linli.plans.queries.departments import DepartmentLine, departments_of, drawn_of
from linli.plans.queries.evaluations import (
    drawn_values,
    lines_of,
    of_departments,
    places_in_scope,
    result_of,
    things_to_do,
    units_for,
)

HOURLY = Rate("evaluation-comment", 10, 3600)  # from one address: a family may share it
SCORE_DECIMALS = 4


@transaction.atomic
def open_evaluation(index: EvaluationIndex, *, by, place, period: Period, title: str) -> EvaluationRound:
    """Begin a round: the data of every community in scope are drawn, each becomes a case for a self-check.

    PermissionDenied beyond one's reach; ValidationError when there is nobody to evaluate or to answer for one.
    """
    if not rules.can_assign(by, place):
        raise PermissionDenied
    subjects = _subjects(index, place, period)
    held = EvaluationRound(index=index, place=place, period=str(period), title=title, opened_by=by)
    held.full_clean()
    held.save()
    for one, unit, name, drawn in subjects:
        case = open_case(
            kind="evaluation", title=f"{title}：{name}"[:200], place=one, reporter=None, unit=unit,
            term=index.self_check_days, term_unit=TermUnit.DAYS, by=by,
        )  # fmt: skip
        Evaluation.objects.create(case=case, round=held, drawn=drawn)
    audit.record("plans.evaluation_opened", by=by, thing=held, place=place)
    return held


def _subjects(index, place, period) -> list[tuple]:
    """(place, unit that answers, name, drawn values) of everybody who is evaluated."""
    if of_departments(index):
        lines = departments_of(None, place, period)
        if not lines:
            raise ValidationError(_("这一期没有哪个单位有到期的任务或整改。"))
        return [(_seat(line.unit, place), line.unit, line.unit.name, drawn_of(index, line)) for line in lines]
    places = places_in_scope(index, place, period, clock.today())
    units = units_for(places)
    if not places or len(units) < len(places):
        raise ValidationError(_("范围里没有可评价的地方，或有地方还没有登记责任单位。"))
    drawn = drawn_values(index, places, period)
    return [(one, units[one.pk], one.name, drawn[one.path]) for one in places]


def _seat(unit, place):
    """Where a unit is evaluated: at its own place, or, when that lies outside, at the place of the round."""
    return unit.place if unit.place and unit.place.path.startswith(place.path) else place


@transaction.atomic
def comment_on(evaluation: Evaluation, *, words: str, address: str) -> EvaluationComment:
    """Keep what somebody says while an evaluation is published; ValidationError when it is not, or too much."""
    until = evaluation.comments_until
    if evaluation.case.state != "published" or until is None or clock.today() > until:
        raise ValidationError(_("这个社区的评价现在不在公示期内。"))
    if count(HOURLY, address) > HOURLY.limit:
        raise ValidationError(_("这个网络今天提交得太多了，请过一小时再来，或打社区电话。"))
    made = EvaluationComment(evaluation=evaluation, words=words.strip())
    made.full_clean()
    made.save()
    return made


# --- Effects of steps ---------------------------------------------------------------------------------


def self_check(case, *, by, words, files=()) -> None:
    """Effect: what the unit itself says about the data."""
    _keep(case, self_check=words)
    attach(case, files=files, kind="evidence", by=by)


def correct(case, *, by, code, value, why) -> None:
    """Effect: what was found on the spot counts instead of what was drawn; the drawn value stays readable."""
    found = case.evaluation
    if code not in lines_of(found.round.index):
        raise WrongState(_("评价指标里没有这一项。"))
    _keep(case, corrected={**found.corrected, code: {"value": str(Fraction(value)), "why": why}})


def site_check(case, *, by, words, files=()) -> None:
    """Effect: what the visit found."""
    _keep(case, site_check=words)
    attach(case, files=files, kind="evidence", by=by)


def publish(case, *, by) -> None:
    """Effect: everybody may look at it and say something, until the day the index gives."""
    days = case.evaluation.round.index.comment_days
    _keep(case, comments_until=clock.today() + timedelta(days=days))


def answer_comments(case, *, by, answer) -> None:
    """Effect: every comment that waits gets the same public answer."""
    waiting = case.evaluation.comments.filter(answered_at=None)
    waiting.update(answer=answer, answered_at=clock.now(), answered_by=by)


def appeal(case, *, by, why, files=()) -> None:
    """Effect: the place evaluated says what is not right, while it is published; whoever checks it answers."""
    if clock.today() > case.evaluation.comments_until:
        raise WrongState(_("公示已经期满，不能再申诉。"))
    _keep(case, appeal=why)
    attach(case, files=files, kind="evidence", by=by)


def give_grade(case, *, by) -> None:
    """Effect: the grade, and a task for each of the things that lead to the next one."""
    found = case.evaluation
    if clock.today() <= found.comments_until:
        raise WrongState(_("公示到 %(day)s，期满后才能评定。") % {"day": found.comments_until})
    if found.comments.filter(answered_at=None).exists():
        raise WrongState(_("还有意见没有答复。"))
    result = result_of(found)
    _keep(case, grade=result.grade or "", score=_score(result.score))
    for thing in things_to_do(found):
        _give_task(case, thing, by)


def _score(score: Fraction) -> Decimal:
    return rounded(score, SCORE_DECIMALS)


def _give_task(case, thing, by) -> None:
    now = _("无数据") if thing.now is None else f"{thing.now:f}"
    words = _("%(title)s：现在 %(now)s，应达到 %(wanted)s %(unit)s。") % {
        "title": thing.title, "now": now, "wanted": f"{thing.wanted:f}", "unit": thing.unit,
    }  # fmt: skip
    made = open_case(
        kind="finding", title=words[:60], place=case.place, reporter=None, unit=case.unit,
        term=case.evaluation.round.index.improve_days, term_unit=TermUnit.DAYS, by=by,
    )  # fmt: skip
    Finding.objects.create(case=made, round=None, evaluation=case.evaluation, words=words)


def draw_again(case, *, by) -> None:
    """Effect: the tasks are done, the data are drawn anew; what came out before stays."""
    found = case.evaluation
    if found.tasks.filter(case__closed_at=None).exists():
        raise WrongState(_("还有整改任务没有销号，不能重新评价。"))
    earlier = {
        "attempt": found.attempt, "grade": found.grade, "score": str(found.score), "drawn": found.drawn,
        "corrected": found.corrected, "drawn_at": found.drawn_at.isoformat(),
    }  # fmt: skip
    today = clock.today()
    period = Period.parse(f"{today.year}-{today.month:02}")
    drawn = _drawn_now(found, period)
    _keep(
        case, earlier=[*found.earlier, earlier], attempt=found.attempt + 1, drawn=drawn, drawn_at=clock.now(),
        corrected={}, self_check="", site_check="", appeal="", comments_until=None, grade="", score=None,
    )  # fmt: skip


def _drawn_now(found, period) -> dict:
    index, case = found.round.index, found.case
    if not of_departments(index):
        return drawn_values(index, [case.place], period)[case.place.path]
    lines = departments_of(None, found.round.place, Period.parse(str(period.start.year)))
    own = next((line for line in lines if line.unit == case.unit), DepartmentLine(case.unit, 0, 0, 0, 0, 0))
    return drawn_of(index, own)


def _keep(case, **fields) -> None:
    found = case.evaluation
    for name, value in fields.items():
        setattr(found, name, value)
    found.save(update_fields=list(fields))
