"""What is counted of each provider in a period: what its file says, and what its cases, ratings and surveys say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import CharField, Count, F, Func, Q, Value

from linli.cases.models import ON_TIME, Case, Rating
from linli.kernel.clock import CHINA
from linli.measures import Period

from .models import SATISFIED, Answer, CreditEntry, Provider

CODES = (
    "services.provider_licensed", "services.provider_due", "services.provider_in_time", "services.provider_ratings",
    "services.provider_ratings_good", "services.provider_survey_valid", "services.provider_survey_satisfied",
    "services.provider_checks", "services.provider_checks_passed", "services.provider_wrongs",
    "services.provider_places",
)  # fmt: skip
COMMUNITY = Func(F("place__path"), Value("/"), Value(5), function="split_part", output_field=CharField())


def serving(period: Period):
    """The providers that served on some day of the period."""
    rows = Provider.objects.standing().filter(since__lt=period.end)
    return rows.filter(Q(until=None) | Q(until__gt=period.start)).select_related("place", "unit")


def counted(providers: Iterable[Provider], period: Period) -> dict[int, dict[str, int]]:
    """Provider → code → number; five queries, whatever their number. Nothing in its file counts as none."""
    providers = list(providers)
    keys = [one.pk for one in providers]
    found: dict[int, dict[str, int]] = {key: dict.fromkeys(CODES, 0) for key in keys}
    by_unit = defaultdict(list)
    for one in providers:
        if one.unit_id is not None:
            by_unit[one.unit_id].append(one.pk)
    for row in _of_cases(by_unit, period):
        unit = row.pop("unit", None) or row.pop("case__unit")
        for key in by_unit[unit]:
            found[key].update({f"services.provider_{name}": number for name, number in row.items()})
    for row in _of_surveys(keys, period):
        mine = found[row["survey__provider"]]
        mine["services.provider_survey_valid"] += row["valid"]
        mine["services.provider_survey_satisfied"] += row["good"]
    for row in _of_files(keys, period):
        mine = found[row.pop("provider")]
        mine.update({f"services.provider_{name}": number for name, number in row.items()})
    for key in _licensed(keys, period):
        found[key]["services.provider_licensed"] = 1
    return found


def _moments(period):
    return tuple(datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))


def _of_cases(units, period):
    first, after = _moments(period)
    due = Q(due_at__gte=first, due_at__lt=after)
    begun = Q(opened_at__gte=first, opened_at__lt=after)
    cases = Case.objects.filter(due | begun, unit__in=list(units)).order_by().values("unit")
    yield from cases.annotate(
        due=Count("pk", filter=due),
        in_time=Count("pk", filter=due & ON_TIME),
        places=Count(COMMUNITY, filter=begun & ~Q(place__path=""), distinct=True),
    )
    ratings = Rating.objects.filter(
        at__gte=first, at__lt=after, set_aside_at=None, case__unit__in=list(units)
    )
    yield from (
        ratings.order_by()
        .values("case__unit")
        .annotate(ratings=Count("pk"), ratings_good=Count("pk", filter=Q(stars__gte=Rating.GOOD_FROM)))
    )


def _of_surveys(keys, period):
    """Surveys about a provider that closed in the period and got enough answers together."""
    rows = Answer.objects.filter(
        survey__provider__in=keys, survey__closes_on__gte=period.start, survey__closes_on__lt=period.end
    )
    counted = (
        rows.order_by()
        .values("survey", "survey__provider")
        .annotate(valid=Count("pk"), good=Count("pk", filter=Q(overall__gte=SATISFIED)))
    )
    return counted.filter(valid__gte=F("survey__least_valid"))


def _of_files(keys, period):
    """What was found in the period; what was repaired by its end no longer weighs on a provider."""
    rows = CreditEntry.objects.standing().filter(provider__in=keys, on__gte=period.start, on__lt=period.end)
    held = Q(repaired_on=None) | Q(repaired_on__gte=period.end)
    checks = Q(kind="inspection")
    return (
        rows.order_by()
        .values("provider")
        .annotate(
            checks=Count("pk", filter=checks),
            checks_passed=Count("pk", filter=checks & (Q(good=True) | ~held)),
            wrongs=Count("pk", filter=Q(kind="complaint") & held),
        )
    )


def _licensed(keys, period):
    """Those whose last word about a licence is good and holds on the last day."""
    rows = CreditEntry.objects.standing().filter(provider__in=keys, kind="licence", on__lt=period.end)
    last = rows.order_by("provider", "-on", "-pk").distinct("provider")
    return [
        row.provider_id for row in last if row.good and (row.until is None or row.until > period.last_day)
    ]
