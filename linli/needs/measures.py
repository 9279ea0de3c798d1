"""What is counted of the three lists, by community."""

from datetime import datetime, time

from django.db.models import CharField, Count, F, Func, Q, Value

from linli.cases.listing import list_cases
from linli.kernel.clock import CHINA
from linli.measures import Period, RecordList, lists_records, measure
from linli.measures.behind import Counts, Rows
from linli.places.models import Place

from .models import Need


def count(rows) -> Counts:
    code = Func(F("case__place__path"), Value("/"), Value(5), function="split_part", output_field=CharField())
    counted = dict(rows.annotate(community=code).values_list("community").annotate(Count("pk")))
    codes = Place.objects.current().communities().values_list("code", flat=True)
    return Counts({one: counted.get(one, 0) for one in codes}, Rows(rows, way="case__place__path"))


def within(field: str, period: Period) -> Q:
    first, after = (datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))
    return Q(**{f"{field}__gte": first, f"{field}__lt": after})


@measure("needs.listed", "登记的居民需求", unit="件")
def listed(period: Period):
    return count(Need.objects.filter(within("case__opened_at", period)))


@measure("needs.met", "满足的居民需求", unit="件")
def met(period: Period):
    return count(Need.objects.filter(within("case__closed_at", period), case__state="met"))


@lists_records("needs.listed", "needs.met")
def cases_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The needs behind a number, as far as one may see them."""
    return list_cases(name, period, path, user)
