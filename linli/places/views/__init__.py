"""Pages about places: browse, profile, map, edit, reorganise."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from linli.kernel import clock
from linli.ui import lists
from linli.ui.routes import needs, public

from .. import actions, profile, queries, rules
from ..day_tree import day_tree
from ..effects import effects_of
from ..forms import ACTS, DayForm, PlaceForm, TreeForm
from ..levels import DIVISIONS, PARENTS
from ..models import Place
from ..versions import as_is


@public
@require_safe
def place_list(request):
    """The top of the tree, or what was searched for."""
    found = queries.listed_places(lists.read_words(request.GET))
    return render(request, "places/place_list.html", {"listing": lists.listing(request.GET, found)})


@public
@require_safe
def place_detail(request, code):
    """A place with its figures, its parts and who works there."""
    place = get_object_or_404(Place.objects.select_related("parent", "confirmed_by__person"), code=code)
    figures, ruled = queries.newest_figures(place), profile.rules_of(place)
    context = {
        "place": place,
        "crumbs": queries.crumbs_of(place),
        "figures": figures,
        "size": profile.size_of(place, figures.households, ruled),
        "services": profile.services_of(place, ruled),
        "panels": profile.panels_of(place, request.user),
        "children": queries.children_of(place)[:200],
        "has_map": queries.has_boundary(place),
        "successors": [] if place.valid_to is None else as_is(place),
        "may_edit": request.user.is_authenticated and rules.can_edit(request.user, place),
        "may_add": request.user.is_authenticated and bool(levels_below(place, request.user)),
        "may_reorganise": request.user.is_authenticated and rules.can_reorganise(request.user, place),
    }
    return render(request, "places/place_detail.html", context)


def levels_below(place, user) -> list:
    """The levels at which the user may add a place right below this one."""
    below = [level for level, above in PARENTS.items() if place.level in above]
    allowed = {division: rules.can_add(user, place, division=division) for division in (True, False)}
    return [level for level in below if place.valid_to is None and allowed[level in DIVISIONS]]


@public
@require_GET
def place_map(request, code):
    return JsonResponse(queries.map_of(get_object_or_404(Place, code=code)))


@public
@require_safe
def place_history(request, code):
    """What a place was called and where it stood; with ?on=… its parts on that day beside today's."""
    place = get_object_or_404(Place, code=code)
    form = DayForm(request.GET if "on" in request.GET else None)
    day = form.cleaned_data["on"] if form.is_valid() else None
    context = {
        "place": place,
        "crumbs": queries.crumbs_of(place),
        "events": queries.history_of(place),
        "form": form,
        "day": day,
        "parts": queries.parts_then_and_now(place, day) if day else None,
    }
    return render(request, "places/place_history.html", context, status=422 if form.errors else 200)


@public
@require_safe
def place_tree(request):
    """The tree of an area as it stood on a day, beside what it is today; today's where no day is asked for."""
    form = TreeForm({"on": clock.today()} | request.GET.dict())
    tree = day_tree(form.cleaned_data["on"], form.cleaned_data["under"]) if form.is_valid() else None
    context = {"form": form, "tree": tree, "asked": form.is_valid()}
    return render(request, "places/day_tree.html", context, status=422 if form.errors else 200)


@needs(rules.EDIT)
@require_safe
def stale(request):
    """What nobody has confirmed for as long as its area allows."""
    listing = lists.listing(request.GET, queries.stale_places(request.user, rules.EDIT))
    return render(request, "places/stale.html", {"listing": listing})


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def place_edit(request, code):
    place = get_object_or_404(Place.objects.current().filter(request.user.scope(rules.EDIT)), code=code)
    form = PlaceForm(place, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_place(place, by=request.user, **form.cleaned_data)
        except actions.Stale as stale_edit:
            form.add_error(None, str(stale_edit))
            return _edit_page(request, stale_edit.place, form, status=409)
        except ValidationError as refused:
            form.add_error(None, refused)
            return _edit_page(request, place, form, status=422)
        messages.success(request, _("已保存，资料确认日期更新为今天。"))
        return redirect("place-detail", code)
    return _edit_page(request, place, form, status=422 if form.errors else 200)


def _edit_page(request, place, form, *, status):
    """The form; after a conflict it carries the new version, so that a second submit is a decision."""
    if status == 409:
        form.data = form.data.copy()
        form.data["version"] = place.version
    return render(request, "places/place_edit.html", {"place": place, "form": form}, status=status)


@needs(rules.EDIT)
@require_POST
def place_confirm(request, code):
    place = get_object_or_404(Place.objects.current().filter(request.user.scope(rules.EDIT)), code=code)
    try:
        actions.confirm_place(place, by=request.user, version=request.POST.get("version", ""))
        messages.success(request, _("已确认资料属实。"))
    except actions.Stale as stale_page:
        messages.error(request, str(stale_page))
    return redirect("place-detail", code)


@needs(rules.REORGANISE)
@require_http_methods(["GET", "POST"])
def place_act(request, code, act):
    """An act of reorganisation: its effects first, then the act."""
    if act not in ACTS:
        raise Http404
    place = get_object_or_404(Place.objects.current().filter(request.user.scope(rules.REORGANISE)), code=code)
    title, form_class = ACTS[act]
    form = form_class(place, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("place-detail", form.act(by=request.user).code)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    context = {"place": place, "form": form, "title": title, "effects": effects_of(place)}
    status = 409 if form.is_stale else 422 if form.errors else 200
    return render(request, "places/place_act.html", context, status=status)
