"""What is counted of each provider in a period: what its file says, and what its cases, ratings and surveys say."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time
from os.path import commonpath

from django.db.models import CharField, Count, F, Func, Q, Value

from linli.cases.models import ON_TIME, Case, Rating
from linli.facilities.models import ElderSite
from linli.kernel.clock import CHINA
from linli.measures import Period
from linli.organisations.models import CompoundProfile

from .models import SATISFIED, Answer, CreditEntry, Provider
from .models_credit import Field

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
    """Provider → code → number; eight queries, whatever their number. Nothing in its file counts as none."""
    providers = list(providers)
    keys = [one.pk for one in providers]
    found: dict[int, dict[str, int]] = {key: dict.fromkeys(CODES, 0) for key in keys}
    by_unit = _by_unit(providers)
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
    for key, communities in _reached(providers, by_unit, period).items():
        found[key]["services.provider_places"] = len(communities)
    return found


def _by_unit(providers) -> dict[int, list[int]]:
    """Unit → the providers that are it: one body may serve in two fields."""
    found = defaultdict(list)
    for one in providers:
        if one.unit_id is not None:
            found[one.unit_id].append(one.pk)
    return found


def _moments(period):
    return tuple(datetime.combine(day, time(0), tzinfo=CHINA) for day in (period.start, period.end))


def _of_cases(units, period):
    first, after = _moments(period)
    cases = Case.objects.filter(due_at__gte=first, due_at__lt=after, unit__in=list(units))
    yield from (
        cases.order_by().values("unit").annotate(due=Count("pk"), in_time=Count("pk", filter=ON_TIME))
    )
    ratings = Rating.objects.filter(
        at__gte=first, at__lt=after, set_aside_at=None, case__unit__in=list(units)
    )
    yield from (
        ratings.order_by()
        .values("case__unit")
        .annotate(ratings=Count("pk"), ratings_good=Count("pk", filter=Q(stars__gte=Rating.GOOD_FROM)))
    )


def _reached(providers, by_unit, period) -> dict[int, set[str]]:
    """Provider → the codes of the communities it serves: by contract, and those whose cases it was given.

    A contract of a firm with a file at several seats counts at the nearest of them, once.
    """
    first, after = _moments(period)
    reached = defaultdict(set)
    cases = Case.objects.filter(opened_at__gte=first, opened_at__lt=after, unit__in=list(by_unit))
    for unit, community in cases.exclude(place__path="").order_by().values_list("unit", COMMUNITY).distinct():
        for key in by_unit[unit]:
            reached[key].add(community)
    for field, code, path in _contracts({one.credit_code for one in providers}, period):
        if mine := [one for one in providers if (one.field, one.credit_code) == (field, code)]:
            nearest = max(mine, key=lambda one: (len(commonpath([one.place.path, path])), -one.pk))
            reached[nearest.pk].update(path.split("/")[4:5])
    return {key: codes - {""} for key, codes in reached.items()}


def _contracts(codes, period):
    """(field, credit code, path of the community) of the contracts in force on some day of the period."""
    held = Q(contract_since=None) | Q(contract_since__lt=period.end)
    held &= Q(contract_until=None) | Q(contract_until__gte=period.start)
    compounds = CompoundProfile.objects.standing().filter(held, firm__credit_code__in=codes)
    for code, path in compounds.values_list("firm__credit_code", "place__path"):
        yield Field.PROPERTY, code, path
    sites = ElderSite.objects.standing().filter(held, operator__credit_code__in=codes)
    for code, path in sites.values_list("operator__credit_code", "facility__place__path"):
        yield Field.ELDER, code, path


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
