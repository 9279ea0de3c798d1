"""One row for each act, with its own keyed digest at once and its place in the chain seconds later."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.truncation import never_truncated

LAW = "网络安全法"
KEEP = "while the chain is kept"  # people stand here as internal ids alone, so nothing needs to go


class Result(models.TextChoices):
    DONE = "done", _("完成")
    REFUSED = "refused", _("拒绝")
    FAILED = "failed", _("失败")


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What happened within the places where a post grants `audit.read`, and what has no place."""
        return self.filter(_within(user)) if user.is_authenticated else self.none()

    def unlinked(self):
        return self.filter(number=None).order_by("pk")

    def chain(self):
        return self.exclude(number=None).order_by("number")


def _within(user) -> Q:
    condition = Q(pk__in=[])
    for grant in user.grants:
        if "audit.read" in grant.permissions:
            condition |= Q(place_path__startswith=grant.place.path) | Q(place_path="")
    return condition


class Entry(models.Model):
    """Somebody did something, or was refused it. Append-only; only the two link columns are set, once."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("时间"), default=clock.now)
    act = models.CharField(_("行为"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("行为人")
    )  # null: the system itself, or nobody who is known
    thing_kind = models.CharField(_("对象类别"), max_length=60, blank=True)
    thing_key = models.CharField(_("对象"), max_length=64, blank=True)
    place_path = models.CharField(_("区划"), max_length=180, blank=True)
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices, default=Result.DONE)
    purpose = models.CharField(_("事由"), max_length=200, blank=True)
    detail = models.JSONField(_("说明"), default=dict)
    keyed = models.CharField(max_length=20)  # hash and key id of the digests, "sha256:k1"
    digest = models.CharField(max_length=64)
    number = models.PositiveBigIntegerField(null=True, unique=True)  # the place in the chain, from 1
    linked_at = models.DateTimeField(null=True)
    link = models.CharField(
        max_length=64, blank=True
    )  # keyed digest of number, moment, previous link, digest

    personal = {"by": Personal(1, "安全审计", LAW, KEEP, mask="name")}
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        indexes = [
            models.Index(fields=["-at"], name="audit_latest_first"),
            models.Index(fields=["by", "-at"], name="audit_of_a_person"),
            models.Index(fields=["thing_kind", "thing_key"], name="audit_of_a_thing"),
            models.Index(fields=["id"], condition=Q(number=None), name="audit_not_yet_linked"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(result__in=Result.values), name="audit_result_is_known"),
            models.CheckConstraint(
                condition=Q(number=None, linked_at=None, link="")
                | (Q(number__gte=1, linked_at__isnull=False) & ~Q(link="")),
                name="audit_link_is_whole_or_absent",
            ),
        ]
        triggers = [
            never_truncated("audit_is_never_truncated"),
            pgtrigger.Protect(name="audit_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="audit_is_never_edited",
                exclude=["number", "linked_at", "link"],
            ),
            pgtrigger.Protect(
                name="audit_is_linked_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M:%S}"
