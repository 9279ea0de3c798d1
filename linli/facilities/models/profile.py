"""What a community is beside its facilities, as far as the standards ask: the floor area of all its buildings."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.text import refuse_hidden_characters
from linli.registers.models import PlacedRecord, once


@tracked()
class VillageAmenity(PlacedRecord):
    """What a village has of roads' and pipes' kind, as of a day: waste sorted, sewage treated, toilets, networks."""

    as_of = models.DateField(_("截至日期"))
    sorting = models.BooleanField(_("生活垃圾分类处理"), null=True, blank=True)
    sewage = models.BooleanField(_("生活污水集中处理"), null=True, blank=True)
    clean_toilets = models.PositiveIntegerField(_("无害化卫生厕所户数"), null=True, blank=True)
    five_g = models.BooleanField(_("通5G"), null=True, blank=True)
    broadband = models.BooleanField(_("通宽带"), null=True, blank=True)
    source = models.CharField(_("数据来源"), max_length=120, validators=[refuse_hidden_characters])

    called = ("place", "as_of")
    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("农村基础设施")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("village_amenity_of_a_place_once_a_day", "place", "as_of"),
        ]

    def check_change(self, before, *, by) -> None:
        if self.place.is_urban:
            raise ValidationError({"place": _("“%s”不是农村社区。") % self.place})


@tracked()
class FloorArea(PlacedRecord):
    """The floor area of all buildings of a community, as of a day, from a named source."""

    floor_area_m2 = models.DecimalField(_("总建筑面积（㎡）"), max_digits=14, decimal_places=2)
    as_of = models.DateField(_("截至日期"))
    source = models.CharField(_("数据来源"), max_length=120, validators=[refuse_hidden_characters])

    personal: dict = {}

    class Meta(PlacedRecord.Meta):
        verbose_name = _("社区总建筑面积")
        constraints = [
            *PlacedRecord.Meta.constraints,
            once("floor_area_of_a_place_once_a_day", "place", "as_of"),
            models.CheckConstraint(
                condition=Q(floor_area_m2__gt=0),
                name="floor_area_is_positive",
                violation_error_message=_("面积应大于 0。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.name} {self.as_of:%Y-%m-%d}"
