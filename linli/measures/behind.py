"""The records behind a number: a count remembers the rows it was made from, and these can be listed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from . import MOST_RECORDS, Period, Record, RecordList, measures


@dataclass(frozen=True)
class Rows:
    """What was counted: `way` leads from a row to the path of its place.

    A row adds the number in its column `amount`, or one. Of rows alike in `distinct` one counts.
    """

    rows: QuerySet
    way: str = "place__path"
    amount: str = ""
    distinct: str = ""

    def single(self) -> QuerySet:
        """The rows with one of each that count once, in the order of places."""
        if not self.distinct or self.distinct == "pk":
            return self.rows.order_by(self.way, "pk")
        key = (self.way, self.rows.model._meta.get_field(self.distinct).attname)
        chosen = self.rows.order_by(*key, "pk").distinct(*key)
        return self.rows.model._base_manager.filter(pk__in=chosen.values("pk")).order_by(self.way, "pk")


class Counts(dict[str, int]):
    """{place code: number}, with the rows that gave these numbers."""

    def __init__(self, numbers: Mapping[str, int], rows: Rows | None = None):
        super().__init__(numbers)
        self.rows = rows

    def only(self, codes: Iterable[str]) -> "Counts":
        """The same without the places that are not among these; one that is, and counts nothing, has none."""
        return Counts({code: self.get(code, 0) for code in codes}, self.rows)


def list_behind(
    name: str,
    period: Period,
    path: str,
    *,
    seen: Callable[[QuerySet], QuerySet],
    tell: Callable[[Any], Record],
) -> RecordList:
    """The rows that the measure counts below a path, as `tell` writes them; `seen` leaves those one may see.

    The total is what they come to in the measure's unit. Rows of a place that says nothing do not count.
    """
    counted = measures[name].count(period)
    if not isinstance(counted, Counts) or counted.rows is None:
        raise TypeError(f"{name} counts no rows: it can declare no list of records")
    rows, way = counted.rows.single(), counted.rows.way
    below = rows.filter(**{f"{way}__startswith": path})
    columns = ["pk", way, *filter(None, [counted.rows.amount])]
    amounts = {
        key: Decimal(amount[0]) if amount else Decimal(1)
        for key, where, *amount in below.values_list(*columns)
        if counted.keys() & set(where.split("/"))
    }
    mine = seen(counted.rows.rows.model._base_manager.filter(pk__in=list(amounts)))
    told = tuple(_told(tell(row), amounts[row.pk], counted.rows.amount) for row in mine[:MOST_RECORDS])
    return RecordList(sum(amounts.values(), Decimal(0)), told, records=len(amounts))


def _told(record: Record, amount: Decimal, column: str) -> Record:
    return replace(record, amount=amount) if column else record
