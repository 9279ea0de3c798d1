"""What the pages of requests read."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.places.models import Place, inside

from .models import Adopted, BulkRun, Request

PUBLIC_DAYS = 90
SHOWN_RUNS = 5
MOST_LISTED = 2500  # a hundred pages; counting every request of a big city costs more than the page itself


def public_requests():
    """What everybody may know: neither text, place below the community, nor anything that was to be kept quiet."""
    since = clock.now() - timedelta(days=PUBLIC_DAYS)
    shown = Request.objects.filter(
        case__kind="request",  # says nothing new, but leads to the index of the newest
        case__opened_at__gte=since,
        anonymous=False,
        kind__in=["ask", "help", "advice"],
    )
    return shown.select_related("category", "case__place").order_by("-case__opened_at")


def adopted_ideas():
    """Ideas that were taken up and made known, the newest first, with what they are about."""
    return Adopted.objects.select_related("request__category", "request__case__place").order_by("-at")


def in_area(rows, code: str, field: str = "case__place"):
    """Those of the place called `code` and below; all of them for no code, none for one that is unknown."""
    if not code:
        return rows
    place = Place.objects.filter(code=code[:20]).first()
    return rows.filter(inside(place, field)) if place else rows.none()


def public_rows(rows) -> list[dict]:
    """Lines of the public list with the names of their communities: one query more, however many."""
    rows = list(rows)
    names = community_names(one.case.place for one in rows)
    return [public_row(one, names) for one in rows]


def community_names(places) -> dict[str, str]:
    """{community code: name} of the communities in which the places lie."""
    codes = {code for place in places for code in place.ancestor_codes[4:5]}
    return dict(Place.objects.filter(code__in=codes).values_list("code", "name"))


def adopted_rows(rows) -> list[dict]:
    """Lines of the page of adopted ideas: never a place below the community."""
    rows = list(rows)
    names = community_names(one.request.case.place for one in rows)
    return [
        {
            "text": one.text,
            "at": one.at,
            "category": one.request.category.name,
            "place": names.get("".join(one.request.case.place.ancestor_codes[4:5]), ""),
            "result": one.request.get_result_display(),
        }
        for one in rows
    ]


def own_requests(user):
    """The requests of a person and of those he acts for, the newest first."""
    own = Q(reporter=user.person_id) | Q(reporter__in=user.principals())
    found = Case.objects.filter(own, kind="request", reporter__isnull=False)
    return found.select_related("place").order_by("-opened_at")


def runs_of(user) -> list[BulkRun]:
    """The newest runs over many requests at once by this account, each with `count`, over how many."""
    mine = BulkRun.objects.filter(by=user).annotate(count=Count("items"))
    return list(mine.order_by("-pk")[:SHOWN_RUNS])


def public_row(request, community_names: dict) -> dict:
    """One line of the public list, as `ui/_case_row.html` draws it; it leads nowhere."""
    case = request.case
    code = case.place.ancestor_codes[4] if len(case.place.ancestor_codes) > 4 else ""
    return {
        "title": request.category.name,
        "number": case.number,
        "code": code,
        "place": community_names.get(code, ""),
        "state": case.state_label if case.state != "withdrawn" else _("已撤回"),
        "tone": "done" if case.closed_at else "active",
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }
