"""What home and my page draw of one's own: cases with the next step, notices, privacy, posts, keys."""

from django.utils.translation import gettext as _

from linli.ui import lists

from . import queries
from .doors import route_or_none
from .lately import lately_around
from .rules import face_of


def home_of(request) -> dict:
    """The context of the home page; of somebody who has not signed in, only the chosen community."""
    user = request.user
    place, is_home = queries.community_of(request)
    card = queries.community_card(place, is_home=is_home) if place else None
    context = {"card": card, "lately": lately_around(place)}
    if user.is_authenticated:
        cases = list(queries.my_open_cases(user)[: queries.SHOWN_CASES + 1])
        context |= {
            "cases": queries.case_rows(cases[: queries.SHOWN_CASES]),
            "more_cases": len(cases) > queries.SHOWN_CASES,
            "unread": queries.unread_notices(user),
            "own_face": face_of(user),
        }
    return context


def page_of(request) -> dict:
    """The context of my page: open cases or, with `past`, closed ones, and what is known about the person."""
    user = request.user
    past = "past" in request.GET
    listing = lists.listing(request.GET, queries.my_past_cases(user) if past else queries.my_open_cases(user))
    listing.page.object_list = queries.case_rows(listing.page.object_list)
    return {
        "listing": listing,
        "past": past,
        "about": queries.about_me(user),
        "unread": queries.unread_notices(user),
        "privacy": privacy_links(),
        "own_face": face_of(user),
    }


def privacy_links() -> list[dict]:
    """The pages of one's rights that are installed: who looked, what is held, devices."""
    offered = (
        ("my-readings", _("谁看过我的信息")),
        ("my-information", _("我的信息：查看、下载、更正、撤回同意")),
        ("request-mine", _("我的诉求")),
        ("claim-new", _("登记我住在哪个社区")),
        ("usersessions_list", _("登录过的设备")),
        ("mfa_index", _("登录安全")),
    )
    return [
        {"title": title, "url": url} for route, title in offered if (url := route_or_none(route)) is not None
    ]
