"""listed → matched to a resource | turned into a project → met; unmet stays in sight."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.actions import rate
from linli.cases.forms import RateForm, ReasonForm
from linli.cases.rules import is_reporter
from linli.cases.steps import STAY, Audience, Queue, Step, Workflow, register

from . import actions, forms, rules


class State(models.TextChoices):
    LISTED = "listed", _("未满足")
    MATCHED = "matched", _("已对接资源")
    PROJECT = "project", _("已列入项目")
    MET = "met", _("已满足")
    DROPPED = "dropped", _("不再需要")


S, PEOPLE, UNIT = State, {Audience.REQUESTER, Audience.FAMILY, Audience.FOLLOWERS}, {Audience.UNIT}
NEED = register(
    Workflow(
        kind="need",
        label=_("居民需求"),
        prefix="XQ",
        requester_label=_("需求人"),
        states=State,
        start=S.LISTED,
        final={S.MET, S.DROPPED},
        receive=actions.receive,
        steps=(
            Step("sort_out", _("归类"), {S.LISTED}, STAY, rules.can_match, actions.sort_out, forms.KindForm),
            Step(
                "match", _("对接资源"), {S.LISTED}, S.MATCHED, rules.can_match, actions.match, forms.MatchForm
            ),
            Step(
                "project",
                _("列入项目"),
                {S.LISTED},
                S.PROJECT,
                rules.can_match,
                actions.put_into_project,
                forms.ProjectStepForm,
            ),
            Step("meet", _("已满足"), {S.MATCHED, S.PROJECT}, S.MET, rules.can_say_met),
            Step(
                "release",
                _("没有满足，重新对接"),
                {S.MATCHED, S.PROJECT},
                S.LISTED,
                rules.can_say_met,
                actions.release,
                ReasonForm,
            ),
            Step("rate", _("评价"), {S.MET}, STAY, is_reporter, rate, RateForm),
            Step("drop", _("不再需要"), {S.LISTED}, S.DROPPED, rules.can_say_met, None, ReasonForm),
        ),
        queues=(Queue("listed", _("未满足的需求"), {S.LISTED}),),
        hears={"open": UNIT, "match": PEOPLE, "project": PEOPLE, "meet": PEOPLE, "release": UNIT},
        internal={"sort_out"},
    )
)
