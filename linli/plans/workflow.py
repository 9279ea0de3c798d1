"""Three kinds: a unit's share of a task, what was found there, the evaluation of a community."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import ReasonForm
from linli.cases.steps import STAY, Audience, Queue, Step, Workflow, register

from . import rules
from .actions import evaluating, tasks
from .forms.evaluations import AnswerForm, AppealForm, CheckForm, CorrectForm
from .forms.tasks import ProgressForm, RemedyForm

UNIT = Audience.UNIT


class ShareState(models.TextChoices):
    GIVEN = "given", _("待承接")
    WORKING = "working", _("推进中")
    HANDED_IN = "handed_in", _("待验收")
    ACCEPTED = "accepted", _("已完成")


class FindingState(models.TextChoices):
    FOUND = "found", _("待整改")
    WORKING = "working", _("整改中")
    PUT_RIGHT = "put_right", _("待复核")
    CLOSED = "closed", _("已销号")


S, F = ShareState, FindingState
OPEN = {S.GIVEN, S.WORKING}
SHARE = register(
    Workflow(
        kind="plantask",
        label=_("规划任务"),
        prefix="RW",
        states=ShareState,
        start=S.GIVEN,
        final={S.ACCEPTED},
        waiting={S.HANDED_IN},
        steps=(
            Step("take_up", _("承接"), {S.GIVEN}, S.WORKING, rules.can_carry_out, tasks.take_up),
            Step(
                "tell", _("报进展"), OPEN, S.WORKING, rules.can_carry_out, tasks.tell_progress, ProgressForm
            ),
            Step("hand_in", _("申请验收"), {S.WORKING}, S.HANDED_IN, rules.can_carry_out, tasks.hand_in),
            Step("urge", _("催办"), OPEN, STAY, rules.can_check, None, ReasonForm),
            Step("send_back", _("退回"), {S.HANDED_IN}, S.WORKING, rules.can_check, None, ReasonForm),
            Step("accept", _("验收通过"), {S.HANDED_IN}, S.ACCEPTED, rules.can_check),
        ),
        queues=(Queue("to-accept", _("任务待验收"), {S.HANDED_IN}),),
        hears={"open": {UNIT}, "urge": {UNIT}, "send_back": {UNIT}, "overdue": {UNIT}},
    )
)
FINDING = register(
    Workflow(
        kind="finding",
        label=_("督导问题"),
        prefix="DD",
        states=FindingState,
        start=F.FOUND,
        final={F.CLOSED},
        waiting={F.PUT_RIGHT},
        steps=(
            Step("take_up", _("开始整改"), {F.FOUND}, F.WORKING, rules.can_carry_out, tasks.take_up),
            Step(
                "put_right",
                _("整改完成"),
                {F.FOUND, F.WORKING},
                F.PUT_RIGHT,
                rules.can_carry_out,
                tasks.put_right,
                RemedyForm,
            ),
            Step("send_back", _("复核不通过"), {F.PUT_RIGHT}, F.WORKING, rules.can_check, None, ReasonForm),
            Step("confirm", _("复核通过，销号"), {F.PUT_RIGHT}, F.CLOSED, rules.can_check),
        ),
        queues=(Queue("to-check", _("整改待复核"), {F.PUT_RIGHT}),),
        hears={"open": {UNIT}, "send_back": {UNIT}, "overdue": {UNIT}},
    )
)


class EvaluationState(models.TextChoices):
    DRAWN = "drawn", _("待自评")
    SELF_CHECKED = "self_checked", _("待现场核查")
    SITE_CHECKED = "site_checked", _("待公示")
    PUBLISHED = "published", _("公示中")
    APPEALED = "appealed", _("申诉复核中")
    GRADED = "graded", _("已评定，整改中")
    CLOSED = "closed", _("已办结")


E = EvaluationState
CHECK, VISIT = rules.can_check, rules.can_visit
EVALUATION = register(
    Workflow(
        kind="evaluation",
        label=_("社区评价"),
        prefix="PJ",
        states=EvaluationState,
        start=E.DRAWN,
        final={E.CLOSED},
        waiting={E.SELF_CHECKED, E.SITE_CHECKED, E.PUBLISHED, E.APPEALED, E.GRADED},
        steps=(
            Step("self_check", _("完成自评"), {E.DRAWN}, E.SELF_CHECKED, rules.can_carry_out,
                 evaluating.self_check, CheckForm),
            Step("correct", _("核定一个数"), {E.SELF_CHECKED}, STAY, VISIT, evaluating.correct, CorrectForm),
            Step("send_back", _("退回自评"), {E.SELF_CHECKED}, E.DRAWN, CHECK, None, ReasonForm),
            Step("site_check", _("完成现场核查"), {E.SELF_CHECKED}, E.SITE_CHECKED, VISIT,
                 evaluating.site_check, CheckForm),
            Step("publish", _("开始公示"), {E.SITE_CHECKED}, E.PUBLISHED, CHECK, evaluating.publish),
            Step("answer", _("答复意见"), {E.PUBLISHED}, STAY, CHECK, evaluating.answer_comments, AnswerForm),
            Step("appeal", _("申诉"), {E.PUBLISHED}, E.APPEALED, rules.can_carry_out, evaluating.appeal,
                 AppealForm),
            Step("uphold", _("申诉成立，重新核查"), {E.APPEALED}, E.SELF_CHECKED, CHECK, None, ReasonForm),
            Step("dismiss", _("申诉不成立，继续公示"), {E.APPEALED}, E.PUBLISHED, CHECK, None, ReasonForm),
            Step("grade", _("评定等次"), {E.PUBLISHED}, E.GRADED, CHECK, evaluating.give_grade),
            Step("draw_again", _("整改完成，重新评价"), {E.GRADED}, E.DRAWN, CHECK, evaluating.draw_again),
            Step("close", _("办结"), {E.GRADED}, E.CLOSED, CHECK),
        ),
        queues=(
            Queue("to-visit", _("评价待现场核查"), {E.SELF_CHECKED}),
            Queue("appealed", _("评价申诉待复核"), {E.APPEALED}),
            Queue("to-grade", _("评价公示中"), {E.PUBLISHED}),
        ),
        hears={
            "open": {UNIT}, "send_back": {UNIT}, "uphold": {UNIT}, "dismiss": {UNIT}, "grade": {UNIT},
            "draw_again": {UNIT}, "overdue": {UNIT},
        },
    )
)  # fmt: skip
