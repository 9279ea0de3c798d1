"""Rounds of evaluation: opened and looked through by officers, published to everybody for comment."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.api.addresses import client_address
from linli.plans import actions, rules
from linli.plans.forms import EvaluationForm
from linli.plans.models import Evaluation, EvaluationRound
from linli.plans.queries.evaluations import evaluations_of, grade_counts, lines_shown
from linli.plans.queries.scorecards import visible_place
from linli.ui.costs import WHOLE_CITY
from linli.ui.routes import costly, needs, public


@require_http_methods(["GET", "POST"])
@costly(WHOLE_CITY)
@needs(rules.VIEW)
def evaluation_list(request):
    """The rounds in one's reach; who may assign opens another."""
    asked = request.POST if request.method == "POST" else request.GET
    place = visible_place(asked.get("place", ""), request.user)
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.open_evaluation(by=request.user, place=place, **form.cleaned_data)
            return redirect("evaluation-round", made.pk)
        except ValidationError as refused:
            messages.error(request, "；".join(refused.messages))
    rounds = EvaluationRound.objects.filter(request.user.scope(rules.VIEW, "place"))
    page = {"place": place, "form": form, "rounds": rounds.select_related("index", "place")[:100],
            "may_assign": rules.can_assign(request.user, place)}  # fmt: skip
    return render(request, "plans/evaluation_list.html", page, status=422 if form.errors else 200)


@require_safe
@needs(rules.VIEW)
def evaluation_round(request, pk):
    """Every community of a round one may see, with its state, score and grade."""
    rounds = EvaluationRound.objects.filter(request.user.scope(rules.VIEW, "place"))
    found = get_object_or_404(rounds.select_related("index", "place"), pk=pk)
    rows = list(evaluations_of(found))
    page = {"round": found, "rows": rows, "counts": sorted(grade_counts(rows).items())}
    page["reports"] = found.reports.visible_to(request.user).select_related("round__place", "file")
    page["may_evaluate"] = rules.can_evaluate(request.user, found.place)
    page["may_publish"] = rules.can_freeze(request.user, found.place)
    return render(request, "plans/evaluation_round.html", page)


@require_http_methods(["GET", "POST"])
@public
def evaluation_public(request, pk):
    """One community's evaluation while and after it is published; words about it while it is."""
    shown = Evaluation.objects.filter(case__state__in=("published", "appealed", "graded", "closed"))
    rows = shown.select_related("case__place", "case__unit", "round__index", "provider", "project")
    found = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        try:
            words = request.POST.get("words", "")
            actions.comment_on(found, words=words, address=client_address(request))
            messages.success(request, _("收到了，谢谢您。答复会公布在这里。"))
        except ValidationError as refused:
            messages.error(request, "；".join(refused.messages))
        return redirect("evaluation-public", pk)
    answered = found.comments.exclude(answered_at=None)
    page = {"evaluation": found, "lines": lines_shown(found), "comments": answered}
    return render(request, "plans/evaluation_public.html", page)
