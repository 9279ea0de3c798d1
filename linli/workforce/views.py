"""Pages of the workforce beside its registers: one's own record, and the gap to the norm."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli.ui import lists
from linli.ui.routes import needs, signed_in

from . import queries
from .rules import GAPS


@signed_in
@require_safe
def my_work(request):
    """What a worker may know of himself: grade, hours, certificates, next steps."""
    return render(request, "workforce/my_work.html", {"own": queries.own_record(request.user.person_id)})


@needs(GAPS)
@require_safe
def workforce_gaps(request):
    """Communities with their workers, what the norm asks, and what is missing; numbers alone, no persons."""
    shown = lists.listing(request.GET, queries.communities_in_reach(request.user))
    shown.page.object_list = queries.gaps(shown.page.object_list)
    place = shown.page.object_list[0].place if shown.page.object_list else None
    context = {"listing": shown, "rules": queries.norm_of(place)}
    return render(request, "workforce/workforce_gaps.html", context)
