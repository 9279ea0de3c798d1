"""Whom the community looks after, how often somebody comes by, and what came of it."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.fields import SealedField
from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Person
from linli.places.models import Place, inside

from .rulebook import CarePack, parse

WHY, BASIS = "探访关爱特殊困难群体", "履行职责（社会救助、老年人和未成年人保护）"
STAY, CLOSED = "while registered", "2y after close"
CLEAR = [refuse_hidden_characters]


class CareRules(models.Model):
    """The rules that hold in an area for some time: one installed pack."""

    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    area = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    body = models.TextField()

    personal: dict = {}

    class Meta:
        verbose_name = _("探访关爱规则")
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="care_rules_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def rules(self) -> CarePack:
        return parse(self.body)


class VisitPlan(models.Model):
    """A community visits those on its care list, from a day on; persons are planned only under one."""

    community = models.ForeignKey(Place, models.PROTECT, related_name="visit_plans", verbose_name=_("社区"))
    rules = models.ForeignKey(CareRules, models.PROTECT, related_name="plans", verbose_name=_("规则"))
    since = models.DateField(_("开始"))
    ended_on = models.DateField(_("结束"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    personal = {"decided_by": Personal(1, "履职记录", BASIS, "while the account lives", mask="none")}

    class Meta:
        verbose_name = _("探访计划")
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(ended_on=None), name="visit_plan_stands_once_in_a_community"
            )
        ]


class CarePersonQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_on=None)

    def within(self, place):
        return self.filter(inside(place, "person__home"))

    def visible_to(self, user):
        """Those living where a post covers the care list, and those one visits."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user.scope("care.view", "person__home") | Q(visitor=user.pk, ended_on=None))


class CarePerson(models.Model):
    """Somebody on the care list, with the level of risk and who comes by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="care", verbose_name=_("人员"))
    risk = models.SlugField(_("风险等级"), max_length=60)
    rhythm = models.CharField(max_length=10, editable=False)  # follows risk and categories
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="cares_for",
        verbose_name=_("探访人"),
    )
    since = models.DateField(_("列入日期"))
    ended_on = models.DateField(_("退出日期"), null=True)
    end_reason = models.CharField(_("退出原因"), max_length=200, blank=True, validators=CLEAR)
    version = models.PositiveIntegerField(default=1)

    objects = CarePersonQuerySet.as_manager()
    about = ("person",)
    personal = {
        "risk": Personal(3, WHY, BASIS, STAY, mask="none"),
        "visitor": Personal(1, "履职记录", BASIS, STAY, mask="none"),
        "end_reason": Personal(2, WHY, BASIS, STAY, mask="none"),
    }

    class Meta:
        verbose_name = _("关爱对象")
        indexes = [models.Index(fields=["visitor"], name="care_of_a_visitor", condition=Q(ended_on=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("since")), name="care_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    def is_child(self) -> bool:
        """Under 18 today; somebody whose birth date is not known counts by his categories alone."""
        age = self.person.age_on(clock.today())
        return age is not None and age < 18  # 未成年人保护法 2: a definition, not a setting

    def codes(self) -> list[str]:
        """The categories of today."""
        return [entry.category for entry in self.entries.all() if entry.holds_on(clock.today())]


class CareEntry(models.Model):
    """A person belongs to a care category for some time, on a basis somebody named."""

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="entries")
    category = models.SlugField(_("类别"), max_length=60)
    during = DateRangeField(_("起止"))
    basis = models.CharField(_("依据"), max_length=200, validators=CLEAR)
    source = models.CharField(_("来源部门"), max_length=100, validators=CLEAR)
    review_on = models.DateField(_("复核日期"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    about = ("care_person__person",)
    personal = {
        "category": Personal(3, WHY, BASIS, STAY, mask="none"),
        "basis": Personal(2, WHY, BASIS, STAY, mask="none"),
    }

    class Meta:
        verbose_name = _("关爱类别")
        ordering = ["pk"]
        constraints = [
            ExclusionConstraint(
                name="care_category_once_at_a_time",
                expressions=[
                    ("care_person", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def holds_on(self, day) -> bool:
        return self.during.lower <= day and (self.during.upper is None or day < self.during.upper)


class Assessment(models.Model):
    """A level of risk was found, by whom and why; the newest holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="assessments")
    risk = models.SlugField(max_length=60)
    reason = SealedField(_("理由"))
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    about = ("care_person__person",)
    personal = {
        "risk": Personal(3, WHY, BASIS, STAY, mask="none"),
        "reason": Personal(3, WHY, BASIS, STAY),
    }

    class Meta:
        verbose_name = _("风险评估")
        ordering = ["-on", "-pk"]


@tracked()
class CareContact(models.Model):
    """Whom to ask when nobody answers: family first, then neighbours, in their order."""

    class Kind(models.TextChoices):
        FAMILY = "family", _("家属")
        NEIGHBOUR = "neighbour", _("邻居、楼栋长")

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="contacts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("联系人"))
    kind = models.CharField(_("类别"), max_length=9, choices=Kind.choices)
    relation = models.CharField(_("关系"), max_length=20, validators=CLEAR)
    rank = models.PositiveSmallIntegerField(_("顺序"), default=1)

    about = ("care_person__person", "person")
    personal = {
        "person": Personal(2, "没有应答时联系", "同意", STAY, mask="name"),
        "relation": Personal(2, "没有应答时联系", "同意", STAY, mask="none"),
    }

    class Meta:
        verbose_name = _("关爱联系人")
        ordering = ["kind", "rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["care_person", "person"], name="care_contact_once")]


class Pause(models.Model):
    """Why nobody comes by for a while; it is left out of the monthly rate, and shown beside it."""

    class Reason(models.TextChoices):
        MOVED = "moved", _("已迁出或外出")
        HOSPITAL = "hospital", _("住院")
        REFUSED = "refused", _("本人拒绝")

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="pauses")
    reason = models.CharField(_("原因"), max_length=8, choices=Reason.choices)
    during = DateRangeField(_("起止"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    about = ("care_person__person",)
    personal = {"reason": Personal(3, WHY, BASIS, STAY, mask="none")}

    class Meta:
        verbose_name = _("暂停探访")
        constraints = [
            ExclusionConstraint(
                name="care_pauses_once_at_a_time",
                expressions=[("care_person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]


@tracked()
class Pairing(models.Model):
    """结对: a volunteer keeps company with somebody on the list, besides the visits of the staff."""

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="pairings")
    volunteer = models.ForeignKey(
        Person, models.CASCADE, related_name="paired_with", verbose_name=_("志愿者")
    )
    during = DateRangeField(_("起止"))
    promise = models.CharField(_("约定"), max_length=200, validators=CLEAR)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    about = ("care_person__person", "volunteer")
    personal = {
        "volunteer": Personal(2, "结对关爱", "同意", STAY, mask="name"),
        "promise": Personal(2, "结对关爱", "同意", STAY, mask="none"),
    }

    class Meta:
        verbose_name = _("结对")
        constraints = [
            ExclusionConstraint(
                name="pairing_once_at_a_time",
                expressions=[
                    ("care_person", RangeOperators.EQUAL),
                    ("volunteer", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]


class ChildAccess(models.Model):
    """A worker may read the file of a minor: asked with a reason, granted by somebody else, for some time."""

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="accesses")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="child_accesses")
    reason = models.CharField(_("事由"), max_length=200, validators=CLEAR)
    asked_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(null=True)
    until = models.DateField(null=True)

    about = ("care_person__person",)
    personal = {"reason": Personal(1, "未成年人信息查阅审批", "未成年人网络保护条例 36", STAY, mask="none")}

    class Meta:
        verbose_name = _("未成年人档案查阅审批")
        constraints = [
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("worker")),
                name="child_access_granted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(granted_by=None, granted_at=None, until=None)
                | Q(granted_by__isnull=False, granted_at__isnull=False, until__isnull=False),
                name="child_access_granted_wholly_or_not",
            ),
            models.UniqueConstraint(
                fields=["care_person", "worker"], condition=Q(granted_at=None), name="child_access_asked_once"
            ),
        ]


class Due(models.Model):
    """Somebody is to be visited once between two days: planned ahead, a visit from its first day on."""

    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="dues")
    during = DateRangeField()
    rhythm = models.CharField(max_length=10)
    after_change = models.BooleanField(default=False)  # within hours of a major change, besides the rhythm

    personal: dict = {}

    class Meta:
        verbose_name = _("应探访")
        constraints = [
            ExclusionConstraint(
                name="due_once_at_a_time",
                expressions=[("care_person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(after_change=False),
            )
        ]


class Visit(models.Model):
    """探访: what was planned, and what the visitor saw, heard and promised."""

    template = "care/_visit.html"

    class Way(models.TextChoices):
        DOOR = "door", _("上门")
        PHONE = "phone", _("电话")
        VIDEO = "video", _("视频")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, models.CASCADE, related_name="visit")
    care_person = models.ForeignKey(CarePerson, models.CASCADE, related_name="visits")
    due = models.OneToOneField(Due, models.SET_NULL, null=True, related_name="visit")
    rules = models.ForeignKey(CareRules, models.PROTECT, related_name="+")  # by which it was planned
    way = models.CharField(_("方式"), max_length=5, choices=Way.choices, blank=True)
    happened_at = models.DateTimeField(_("探访时间"), null=True)
    checks = SealedField(_("状况"), null=True)  # JSON: {code: ok | watch | urgent}
    words = SealedField(_("老人怎么说、看到什么"), null=True)
    promised = SealedField(_("答应下次带来或办好的"), null=True)
    urgent_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)  # of the sending device: sent twice, kept once (L3)
    key_digest = models.CharField(max_length=64, blank=True)

    about = ("care_person__person",)
    personal = {
        "way": Personal(1, WHY, BASIS, CLOSED, mask="none"),
        "happened_at": Personal(1, WHY, BASIS, CLOSED, mask="none"),
        "checks": Personal(3, WHY, BASIS, CLOSED),
        "words": Personal(3, WHY, BASIS, CLOSED),
        "promised": Personal(3, WHY, BASIS, CLOSED),
    }

    class Meta:
        verbose_name = _("探访")
        indexes = [models.Index(fields=["care_person", "-happened_at"], name="visit_newest_of_a_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("recorded_by")),
                name="visit_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.case.number


class Supplement(models.Model):
    """What a second device wrote of a visit that was already recorded: kept beside it, nothing is lost (L6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="supplements")
    key = models.UUIDField(unique=True)
    body = SealedField(_("补充内容"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    about = ("visit__care_person__person",)
    kept_from = {"close": "visit__case__closed_at"}
    personal = {"body": Personal(3, WHY, BASIS, CLOSED)}

    class Meta:
        verbose_name = _("探访补充")
        ordering = ["at"]


class Rung(models.Model):
    """One thing tried because nobody answered: by when, and who did it or that nobody did."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="rungs")
    level = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    personal: dict = {}

    class Meta:
        verbose_name = _("未应答处置")
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "level"], name="rung_once_for_a_level"),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(ended_at=None), name="rung_one_stands_at_a_time"
            ),
        ]


class Harm(models.Model):
    """侵害未成年人的强制报告: restricted, on nobody's public page, in no figure, in no other timeline."""

    template = "care/_harm.html"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, models.CASCADE, related_name="harm")
    rules = models.ForeignKey(CareRules, models.PROTECT, related_name="+")
    seen = SealedField(_("哪个孩子、看到听到什么"), null=True)
    told = models.JSONField(_("已报告"), default=list)  # [{"who": …, "at": …, "receipt": …}]

    about = ()  # the child is named in the sealed text alone: no copy, no count leads from him to this report
    personal = {"seen": Personal(3, "保护未成年人", "未成年人保护法 11", "5y after close")}

    class Meta:
        verbose_name = _("强制报告")
