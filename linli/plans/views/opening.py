"""For everybody: open data in four shapes, and words about a plan with their answers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.api.addresses import client_address
from linli.exchange.actions import log_use
from linli.plans import actions, rules
from linli.plans.models import Plan, Reply
from linli.plans.queries import opening
from linli.plans.queries.scorecards import period_for, place_for
from linli.ui.costs import TABLE
from linli.ui.routes import costly, needs, public

SHAPES = {
    "csv": (opening.as_csv, "text/csv; charset=utf-8"),
    "json": (opening.as_json, "application/json"),
    "sdmx-csv": (opening.as_sdmx_csv, "application/vnd.sdmx.data+csv; version=2.0.0"),
    "sdmx-structure": (opening.as_sdmx_structure, "application/vnd.sdmx.structure+json; version=2.0.0"),
}


@require_safe
@costly(TABLE)
@public
def plan_data(request, code, shape):
    """The published values of a plan, for machines."""
    if shape not in SHAPES:
        raise Http404
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    place, period = place_for(plan, request.GET.get("place", "")), period_for(request.GET.get("period", ""))
    write, media_type = SHAPES[shape]
    rows = opening.open_rows(plan, place, period)
    log_use("feed-open-data", "answered", by=None, row_count=len(rows), purpose=plan.code)
    answer = HttpResponse(write(plan, rows), media_type)
    answer["Content-Disposition"] = f'inline; filename="{plan.code}-{place.code}-{period}-{shape}"'
    return answer


@require_POST
@public
def plan_reply(request, code):
    """Some words about how a plan is carried out; no name is asked."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    place = place_for(plan, request.POST.get("place", ""))
    try:
        words, address = request.POST.get("words", ""), client_address(request)
        actions.leave_words(plan, place, words=words, address=address)
        messages.success(request, _("收到了，谢谢您。答复会公布在这里。"))
    except ValidationError as refused:
        messages.error(request, "；".join(refused.messages))
    return redirect(f"{reverse('plan-public', args=[code])}?place={place.code}#replies")


@require_http_methods(["GET", "POST"])
@needs(rules.ASSIGN)
def plan_replies(request):
    """The words that wait for an answer in one's reach."""
    rows = Reply.objects.filter(request.user.scope(rules.ASSIGN, "place")).select_related("plan", "place")
    if request.method == "POST":
        key = request.POST.get("reply", "")
        reply = get_object_or_404(rows, pk=key if key.isdecimal() else 0)
        try:
            actions.answer_words(reply, by=request.user, answer=request.POST.get("answer", "")[:1000])
        except ValidationError as refused:
            messages.error(request, "；".join(refused.messages))
        return redirect("plan-replies")
    return render(request, "plans/plan_replies.html", {"replies": rows.filter(answered_at=None)[:100]})
