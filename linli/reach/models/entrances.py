"""Where people leave a fenced compound: its gates, from which the walk of who lives there begins."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place, inside

from .studies import WORK_RECORD, author


class EntranceQuerySet(models.QuerySet):
    def in_use_on(self, day):
        """Gates that stood open to residents on a day."""
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=day)).filter(
            Q(closed_on=None) | Q(closed_on__gt=day)
        )

    def within(self, place):
        return self.filter(inside(place, "place"))


class Entrance(models.Model):
    """An entrance of a compound (小区) or the door of a building; a study begins its walks there."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="entrances", verbose_name=_("小区或楼栋"))
    name = models.CharField(_("名称"), max_length=60, validators=[refuse_hidden_characters])
    lon = models.FloatField(_("经度"))  # WGS 84 degrees
    lat = models.FloatField(_("纬度"))
    opened_on = models.DateField(_("启用日期"), null=True, blank=True)
    closed_on = models.DateField(_("封闭日期"), null=True, blank=True)  # the first day nobody gets through
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = author()

    objects = EntranceQuerySet.as_manager()
    about = ("entered_by__person",)
    personal = {"entered_by": WORK_RECORD}

    class Meta:
        verbose_name = _("小区出入口")
        ordering = ["place__path", "name"]
        constraints = [
            models.UniqueConstraint(fields=["place", "name"], name="entrance_has_one_name_in_its_compound"),
            models.CheckConstraint(
                condition=Q(lon__range=(73, 136), lat__range=(3, 54)), name="entrance_lies_in_china"
            ),
            models.CheckConstraint(
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="entrance_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name
