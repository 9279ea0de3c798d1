"""What the pages of community commerce read."""

from dataclasses import dataclass

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from linli.facilities.models import Facility
from linli.facilities.queries.pages import grades_of
from linli.places.models import Place
from linli.reach.models import Entry
from linli.reach.outlet_rules import ProjectLine, outlet_rules_at, titles

from .models import Offer, Order
from .rules import outlets_of

PUBLIC_SHOWN = 20


def offers_in(place: Place, *, kind: str = "", seeks: bool | None = None) -> QuerySet:
    """Listed offers of a community with their mean stars, shops' and neighbours' alike, the newest first."""
    rows = Offer.objects.listed().filter(place=place).select_related("facility__operator", "provider__person")
    if kind:
        rows = rows.filter(kind=kind)
    if seeks is not None:
        rows = rows.filter(seeks=seeks)
    return with_stars(rows)


def with_stars(rows: QuerySet) -> QuerySet:
    rated = Q(orders__stars__isnull=False)
    return rows.annotate(stars=Avg("orders__stars"), rated=Count("orders", filter=rated)).order_by("-pk")


def told(offers, place: Place) -> list[Offer]:
    """The same with the title of their kind."""
    names = titles(outlet_rules_at(place).offers)
    found = list(offers)
    for offer in found:
        offer.kind_name = names.get(offer.kind, offer.kind)
        offer.price = price_of(offer)
    return found


def price_of(offer: Offer) -> str:
    """The price in words: to be agreed where none was written."""
    if offer.price_cents is None:
        return _("面议")
    yuan = f"{offer.price_cents / 100:.2f}".removesuffix(".00")
    each = f"/{offer.per}" if offer.per else ""
    return _("%(yuan)s 元%(each)s") % {"yuan": yuan, "each": each}


def public_services(place: Place) -> QuerySet:
    """What government and community run there: stands beside what the market offers."""
    mine = Facility.objects.in_use().filter(Q(place=place) | Q(services__place=place), kind__outlet=False)
    return mine.select_related("kind").distinct().order_by("kind__order", "code")[:PUBLIC_SHOWN]


@dataclass(frozen=True)
class Project:
    """A line of the community's commerce project list: what stands there of it."""

    line: ProjectLine
    outlets: list[Facility]

    @property
    def is_met(self) -> bool:
        return len(self.outlets) >= self.line.least


def projects_of(place: Place) -> list[Project]:
    """社区商业项目: each line with the outlets that stand or serve in the community, with their public grade."""
    lines = outlet_rules_at(place).projects
    kinds = {kind for line in lines for kind in line.kinds}
    mine = Facility.objects.in_use().filter(Q(place=place) | Q(services__place=place), kind__code__in=kinds)
    rows = list(mine.select_related("kind", "place").distinct().order_by("code"))
    grades = grades_of(rows)
    for row in rows:
        row.grade = grades.get(row.pk, "")
    return [Project(line, [row for row in rows if row.kind.code in line.kinds]) for line in lines]


def mine_of(user) -> dict:
    """Everything an account has to do with: its outlets, applications, offers with their orders, orders of its own."""
    orders = Order.objects.select_related("offer", "customer__person")
    return {
        "outlets": outlets_of(user).select_related("kind", "place").order_by("place__path", "code"),
        "entries": Entry.objects.filter(asked_by=user.pk, facility=None).select_related("kind", "place"),
        "offers": with_stars(Offer.objects.filter(provider=user.pk).select_related("place", "facility"))[:50],
        "to_answer": orders.filter(offer__provider=user.pk, state__in=["asked", "accepted"]).order_by("pk")[
            :100
        ],
        "orders": orders.filter(customer=user.pk).order_by("-pk")[:50],
    }
