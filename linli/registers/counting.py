"""Counting rows of a register by community, for measures: zero is said, silence is left out."""

from datetime import date

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Sum, Value

from linli.measures import Period
from linli.measures.behind import Counts, Rows
from linli.places.models import Place

from .declaring import Register
from .models import NilReport

COMMUNITY, STREET, COUNTY = 5, 4, 3  # which code of a path


def on_day(day: date, *, begins: str = "", ends: str = "") -> Q:
    """Rows in use on the day: not archived by then, begun, not ended."""
    condition = Q(archived_on=None) | Q(archived_on__gt=day)
    if begins:
        condition &= Q(**{begins: None}) | Q(**{f"{begins}__lte": day})
    if ends:
        condition &= Q(**{ends: None}) | Q(**{f"{ends}__gt": day})
    return condition


def code_of(register: Register, level: int = COMMUNITY) -> Func:
    """The code of the community (street, county) a row lies in."""
    path = F(f"{register.path}__path")
    return Func(path, Value("/"), Value(level), function="split_part", output_field=CharField())


def answering(register: Register, day: date, level: int = COMMUNITY) -> set[str]:
    """Codes of the communities that said something: a row ever entered, or that there is nothing."""
    said = set(
        register.model._base_manager.annotate(counted_in=code_of(register, level))
        .values_list("counted_in", flat=True)
        .distinct()
    )
    said |= set(
        NilReport.objects.filter(register=register.name, on__lte=day).values_list("place__code", flat=True)
    )
    names = {COMMUNITY: "community", STREET: "street", COUNTY: "county"}
    return said & set(Place.objects.current().filter(level=names[level]).values_list("code", flat=True))


def counted(
    register: Register,
    rows: QuerySet,
    period: Period,
    *,
    level: int = COMMUNITY,
    of: str = "",
    distinct: str = "",
) -> Counts:
    """{code: how many of `rows`}, the sum of the column `of`, or how many different `distinct`.

    Communities that said nothing are missing; those that said something and have none count 0.
    """
    value = Sum(of) if of else Count(distinct or "pk", distinct=bool(distinct))
    found = dict(
        rows.annotate(counted_in=code_of(register, level))
        .values_list("counted_in")
        .annotate(value)
        .order_by()
    )
    numbers = {code: found.get(code) or 0 for code in answering(register, period.last_day, level)}
    return Counts(numbers, Rows(rows, f"{register.path}__path", of, distinct))
