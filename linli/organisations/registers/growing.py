"""The registers of how organisations are helped to grow."""

from django.utils.translation import gettext_lazy as _

from .. import models
from .parts import GROWING, declare

OF = {"group": GROWING}
OF_ORGANISATION = OF | {"path": "organisation__place"}

HUBS = declare(
    "support-hubs", _("社会组织支持平台"), models.SupportHub,
    "place name kind operator seats templates opened_on closed_on", "place name", lookup=("name",),
    alike=("name",), listed=("kind", "operator", "seats"), below=True, **OF,
)  # fmt: skip
MEMBERSHIPS = declare(
    "hub-memberships", _("平台成员"), models.HubMembership,
    "hub organisation seated since until", "hub organisation since",
    listed=("seated", "since", "until"), **OF_ORGANISATION,
)  # fmt: skip
COACHINGS = declare(
    "coachings", _("辅导记录"), models.Coaching,
    "organisation hub coached_on subject given_by hours", "organisation coached_on subject",
    order=("-coached_on", "pk"), sums=("hours",), listed=("coached_on", "given_by", "hours"), **OF_ORGANISATION,
)  # fmt: skip
INCUBATIONS = declare(
    "incubations", _("孵化记录"), models.Incubation,
    "organisation hub cohort theme applied_on diagnosed_on diagnosis mentor_unit graduated_on left_on outcome",
    "organisation cohort", listed=("theme", "applied_on", "graduated_on"), **OF_ORGANISATION,
)  # fmt: skip
STEPS = declare(
    "incubation-steps", _("孵化阶段目标"), models.IncubationStep,
    "incubation goal due_on reached_on shown_by", "incubation goal", path="incubation__organisation__place",
    due="due_on", over="reached_on", order=("due_on", "pk"), listed=("due_on", "reached_on"), **OF,
)  # fmt: skip
REPORTS = declare(
    "enterprise-reports", _("社会企业年度报告"), models.EnterpriseReport,
    "enterprise year revenue_yuan surplus_yuan reinvested_yuan served_count tax_relief_yuan performance checked_on"
    " passed remark",
    "enterprise year", path="enterprise__organisation__place", order=("-year", "pk"),
    listed=("surplus_yuan", "reinvested_yuan", "passed"), sums=("served_count",), **OF,
)  # fmt: skip
INCENTIVES = declare(
    "incentives", _("激励政策目录"), models.Incentive,
    "place title kind basis standard since until", "place title since", lookup=("title",),
    listed=("kind", "standard", "until"), due="until", below=True, **OF,
)  # fmt: skip
GRANTS = declare(
    "incentive-grants", _("激励申请和兑现"), models.IncentiveGrant,
    "incentive applicant organisation applied_on checked_on granted amount_yuan granted_on reason result",
    "incentive applicant applied_on", path="incentive__place", order=("-applied_on", "pk"),
    listed=("applied_on", "granted", "amount_yuan", "granted_on"), sums=("amount_yuan",), **OF,
)  # fmt: skip
