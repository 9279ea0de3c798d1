"""The cases behind a number: all count, only those are named that one may see."""

from django.db.models import QuerySet
from django.urls import reverse

from linli.kernel.clock import CHINA
from linli.measures import Period, Record, RecordList
from linli.measures.behind import list_behind

from .models import Case


def list_cases(name: str, period: Period, path: str, user) -> RecordList:
    """Rows that point to a case one to one, told by the number and the title of the case."""

    def seen(rows: QuerySet) -> QuerySet:
        return Case.objects.visible_to(user).filter(pk__in=rows.values("case")).order_by("-opened_at")

    return list_behind(name, period, path, seen=seen, tell=_told)


def _told(case: Case) -> Record:
    day = case.opened_at.astimezone(CHINA).strftime("%Y-%m-%d")
    return Record(f"{case.number} {case.title}", day, reverse("case-detail", args=[case.number]))
