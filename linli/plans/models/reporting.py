"""Around reported figures: what cannot be, and which months are closed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.places.models import Place


class CheckTerm(models.Model):
    """A condition that figures of one place must meet, in the language of formulas; installed from packs."""

    code = models.SlugField(max_length=60, unique=True)
    rule = models.CharField(_("条件"), max_length=200)
    says = models.CharField(_("不满足时的提示"), max_length=200)
    expression = models.JSONField()
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("校验规则")
        ordering = ["code"]


class FigureLockQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(reopened_at=None)


class FigureLock(models.Model):
    """A month that is closed for a place and everything in it, until somebody opens it again with a reason."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="figure_locks", verbose_name=_("区划"))
    month = models.IntegerField(_("月份"))
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("锁定人")
    )
    locked_at = models.DateTimeField(_("锁定时间"), default=clock.now)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("重开人")
    )
    reopened_at = models.DateTimeField(_("重开时间"), null=True)
    reason = models.CharField(_("重开原因"), max_length=200, blank=True)

    objects = FigureLockQuerySet.as_manager()
    about = ("locked_by__person", "reopened_by__person")
    personal = {
        "locked_by": Personal(1, "数据责任可追溯", "统计法", "while the account lives", mask="name"),
        "reopened_by": Personal(1, "数据责任可追溯", "统计法", "while the account lives", mask="name"),
    }

    class Meta:
        verbose_name = _("数据锁定")
        ordering = ["-locked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "month"],
                condition=Q(reopened_at=None),
                name="month_is_locked_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None, reason="")
                | (Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reason="")),
                name="month_is_reopened_by_somebody_with_a_reason",
            ),
        ]
