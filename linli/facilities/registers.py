"""The register of facts about a community that the standards read beside its facilities."""

from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import Register, declare_register
from linli.registers.tables import declare_table

from .actions import correcting as correcting  # what may be said to be wrong is declared with it
from .models import FloorArea
from .rules import EDIT, VIEW

FLOOR_AREAS = declare_register(
    Register(
        name="floor-areas",
        title=_("社区总建筑面积"),
        group=_("设施标准的基础数据"),
        model=FloorArea,
        fields=("place", "as_of", "floor_area_m2", "source"),
        key=("place", "as_of"),
        view=VIEW,
        edit=EDIT,
        listed=("floor_area_m2", "as_of", "source"),
        searched=("source",),
        order=("-as_of", "pk"),
        spellings={"place": ("社区代码", "区划代码"), "floor_area_m2": ("总建筑面积", "建筑总面积")},
    )
)
declare_table(FLOOR_AREAS)
