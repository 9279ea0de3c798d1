"""How a compound is governed and its firm watched: the three parties' board, assessments, prices, warnings, exit."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.registers.models import PlacedRecord, Record, follows, once, said_when

from .compounds import OwnersCommittee, PropertyFirm
from .parts import money, text

FIRM = _("物业企业")


@tracked()
class TripartiteMeeting(PlacedRecord):
    """A meeting of residents' committee, owners and property firm of a compound (三方协调会)."""

    held_on = models.DateField(_("开会日期"))
    subject = text(_("议题"))
    committee_came = models.BooleanField(_("居委会参加"), default=False)
    owners_came = models.BooleanField(_("业委会（物管会）参加"), default=False)
    firm_came = models.BooleanField(_("物业企业参加"), default=False)
    minutes = text(_("会议纪要"), 1000, blank=True)

    called = ("held_on", "subject")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("三方协调会")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("tripartite_meeting_once_a_day_on_a_subject", "place", "held_on", "subject"),
            models.CheckConstraint(
                condition=Q(committee_came=True, owners_came=True)
                | Q(committee_came=True, firm_came=True)
                | Q(owners_came=True, firm_came=True),
                name="tripartite_meeting_has_two_parties",
                violation_error_message=_("至少要有两方参加。"),
            ),
        ]


@tracked()
class TripartiteAction(Record):
    """What a meeting agreed: whose matter it is, until when, what came of it; residents see it once published."""

    class Owner(models.TextChoices):
        COMMITTEE = "committee", _("居（村）委会")
        OWNERS = "owners", _("业委会（物管会）")
        FIRM = "firm", _("物业企业")
        STREET = "street", _("街道（乡镇）")

    meeting = models.ForeignKey(
        TripartiteMeeting, models.CASCADE, related_name="actions", verbose_name=_("三方协调会")
    )
    issue = text(_("问题"))
    agreed = text(_("议定办法"), 200)
    owner = models.CharField(_("责任方"), max_length=9, choices=Owner.choices)
    due_on = models.DateField(_("约定完成"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = text(_("办理结果"), 200, blank=True)
    published = models.BooleanField(_("向居民公开"), default=False)

    called = ("issue", "owner")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("三方议定事项")
        constraints = [
            *Record.Meta.constraints,
            once("tripartite_action_once_in_a_meeting", "meeting", "issue"),
            said_when("tripartite_action_done_says_how", "done_on", "outcome"),
        ]

    def check_change(self, before, *, by) -> None:
        if self.done_on is not None and self.done_on < self.meeting.held_on:
            raise ValidationError({"done_on": _("完成日期不能早于开会日期。")})


@tracked()
class OwnersPublication(Record):
    """What an owners' committee made known: minutes, accounts, a notice of election."""

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("会议决定")
        ACCOUNTS = "accounts", _("收支账目")
        ELECTION = "election", _("换届公告")

    committee = models.ForeignKey(
        OwnersCommittee, models.CASCADE, related_name="publications", verbose_name=_("业主委员会")
    )
    kind = models.CharField(_("公开类别"), max_length=8, choices=Kind.choices)
    title = text(_("公开内容"))
    published_on = models.DateField(_("公开日期"))
    where_seen = text(_("公开地点"), blank=True)

    called = ("kind", "title")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("业委会公开记录")
        constraints = [
            *Record.Meta.constraints,
            once("owners_publication_once_a_day", "committee", "kind", "title", "published_on"),
        ]


class OfFirm(PlacedRecord):
    """A row about the work of a firm in one compound."""

    firm = models.ForeignKey(PropertyFirm, models.PROTECT, related_name="%(class)ss", verbose_name=FIRM)

    class Meta(PlacedRecord.Meta):
        abstract = True


@tracked()
class FirmService(Record):
    """What a property firm does for residents at home, and for how much (上门服务)."""

    firm = models.ForeignKey(PropertyFirm, models.CASCADE, related_name="services", verbose_name=FIRM)
    name = text(_("服务项目"))
    price_yuan = money(_("价格（元）"))
    unit = text(_("计价单位"), 20, blank=True)
    hours = text(_("服务时间"), 60, blank=True)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)

    called = ("name", "firm")
    personal: dict = {}

    class Meta(Record.Meta):
        verbose_name = _("物业上门服务")
        constraints = [
            *Record.Meta.constraints,
            once("firm_service_once_from_a_day", "firm", "name", "since"),
            follows("firm_service_ends_after_it_begins", "since", "until"),
        ]


@tracked()
class FirmAssessment(OfFirm):
    """A score of a firm's work in a compound, by residents, the community, the street or the trade body."""

    class By(models.TextChoices):
        RESIDENTS = "residents", _("居民")
        COMMUNITY = "community", _("社区两委")
        STREET = "street", _("街道（乡镇）")
        TRADE = "trade", _("行业协会")
        AUTHORITY = "authority", _("主管部门")

    assessed_on = models.DateField(_("评价日期"))
    assessor = models.CharField(_("评价方"), max_length=9, choices=By.choices)
    score = models.DecimalField(_("得分（百分制）"), max_digits=4, decimal_places=1)
    answer_count = models.PositiveIntegerField(_("参评份数"), null=True, blank=True)
    remark = text(_("主要问题"), 200, blank=True)

    called = ("firm", "assessor", "score")
    personal: dict = {}

    class Meta(OfFirm.Meta):
        verbose_name = _("物业服务评价")
        constraints = [
            *OfFirm.Meta.constraints,
            once("firm_assessment_once_a_day", "place", "firm", "assessor", "assessed_on"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100),
                name="firm_assessment_is_of_a_hundred",
                violation_error_message=_("得分在 0 到 100 之间。"),
            ),
            models.CheckConstraint(
                condition=~Q(assessor="residents") | Q(answer_count__isnull=False, answer_count__gt=0),
                name="firm_assessment_of_residents_says_how_many",
                violation_error_message=_("居民评价要填参评份数。"),
            ),
        ]


@tracked()
class PriceLine(OfFirm):
    """One line of the sheet of prices of a firm in a compound."""

    item = text(_("收费项目"))
    price_yuan = money(_("收费标准（元）"))
    unit = text(_("计价单位"), 20)
    since = models.DateField(_("执行日期"))
    until = models.DateField(_("停止日期"), null=True, blank=True)
    basis = text(_("定价依据"), blank=True)

    called = ("item", "price_yuan", "unit")
    personal: dict = {}

    class Meta(OfFirm.Meta):
        verbose_name = _("物业收费公示")
        constraints = [
            *OfFirm.Meta.constraints,
            once("price_line_once_from_a_day", "place", "firm", "item", "since"),
            follows("price_line_ends_after_it_begins", "since", "until"),
        ]


@tracked()
class PriceTalk(OfFirm):
    """A negotiation of the price of service between owners and firm."""

    held_on = models.DateField(_("协商日期"))
    asked_yuan = money(_("企业提出（元）"))
    agreed_yuan = money(_("商定（元）"), null=True, blank=True)
    owner_count = models.PositiveIntegerField(_("参加表决业主数"), null=True, blank=True)
    agreeing_count = models.PositiveIntegerField(_("同意业主数"), null=True, blank=True)
    outcome = text(_("协商结果"), 200, blank=True)

    called = ("firm", "held_on")
    personal: dict = {}

    class Meta(OfFirm.Meta):
        verbose_name = _("物业价格协商")
        constraints = [
            *OfFirm.Meta.constraints,
            once("price_talk_once_a_day", "place", "firm", "held_on"),
            models.CheckConstraint(
                condition=Q(agreed_yuan=None) | ~Q(outcome=""),
                name="price_talk_agreed_says_how",
                violation_error_message=_("商定了价格，要写明协商结果。"),
            ),
            models.CheckConstraint(
                condition=Q(agreeing_count=None)
                | Q(owner_count__isnull=False, agreeing_count__lte=models.F("owner_count")),
                name="price_talk_agreeing_within_owners",
                violation_error_message=_("同意业主数不能多于参加表决业主数。"),
            ),
        ]


@tracked()
class FirmMeasure(OfFirm):
    """A warning, an order to put right, or the exit of a firm from a compound; nobody leaves unwarned."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("警示约谈")
        ORDER = "order", _("限期整改")
        EXIT = "exit", _("退出")

    kind = models.CharField(_("措施"), max_length=7, choices=Kind.choices)
    cause = text(_("原因"), 200)
    issued_on = models.DateField(_("作出日期"))
    due_on = models.DateField(_("整改（交接）期限"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = text(_("整改（交接）情况"), 200, blank=True)
    successor = models.ForeignKey(
        PropertyFirm, models.SET_NULL, null=True, blank=True, related_name="taken_over", verbose_name=_("接管企业")
    )  # fmt: skip

    called = ("firm", "kind", "issued_on")
    personal: dict = {}

    class Meta(OfFirm.Meta):
        verbose_name = _("物业监管措施")
        constraints = [
            *OfFirm.Meta.constraints,
            once("firm_measure_once_a_day", "place", "firm", "kind", "issued_on"),
            follows("firm_measure_is_due_after_it_is_issued", "issued_on", "due_on"),
            follows("firm_measure_is_done_after_it_is_issued", "issued_on", "done_on", same_day=True),
            said_when("firm_measure_done_says_how", "done_on", "outcome"),
        ]

    def check_change(self, before, *, by) -> None:
        """Exit comes after an order that ran out; to whom the compound is handed over stands before it is done."""
        if self.kind != self.Kind.EXIT:
            return
        ordered = FirmMeasure.objects.filter(
            place=self.place,
            firm=self.firm,
            kind=self.Kind.ORDER,
            archived_on=None,
            due_on__lt=self.issued_on,
        )
        if not ordered.exists():
            raise ValidationError({"kind": _("退出之前应当有已到期的限期整改。")})
        if self.done_on is not None and self.successor is None:
            raise ValidationError({"successor": _("交接完成要填接管企业。")})
        if self.successor_id is not None and self.successor_id == self.firm_id:
            raise ValidationError({"successor": _("接管企业不能是退出的企业。")})
