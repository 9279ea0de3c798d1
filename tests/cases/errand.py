"""An errand: asked → doing ⇄ waiting → done → closed | dropped. Enough to show the whole machine."""

from django.db import models

from linli.cases import actions as cases
from linli.cases import rules
from linli.cases.actions import WrongState, link, open_case
from linli.cases.models import CaseLink
from linli.cases.queries import open_helpers
from linli.cases.steps import STAY, Queue, Step, Workflow
from tests.factories.people import make_post, make_unit, make_user
from tests.factories.places import make_community


class State(models.TextChoices):
    ASKED = "asked", "待安排"
    DOING = "doing", "办理中"
    WAITING = "waiting", "等待补充"
    DONE = "done", "待评价"
    CLOSED = "closed", "已办结"
    DROPPED = "dropped", "不办理"


S = State
may_arrange, may_work = rules.may("errands.arrange"), rules.for_unit("errands.work")


def ask_for_help(case, *, by, unit, term=2):
    helper = open_case(
        kind="errand", title="帮忙", place=case.place, reporter=None, unit=unit, term=term, by=by
    )
    link(case, helper, CaseLink.Kind.HELPER)


def finish(case, *, by):
    if open_helpers(case).exists():
        raise WrongState("还有协办没有完成。")


def receive(origin, *, by, text=""):
    return open_case(
        kind="errand",
        title=text or origin.title,
        place=origin.place,
        reporter=origin.reporter,
        unit=origin.unit,
        by=by,
    )


ERRAND = Workflow(
    kind="errand",
    label="跑腿",
    prefix="ER",
    states=State,
    start=S.ASKED,
    final={S.CLOSED, S.DROPPED},
    waiting={S.WAITING, S.DONE},
    queues=(Queue("to-arrange", "待安排", {S.ASKED}),),
    internal={"remark"},
    receive=receive,
    steps=(
        Step("drop", "不办理", {S.ASKED}, S.DROPPED, may_arrange),
        Step("arrange", "安排", {S.ASKED, S.DOING}, S.DOING, may_arrange, cases.assign),
        Step("wait", "等待", {S.DOING}, S.WAITING, may_work),
        Step("resume", "继续", {S.WAITING}, S.DOING, may_work),
        Step("help", "找人帮忙", {S.DOING}, STAY, may_work, ask_for_help),
        Step("remark", "备注", {S.ASKED, S.DOING, S.WAITING}, STAY, rules.either(may_arrange, may_work)),
        Step("finish", "完成", {S.DOING}, S.DONE, may_work, finish),
        Step("rate", "评价", {S.DONE}, S.CLOSED, rules.is_reporter, cases.rate),
        Step("reopen", "退回", {S.DONE, S.CLOSED}, S.DOING, rules.is_reporter),
        Step("close", "归档", {S.DONE}, S.CLOSED, rules.is_timer),
    ),
)


class Crew:
    """A community with a unit, one who arranges, two who work there, a requester and a stranger."""

    def __init__(self):
        self.place = make_community(1)
        self.unit = make_unit(self.place, "便民服务队")
        self.arranger = make_user("周安排")
        make_post(self.arranger, self.place, "errand.view", "errands.arrange", role="arranger")
        self.worker, self.mate = (self._worker(name) for name in ("吴跑腿", "郑帮手"))
        self.requester = make_user("钱居民")
        self.stranger = make_user("孙路人")

    def _worker(self, name):
        user = make_user(name)
        granted = ("errand.view", "errand.hear", "errands.work")
        make_post(user, self.place, *granted, role="errand-worker", unit=self.unit)
        return user

    def open(self, **fields):
        fields = {"unit": self.unit, "reporter": self.requester.person, "term": 3, **fields}
        return open_case(kind="errand", title="修路灯", place=self.place, by=self.requester, **fields)
