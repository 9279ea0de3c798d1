"""The report of balance: so much for so many, by town and village and by district, with how far they lie apart."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.measures import Period, measures
from linli.places.models import Place

from ..balance import Share, Spread, share_of, spread_of
from ..catalogue import BalanceLine
from ..models import Facility
from ..rules import GAPS
from ..standards import NoStandards, standards_at


@dataclass(frozen=True)
class Balanced:
    """One line of the report."""

    line: BalanceLine
    whole: Share
    kinds: list[Share]  # urban, rural
    districts: list[Share]
    spread: Spread | None

    @property
    def ratio(self) -> float | None:
        """Villages against towns: 1 is even."""
        urban, rural = (one.value for one in self.kinds)
        return rural / urban if urban and rural is not None else None


def ground_of(user) -> Place | None:
    """The highest place of the user's posts that opens the report."""
    places = [grant.place for grant in user.grants if GAPS in grant.permissions]
    return min(places, key=lambda place: len(place.path), default=None)


def balance_of(ground: Place) -> list[Balanced]:
    """Every line the standards of the place ask for and somebody counts; one query for the communities."""
    try:
        lines = standards_at(ground).balance
    except NoStandards:
        return []
    rows = Place.objects.current().communities().filter(path__startswith=ground.path)
    communities = list(rows.order_by("path").values_list("code", "urban_rural", "path"))
    period, counted = Period.parse(f"{clock.today():%Y-%m}"), {}
    return [
        _line(line, communities, period, counted)
        for line in lines
        if line.measure in measures and line.per in measures
    ]


def _line(line: BalanceLine, communities, period: Period, counted: dict) -> Balanced:
    have, per = (_counts(name, period, counted) for name in (line.measure, line.per))
    inside = {code for code, _kind, _path in communities}
    have = {code: number for code, number in have.items() if code in inside}
    urban = [code for code, kind, _path in communities if kind.startswith("1")]
    rural = [code for code, kind, _path in communities if kind.startswith("2")]
    districts: dict[str, list[str]] = {}
    for code, _kind, path in communities:
        districts.setdefault(path.split("/")[2], []).append(code)
    names = dict(Place.objects.filter(code__in=districts).values_list("code", "name"))
    return Balanced(
        line,
        share_of(_("全部"), have, per, inside, line.times),
        [
            share_of(_("城市社区"), have, per, urban, line.times),
            share_of(_("农村社区"), have, per, rural, line.times),
        ],
        [share_of(names.get(at, at), have, per, codes, line.times) for at, codes in districts.items()],
        spread_of(have, per, line.times),
    )


def _counts(name: str, period: Period, counted: dict) -> dict[str, float]:
    """What a measure counts, in whole units; read once for all lines."""
    if name not in counted:
        measure = measures[name]
        counted[name] = {code: number / measure.scale for code, number in measure.count(period).items()}
    return counted[name]


def elder_levels(ground: Place) -> list[tuple[str, int, int]]:
    """(level, sites, places) of elder care by the four levels 组、片、村、镇 (PD-005), the smallest first."""
    sites = Facility.objects.in_use().within(ground).filter(kind__functions__contains=["elder_care"])
    found: dict[str, list[int]] = {}
    for level, places in sites.values_list("level", "capacity"):
        told = found.setdefault(level, [0, 0])
        told[0] += 1
        told[1] += places or 0
    return [
        (str(label), *found.get(level, (0, 0))) for level, label in Facility._meta.get_field("level").choices
    ]
