"""The registers of what many do together."""

from django.utils.translation import gettext_lazy as _

from .. import models
from .parts import JOINING, declare

OF = {"group": JOINING}

NEEDS = declare(
    "linkage-needs", _("五社联动需求和项目"), models.LinkageNeed,
    "place title theme people_count posted_on due_on formed_on done_on outcome", "place title posted_on",
    lookup=("title",), due="due_on", over="done_on", order=("-posted_on", "pk"),
    listed=("theme", "people_count", "formed_on", "done_on"), **OF,
)  # fmt: skip
PARTS = declare(
    "linkage-parts", _("五社联动应答和投入"), models.LinkagePart,
    "need party name organisation offered_on offers agreed_on hours amount_yuan brought", "need party name",
    path="need__place", listed=("offers", "agreed_on", "brought"), sums=("hours", "amount_yuan"), **OF,
)  # fmt: skip
OFFERS = declare(
    "mass-offers", _("群团服务清单"), models.MassOffer,
    "place body title capacity since until", "place body title since", lookup=("title",),
    listed=("capacity", "since", "until"), due="until", below=True, **OF,
)  # fmt: skip
DELIVERIES = declare(
    "mass-deliveries", _("群团服务进社区"), models.MassDelivery,
    "offer served asked_on delivered_on people_count outcome", "offer served asked_on", path="offer__place",
    spellings={"served": ("服务社区代码",)}, listed=("asked_on", "delivered_on", "people_count"),
    sums=("people_count",), order=("-asked_on", "pk"), **OF,
)  # fmt: skip
CAMPAIGNS = declare(
    "campaigns", _("系列活动"), models.Campaign,
    "place series title since until aim", "place title since", lookup=("title",),
    listed=("since", "until"), order=("-since", "pk"), below=True, **OF,
)  # fmt: skip
EVENTS = declare(
    "campaign-activities", _("系列活动记录"), models.CampaignActivity,
    "campaign organisation title held_on served people_count shown", "campaign organisation title held_on",
    path="campaign__place", listed=("served", "held_on", "people_count", "shown"), sums=("people_count",),
    spellings={"served": ("服务社区代码",)}, order=("-held_on", "pk"), **OF,
)  # fmt: skip
PAIRINGS = declare(
    "pairings", _("对口支援协议"), models.Pairing,
    "place partner kind theme agreement since until", "place partner kind since", lookup=("partner",),
    listed=("theme", "since", "until"), due="until", **OF,
)  # fmt: skip
VISITS = declare(
    "pairing-visits", _("对口支援记录"), models.PairingVisit,
    "pairing kind began_on days people_count outcome", "pairing kind began_on", path="pairing__place",
    listed=("days", "people_count", "outcome"), sums=("people_count",), order=("-began_on", "pk"), **OF,
)  # fmt: skip
WISHES = declare(
    "investment-wishes", _("社会力量兴办服务需求"), models.InvestmentWish,
    "place field title scale offers published_on closed_on", "place title published_on", lookup=("title",),
    listed=("scale", "published_on", "closed_on"), **OF,
)  # fmt: skip
INTERESTS = declare(
    "investment-interests", _("社会力量兴办意向"), models.InvestmentInterest,
    "wish investor said_on state agreed_on opened_on price_promise remark", "wish investor said_on",
    path="wish__place", listed=("said_on", "price_promise", "opened_on"), order=("-said_on", "pk"), **OF,
)  # fmt: skip
POSTS = declare(
    "service-posts", _("党员服务岗位"), models.ServicePost,
    "place title duty wanted taken since until", "place title since", lookup=("title",),
    listed=("wanted", "taken", "since"), **OF,
)  # fmt: skip
POST_MONTHS = declare(
    "service-post-months", _("党员岗位服务记录"), models.ServicePostMonth,
    "post month_on times hours remark", "post month_on", path="post__place", order=("-month_on", "pk"),
    listed=("times", "hours", "remark"), sums=("times", "hours"), **OF,
)  # fmt: skip
