"""Pages on which two domains act together."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.plans import rules as plan_rules
from linli.reach import rules as reach_rules
from linli.reach.models import Scenario
from linli.ui.routes import needs

from .building import build_here, words_of
from .forms import GiveOutForm
from .lifting import lifts_of


@needs(plan_rules.ASSIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def scenario_task(request, pk):
    """Turn a scenario of the life circle into parts of a task of the plan."""
    mine = Scenario.objects.filter(request.user.scope(reach_rules.PLAN, "run__place"))
    scenario = get_object_or_404(mine.exclude(outcome=None).select_related("run__place"), pk=pk)
    lifts = lifts_of(scenario)
    form = GiveOutForm(request.POST or None, user=request.user, scenario=scenario, lifts=lifts)
    if form.is_bound and form.is_valid():
        try:
            made = build_here(scenario, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("已交给 %(n)s 个单位。") % {"n": len(made)})
            return redirect(f"{reverse('reach-scenarios')}?run={scenario.run_id}")
    context = {"form": form, "scenario": scenario, "words": words_of(scenario, lifts)}
    return render(request, "reach/scenario_task.html", context, status=422 if form.is_bound else 200)
