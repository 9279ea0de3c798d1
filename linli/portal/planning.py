"""The four questions of the planners' first page: on the path, where not, why, what is owed."""

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.places.levels import Level
from linli.places.models import Place
from linli.plans.queries.overview import Driver, Overview, overview, owed_within
from linli.plans.queries.scorecards import period_for
from linli.plans.rules import VIEW

from .queries import case_rows

SHOWN_OWED = 4


def plans_of(user, place: Place, asked: str) -> dict:
    """The context of the four answers; empty for whoever may not look at the plans of the place.

    `asked` is the key of the indicator that the map shows, one of the drivers; the first without one.
    """
    if not user.may(VIEW, at=place):
        return {}
    seen = overview(place, period_for(""))
    owed = owed_within(place, user)
    drawn = next((one for one in seen.drivers if str(one.row.indicator.pk) == asked), None)
    drawn = drawn or next((one for one in seen.drivers if one.valued), None)
    return {
        "plans": seen,
        "drawn": drawn,
        "lagging_map": _map_of(drawn, place, seen) if drawn else None,
        "owed": case_rows(owed[:SHOWN_OWED]),
        "owed_count": owed.count(),
        "owed_late": owed.late(clock.now()).count(),
    }


def _map_of(driver: Driver, place: Place, seen: Overview) -> dict:
    """The map frame of an indicator that lags; the list beside it leads to the explanation of each number."""
    indicator = driver.row.indicator
    address = reverse("indicator-map", args=[indicator.plan.code, indicator.code])
    explained = reverse("indicator-detail", args=[indicator.plan.code, indicator.code])
    where = f"?place={place.code}&period={seen.period}"
    by = Level.STREET if place.level in (Level.PROVINCE, Level.CITY, Level.COUNTY) else ""
    return {
        "title": indicator.name,
        "unit": indicator.unit,
        "src": f"{address}{where}&level={by}",
        "as_of": clock.today(),
        "note": _("目标 %(target)s") % {"target": driver.target_words},
        "list_url": explained + where,
    }
