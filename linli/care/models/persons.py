"""Whom the community looks after, why, and who is near to them."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.fields import SealedField
from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.people.models import Person
from linli.places.models import inside

from .rules import BASIS, CLEAR, STAY, WHY


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
