"""The three rates by the formula of the place, unit beside unit of its own class, and the list behind each.

A = all − consultations − categories not appraised − approved exclusions (domain notes §5); V = call-backs that
reached somebody. Persons are never compared. Both figures are shown: with and without what was excluded.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.measures import Period
from linli.people.models import Unit

from .models import CallBack, Request
from .rulebook import Appraisal
from .within import within

CONTACTED = Q(contacted_at__lte=F("contact_due_at"))
WORDS = {
    "appraised": _("考核"),
    "excluded": _("剔除"),
    "responded": _("按时响应"),
    "called": _("有效回访"),
    "solved": _("解决"),
    "satisfied": _("满意"),
}


@dataclass(frozen=True)
class Rate:
    """A count of a total; `percent` is None where the total is too small to say anything."""

    name: str
    count: int
    total: int
    percent: Decimal | None
    url: str = ""

    @property
    def title(self) -> str:
        return str(WORDS[self.name])


@dataclass(frozen=True)
class UnitRow:
    """One unit's figures, before and after exclusion."""

    unit: Unit
    after: tuple[Rate, ...]
    before: tuple[Rate, ...]
    appraised: int
    excluded: int
    excluded_url: str
    score: Decimal | None


@dataclass(frozen=True)
class UnitClass:
    """Units that are compared with each other, in the order of their names: no ranking."""

    title: str
    rows: tuple[UnitRow, ...]


def share(count: int, total: int, least: int) -> Decimal | None:
    """Percent with one decimal; None below `least`."""
    return round(Decimal(count * 100) / total, 1) if total >= least else None


def score_of(rates, rule: Appraisal) -> Decimal | None:
    """The weighted sum of the three rates; None when one of them cannot be told."""
    weights = (rule.responded, rule.solved, rule.satisfied)
    if any(rate.percent is None for rate in rates):
        return None
    return round(sum(rate.percent * weight for rate, weight in zip(rates, weights, strict=True)) / 100, 1)


def counted(period: Period, *, excluded: bool):
    """Requests that are appraised, by the day they came in; those excluded too when asked for."""
    rows = Request.objects.filter(within("case__opened_at", period), category__appraised=True)
    rows = rows.exclude(kind=Request.Kind.ASK)
    return rows if excluded else rows.filter(excluded_at=None)


def can_tell(period: Period, rule: Appraisal, cases) -> bool:
    """Whether among `cases` of the period as many are appraised as the place wants before it tells a rate."""
    found = counted(period, excluded=False).filter(case__in=cases)
    return found.order_by()[: rule.min_n].count() >= rule.min_n


def called(period: Period, *, excluded: bool):
    rows = CallBack.objects.filter(request__in=counted(period, excluded=True), reached=True)
    return rows if excluded else rows.filter(request__excluded_at=None)


def rows_behind(name: str, period: Period, rule: Appraisal):
    """The very requests behind a figure."""
    rows = counted(period, excluded=name == "excluded")
    calls = called(period, excluded=False)
    chosen = {
        "appraised": rows,
        "excluded": rows.filter(excluded_at__isnull=False),
        "responded": rows.filter(CONTACTED),
        "called": rows.filter(pk__in=calls.values("request")),
        "solved": rows.filter(pk__in=calls.filter(solved=True).values("request")),
        "satisfied": rows.filter(pk__in=calls.filter(satisfied__gte=rule.good_stars).values("request")),
    }
    return chosen[name]


def figures_of(units, period: Period, rule: Appraisal, cases) -> list[UnitClass]:
    """The figures of `units` over the requests among `cases`, by class; four queries however many units."""
    by_unit = {"after": {}, "before": {}}
    for side, excluded in (("after", False), ("before", True)):
        rows = counted(period, excluded=excluded).filter(case__in=cases)
        asked = rows.values_list("case__unit").annotate(n=Count("pk"), ok=Count("pk", filter=CONTACTED))
        for unit, total, ok in asked:
            by_unit[side][unit] = [total, ok, 0, 0, 0]
        calls = called(period, excluded=excluded).filter(request__case__in=cases)
        heard = calls.values_list("request__case__unit").annotate(
            n=Count("pk"),
            ok=Count("pk", filter=Q(solved=True)),
            well=Count("pk", filter=Q(satisfied__gte=rule.good_stars)),
        )
        for unit, total, solved, satisfied in heard:
            by_unit[side].setdefault(unit, [0, 0, 0, 0, 0])[2:] = [total, solved, satisfied]
    classes: dict[str, list[UnitRow]] = {}
    for unit in sorted(units, key=lambda one: (one.kind, one.name)):
        if unit.pk in by_unit["before"]:
            row = _row(unit, period, rule, by_unit)
            classes.setdefault(unit.get_kind_display(), []).append(row)
    return [UnitClass(title, tuple(rows)) for title, rows in classes.items()]


def _row(unit, period, rule, by_unit) -> UnitRow:
    after = by_unit["after"].get(unit.pk, [0, 0, 0, 0, 0])
    before = by_unit["before"][unit.pk]
    rates = _rates(after, rule, unit, period)
    return UnitRow(
        unit=unit,
        after=rates,
        before=_rates(before, rule),
        appraised=after[0],
        excluded=before[0] - after[0],
        excluded_url=address("excluded", unit, period),
        score=score_of(rates, rule),
    )


def _rates(counts, rule, unit=None, period=None) -> tuple[Rate, ...]:
    total, responded, heard, solved, satisfied = counts
    told = (("responded", responded, total), ("solved", solved, heard), ("satisfied", satisfied, heard))
    return tuple(
        Rate(name, count, of, share(count, of, rule.min_n), address(name, unit, period) if unit else "")
        for name, count, of in told
    )


def address(name: str, unit, period: Period) -> str:
    month = f"{period.start:%Y-%m}"
    return f"{reverse('request-figures')}?month={month}&unit={unit.pk}&what={name}"
