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
from linli.plans.queries.evaluations import lines_of, result_of, things_to_do
from linli.plans.queries.subjects import drawn_again, subjects_of

HOURLY = Rate("evaluation-comment", 10, 3600)  # from one address: a family may share it
SCORE_DECIMALS = 4


@transaction.atomic
def open_evaluation(index: EvaluationIndex, *, by, place, period: Period, title: str) -> EvaluationRound:
    """Begin a round: the data of everything in scope are drawn, each becomes a case for a self-check.

    PermissionDenied beyond one's reach; ValidationError when there is nobody to evaluate or to answer for one.
    """
    if not rules.can_assign(by, place):
        raise PermissionDenied
    subjects = subjects_of(index, place, period, clock.today())
    if not subjects or any(one.unit is None for one in subjects):
        raise ValidationError(_("范围里没有可评价的（地方、单位、机构或项目），或有的还没有登记责任单位。"))
    held = EvaluationRound(index=index, place=place, period=str(period), title=title, opened_by=by)
    held.full_clean()
    held.save()
    for one in subjects:
        case = open_case(
            kind="evaluation", title=f"{title}：{one.name}"[:200], place=one.place, reporter=None, unit=one.unit,
            term=index.self_check_days, term_unit=TermUnit.DAYS, by=by,
        )  # fmt: skip
        Evaluation.objects.create(case=case, round=held, drawn=one.drawn, **one.link)
    audit.record("plans.evaluation_opened", by=by, thing=held, place=place)
    return held


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
    drawn = drawn_again(found.round.index, found, clock.today())
    _keep(
        case, earlier=[*found.earlier, earlier], attempt=found.attempt + 1, drawn=drawn, drawn_at=clock.now(),
        corrected={}, self_check="", site_check="", appeal="", comments_until=None, grade="", score=None,
    )  # fmt: skip


def _keep(case, **fields) -> None:
    found = case.evaluation
    for name, value in fields.items():
        setattr(found, name, value)
    found.save(update_fields=list(fields))
