"""What is counted of villages' pipes and networks, by what was newest on the day; who said nothing is missing."""

from linli.measures import Period, measure
from linli.measures.behind import Counts, Rows
from linli.places.models import Place
from linli.registers.behind import list_registered
from linli.registers.counting import on_day

from .models import VillageAmenity


def newest(period: Period, column: str) -> Counts:
    """{village: what the newest entry in which the column was said}; yes is 1, no is 0."""
    rows = VillageAmenity.objects.filter(
        on_day(period.last_day, begins="as_of"),
        place__in=Place.objects.current(),
        **{f"{column}__isnull": False},
    )
    last = VillageAmenity.objects.filter(
        pk__in=rows.order_by("place_id", "-as_of", "-pk").distinct("place_id").values("pk")
    )
    said = dict(last.values_list("place__code", column))
    flag = VillageAmenity._meta.get_field(column).get_internal_type() == "BooleanField"
    behind = Rows(last.filter(**{column: True})) if flag else Rows(last, amount=column)
    return Counts({code: int(value) for code, value in said.items()}, behind)


@measure("facilities.village_sorting", "垃圾分类处理运行", unit="个", kind="stock", scope="rural")
def sorting(period: Period):
    return newest(period, "sorting")


@measure("facilities.village_sewage", "生活污水集中处理", unit="个", kind="stock", scope="rural")
def sewage(period: Period):
    return newest(period, "sewage")


@measure("facilities.village_toilets", "无害化卫生厕所户数", unit="户", kind="stock", scope="rural")
def clean_toilets(period: Period):
    return newest(period, "clean_toilets")


@measure("facilities.village_5g", "通5G的行政村", unit="个", kind="stock", scope="rural")
def five_g(period: Period):
    return newest(period, "five_g")


@measure("facilities.village_broadband", "通宽带的行政村", unit="个", kind="stock", scope="rural")
def broadband(period: Period):
    return newest(period, "broadband")


list_registered(
    "facilities.village_sorting",
    "facilities.village_sewage",
    "facilities.village_toilets",
    "facilities.village_5g",
    "facilities.village_broadband",
)
