"""Suggestions a person may follow or not: the category of a text, the unit, requests about the same matter."""

import math
from dataclasses import dataclass
from datetime import timedelta

import rjieba
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.packs.schema import nearest
from linli.people.models import Unit

from .models import Category, Competence, Request, Rulebook
from .rulebook import CategoryLine, RequestsPack

MOST_WORDS = 60
ALIKE = 0.25  # a look, not a rule: how much two texts share before they are shown to a person as alike
DEGREE_M = 111_320


class NoRules(LookupError):
    """No rules of requests hold at the place today; the sentence is for people."""


class NoOwner(LookupError):
    """No unit takes requests at the place; the sentence says whom to turn to."""


@dataclass(frozen=True)
class Suggestion:
    """A category with the words of the text that speak for it; no words: nothing spoke for any."""

    category: Category
    words: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """Which unit is responsible by the rules, and the sentence that says why there."""

    unit: Unit
    duty: str
    why: str


@dataclass(frozen=True)
class Alike:
    """An open request that may be about the same matter, and why one may think so."""

    request: Request
    share: float
    distance_m: int | None


def rulebook_at(place) -> Rulebook:
    """The rulebook of the nearest area that holds today; NoRules when there is none."""
    found = nearest(Rulebook.objects.defer("body"), place.ancestor_codes, clock.today())
    if found is None:
        raise NoRules(
            _("%(place)s 还没有诉求办理规则，暂时不能在网上受理，请拨打社区电话。") % {"place": place.name}
        )
    return found


def words_of(text: str) -> list[str]:
    """The distinct words of two and more characters, in their order."""
    return list(dict.fromkeys(word for word in rjieba.cut(text) if len(word.strip()) > 1))[:MOST_WORDS]


def suggest_category(text: str, book: Rulebook) -> Suggestion:
    """The category whose words weigh most in the text; 'other' when none is there."""
    best: tuple[int, CategoryLine | None, list[str]] = (0, None, [])
    for line in book.rules.categories:
        found = [word for word in line.words if word in text]
        weight = sum(line.words[word] for word in found)
        if weight > best[0]:
            best = (weight, line, found)
    code = best[1].code if best[1] else "other"
    return Suggestion(Category.objects.get(area=book.area, code=code), tuple(best[2]))


def unit_for(duty: str, place, rules: RequestsPack) -> Unit | None:
    """The nearest unit with the duty, seated at the place or above it; else the nearest of the duty's kind."""
    rank = {code: number for number, code in enumerate(place.ancestor_codes)}
    named = Exists(Competence.objects.filter(duty=duty, unit=OuterRef("pk")))
    units = Unit.objects.filter(closed_on=None, place__code__in=rank).annotate(named=named)
    kind = rules.duty(duty).kind
    units = units.filter(Q(named=True) | Q(kind=kind)) if kind else units.filter(named=True)
    return max(
        units.select_related("place"),
        key=lambda unit: (unit.named, rank[unit.place.code], -unit.pk),
        default=None,
    )


def desk_for(place, rules: RequestsPack) -> Unit:
    """The unit that takes requests in at the place; NoOwner when nobody does."""
    desk = unit_for("desk", place, rules) or unit_for("fallback", place, rules)
    if desk is None:
        raise NoOwner(_("%(place)s 还没有受理单位，请拨打社区电话或到社区窗口反映。") % {"place": place.name})
    return desk


def fallback_for(place, rules: RequestsPack) -> Unit:
    return unit_for("fallback", place, rules) or desk_for(place, rules)


def route(*, category: str, kind: str, place, rules: RequestsPack) -> Route:
    """The first line of the routing rules that fits and has a unit; the desk when none has."""
    now = clock.now().astimezone(CHINA)
    for line in rules.routes:
        if not _fits(line, category, kind, place, now):
            continue
        unit = unit_for(line.to, place, rules)
        if unit is not None:
            return Route(unit, rules.duty(line.to).name, line.why)
    return Route(desk_for(place, rules), rules.duty("desk").name, _("没有更合适的规则，由受理单位处理"))


def _fits(line, category: str, kind: str, place, now) -> bool:
    return (
        (not line.categories or category in line.categories)
        and (not line.kinds or kind in line.kinds)
        and (line.area is None or line.area in place.ancestor_codes)
        and (not line.months or now.month in line.months)
        and (line.hours is None or line.hours[0] <= now.hour < line.hours[1])
    )


def alike(*, text: str, category, place, lon=None, lat=None, rules: RequestsPack, but=None) -> list[Alike]:
    """Open requests of the category, near and recent enough, whose words are alike; the likest first."""
    line = rules.category(category.code)
    since = clock.now() - timedelta(days=line.same_within_days)
    near = Request.objects.filter(category=category, case__closed_at=None, case__opened_at__gte=since)
    near = near.filter(case__place__path__startswith=_community_path(place)).exclude(case__state="merged")
    words, found = set(words_of(text)), []
    for request in near.exclude(pk=getattr(but, "pk", None)).select_related("case__place", "category")[:200]:
        share = _share(words, set(request.words))
        distance = _distance_m(lon, lat, request.lon, request.lat)
        close = distance is not None and distance <= line.same_within_m
        if (distance is None or close) and (share >= ALIKE or close):
            found.append(Alike(request, share, distance))
    return sorted(found, key=lambda one: (-one.share, one.request.pk))[:5]


def _community_path(place) -> str:
    return "/".join(place.ancestor_codes[:5]) + "/"


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _distance_m(lon, lat, other_lon, other_lat) -> int | None:
    """Metres between two points of one community; None when one of them is not known."""
    if None in (lon, lat, other_lon, other_lat):
        return None
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return round(math.hypot(east, lat - other_lat) * DEGREE_M)


def limits_anywhere():
    """The limits of the newest rulebook: what is asked before it is known where a request lies."""
    book = Rulebook.objects.order_by("-valid_from").first()
    if book is None:
        raise NoRules(_("还没有诉求办理规则。"))
    return book.rules.limits
