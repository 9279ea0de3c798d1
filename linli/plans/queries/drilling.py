"""From a number to what it counts: the units' figures with their history, and the records themselves."""

from dataclasses import dataclass
from decimal import Decimal

from linli.measures import Period, RecordList, measures, record_lists
from linli.places.models import Place
from linli.plans.formula.values import STATUS_TITLES, STATUSES, VALUE
from linli.plans.models import MeasureTerm, MeasureValue
from linli.plans.naming import counted_by_title

from .relations import months_of

MOST_FIGURES = 200


@dataclass(frozen=True)
class UnitFigure:
    """One figure of one unit: what is known now, and what was known before."""

    place: Place
    month: str
    shown: Decimal | None
    status: str
    source: str
    known_from: object
    known_to: object


@dataclass(frozen=True)
class Drill:
    """Everything behind a measure at a place in a period."""

    term: MeasureTerm
    place: Place
    period: Period
    figures: tuple[UnitFigure, ...]
    total_figures: int
    records: RecordList | None
    stored: Decimal | None  # the sum of what was counted, of the months of the period or of the last one
    differs: bool

    @property
    def hidden(self) -> int:
        """Records that count and that the asking person may not see."""
        return self.records.hidden if self.records else 0


def drill(term: MeasureTerm, place: Place, period: Period, *, user) -> Drill:
    """The figures of the units and the records a user may see behind a measure."""
    months = months_of(period)
    first = months.last - term.good_for_months + 1 if term.kind in ("stock", "ratio") else months.first
    rows = MeasureValue.objects.filter(
        measure=term.code, place__path__startswith=place.path, month__range=(first, months.last)
    )
    shown = rows.select_related("place").order_by("place__path", "-month", "-known_from")[:MOST_FIGURES]
    stored = _stored(rows, term)
    records = _records(term, place, period, user)
    return Drill(
        term=term,
        place=place,
        period=period,
        figures=tuple(_figure(row, term) for row in shown),
        total_figures=rows.count(),
        records=records,
        stored=stored,
        differs=bool(records is not None and stored is not None and stored != records.total),
    )


def _stored(rows, term):
    """What the records came to when they were counted: all months of a flow, the last of a stock."""
    counted = rows.filter(known_to=None, source="records", value__isnull=False)
    if term.kind != "flow":
        counted = counted.order_by("place_id", "-month").distinct("place_id")
    known = list(counted.values_list("value", flat=True))
    return Decimal(sum(known)).scaleb(-term.decimals) if known else None


def _figure(row, term):
    value = STATUSES[row.status] == VALUE
    return UnitFigure(
        place=row.place,
        month=f"{row.month // 12}-{row.month % 12 + 1:02}",
        shown=Decimal(row.value).scaleb(-term.decimals) if value else None,
        status="" if value else STATUS_TITLES[STATUSES[row.status]],
        source=row.get_source_display(),
        known_from=row.known_from,
        known_to=row.known_to,
    )


def _records(term, place, period, user) -> RecordList | None:
    """The record list the counting app declares; None when it declares none."""
    counted = counted_by_title().get(term.title) or measures.get(term.code)
    if counted is None or counted.name not in record_lists:
        return None
    return record_lists[counted.name](counted.name, period, place.path, user)
