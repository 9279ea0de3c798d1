"""Pages about what holds for hours or days: outages and works, car parks, the way on foot, scenes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from linli.facilities.models import Facility
from linli.kernel import clock
from linli.places.models import Place
from linli.ui import lists
from linli.ui.costs import NEAR
from linli.ui.routes import costly, needs, public

from .. import rules
from ..actions.moments import state_outage, state_scene, tell_free_spaces, withdraw_outage
from ..forms import NearForm
from ..models import Scene
from ..moment_forms import OutageForm, SceneForm, SpacesForm, WithdrawForm
from ..outlet_rules import outlet_rules_at
from ..queries import moments
from ..queries.ways import map_of_way, way_to


@public
@require_safe
def utilities(request):
    """Water, power, gas, works: what is told for a community, and whom to ring."""
    communities = Place.objects.current().communities().select_related("parent")
    place = get_object_or_404(communities, code=request.GET.get("community", ""))
    context = {"place": place, "outages": moments.outages_of(place), "contacts": moments.contacts_of(place)}
    return render(request, "reach/utilities.html", context)


def _asked_way(request):
    form = NearForm(request.GET)
    start = form.start(request.user) if form.is_valid() else None
    found = Facility.objects.in_use().select_related("kind", "place")
    facility = get_object_or_404(found, code=request.GET.get("facility", ""))
    if start is None:
        raise Http404
    return start, facility


@costly(NEAR)
@public
@require_safe
def way(request):
    """How to walk there from a place: line, metres, legs."""
    start, facility = _asked_way(request)
    context = {"start": start, "facility": facility, "way": way_to(start, facility)}
    return render(request, "reach/way.html", context)


@costly(NEAR)
@public
@require_GET
def way_map(request):
    start, facility = _asked_way(request)
    found = way_to(start, facility)
    if found is None:
        raise Http404
    return JsonResponse(map_of_way(start, facility, found))


def _first_place(user):
    """Whose pack the choices of a form come from."""
    return Place.objects.current().filter(user.scope(rules.VERIFY, "")).order_by("path").first()


@needs(rules.VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def outages(request):
    """State what fails, withdraw what is over."""
    kept = moments.outages_kept(request.user)
    if "withdraw" in request.POST:
        gone = WithdrawForm(request.POST, outages=kept)
        if gone.is_valid():
            withdraw_outage(gone.cleaned_data["withdraw"], by=request.user)
        return redirect("reach-outages")
    form = _outage_form(request)
    if form.is_bound and _stored(request, form, lambda said: state_outage(said.pop("place"), **said)):
        return redirect("reach-outages")
    context = {"form": form, "listing": lists.listing(request.GET, kept)}
    return render(request, "reach/outages.html", context, status=422 if form.is_bound else 200)


def _outage_form(request):
    first = _first_place(request.user)
    lines = outlet_rules_at(first).utilities if first else []
    initial = {"begins_at": clock.now().astimezone(clock.CHINA)}
    return OutageForm(
        request.POST or None,
        user=request.user,
        utilities=[(one.code, one.title) for one in lines],
        initial=initial,
    )


def _stored(request, form, verb) -> bool:
    """Whether the verb took what the form holds; what it refuses stands in the form."""
    if not form.is_valid():
        return False
    try:
        verb({**form.cleaned_data, "by": request.user})
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    messages.success(request, _("已记下。"))
    return True


@needs(rules.VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def parking(request):
    """Car parks of one's places, and how many spaces are free."""
    parks = moments.car_parks(request.user)
    if request.method == "POST":
        form = SpacesForm(request.POST, parks=parks)
        if not _stored(request, form, lambda said: tell_free_spaces(said.pop("facility"), **said)):
            messages.error(request, " ".join(m for errors in form.errors.values() for m in errors))
        return redirect("reach-parking")
    return render(request, "reach/parking.html", {"listing": lists.listing(request.GET, parks)})


@needs(rules.VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def scenes(request):
    """幸福社区应用场景 of one's communities."""
    first = _first_place(request.user)
    chains = [(one.code, one.title) for one in outlet_rules_at(first).scenes] if first else []
    form = SceneForm(request.POST or None, user=request.user, chains=chains, initial={"as_of": clock.today()})
    if form.is_bound and _stored(request, form, lambda said: state_scene(said.pop("place"), **said)):
        return redirect("reach-scenes")
    rows = Scene.objects.filter(request.user.scope(rules.VERIFY, "place")).select_related("place")
    context = {"form": form, "listing": lists.listing(request.GET, rows)}
    return render(request, "reach/scenes.html", context, status=422 if form.is_bound else 200)
