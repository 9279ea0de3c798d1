"""Where something could be built: idle rooms and open ground, as planners know them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place, inside

from .studies import WORK_RECORD, author


class CandidateQuerySet(models.QuerySet):
    def standing(self):
        """Still free to be used."""
        return self.filter(withdrawn_on=None)

    def within(self, place):
        return self.filter(inside(place, "place"))


class Candidate(models.Model):
    """Idle rooms or open ground that a siting run may choose; money and floor area are those of the whole."""

    class Kind(models.TextChoices):
        IDLE = "idle", _("闲置房屋")
        GROUND = "ground", _("空闲场地")

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    name = models.CharField(_("名称"), max_length=120, validators=[refuse_hidden_characters])
    kind = models.CharField(_("性质"), max_length=8, choices=Kind.choices)
    lon = models.FloatField(_("经度"))  # WGS 84 degrees
    lat = models.FloatField(_("纬度"))
    area_m2 = models.DecimalField(_("可用建筑面积（㎡）"), max_digits=10, decimal_places=2)
    cost_10k = models.DecimalField(  # 10,000 yuan
        _("改造或建设费用（万元）"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    note = models.CharField(_("说明"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = author()
    withdrawn_on = models.DateField(_("停用日期"), null=True, blank=True)

    objects = CandidateQuerySet.as_manager()
    about = ("entered_by__person",)
    personal = {"entered_by": WORK_RECORD}

    class Meta:
        verbose_name = _("候选用地用房")
        ordering = ["place__path", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="candidate_has_some_area"),
            models.CheckConstraint(
                condition=Q(cost_10k=None) | Q(cost_10k__gte=0), name="candidate_costs_nothing_or_more"
            ),
            models.CheckConstraint(
                condition=Q(lon__range=(73, 136), lat__range=(3, 54)), name="candidate_lies_in_china"
            ),
            models.UniqueConstraint(
                F("place"), F("name"), condition=Q(withdrawn_on=None), name="candidate_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
