"""What is counted of households: those that have joined their community on the platform (PD-031)."""

from datetime import datetime, time

from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Value

from linli.kernel.clock import CHINA
from linli.measures import Period, Record, RecordList, lists_records, measure
from linli.measures.behind import Counts, Rows, list_behind
from linli.places.models import Place

from .models import Household, HouseholdMember
from .rules import VIEW

PLATFORM_HOUSEHOLDS = "services.platform_households"


@measure(PLATFORM_HOUSEHOLDS, "注册互动平台家庭数", unit="户", kind="stock")
def platform_households(period: Period) -> Counts:
    """Resident households one of whose members has an account, and his residence there confirmed, by the last day."""
    end = datetime.combine(period.end, time(0), tzinfo=CHINA)
    joined = HouseholdMember.objects.filter(
        household=OuterRef("pk"),
        person__died_on=None,
        person__user__is_active=True,
        person__user__date_joined__lt=end,
        person__residences__verified_at__lt=end,
        person__residences__community__code=OuterRef("community"),
    )
    community = Func(F("place__path"), Value("/"), Value(5), function="split_part", output_field=CharField())
    homes = Household.objects.filter(kind=Household.Kind.RESIDENT).annotate(community=community)
    rows = homes.filter(Exists(joined))
    counted = dict(rows.values_list("community").annotate(Count("pk")))
    codes = Place.objects.current().communities().values_list("code", flat=True)
    return Counts({code: counted.get(code, 0) for code in codes}, Rows(rows))


@lists_records(PLATFORM_HOUSEHOLDS)
def households_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The households behind the number, by their numbers, for those who may see people there."""

    def seen(rows):
        return (
            rows.filter(user.scope(VIEW, "place")).select_related("place").order_by("place__path", "number")
        )

    return list_behind(name, period, path, seen=seen, tell=lambda row: Record(row.number, row.place.name))
