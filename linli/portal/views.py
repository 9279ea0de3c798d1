"""Pages over many domains: home, doors, my page, the first pages of workbench and cockpit."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from linli.ui import lists
from linli.ui.look import KEEP_S
from linli.ui.routes import needs, public, signed_in

from . import bench as workbench
from . import cockpit as cockpits
from . import queries
from .doors import door_called, doors
from .mine import home_of, page_of
from .rules import COCKPIT, face_of, is_staff


@public
@require_safe
def home(request):
    """The residents' first page; without an account too."""
    return render(request, "portal/home.html", home_of(request) | {"doors": doors()})


@public
@require_safe
def door(request, name):
    """What can be done today behind a door whose app is not installed."""
    asked = door_called(name)
    if asked is None:
        raise Http404
    place, is_home = queries.community_of(request)
    card = queries.community_card(place, is_home=is_home) if place else None
    return render(request, "portal/door.html", {"door": asked, "card": card})


@public
@require_safe
def newcomers(request):
    """The first steps of who has just moved here, wherever registered; of the community in ?place, else one's own."""
    asked = queries.communities().filter(code=request.GET.get("place", "")[:24]).first()
    place, is_home = (asked, False) if asked else queries.community_of(request)
    card = queries.community_card(place, is_home=is_home) if place else None
    return render(request, "portal/newcomers.html", {"card": card})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def community_choice(request):
    """Choose the community to show on this device; kept in a cookie, not in an account."""
    if request.method == "POST":
        place = get_object_or_404(queries.communities(), code=request.POST.get("code", "")[:24])
        answer = redirect("home")
        answer.set_cookie(
            queries.COOKIE,
            place.code,
            max_age=KEEP_S,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
        messages.success(request, _("首页现在显示%(name)s。") % {"name": place.name})
        return answer
    listing = lists.listing(request.GET, queries.communities(lists.read_words(request.GET)))
    return render(request, "portal/community_choice.html", {"listing": listing})


@signed_in
@require_safe
def start(request):
    """Where somebody who has just signed in begins the day."""
    return redirect(face_of(request.user))


@signed_in
@require_safe
def me(request):
    """What the platform holds for the person: cases, who looked, posts, keys, wishes."""
    return render(request, "portal/me.html", page_of(request))


@signed_in
@require_safe
def bench(request):
    """The workbench's first page; whoever holds no post is led home."""
    if not is_staff(request.user):
        return redirect("home")
    return render(request, "portal/bench.html", workbench.bench_of(request.user, request.GET))


@needs(COCKPIT)
@require_safe
def cockpit(request):
    """The planners' first page for a place in their reach."""
    place = cockpits.place_asked(request.user, request.GET.get("at", "")[:24])
    if place is None:
        raise Http404
    page = cockpits.page_of(request.user, place, request.GET.get("show", ""))
    return render(request, "portal/cockpit.html", page)


@needs(COCKPIT)
@require_GET
def cockpit_map(request):
    """The layers of the map on the planners' first page."""
    place = cockpits.place_asked(request.user, request.GET.get("at", "")[:24])
    if place is None:
        raise Http404
    return JsonResponse(cockpits.aged_map(place), json_dumps_params={"ensure_ascii": False})
