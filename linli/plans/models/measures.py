"""The names formulas may use: measures and scopes, installed from packs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.packs.schema import nearest
from linli.places.models import Place


class ScopeTerm(models.Model):
    """A named set of places that report."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("范围"), max_length=40)
    level = models.CharField(_("级别"), max_length=12)
    within = models.CharField(max_length=60, blank=True)
    urban_rural = models.CharField(max_length=1, blank=True)
    tag = models.CharField(_("标签"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField()
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("范围")
        ordering = ["order"]


class MeasureTerm(models.Model):
    """One countable thing: how it is defined, and which app counts it once that app can."""

    code = models.CharField(_("代码"), max_length=80, unique=True)
    title = models.CharField(_("计数项"), max_length=100)
    unit = models.CharField(_("单位"), max_length=10)
    kind = models.CharField(_("种类"), max_length=8)
    scope = models.CharField(_("范围"), max_length=60)
    decimals = models.PositiveSmallIntegerField(_("小数位"), default=0)
    good_for_months = models.PositiveSmallIntegerField(_("有效月数"), default=1)
    due_within_days = models.PositiveSmallIntegerField(_("期后几天内报"), default=10)
    counted_by = models.CharField(_("由何处计数"), max_length=30)
    definition = models.CharField(_("口径"), max_length=200)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("计数项")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["title"], condition=Q(retired_on=None), name="measure_title_once_among_the_standing"
            )
        ]

    def __str__(self) -> str:
        return self.title


class FigureRules(models.Model):
    """What the measures pack of an area says about figures: when they are small, how soon a doubt is settled."""

    code = models.SlugField(max_length=60, unique=True)
    area = models.CharField(_("区划代码"), max_length=12)
    valid_from = models.DateField(_("起"))
    valid_to = models.DateField(_("止"), null=True, blank=True)
    small_count = models.PositiveSmallIntegerField(_("少于几人不公开"))
    people_units = models.JSONField(_("哪些单位数的是人"), default=list)
    settle_workdays = models.PositiveSmallIntegerField(_("数据差异几个工作日内核清"))

    personal: dict = {}

    @classmethod
    def nearest(cls, place: Place | None = None) -> "FigureRules":
        """The rules of the nearest area that hold today; LookupError when no measures pack is installed."""
        codes = place.ancestor_codes if place is not None else []
        found = nearest(cls.objects.all(), codes, clock.today())
        if found is None:
            raise LookupError("no measures pack is installed: nothing says which counts are small")
        return found

    @classmethod
    def strictest(cls) -> "FigureRules":
        """What holds for answers about many areas at once: the strictest of all rules in force."""
        today = clock.today()
        held = [
            rules
            for rules in cls.objects.filter(valid_from__lte=today)
            if not rules.valid_to or rules.valid_to >= today
        ]
        if not held:
            raise LookupError("no measures pack is installed: nothing says which counts are small")
        units = {unit for rules in held for unit in rules.people_units}
        return cls(small_count=max(rules.small_count for rules in held), people_units=sorted(units))

    class Meta:
        verbose_name = _("数据规则")
        constraints = [
            models.CheckConstraint(condition=Q(small_count__gte=2), name="small_counts_begin_at_one_person"),
            models.CheckConstraint(condition=Q(settle_workdays__gte=1), name="doubts_have_a_term"),
        ]
