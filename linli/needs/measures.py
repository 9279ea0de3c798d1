"""What is counted of the three lists, by community."""

from datetime import datetime, time

from django.db.models import CharField, Count, F, Func, Q, Value

from linli.kernel.clock import CHINA
from linli.measures import Period, measure
from linli.places.models import Place

from .models import Need


def count(rows) -> dict[str, int]:
    code = Func(F("case__place__path"), Value("/"), Value(5), function="split_part", output_field=CharField())
    counted = dict(rows.annotate(community=code).values_list("community").annotate(Count("pk")))
    codes = Place.objects.current().communities().values_list("code", flat=True)
    return {one: counted.get(one, 0) for one in codes}


def within(field: str, period: Period) -> Q:
    first, after = (datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


@measure("needs.listed", "登记的居民需求", unit="件")
def listed(period: Period):
    return count(Need.objects.filter(within("case__opened_at", period)))


@measure("needs.met", "满足的居民需求", unit="件")
def met(period: Period):
    return count(Need.objects.filter(within("case__closed_at", period), case__state="met"))
