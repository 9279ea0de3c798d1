"""Suggestions a person may follow or not: the category of a text, the unit, requests about the same matter."""

import math
from dataclasses import dataclass
from datetime import timedelta

import rjieba
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.people.models import Unit

from .models import Category, Request, Rulebook
from .rulebook import CategoryLine, RequestsPack
from .standing import NoRules, candidates, rulebook_at

__all__ = [
    "Alike", "Duties", "NoOwner", "NoRules", "Route", "Suggestion", "alike", "desk_for", "fallback_for",
    "limits_anywhere", "route", "rulebook_at", "suggest_category", "words_of",
]  # fmt: skip
MOST_WORDS = 60
ALIKE = 0.25  # a look, not a rule: how much two texts share before they are shown to a person as alike
DEGREE_M = 111_320


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
    return Suggestion(book.categories[code], tuple(best[2]))


class Duties:
    """Which unit has a duty at the place by the rules, asked of the database once for all duties."""

    def __init__(self, place, rules: RequestsPack):
        self.place, self.rules = place, rules
        self.candidates = candidates(place, rules)

    def unit_for(self, duty: str) -> Unit | None:
        """The nearest unit named for the duty, seated at the place or above it; else the nearest of the duty's kind."""
        kind = self.rules.duty(duty).kind
        fit = [one for one in self.candidates if duty in one.duties or (kind and one.unit.kind == kind)]
        best = max(fit, key=lambda one: (duty in one.duties, one.rank, -one.unit.pk), default=None)
        return best.unit if best else None

    def desk(self) -> Unit:
        """The unit that takes requests in; NoOwner when nobody does."""
        desk = self.unit_for("desk") or self.unit_for("fallback")
        if desk is None:
            told = {"place": self.place.name}
            raise NoOwner(_("%(place)s 还没有受理单位，请拨打社区电话或到社区窗口反映。") % told)
        return desk

    def route(self, *, category: str, kind: str) -> Route:
        """The first line of the routing rules that fits and has a unit; the desk when none has."""
        now = clock.now().astimezone(CHINA)
        for line in self.rules.routes:
            if not _fits(line, category, kind, self.place, now):
                continue
            unit = self.unit_for(line.to)
            if unit is not None:
                return Route(unit, self.rules.duty(line.to).name, line.why)
        return Route(self.desk(), self.rules.duty("desk").name, _("没有更合适的规则，由受理单位处理"))


def desk_for(place, rules: RequestsPack) -> Unit:
    """The unit that takes requests in at the place; NoOwner when nobody does."""
    return Duties(place, rules).desk()


def fallback_for(place, rules: RequestsPack) -> Unit:
    duties = Duties(place, rules)
    return duties.unit_for("fallback") or duties.desk()


def route(*, category: str, kind: str, place, rules: RequestsPack) -> Route:
    """Where a request of the category and kind goes by the rules; NoOwner when nobody takes requests."""
    return Duties(place, rules).route(category=category, kind=kind)


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
