"""走访台账: ordinary households building by building, who has not been visited for long, and the way to each door."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.people.models import Household
from linli.places.models import Place
from linli.ui.routes import needs

from . import pages, rules, walks
from .actions.walking import plan_walks, start_walk
from .forms import WalkPlanForm
from .pages import by_rules


@needs(rules.WALK_VIEW)
@require_safe
@by_rules
def households(request):
    """The buildings of a community, or of one grid of it, with how many households wait for somebody to come by."""
    return render(request, "care/households.html", walks.households_page(request.user, request.GET))


@needs(rules.PLAN)
@require_http_methods(["GET", "POST"])
@by_rules
def plan(request, code):
    """Send somebody to the households of a building, a grid or a community that were not visited for long."""
    place = get_object_or_404(Place.objects.current().filter(request.user.scope(rules.PLAN)), code=code)
    form = WalkPlanForm(request.POST or None, place=place)
    if form.is_valid():
        try:
            made = plan_walks(place, by=request.user, **form.cleaned_data)
            messages.success(request, _("已安排走访 %(count)s 户。") % {"count": made})
            return redirect(walks.address_of(place))
        except ValidationError as refused:
            pages.show_refusal(form, refused)
    context = {"form": form, **walks.plan_page(place)}
    return render(request, "care/walk_plan.html", context, status=422 if form.is_bound else 200)


@needs(rules.WALK_VIEW)
@require_http_methods(["GET", "POST"])
@by_rules
def building(request, code):
    """The doors of one building, those unvisited for longest first; a press opens the note of a visit."""
    seen = walks.buildings_seen(request.user)
    place = get_object_or_404(seen.select_related("parent"), code=code)
    if request.method == "POST":
        doors = Household.objects.filter(place=place).select_related("place")
        household = get_object_or_404(doors, pk=pages.whole_number(request.POST.get("household")))
        return redirect("case-step", start_walk(household, by=request.user).number, "record")
    may = {
        "walk": request.user.may(rules.VISIT, at=place),
        "plan": request.user.may(rules.PLAN, at=place),
    }
    doors = walks.doors_of(request.user, place)
    return render(request, "care/building.html", {"place": place, "doors": doors, "may": may})
