"""What firms, organisations, communities and residents may ask of the registers of organisations."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.registers.asking import Asked, declare_asked

from .. import models
from ..rules import EDIT


def _today(**more):
    return lambda: {name: clock.today() if value is None else value for name, value in more.items()}


def _in_force(model, begins: str = "since", ends: str = "until"):
    """Rows in use that hold today."""

    def found(user):
        today = clock.today()
        rows = model.objects.standing().filter(Q(**{ends: None}) | Q(**{f"{ends}__gt": today}))
        return rows.filter(**{f"{begins}__lte": today}).select_related("place").order_by("place__path", "pk")

    return found


INCENTIVE = declare_asked(
    Asked(
        "incentive-grants",
        _("申请激励政策"),
        _("建设和运营补贴、租金减免、水电气优惠：参与社区服务的组织和企业都可以申请。"),
        fields=("incentive", "applicant", "organisation"),
        of="incentive",
        open=_in_force(models.Incentive),
        tell=lambda one: f"{one.title}（{one.get_kind_display()}）：{one.standard}",
        fixed=_today(applied_on=None),
    )
)
INTEREST = declare_asked(
    Asked(
        "investment-interests",
        _("兴办社区服务"),
        _("托育、幼教、医疗、养老、文化、体育：各地希望有人来办的普惠服务，有意向就说一声。"),
        fields=("wish", "investor", "price_promise", "remark"),
        of="wish",
        open=_in_force(models.InvestmentWish, "published_on", "closed_on"),
        tell=lambda one: " · ".join(filter(None, (str(one), one.scale, one.offers))),
        fixed=_today(said_on=None, state="said"),
    )
)
INCUBATION = declare_asked(
    Asked(
        "incubations",
        _("申请孵化"),
        _("社会组织、社区社会企业申请入驻孵化，由支持平台诊断和辅导。"),
        fields=("hub", "organisation", "theme"),
        of="hub",
        open=_in_force(models.SupportHub, "opened_on", "closed_on"),
        tell=lambda one: one.name,
        fixed=_today(applied_on=None),
    )
)


def _open_needs(user):
    rows = models.LinkageNeed.objects.standing().filter(done_on=None, formed_on=None)
    return rows.select_related("place").order_by("place__path", "pk")


LINKAGE = declare_asked(
    Asked(
        "linkage-parts",
        _("应答五社联动需求"),
        _("社区发布的需求，社会组织、社会工作者、志愿者和慈善资源都可以应答。"),
        fields=("need", "party", "name", "organisation", "offers"),
        of="need",
        open=_open_needs,
        tell=lambda one: f"{one.title}（{one.get_theme_display()}）",
        fixed=_today(offered_on=None),
    )
)


def _has_room(user):
    """Offers that reach a community of this person."""
    reached = Q(pk__in=[])
    for grant in user.grants:
        if EDIT in grant.permissions:
            reached |= Q(place__code__in=grant.place.ancestor_codes)
    return _in_force(models.MassOffer)(user).filter(reached)


MASS = declare_asked(
    Asked(
        "mass-deliveries",
        _("申请群团服务进社区"),
        _("妇联、共青团、工会能送到社区的服务，社区在线申请。"),
        fields=("offer", "served"),
        of="offer",
        open=_has_room,
        tell=lambda one: f"{one.title}（{one.get_body_display()}）",
        who=lambda user: user.may(EDIT),
        fixed=_today(asked_on=None),
        places={"served": EDIT},
    )
)


def _only_red(user, row) -> None:
    """A community's own recognitions are applied for by the community, in the register."""
    if row.programme != models.Programme.RED:
        raise ValidationError({"programme": _("这里只受理物业企业的“红色物业”创建。")})


RED = declare_asked(
    Asked(
        "designations",
        _("申请创建“红色物业”"),
        _("物业企业按评定条目自评后申请，街道组织评估。"),
        fields=("place", "firm"),
        fixed=_today(applied_on=None, programme=models.Programme.RED.value),
        refuse=_only_red,
    )
)
