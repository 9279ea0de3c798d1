"""What residents say of their circles: the newest word of each that stands, of communities where enough spoke."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from linli.kernel import clock
from linli.places.models import Place

from ..models import CircleRating
from ..outlet_rules import LONGEST_STANDING_DAYS, NoOutletRules, outlet_rules_at


@dataclass(frozen=True)
class Rated:
    """How many residents rated a circle, and their stars together."""

    count: int
    stars: int

    @property
    def mean(self) -> Decimal:
        return Decimal(self.stars) / self.count


def ratings_on(day: date, places=None) -> dict[str, Rated]:
    """Community code → what stands on the day; a community where too few spoke is silent (a pack says how many)."""
    spoken = _spoken(day, places)
    told = {}
    for place in Place.objects.filter(pk__in=spoken):
        try:
            limits = outlet_rules_at(place, day).limits
        except NoOutletRules:
            continue
        since = day - timedelta(days=limits.ratings_days)
        stars = [number for on, number in spoken[place.pk] if on > since]
        if len(stars) >= limits.ratings_least:
            told[place.code] = Rated(len(stars), sum(stars))
    return told


def _spoken(day: date, places) -> dict[int, list[tuple[date, int]]]:
    """Place's key → (day, stars) of each resident's newest word."""
    rows = CircleRating.objects.filter(
        rated_on__lte=day, rated_on__gt=day - timedelta(days=LONGEST_STANDING_DAYS)
    )
    if places is not None:
        rows = rows.filter(place__in=places)
    newest: dict[int, dict[int, tuple[date, int]]] = {}
    order = rows.order_by("rated_on", "pk").values_list("place_id", "rated_by_id", "pk", "rated_on", "stars")
    for place, by, pk, on, stars in order.iterator():
        whose = -pk if by is None else by  # of accounts that are gone each word stands for itself
        newest.setdefault(place, {})[whose] = (on, stars)
    return {place: list(words.values()) for place, words in newest.items()}


def rated_in(place: Place) -> Rated | None:
    """The mean of a community that its page shows; None where too few spoke."""
    return ratings_on(clock.today(), [place]).get(place.code)


def own_stars(place: Place, user) -> int | None:
    """What the account itself said last."""
    if not user.is_authenticated:
        return None
    own = CircleRating.objects.filter(place=place, rated_by=user.pk).order_by("-quarter")
    return own.values_list("stars", flat=True).first()
