"""The rows of registers behind the numbers that are counted of them."""

from django.db.models import QuerySet
from django.urls import reverse

from linli.measures import Period, Record, RecordList, lists_records
from linli.measures.behind import list_behind

from .declaring import Register, register_of
from .queries import in_reach


def list_registered(*names: str) -> None:
    """Declare that the records behind these measures are rows of registers."""
    lists_records(*names)(listed)


def listed(name: str, period: Period, path: str, user) -> RecordList:
    """The rows of the register behind a number, as far as the register is open to the person."""

    def seen(rows: QuerySet) -> QuerySet:
        register = _register(rows)
        own = in_reach(register, user).filter(pk__in=rows.values("pk"))
        return own.order_by(f"{register.path}__path", "pk")

    return list_behind(name, period, path, seen=seen, tell=_told)


def _register(rows: QuerySet) -> Register:
    found = register_of(rows.model)
    if found is None:
        raise LookupError(f"{rows.model.__name__} is kept in no register")
    return found


def _told(row) -> Record:
    register = register_of(type(row))
    return Record(
        str(row), register.place_of(row).name, reverse("record-detail", args=[register.name, row.pk])
    )
