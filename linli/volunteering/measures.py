"""What the plans count of volunteering: teams by community (I-XA-28, I-XA-29), award rounds by city (P-XA-15)."""

from datetime import datetime, time

from django.db.models import Count, Q
from django.urls import reverse

from linli.kernel.clock import CHINA
from linli.measures import Period, Record, RecordList, lists_records, measure
from linli.measures.behind import Counts, Rows, list_behind
from linli.places.models import Place

from .models import AwardRound, Team


def moment(day) -> datetime:
    return datetime.combine(day, time(0), tzinfo=CHINA)


@measure("volunteering.teams", "志愿服务队伍数", unit="支", kind="stock")
def teams(period: Period):
    """Teams in the register on the last day that had an activity in that year, by home community."""
    after, year = moment(period.end), moment(period.last_day.replace(month=1, day=1))
    active = Q(
        activities__state="open",
        activities__shifts__during__startswith__gte=year,
        activities__shifts__during__startswith__lt=after,
    )
    standing = Q(founded_on__lte=period.last_day) & (
        Q(disbanded_on=None) | Q(disbanded_on__gt=period.last_day)
    )
    found = Team.objects.filter(standing).filter(active)
    counted = dict(found.values_list("place__code").annotate(Count("pk", distinct=True)))
    codes = Place.objects.current().communities().values_list("code", flat=True)
    rows = Team.objects.filter(pk__in=found.values("pk"))
    return Counts({code: counted.get(code, 0) for code in codes}, Rows(rows))


@measure("volunteering.awards", "志愿服务评选奖励活动次数", unit="次")
def awards(period: Period):
    """Award rounds of the whole city that were decided in the period, by city."""
    decided = AwardRound.objects.filter(
        decided_at__gte=moment(period.start), decided_at__lt=moment(period.end), place__level="city"
    )
    counted = dict(decided.values_list("place__code").annotate(Count("pk")))
    codes = Place.objects.current().filter(level="city").values_list("code", flat=True)
    return Counts({code: counted.get(code, 0) for code in codes}, Rows(decided))


@lists_records("volunteering.teams")
def teams_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The teams behind a number; who they are is public."""

    def seen(rows):
        return rows.select_related("place").order_by("place__path", "number")

    return list_behind(
        name, period, path, seen=seen, tell=lambda row: Record(f"{row.number} {row.name}", row.place.name)
    )


@lists_records("volunteering.awards")
def awards_listed(name: str, period: Period, path: str, user) -> RecordList:
    """The award rounds behind a number; they are public."""

    def seen(rows):
        return rows.select_related("place").order_by("-decided_at")

    return list_behind(
        name, period, path, seen=seen,
        tell=lambda row: Record(row.title, f"{row.place.name} · {row.year}", reverse("awards")),
    )  # fmt: skip
