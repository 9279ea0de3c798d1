"""Keys to the API, answers remembered for repeated requests, and how often each caller came."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.fields import SealedField
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters

LAW = "网络安全法"


class TokenQuerySet(models.QuerySet):
    def usable(self):
        """Neither withdrawn nor past its day, of an account that is active."""
        return self.filter(revoked_at=None, expires_at__gt=clock.now(), user__is_active=True)

    def visible_to(self, user):
        """One's own."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Token(models.Model):
    """A key to the API. It opens what its holder may do and its scopes name, whichever is less (P5)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("名称"), max_length=60, validators=[refuse_hidden_characters])
    prefix = models.CharField(_("开头"), max_length=8)  # shown, so that a person knows which one it is
    digest = models.CharField(max_length=64, unique=True, editable=False)  # the key itself is kept nowhere
    scopes = models.JSONField(_("范围"))
    created_at = models.DateTimeField(_("创建时间"), default=clock.now)
    expires_at = models.DateTimeField(_("到期时间"))
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    objects = TokenQuerySet.as_manager()
    personal = {
        "user": Personal(1, "接口访问", LAW, "6m after end", mask="name"),
        "name": Personal(1, "接口访问", LAW, "6m after end", mask="none"),
        "last_used_at": Personal(1, "安全审计", LAW, "6m after end", mask="none"),
    }

    class Meta:
        verbose_name = _("接口令牌")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + timedelta(days=366)),
                name="token_ends_within_a_year",
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="token_names_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class RememberedAnswer(models.Model):
    """The answer to an effectful request, written with its effect and given again to the same key (L3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    caller = models.CharField(max_length=80)  # user-<id>, or the keyed digest of an address
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = SealedField()  # answers may hold anything; it is kept a day, and not in the clear
    answered_at = models.DateTimeField(default=clock.now)

    about = ()  # a caller may be nobody we know; rows go after two days whoever it was
    personal = {
        "caller": Personal(1, "重复提交只办一次", "合同", "2d", mask="text"),
        "answer": Personal(3, "重复提交只办一次", "合同", "2d"),
    }

    class Meta:
        verbose_name = _("已答复的请求")
        indexes = [models.Index(fields=["answered_at"], name="answer_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="answer_once_for_a_key"),
        ]


class RateCount(models.Model):
    """How often a caller came in a stretch of time; keyed digests, no addresses."""

    key = models.CharField(max_length=64)
    slot = models.BigIntegerField()  # number of the stretch since 1970
    window_s = models.PositiveIntegerField()
    count = models.PositiveIntegerField()

    personal: dict = {}

    class Meta:
        verbose_name = _("访问计数")
        constraints = [
            models.UniqueConstraint(fields=["key", "window_s", "slot"], name="rate_counted_once_a_stretch"),
        ]
