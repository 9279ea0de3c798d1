"""What the pages of requests read."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.places.models import Place, inside

from .models import Request

PUBLIC_DAYS = 90


def public_requests():
    """What everybody may know: neither text, place below the community, nor anything that was to be kept quiet."""
    since = clock.now() - timedelta(days=PUBLIC_DAYS)
    shown = Request.objects.filter(
        case__opened_at__gte=since, anonymous=False, kind__in=["ask", "help", "advice"]
    )
    return shown.select_related("category", "case__place").order_by("-case__opened_at")


def in_area(rows, code: str):
    """Those of the place called `code` and below; all of them for no code, none for one that is unknown."""
    if not code:
        return rows
    place = Place.objects.filter(code=code[:20]).first()
    return rows.filter(inside(place, "case__place")) if place else rows.none()


def public_rows(rows) -> list[dict]:
    """Lines of the public list with the names of their communities: one query more, however many."""
    rows = list(rows)
    codes = {code for one in rows for code in one.case.place.ancestor_codes[4:5]}
    names = dict(Place.objects.filter(code__in=codes).values_list("code", "name"))
    return [public_row(one, names) for one in rows]


def own_requests(user):
    """The requests of a person and of those he acts for, the newest first."""
    own = Q(reporter=user.person_id) | Q(reporter__in=user.principals())
    found = Case.objects.filter(own, kind="request", reporter__isnull=False)
    return found.select_related("place").order_by("-opened_at")


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
