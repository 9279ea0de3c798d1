"""Figures: the long bitemporal table of what was counted or reported, and what is added up from it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.places.models import Place, inside


class Source(models.TextChoices):
    RECORDS = "records", _("平台记录")
    REPORTED = "reported", _("填报")


class MeasureValue(models.Model):
    """One measure of one place in one month (or the months it spans), as known between two moments.

    `value` is a scaled integer; where there is none, `status` is the rank of the reason in
    formula.values.STATUSES. `month` is 12 × year + month − 1, the last month covered. A correction closes the
    old row and adds a new one; nothing is overwritten.
    """

    measure = models.CharField(_("计数项"), max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, related_name="figures")
    month = models.IntegerField(_("月份"))
    span = models.PositiveSmallIntegerField(_("月数"), default=1)
    value = models.BigIntegerField(_("数值"), null=True)
    status = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices)
    known_from = models.DateTimeField(default=clock.now)
    known_to = models.DateTimeField(null=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("数据")
        indexes = [
            models.Index(fields=["measure", "month", "span", "place"], name="figure_by_measure_and_month"),
            models.Index(fields=["place", "measure", "month"], name="figure_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "place", "month", "span", "source"],
                condition=Q(known_to=None),
                name="figure_is_known_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, status=0) | Q(value=None, status__gt=0),
                name="figure_has_a_value_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(known_to=None) | Q(known_to__gte=F("known_from")),
                name="figure_is_known_before_it_is_corrected",
            ),
            models.CheckConstraint(condition=Q(span__range=(1, 120)), name="figure_spans_whole_months"),
        ]


class AggregateValue(models.Model):
    """One aggregate of a formula, brought together over one place and period: numerator over denominator.

    Derived and rebuildable: the truth is MeasureValue. Numbers of any size, so numerics without a point.
    """

    digest = models.CharField(max_length=64)  # of the aggregate's typed form
    place = models.ForeignKey(Place, models.CASCADE, related_name="+")
    first = models.IntegerField()
    last = models.IntegerField()
    numerator = models.DecimalField(max_digits=60, decimal_places=0, null=True)
    denominator = models.DecimalField(max_digits=60, decimal_places=0, null=True)
    status = models.PositiveSmallIntegerField(default=0)
    reported = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    personal: dict = {}

    class Meta:
        verbose_name = _("汇总")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "first", "last", "digest"], name="aggregate_once_for_a_place_and_period"
            ),
            models.CheckConstraint(
                condition=Q(status=0, numerator__isnull=False, denominator__gt=0)
                | Q(status__gt=0, numerator=None),
                name="aggregate_has_a_value_or_a_reason",
            ),
        ]


class FigureReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What one entered, and what one's posts let one report or approve."""
        if not user.is_authenticated:
            return self.none()
        mine = Q(entered_by=user)
        return self.filter(
            mine | user.scope("figures.report", "place") | user.scope("figures.approve", "place")
        )

    def within(self, place):
        return self.filter(inside(place, "place"))

    def waiting(self):
        return self.filter(decided_at=None)


class FigureReport(models.Model):
    """A figure that a post reports for its place; it counts once a second person has approved it."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("待审核")
        APPROVED = "approved", _("已审核")
        RETURNED = "returned", _("已退回")

    measure = models.CharField(_("计数项"), max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, related_name="figure_reports", verbose_name=_("区划"))
    month = models.IntegerField(_("月份"))
    span = models.PositiveSmallIntegerField(_("月数"), default=1)
    value = models.BigIntegerField(_("数值"), null=True)
    status = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="figures_entered", verbose_name=_("填报人")
    )
    entered_at = models.DateTimeField(_("填报时间"), default=clock.now)
    decision = models.CharField(_("审核"), max_length=8, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="figures_decided",
        verbose_name=_("审核人"),
    )
    decided_at = models.DateTimeField(_("审核时间"), null=True)
    reason = models.CharField(_("退回原因"), max_length=200, blank=True)

    objects = FigureReportQuerySet.as_manager()
    about = ("entered_by__person", "decided_by__person")
    personal = {  # a figure never loses its two accounts; who was behind them goes with the account
        "entered_by": Personal(1, "数据责任可追溯", "统计法", "while the account lives", mask="name"),
        "decided_by": Personal(1, "数据责任可追溯", "统计法", "while the account lives", mask="name"),
    }

    class Meta:
        verbose_name = _("填报")
        ordering = ["-entered_at", "-pk"]
        indexes = [models.Index(fields=["place", "measure", "month"], name="report_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, status=0) | Q(value=None, status__gt=0),
                name="report_has_a_value_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decision="waiting", decided_by=None, decided_at=None)
                | (~Q(decision="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="report_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                name="report_is_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(reason=""), name="report_is_returned_with_a_reason"
            ),
            models.UniqueConstraint(
                fields=["measure", "place", "month", "span"],
                condition=Q(decision="waiting"),
                name="report_waits_once_for_a_figure",
            ),
        ]
