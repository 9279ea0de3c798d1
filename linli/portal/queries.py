"""What the home page, my page and the card of a community read; each with a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.api.models import Token
from linli.calendar.queries import workdays_of
from linli.cases.models import Case
from linli.cases.pages import Row, days_left, row_of
from linli.kernel import clock
from linli.notices.models import Notice
from linli.people.models import Person, Post, Residence, Unit
from linli.people.queries import ServingPerson, serving, units_at
from linli.places.levels import Level
from linli.places.models import Place

COOKIE = "linli_community"
SHOWN_CASES = 5
SHOWN_GRIDS = 30


@dataclass(frozen=True)
class CommunityCard:
    """A community as its residents need it: whom to ring, who is there, which grids."""

    place: Place
    units: list[Unit]
    workers: list[ServingPerson]
    grids: list[Place]
    phone: str
    is_home: bool  # verified as one's own; else chosen on this device


def community_of(request) -> tuple[Place | None, bool]:
    """The community to show, and whether it is the verified home rather than a choice kept in a cookie."""
    person = getattr(request.user, "person_id", None)
    if person is not None:
        own = Residence.objects.filter(person=person, verified_at__isnull=False, community__valid_to=None)
        residence = own.select_related("community__parent").order_by("-verified_at", "-pk").first()
        if residence is not None:
            return residence.community, True
    code = request.COOKIES.get(COOKIE, "")[:24]
    return (communities().filter(code=code).first() if code else None), False


def communities(words: str = "") -> QuerySet:
    """Standing communities and villages, those whose name holds the words."""
    found = Place.objects.current().communities().select_related("parent").order_by("path")
    return found.filter(Q(name__icontains=words) | Q(parent__name__icontains=words)) if words else found


def community_card(place: Place, *, is_home: bool) -> CommunityCard:
    """The card of a community, in three queries."""
    units = list(units_at(place))
    phone = next((unit.phone for unit in units if unit.phone), "")
    grids = Place.objects.current().filter(parent=place, level=Level.GRID).order_by("code")
    return CommunityCard(place, units, serving(place), list(grids[:SHOWN_GRIDS]), phone, is_home)


def my_open_cases(user) -> QuerySet:
    """Open cases that the person, or whom he acts for, has asked for; the next deadline first."""
    if user.person_id is None:
        return Case.objects.none()
    own = Q(reporter=user.person_id) | Q(reporter__in=user.principals())
    return Case.objects.open().filter(own).select_related("place").order_by("due_at", "-pk")


def my_past_cases(user) -> QuerySet:
    """Closed cases of the person and of those he acts for, newest first."""
    if user.person_id is None:
        return Case.objects.none()
    own = Q(reporter=user.person_id) | Q(reporter__in=user.principals())
    return Case.objects.exclude(closed_at=None).filter(own).select_related("place").order_by("-closed_at")


def case_rows(cases) -> list[Row]:
    """Cases as rows of a list, with the working days that are left."""
    now, cases = clock.now(), list(cases)
    years = {case.due_at.astimezone(clock.CHINA).year for case in cases if case.due_at}
    known = workdays_of(*(years | {clock.today().year})) if years else None
    return [row_of(case, now, left=days_left(case, now, known)) for case in cases]


def unread_notices(user) -> int:
    """How many notices the person has not read."""
    return Notice.objects.visible_to(user).filter(read_at=None).count()


@dataclass(frozen=True)
class AboutMe:
    """What my page says about the person himself."""

    posts: list[Post]
    residences: list[Residence]
    tokens: list[Token]
    acts_for: list[Person]


def about_me(user) -> AboutMe:
    """Posts of today, residences, usable tokens and those one acts for: four queries."""
    today, person = clock.today(), user.person_id
    posts = Post.objects.filter(person=person, during__contains=today).select_related("role", "place", "unit")
    residences = Residence.objects.filter(person=person).select_related("community").order_by("-claimed_at")
    return AboutMe(
        list(posts.order_by("place__path", "role__code")) if person else [],
        list(residences) if person else [],
        list(Token.objects.visible_to(user).usable().order_by("-created_at")),
        list(Person.objects.filter(pk__in=user.principals()).order_by("name_key")) if person else [],
    )
