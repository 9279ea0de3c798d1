"""Residents' requests (诉求) and what belongs to them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case, Rating
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.packs.keeping import KeptPack
from linli.people.models import Unit

from .models_around import Adopted, BulkItem, BulkRun, Original, Topic, Watch
from .rulebook import RequestsPack

__all__ = [
    "Adopted",
    "BulkItem",
    "BulkRun",
    "Original",
    "Topic",
    "Watch",
]  # models of this app in a module of their own

WHY, BASIS, KEEP = "办理并答复诉求", "履行职责", "2y after close"


class Rulebook(KeptPack):
    """The rules that hold in an area for some time: one installed pack."""

    schema = RequestsPack

    class Meta(KeptPack.Meta):
        verbose_name = _("诉求办理规则")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="rulebook_once")]

    @cached_property
    def categories(self) -> "dict[str, Category]":
        """The categories of the area by code, those that are no longer offered too."""
        return {category.code: category for category in Category.objects.filter(area=self.area)}


class Category(models.Model):
    """What a request is about."""

    area = models.CharField(max_length=12)
    code = models.SlugField(max_length=60)
    name = models.CharField(_("名称"), max_length=60)
    group = models.CharField(_("大类"), max_length=40)
    appraised = models.BooleanField(default=True)
    retired_on = models.DateField(null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("诉求类别")
        ordering = ["group", "pk"]
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="category_once_in_an_area")]

    def __str__(self) -> str:
        return self.name


class Competence(models.Model):
    """A unit has a duty (受理派单, 兜底, 城管 …) for the place it serves."""

    duty = models.SlugField(_("职责"), max_length=60)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="competences", verbose_name=_("单位"))

    personal: dict = {}

    class Meta:
        verbose_name = _("职责分工")
        constraints = [models.UniqueConstraint(fields=["duty", "unit"], name="competence_once")]


class Request(models.Model):
    """诉求: what a resident asks, asks for, complains of, reports or proposes."""

    template = "requests/_request.html"

    class Kind(models.TextChoices):
        ASK = "ask", _("咨询")
        HELP = "help", _("求助")
        COMPLAINT = "complaint", _("投诉")
        REPORT = "report", _("举报")
        ADVICE = "advice", _("建议")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("网上")
        QR = "qr", _("扫码")
        PHONE = "phone", _("电话")
        WINDOW = "window", _("窗口")
        PAPER = "paper", _("书面")
        HOME = "home", _("上门")
        GRID = "grid", _("网格员")
        REFERRAL = "referral", _("转办")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("一般")
        URGENT = "urgent", _("紧急")
        CRITICAL = "critical", _("特急")

    class Result(models.TextChoices):
        SOLVED = "solved", _("已解决")
        EXPLAINED = "explained", _("已解释")
        PLANNED = "planned", _("列入计划")
        UNSOLVED = "unsolved", _("暂未解决")

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="request")
    kind = models.CharField(_("性质"), max_length=9, choices=Kind.choices)
    channel = models.CharField(_("来源"), max_length=8, choices=Channel.choices)
    urgency = models.CharField(_("紧急程度"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    category = models.ForeignKey(Category, models.PROTECT, related_name="requests", verbose_name=_("类别"))
    rulebook = models.ForeignKey(Rulebook, models.PROTECT, related_name="+")  # by which it was promised
    description = models.TextField(_("内容"), validators=[refuse_hidden_characters])
    words = ArrayField(models.CharField(max_length=40), default=list)  # of the text, to find the same matter
    category_words = ArrayField(models.CharField(max_length=40), default=list)  # why this category
    suggested_unit = models.ForeignKey(Unit, models.SET_NULL, null=True, related_name="+")
    suggested_why = models.CharField(max_length=160, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    lon = models.FloatField(null=True)  # WGS 84 degrees
    lat = models.FloatField(null=True)
    anonymous = models.BooleanField(_("保密"), default=False)
    wants_reply = models.BooleanField(_("需要答复"), default=True)
    contact_due_at = models.DateTimeField()
    contacted_at = models.DateTimeField(_("首次联系"), null=True)
    extension = models.PositiveSmallIntegerField(default=0)  # units of the term that were granted
    outcome = models.TextField(_("办理结果"), blank=True)
    result = models.CharField(max_length=9, choices=Result.choices, blank=True)
    resolved_at = models.DateTimeField(null=True)
    reopen_until = models.DateTimeField(null=True)
    reject_code = models.SlugField(max_length=60, blank=True)
    supervised_at = models.DateTimeField(_("督办"), null=True)
    excluded_at = models.DateTimeField(_("剔除考核"), null=True)
    key = models.UUIDField(null=True, unique=True)  # of the sender: sent twice, kept once (L3)
    key_digest = models.CharField(max_length=64, blank=True)
    secret_digest = models.CharField(max_length=64, blank=True)  # of the secret that opens it without account

    personal = {
        "description": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "words": Personal(2, "发现重复诉求", BASIS, KEEP, mask="none"),
        "address": Personal(2, WHY, BASIS, KEEP, mask="address"),
        "lon": Personal(2, WHY, BASIS, KEEP),
        "lat": Personal(2, WHY, BASIS, KEEP),
        "outcome": Personal(2, WHY, BASIS, KEEP, mask="none"),
    }
    when_purged = {"outcome": "已清除"}  # a resolved request keeps an outcome, also when nobody stands in it

    class Meta:
        verbose_name = _("诉求")
        indexes = [models.Index(fields=["category"], name="request_by_category")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(73, 136), lat__range=(3, 54)),
                name="request_pin_lies_in_china",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | (~Q(outcome="") & ~Q(result="")),
                name="request_resolved_with_an_outcome_and_a_result",
            ),
        ]

    def __str__(self) -> str:
        return self.case.number


class Return(models.Model):
    """A unit gave a wrong dispatch back, with its reason; the same unit once."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="returns")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    personal: dict = {}

    class Meta:
        verbose_name = _("退单")
        constraints = [models.UniqueConstraint(fields=["request", "unit"], name="return_once_by_a_unit")]


class CallBack(models.Model):
    """What the requester said when called back; a call that reached nobody counts for nothing."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="call_backs")
    reached = models.BooleanField(_("联系上"))
    solved = models.BooleanField(_("已解决"), null=True)
    satisfied = models.PositiveSmallIntegerField(_("满意程度"), choices=Rating.Stars.choices, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    personal = {"by": Personal(1, "履职记录", BASIS, "while the account lives", mask="none")}

    class Meta:
        verbose_name = _("回访")
        constraints = [
            models.CheckConstraint(
                condition=Q(reached=True) | Q(solved=None, satisfied=None),
                name="call_back_answers_only_when_reached",
            ),
            models.CheckConstraint(
                condition=Q(satisfied=None) | Q(satisfied__range=(1, 5)), name="call_back_has_1_to_5_stars"
            ),
        ]


class Escalation(models.Model):
    """A rung of the ladder was reached: each level once for a case, whatever is edited meanwhile."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    personal: dict = {}

    class Meta:
        verbose_name = _("逐级提醒")
        constraints = [models.UniqueConstraint(fields=["case", "level"], name="escalation_once_for_a_level")]


class Whistle(models.Model):
    """协办 (吹哨): one helping unit's own case: called, arrived, replied."""

    template = "requests/_whistle.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="whistle")
    task = models.TextField(_("请协助"), validators=[refuse_hidden_characters])
    arrived_at = models.DateTimeField(_("报到"), null=True)
    reply = models.TextField(_("反馈"), blank=True)

    personal = {
        "task": Personal(2, WHY, BASIS, KEEP, mask="none"),
        "reply": Personal(2, WHY, BASIS, KEEP, mask="none"),
    }

    class Meta:
        verbose_name = _("协办")


class Rectification(models.Model):
    """整改: a bad rating brings a call, a remedy and a second look, by its own deadline."""

    template = "requests/_rectification.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="rectification")
    rating = models.OneToOneField(Rating, models.PROTECT, related_name="rectification")
    remedy = models.TextField(_("整改情况"), blank=True)
    accepted = models.BooleanField(_("认可"), null=True)  # by the requester, when called back

    personal = {"remedy": Personal(2, WHY, BASIS, KEEP, mask="none")}

    class Meta:
        verbose_name = _("差评整改")


class LookUp(models.Model):
    """A wrong secret was tried: counted by number and by address, kept for a day."""

    number_digest = models.CharField(max_length=64)
    address_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    about = ()  # digests: nobody can be named
    personal = {
        "number_digest": Personal(1, "防止猜测查询码", "网络安全法", "1d", mask="none"),
        "address_digest": Personal(1, "防止猜测查询码", "网络安全法", "1d", mask="none"),
    }

    class Meta:
        verbose_name = _("查询尝试")
        indexes = [
            models.Index(fields=["number_digest", "at"], name="look_up_by_number"),
            models.Index(fields=["address_digest", "at"], name="look_up_by_address"),
        ]
