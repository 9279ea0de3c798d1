"""Pages of siting: ask where to build, see how far it is, keep the list of candidates."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.ui import lists
from linli.ui.routes import needs

from .. import rules
from ..actions.candidates import enter_candidate, withdraw_candidate
from ..actions.planning import ask_siting, take_the_best_so_far
from ..catalogue import house_in
from ..models import Candidate, Scenario
from ..queries import gaps as gap_queries
from ..queries.scenarios import compared
from ..siting_forms import CandidateForm, SitingForm


@needs(rules.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def siting(request):
    """Where to build: functions, candidates, the wish, capacity, budget, floor and time."""
    run = gap_queries.newest_run(request.user, pk=request.GET.get("run", ""))
    if run is None or not rules.can_plan(request.user, run.place):
        return render(request, "reach/siting.html", {"run": None})
    form = SitingForm(request.POST if request.method == "POST" else None, run=run, initial=_first(request))
    if form.is_bound and form.is_valid() and _asked(request, run, form):
        return redirect(f"{reverse('reach-scenarios')}?run={run.pk}")
    standing = Candidate.objects.standing().within(run.place)
    context = {"run": run, "form": form, "candidates": standing.count(), "house": house_in(run.parameters)}
    return render(request, "reach/siting.html", context, status=422 if form.is_bound else 200)


def _first(request) -> dict:
    """What the page offers before anything is chosen."""
    asked = request.GET.get("function", "")
    return {
        "functions": [asked] if asked else [], "group": request.GET.get("group", "all"),
        "method": Scenario.Method.MOST, "sources": ["idle", "ground", "homes"], "seconds": 30,
    }  # fmt: skip


def _asked(request, run, form) -> bool:
    try:
        ask_siting(run, by=request.user, title=form.cleaned_data["title"], wish=form.wish())
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    messages.success(request, _("正在求解，进度和结果都在这张表里。"))
    return True


@needs(rules.VIEW)
@require_safe
def scenario_row(request, pk):
    """One scenario of the table, asked for again while it is computed."""
    mine = Scenario.objects.filter(request.user.scope(rules.VIEW, "run__place"))
    row = get_object_or_404(mine.select_related("run", "made_by__person").defer("run__inputs"), pk=pk)
    context = {"one": compared(row), "may_plan": rules.can_plan(request.user, row.run.place)}
    context["may_assign"] = request.user.may("plans.assign") and request.user.may(rules.PLAN)
    return render(request, "reach/_scenario_row.html", context)


@needs(rules.PLAN)
@require_POST
def enough(request, pk):
    """The best found so far will do."""
    mine = Scenario.objects.filter(request.user.scope(rules.PLAN, "run__place"))
    scenario = get_object_or_404(mine, pk=pk)
    take_the_best_so_far(scenario, by=request.user)
    messages.success(request, _("已通知求解停下，用目前找到的最好答案。"))
    return redirect(f"{reverse('reach-scenarios')}?run={scenario.run_id}")


@needs(rules.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def candidates(request):
    """Idle rooms and open ground: the list, and one more."""
    form = CandidateForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid() and _entered(request, form):
        return redirect("reach-candidates")
    rows = Candidate.objects.standing().filter(request.user.scope(rules.PLAN, "place"))
    listing = lists.listing(request.GET, rows.select_related("place"))
    context = {"form": form, "listing": listing}
    return render(request, "reach/candidates.html", context, status=422 if form.is_bound else 200)


def _entered(request, form) -> bool:
    try:
        enter_candidate(by=request.user, **form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    messages.success(request, _("已登记。"))
    return True


@needs(rules.PLAN)
@require_POST
def candidate_withdraw(request, pk):
    mine = Candidate.objects.filter(request.user.scope(rules.PLAN, "place"))
    withdraw_candidate(get_object_or_404(mine, pk=pk), by=request.user)
    messages.success(request, _("已从候选里去掉。"))
    return redirect("reach-candidates")
