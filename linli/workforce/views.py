"""Pages of the workforce beside its registers: one's own record, gaps and hiring, the yearly look, learning."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.kernel import clock
from linli.ui import lists
from linli.ui.routes import needs, signed_in

from . import actions, queries
from .forms import HiringForm
from .queries import learning, yearly
from .rules import EDIT, GAPS, VIEW


@signed_in
@require_safe
def my_work(request):
    """What a worker may know of himself: grade, hours, certificates, next steps; what the county does for workers."""
    own = queries.own_record(request.user.person_id)
    context = {"own": own, "around": learning.around(own.worker) if own else None}
    return render(request, "workforce/my_work.html", context)


@needs(GAPS)
@require_safe
def workforce_gaps(request):
    """Communities with their workers, what the norm asks, and what is missing; numbers alone, no persons."""
    shown = lists.listing(request.GET, queries.communities_in_reach(request.user))
    shown.page.object_list = queries.gaps(shown.page.object_list)
    place = shown.page.object_list[0].place if shown.page.object_list else None
    context = {"listing": shown, "rules": queries.norm_of(place)}
    return render(request, "workforce/workforce_gaps.html", context)


@needs(GAPS)
@require_safe
def workforce_hiring(request):
    """What the next recruitment would have to fill under other numbers; nothing is written."""
    places = queries.communities_in_reach(request.user)
    form = HiringForm(request.GET or None, rules=queries.norm_of(places.first()))
    rows = yearly.hiring(places.filter(urban_rural__startswith="1"), **form.asked())
    shown = lists.listing(request.GET, rows)
    total = sum(row.to_hire or 0 for row in rows)
    unknown = sum(row.to_hire is None for row in rows)
    context = {"listing": shown, "form": form, "total": total, "unknown": unknown}
    return render(request, "workforce/workforce_hiring.html", context)


@needs(VIEW)
@require_safe
def workforce_yearly(request):
    """Whose grade the rules would raise, and who was not trained this year."""
    year = clock.today().year
    shown = lists.listing(request.GET, yearly.untrained(request.user, year))
    context = {
        "listing": shown,
        "year": year,
        "regrades": yearly.to_regrade(request.user),
        "may_propose": request.user.may(EDIT),
    }
    return render(request, "workforce/workforce_yearly.html", context)


@needs(EDIT)
@require_POST
def workforce_propose(request):
    """Propose every grade the rules would raise, for another to approve."""
    made = len(actions.propose_grades(by=request.user))
    messages.success(request, _("已提出 %d 条等级，待他人审批。") % made)
    return redirect("workforce-yearly")


@signed_in
@require_safe
def workforce_learning(request):
    """Cases and courses with their courseware, for workers and those who keep the registers."""
    areas = learning.areas_of(request.user)
    if not areas:
        raise PermissionDenied
    shown = lists.listing(request.GET, learning.cases(areas, lists.read_words(request.GET)))
    shown.page.object_list = learning.with_files(list(shown.page.object_list))
    context = {"listing": shown, "courses": learning.courses(areas)}
    return render(request, "workforce/workforce_learning.html", context)
