"""Three kinds: the request, the whistle for each helper, the rectification of a bad rating."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases import actions as cases
from linli.cases.asking import EXCLUSION_STEPS, exclusion_steps
from linli.cases.forms import AssignForm, RateForm, ReasonForm
from linli.cases.rules import comes_through, is_timer
from linli.cases.steps import STAY, Audience, Queue, Step, Workflow, register

from . import forms, rules
from .actions import joining, judging, objecting, publishing, taking_in, topics, working

REQUESTER, ASSIGNEE, UNIT = Audience.REQUESTER, Audience.ASSIGNEE, Audience.UNIT
HELPERS, FOLLOWERS, FAMILY = Audience.HELPERS, Audience.FOLLOWERS, Audience.FAMILY
PEOPLE = {REQUESTER, FOLLOWERS, FAMILY}
WORKERS = {ASSIGNEE, UNIT}


class State(models.TextChoices):
    SUBMITTED = "submitted", _("待派单")
    DISPATCHED = "dispatched", _("待签收")
    WORKING = "working", _("办理中")
    WAITING = "waiting", _("待补充")
    RESOLVED = "resolved", _("待回访")
    MERGED = "merged", _("已并案")
    CLOSED = "closed", _("已归档")
    REJECTED = "rejected", _("不予受理")
    WITHDRAWN = "withdrawn", _("已撤回")


S = State
IN_HAND = {S.DISPATCHED, S.WORKING}
UNANSWERED = {S.SUBMITTED, *IN_HAND}
FINISHED = {S.RESOLVED, S.CLOSED}
STEPS = (
    Step(
        "dispatch",
        _("派单"),
        UNANSWERED,
        S.DISPATCHED,
        rules.can_dispatch,
        working.dispatch,
        forms.DispatchRequestForm,
    ),
    Step(
        "recall", _("收回派单"), {S.DISPATCHED}, S.SUBMITTED, rules.can_dispatch, working.recall, ReasonForm
    ),
    Step("take_up", _("自行办理"), {S.SUBMITTED}, S.WORKING, rules.can_work, working.sign),
    Step(
        "answer_now",
        _("即时答复"),
        {S.SUBMITTED},
        S.RESOLVED,
        rules.can_answer_at_once,
        working.resolve,
        forms.ResolveForm,
    ),
    Step(
        "reject",
        _("不予受理"),
        {S.SUBMITTED},
        S.REJECTED,
        rules.can_dispatch,
        working.reject,
        forms.RejectForm,
    ),
    Step("absorb", _("合并重复诉求"), UNANSWERED, STAY, rules.can_dispatch, joining.absorb, forms.AbsorbForm),
    Step("merge", _("并案"), UNANSWERED, S.MERGED, comes_through, joining.merge),
    Step("unmerge", _("撤销并案"), {S.MERGED}, S.SUBMITTED, rules.can_dispatch, joining.unmerge, ReasonForm),
    Step("split", _("主案终止，恢复单独办理"), {S.MERGED}, S.SUBMITTED, comes_through, joining.unmerge),
    Step("answer_merged", _("随主案答复"), {S.MERGED}, S.RESOLVED, comes_through, working.answer),
    Step("sign", _("签收"), {S.DISPATCHED}, S.WORKING, rules.can_work, working.sign),
    Step("give_back", _("退单"), IN_HAND, S.SUBMITTED, rules.can_work, working.give_back, ReasonForm),
    Step("assign", _("指定经办人"), IN_HAND, S.WORKING, rules.can_work, cases.assign, AssignForm),
    Step("contact", _("已联系诉求人"), {S.WORKING}, STAY, rules.can_work, working.note_contact),
    Step("resolve", _("办结"), {S.WORKING}, S.RESOLVED, rules.can_work, working.resolve, forms.ResolveForm),
    Step("wait", _("请诉求人补充"), {S.WORKING}, S.WAITING, rules.can_work, None, forms.SayForm),
    Step("supply", _("补充材料"), {S.WAITING}, S.WORKING, rules.can_resume, None, forms.SayForm),
    Step("whistle", _("吹哨"), {S.WORKING}, STAY, rules.can_work, joining.whistle, forms.WhistleForm),
    Step(
        "ask_extension",
        _("申请延期"),
        {S.WORKING},
        STAY,
        rules.can_work,
        working.ask_extension,
        forms.ExtensionForm,
    ),
    Step(
        "approve_extension",
        _("同意延期"),
        {S.WORKING},
        STAY,
        rules.can_approve,
        working.approve_extension,
        ReasonForm,
    ),
    Step(
        "refuse_extension",
        _("不同意延期"),
        {S.WORKING},
        STAY,
        rules.can_approve,
        working.refuse_extension,
        ReasonForm,
    ),
    Step(
        "recategorise",
        _("改类别"),
        UNANSWERED,
        STAY,
        rules.can_dispatch,
        working.recategorise,
        forms.CategoryForm,
    ),
    Step(
        "supervise",
        _("督办"),
        {*UNANSWERED, S.WAITING, S.MERGED},
        STAY,
        rules.can_supervise,
        working.supervise,
        forms.SayForm,
    ),
    Step("escalate", _("逐级提醒"), UNANSWERED, STAY, is_timer, judging.escalate),
    Step(
        "remark",
        _("备注"),
        {*UNANSWERED, S.WAITING, S.MERGED, S.RESOLVED},
        STAY,
        rules.can_note,
        None,
        forms.SayForm,
    ),
    Step(
        "withdraw",
        _("撤回"),
        {*UNANSWERED, S.WAITING, S.MERGED},
        S.WITHDRAWN,
        rules.can_act_as_requester,
        working.let_go,
    ),
    Step("rate", _("评价"), {S.RESOLVED}, S.CLOSED, rules.can_rate, cases.rate, RateForm),
    Step(
        "reopen",
        _("要求重办"),
        FINISHED,
        S.WORKING,
        rules.can_act_as_requester,
        working.reopen,
        ReasonForm,
    ),
    Step(
        "call_back", _("回访"), {S.RESOLVED}, STAY, rules.can_call_back, judging.call_back, forms.CallBackForm
    ),
    Step(
        "send_back",
        _("退回重办"),
        {S.RESOLVED},
        S.WORKING,
        rules.can_call_back,
        working.send_back,
        ReasonForm,
    ),
    Step("close", _("归档"), {S.RESOLVED}, S.CLOSED, rules.can_close, judging.close),
    Step("publish", _("公布采纳"), FINISHED, STAY, rules.can_publish, publishing.publish, forms.PublishForm),
    *exclusion_steps(FINISHED, rules.can_work, rules.can_approve, approve=working.approve_exclusion),
)  # fmt: skip — one row for each step

REQUEST = register(
    Workflow(
        kind="request",
        label=_("诉求"),
        prefix="RQ",
        main=("dispatch", "sign", "take_up", "resolve", "supply", "call_back", "rate", "close"),
        states=State,
        start=S.SUBMITTED,
        final={S.CLOSED, S.REJECTED, S.WITHDRAWN},
        waiting={S.WAITING, S.RESOLVED},
        steps=STEPS,
        queues=(
            Queue("to-dispatch", _("待派单"), {S.SUBMITTED}),
            Queue("to-sign", _("待签收"), {S.DISPATCHED}),
            Queue("waiting", _("待补充"), {S.WAITING}),
            Queue("to-call-back", _("待回访"), {S.RESOLVED}),
        ),
        hears={
            "open": {REQUESTER, FAMILY, UNIT},
            "dispatch": {REQUESTER, UNIT},
            "answer_now": PEOPLE,
            "reject": PEOPLE,
            "answer_merged": PEOPLE,
            "merge": {REQUESTER},
            "unmerge": {REQUESTER, UNIT},
            "split": {REQUESTER, UNIT},
            "give_back": {UNIT},
            "recall": {UNIT},
            "assign": {ASSIGNEE},
            "resolve": {*PEOPLE, HELPERS},
            "wait": {REQUESTER, FAMILY},
            "supply": WORKERS,
            "whistle": {FOLLOWERS},
            "approve_extension": {*PEOPLE, *WORKERS},
            "refuse_extension": WORKERS,
            "recategorise": {ASSIGNEE, UNIT},
            "supervise": WORKERS,
            "withdraw": {*WORKERS, HELPERS},
            "reopen": WORKERS,
            "send_back": {*PEOPLE, *WORKERS},
            "close": {REQUESTER},
            "publish": {REQUESTER},
            "overdue": WORKERS,
            "ask_exclusion": {UNIT},
            "approve_exclusion": WORKERS,
            "refuse_exclusion": WORKERS,
        },
        internal={
            "remark", "supervise", "escalate", "recategorise", "absorb", "give_back", "recall", "ask_extension",
            "refuse_extension", "overdue", *EXCLUSION_STEPS,
        },
        requester_steps={"supply", "withdraw", "rate", "reopen"},
        may_see_reporter=rules.may_see_reporter,
        receive=taking_in.receive,
    )
)  # fmt: skip


class WhistleState(models.TextChoices):
    CALLED = "called", _("待报到")
    ARRIVED = "arrived", _("已报到")
    REPLIED = "replied", _("已反馈")
    CANCELLED = "cancelled", _("已取消")


W = WhistleState
WHISTLE = register(
    Workflow(
        kind="whistle",
        label=_("协办"),
        prefix="XB",
        states=WhistleState,
        start=W.CALLED,
        final={W.REPLIED, W.CANCELLED},
        steps=(
            Step("arrive", _("报到"), {W.CALLED}, W.ARRIVED, rules.can_work, joining.arrive),
            Step("reply", _("反馈"), {W.ARRIVED}, W.REPLIED, rules.can_work, joining.reply, forms.ReplyForm),
            Step("cancel", _("取消"), {W.CALLED, W.ARRIVED}, W.CANCELLED, comes_through),
        ),
        queues=(Queue("to-arrive", _("待报到"), {W.CALLED}),),
        hears={"open": {UNIT}, "cancel": WORKERS, "overdue": WORKERS},
    )
)


class RectificationState(models.TextChoices):
    OPENED = "opened", _("待整改")
    WORKING = "working", _("整改中")
    DONE = "done", _("待回访")
    CLOSED = "closed", _("已闭环")
    SET_ASIDE = "set_aside", _("异议成立")


R = RectificationState
RECTIFICATION = register(
    Workflow(
        kind="rectification",
        label=_("差评整改"),
        prefix="ZG",
        states=RectificationState,
        start=R.OPENED,
        final={R.CLOSED, R.SET_ASIDE},
        waiting={R.DONE},
        steps=(
            Step("take_up", _("开始整改"), {R.OPENED}, R.WORKING, rules.can_work, working.sign),
            Step(
                "put_right",
                _("整改完成"),
                {R.WORKING},
                R.DONE,
                rules.can_work,
                judging.put_right,
                forms.RemedyForm,
            ),
            Step("send_back", _("退回整改"), {R.DONE}, R.WORKING, rules.can_call_back, None, ReasonForm),
            Step(
                "confirm",
                _("回访闭环"),
                {R.DONE},
                R.CLOSED,
                rules.can_call_back,
                judging.confirm,
                forms.ConfirmForm,
            ),
            Step(
                "object",
                _("提出评价异议"),
                {R.OPENED, R.WORKING},
                STAY,
                rules.can_work,
                objecting.object_to_rating,
                forms.ObjectionForm,
            ),
            Step(
                "uphold_objection",
                _("异议成立"),
                {R.OPENED, R.WORKING, R.DONE},
                R.SET_ASIDE,
                rules.can_approve,
                objecting.uphold_objection,
                ReasonForm,
            ),
            Step(
                "refuse_objection",
                _("异议不成立"),
                {R.OPENED, R.WORKING, R.DONE},
                STAY,
                rules.can_approve,
                objecting.refuse_objection,
                ReasonForm,
            ),
        ),
        queues=(Queue("to-call-back", _("整改待回访"), {R.DONE}),),
        hears={
            "open": {UNIT},
            "put_right": {REQUESTER},
            "send_back": WORKERS,
            "uphold_objection": {REQUESTER, *WORKERS},
            "refuse_objection": WORKERS,
            "overdue": WORKERS,
        },
        internal={"object", "refuse_objection"},
        may_see_reporter=rules.may_see_rater,
        remedy=judging.open_remedy,
    )
)


class TopicState(models.TextChoices):
    OPENED = "opened", _("待制定办法")
    WORKING = "working", _("治理中")
    DONE = "done", _("已治理")


T = TopicState
TOPIC = register(
    Workflow(
        kind="topic",
        label=_("未诉先办专题"),
        prefix="ZT",
        states=TopicState,
        start=T.OPENED,
        final={T.DONE},
        steps=(
            Step(
                "plan",
                _("制定办法"),
                {T.OPENED, T.WORKING},
                T.WORKING,
                rules.can_topic,
                topics.plan,
                forms.PlanForm,
            ),
            Step(
                "finish", _("治理完成"), {T.WORKING}, T.DONE, rules.can_topic, topics.finish, forms.FinishForm
            ),
        ),
        queues=(Queue("to-plan", _("待制定办法"), {T.OPENED}),),
        hears={"open": {UNIT}, "plan": {UNIT, FOLLOWERS}, "finish": {UNIT, FOLLOWERS}, "overdue": WORKERS},
    )
)
