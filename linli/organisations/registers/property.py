"""The registers of how compounds are governed and property firms watched."""

from django.utils.translation import gettext_lazy as _

from .. import models
from .parts import COMPOUND, GOVERNING, declare

OF = COMPOUND | {"group": GOVERNING}

MEETINGS = declare(
    "tripartite-meetings", _("三方协调会"), models.TripartiteMeeting,
    "place held_on subject committee_came owners_came firm_came minutes", "place held_on subject",
    lookup=("subject",), order=("-held_on", "pk"), **OF,
)  # fmt: skip
ACTIONS = declare(
    "tripartite-actions", _("三方议定事项"), models.TripartiteAction,
    "meeting issue agreed owner due_on done_on outcome published", "meeting issue",
    path="meeting__place", due="due_on", over="done_on", order=("due_on", "pk"),
    listed=("owner", "due_on", "done_on", "published"), **OF,
)  # fmt: skip
PUBLICATIONS = declare(
    "owners-publications", _("业委会公开记录"), models.OwnersPublication,
    "committee kind title published_on where_seen", "committee kind title published_on",
    path="committee__place", order=("-published_on", "pk"), **OF,
)  # fmt: skip
SERVICES = declare(
    "firm-services", _("物业上门服务"), models.FirmService,
    "firm name price_yuan unit hours since until", "firm name since",
    path="firm__place", group=GOVERNING, levels=("community", "street", "county"), due="until",
)  # fmt: skip
ASSESSMENTS = declare(
    "firm-assessments", _("物业服务评价"), models.FirmAssessment,
    "place firm assessed_on assessor score answer_count remark", "place firm assessor assessed_on",
    order=("-assessed_on", "pk"), listed=("assessed_on", "score", "answer_count"), **OF,
)  # fmt: skip
PRICES = declare(
    "price-lines", _("物业收费公示"), models.PriceLine,
    "place firm item price_yuan unit since until basis", "place firm item since",
    listed=("firm", "since", "basis"), due="until", **OF,
)  # fmt: skip
TALKS = declare(
    "price-talks", _("物业价格协商"), models.PriceTalk,
    "place firm held_on asked_yuan agreed_yuan owner_count agreeing_count outcome", "place firm held_on",
    order=("-held_on", "pk"), listed=("asked_yuan", "agreed_yuan"), **OF,
)  # fmt: skip
MEASURES = declare(
    "firm-measures", _("物业监管措施"), models.FirmMeasure,
    "place firm kind cause issued_on due_on done_on outcome successor", "place firm kind issued_on",
    order=("-issued_on", "pk"), due="due_on", over="done_on", listed=("due_on", "done_on", "successor"), **OF,
)  # fmt: skip
