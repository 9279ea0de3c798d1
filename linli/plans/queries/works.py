"""What the pages of livelihood projects, pilots and methods read."""

from django.db.models import Count, Prefetch, QuerySet

from linli.kernel import clock
from linli.places.models import Place
from linli.plans.models import LivelihoodProject, MethodCard, Pilot, ProjectPhoto
from linli.plans.rules import ASSIGN, VIEW

MOST = 200


def projects(year: int, place: Place | None) -> QuerySet[LivelihoodProject]:
    """The projects of a year, everywhere or in a place and what lies in it; everybody may read them."""
    rows = LivelihoodProject.objects.filter(year=year).select_related("place", "indicator__plan")
    rows = rows if place is None else rows.filter(place__path__startswith=place.path)
    photos = Prefetch("photos", queryset=ProjectPhoto.objects.shown(), to_attr="shown_photos")
    return rows.prefetch_related(photos).order_by("place__path", "number")[:MOST]


def projects_of(user) -> set[int]:
    """Keys of the projects a person reports on."""
    return set(LivelihoodProject.objects.filter(user.scope(ASSIGN, "place")).values_list("pk", flat=True))


def project_years() -> list[int]:
    """The years with a list, newest first; the running one when there is none."""
    found = LivelihoodProject.objects.order_by("-year").values_list("year", flat=True).distinct()
    return list(found) or [clock.today().year]


def pilots(user) -> QuerySet[Pilot]:
    """The pilots in one's reach, newest first."""
    return Pilot.objects.filter(user.scope(VIEW, "place")).select_related("place", "indicator__plan", "card")


def methods() -> QuerySet[MethodCard]:
    """Every method with how many places took it over: they are written for all."""
    return MethodCard.objects.annotate(adopters=Count("adoptions")).select_related("pilot__place")
