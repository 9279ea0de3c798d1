"""Requests for frozen data: asked by anybody with an account, decided by those who freeze, taken away with a trace."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.plans import actions, rules
from linli.plans.forms import DataDecisionForm, DataRequestForm
from linli.plans.models import DataRequest, Plan
from linli.plans.papers import edition_package
from linli.ui.acting import done
from linli.ui.costs import PAPER
from linli.ui.routes import costly, signed_in

MOST = 100


@require_safe
@signed_in
def data_requests(request):
    """One's own requests, and those of the places whose editions one freezes."""
    rows = DataRequest.objects.visible_to(request.user).select_related("edition__plan", "edition__place")
    plans = Plan.objects.standing()
    page = {"requests": rows.defer("edition__tables")[:MOST], "plans": plans}
    return render(request, "plans/data_requests.html", page)


@require_http_methods(["GET", "POST"])
@signed_in
def data_request_new(request, code):
    """Ask for the tables of an edition of a plan."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    form = DataRequestForm(request.POST or None, plan=plan)
    if form.is_bound and done(form, lambda edition, **told: ask(request.user, edition, told)):
        return redirect("data-requests")
    page = {"form": form, "plan": plan, "some": form.fields["edition"].queryset.exists()}
    return render(request, "plans/data_request_new.html", page, status=422 if form.errors else 200)


def ask(user, edition, told):
    actions.ask_for_data(edition, by=user, **told)


def seen(request, pk) -> DataRequest:
    rows = DataRequest.objects.visible_to(request.user).select_related("edition__plan", "edition__place")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@signed_in
def data_request(request, pk):
    """One request with its decision and each time the tables were taken; who may decides here."""
    found = seen(request, pk)
    may = found.decision == "waiting" and rules.can_decide_request(request.user, found)
    form = DataDecisionForm(request.POST or None) if may else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if form and form.is_bound and done(form, lambda **told: decide(request.user, found, told)):
        return redirect("data-request", pk)
    page = {
        "found": found,
        "form": form,
        "uses": found.uses.all()[:MOST],
        "mine": found.asked_by_id == request.user.pk,
    }
    return render(request, "plans/data_request.html", page, status=422 if form and form.errors else 200)


def decide(user, found, told):
    actions.decide_request(found, by=user, **told)


@require_POST
@costly(PAPER)
@signed_in
def data_request_take(request, pk):
    """Take the tables away."""
    found = seen(request, pk)
    answer = HttpResponse(actions.take_data(found, by=request.user, write=edition_package), "application/zip")
    edition = found.edition
    name = f"{edition.plan.code}-{edition.place.code}-{edition.period}-{edition.number}-research.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
