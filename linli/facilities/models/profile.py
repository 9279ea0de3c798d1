"""What a community is beside its facilities, as far as the standards ask: the floor area of all its buildings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.text import refuse_hidden_characters
from linli.registers.models import PlacedRecord, once


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
