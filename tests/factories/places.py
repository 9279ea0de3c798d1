"""Places of region 99: a province, a city, two counties and what lies below."""

from datetime import date

from psycopg.types.range import DateRange

from linli.places.codes import parent_code
from linli.places.levels import Level
from linli.places.models import Place, PlaceVersion

BEGIN = date(2000, 1, 1)
_NAMES = {
    "990000000000": ("云岭省", Level.PROVINCE),
    "990100000000": ("清江市", Level.CITY),
    "990101000000": ("东岸区", Level.COUNTY),
    "990102000000": ("西岸区", Level.COUNTY),
    "990101001000": ("桥头街道", Level.STREET),
    "990101002000": ("河湾街道", Level.STREET),
    "990102001000": ("山前街道", Level.STREET),
}


def make_place(code: str, level: str, name: str = "", **fields) -> Place:
    """The place `code`, made together with the divisions above it when they are missing."""
    existing = Place.objects.filter(code=code).first()
    if existing:
        return existing
    above = parent_code(code, level)
    parent = None if above is None else make_place(above, _level(above))
    place = Place.objects.create(
        code=code,
        level=level,
        name=name or _NAMES.get(code, (f"地点{code[-6:]}",))[0],
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        **fields,
    )
    PlaceVersion.objects.create(
        place=place,
        code=code,
        name=place.name,
        level=level,
        path=place.path,
        urban_rural=place.urban_rural,
        during=DateRange(place.valid_from, None),
    )
    return place


def _level(code: str) -> str:
    from linli.places.codes import level_of

    if "G" in code:
        return Level.GRID
    if "C" in code:
        return Level.COMPOUND
    return level_of(code)


def make_community(number: int = 1, street: str = "990101001000", **fields) -> Place:
    """Community `number` of a street; urban unless the fields say otherwise."""
    fields = {"urban_rural": "111", "committee": "residents", **fields}
    return make_place(
        f"{street[:9]}{number:03}", Level.COMMUNITY, fields.pop("name", f"第{number}社区"), **fields
    )
