"""The levels of a place, from province to building, and which may stand under which."""

from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    COUNTY = "county", _("区县")
    STREET = "street", _("街道乡镇")
    COMMUNITY = "community", _("社区村")
    GRID = "grid", _("网格")
    MICROGRID = "microgrid", _("微网格")
    COMPOUND = "compound", _("小区")
    BUILDING = "building", _("楼栋")


@lru_cache(maxsize=64)
def level_words(level: str, _language: str | None) -> str:
    """The word of a level in a language; what is no level stands as it is."""
    return str(Level(level).label) if level in Level.values else level


# Grids and compounds are two cuts of the same ground: a building stands in a compound and in one grid.
PARENTS = {
    Level.PROVINCE: (),
    Level.CITY: (Level.PROVINCE,),
    Level.COUNTY: (Level.CITY,),
    Level.STREET: (Level.COUNTY,),
    Level.COMMUNITY: (Level.STREET,),
    Level.GRID: (Level.COMMUNITY,),
    Level.MICROGRID: (Level.GRID,),
    Level.COMPOUND: (Level.COMMUNITY,),
    Level.BUILDING: (Level.COMPOUND, Level.COMMUNITY),
}
DIVISIONS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.STREET, Level.COMMUNITY)
