"""The ledger of tasks, giving them out, rounds of supervision."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.plans import actions, rules
from linli.plans.forms import FindingForm, RoundForm, ShareForm
from linli.plans.models import Plan, SupervisionRound, Task
from linli.plans.queries.departments import departments_of
from linli.plans.queries.matrix import matrix_of
from linli.plans.queries.scorecards import period_for, visible_place, years_of
from linli.plans.queries.tasks import ledger_of
from linli.plans.queries.values import values
from linli.ui.routes import needs


@require_safe
@needs(rules.VIEW)
def plan_ledger(request, code):
    """Every task with who has it, how far it is, and the lagging indicators it serves."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    place = visible_place(request.GET.get("place", ""), request.user)
    rows = values(plan, place, period_for(request.GET.get("period", "")))
    only = request.GET.get("only", "")
    page = {
        "plan": plan,
        "place": place,
        "only": only,
        "lines": ledger_of(plan, place, rows, request.user, only=only),
        "rounds": plan.rounds.filter(place__path__startswith=place.path).select_related("place"),
        "round_form": RoundForm(),
        "may_assign": rules.can_assign(request.user, place),
    }
    return render(request, "plans/plan_ledger.html", page)


@require_safe
@needs(rules.VIEW)
def plan_matrix(request, code):
    """Who answers for each task, level by level."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    place = visible_place(request.GET.get("place", ""), request.user)
    page = {"plan": plan, "place": place, "matrix": matrix_of(plan, place, request.user)}
    return render(request, "plans/plan_matrix.html", page)


@require_safe
@needs(rules.VIEW)
def plan_departments(request, code):
    """What was due of each department in a year, and what of it was done in time."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    place = visible_place(request.GET.get("place", ""), request.user)
    period = period_for(request.GET.get("period", ""))
    page = {"plan": plan, "place": place, "period": period, "years": years_of(plan)}
    page["lines"] = departments_of(plan, place, period)
    return render(request, "plans/plan_departments.html", page)


@require_http_methods(["GET", "POST"])
@needs(rules.ASSIGN)
def task_share(request, code, task):
    """Give a task out to units."""
    found = get_object_or_404(Task, plan__code=code, code=task, retired_on=None, plan__retired_on=None)
    form = ShareForm(request.POST if request.method == "POST" else None, user=request.user, task=found)
    if form.is_bound and form.is_valid():
        made = actions.share_task(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("已交给 %(n)s 个单位。") % {"n": len(made)})
        return redirect(reverse("plan-ledger", args=[code]) + f"#{task}")
    page = {"task": found, "form": form, "plan": found.plan}
    return render(request, "plans/task_share.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["POST"])
@needs(rules.ASSIGN)
def round_open(request, code):
    """Begin a round of supervision in the place the ledger shows."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    place = visible_place(request.POST.get("place") or request.GET.get("place", ""), request.user)
    form = RoundForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写督导名称。"))
        return redirect("plan-ledger", code)
    made = actions.open_round(plan, by=request.user, place=place, title=form.cleaned_data["title"])
    return redirect("supervision-round", made.pk)


@require_http_methods(["GET", "POST"])
@needs(rules.VIEW)
def supervision_round(request, pk):
    """One round: what it found, how far each finding is; new findings and the end of the round."""
    rounds = SupervisionRound.objects.filter(request.user.scope(rules.VIEW, "place"))
    found = get_object_or_404(rounds.select_related("plan", "place"), pk=pk)
    form = FindingForm(request.POST or None, user=request.user)
    if request.method == "POST" and changed(request, found, form):
        return redirect("supervision-round", pk)
    findings = found.findings.select_related("case__unit", "case__place").order_by("case__due_at")
    may = rules.can_assign(request.user, found.place) and found.closed_on is None
    page = {"round": found, "findings": findings, "form": form, "may_assign": may}
    return render(request, "plans/supervision_round.html", page, status=422 if form.errors else 200)


def changed(request, found, form) -> bool:
    """Close the round or note a finding; False when the form must be shown again."""
    try:
        if request.POST.get("act") == "close":
            form.is_bound = False
            actions.close_round(found, by=request.user)
            return True
        if form.is_valid():
            actions.note_finding(found, by=request.user, **form.cleaned_data)
            return True
    except ValidationError as refused:
        messages.error(request, "；".join(refused.messages))
    return False
