"""The scorecards, the explanation of a number, the tasks: what everybody and planners look at."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from linli.kernel import clock
from linli.plans.models import Indicator, MeasureTerm, Plan
from linli.plans.queries.drilling import drill
from linli.plans.queries.explaining import explain
from linli.plans.queries.plan_tree import plan_tree
from linli.plans.queries.scorecards import (
    known_on_asked,
    period_for,
    place_for,
    scorecard,
    tree_asked,
    visible_place,
    years_of,
)
from linli.plans.queries.shortfalls import short_places
from linli.plans.queries.tasks import tasks_of
from linli.plans.rules import VIEW
from linli.ui.costs import LIVE
from linli.ui.routes import costly, needs, public


@require_safe
@public
def plan_list(request):
    """Every plan that stands, the ones that hold today first."""
    plans = Plan.objects.standing()
    page = {"plans": plans, "today": clock.today(), **face_of(request.user)}
    return render(request, "plans/plan_list.html", page)


def face_of(user) -> dict:
    """Whether these are a planner's own pages: then he stays among them."""
    own = user.is_authenticated and user.may(VIEW)
    return {"face": "ui/base_cockpit.html" if own else "ui/base.html", "own": own}


@require_safe
@costly(LIVE)
@public
def plan_public(request, code):
    """The scorecard in plain words, for everybody."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    period = period_for(request.GET.get("period", ""))
    place = place_for(plan, request.GET.get("place", ""))
    card = scorecard(plan, place, period, public=True)
    answered = plan.replies.filter(place=place).exclude(answered_at=None)[:20]
    page = {"card": card, "years": years_of(plan), "replies": answered}
    return render(request, "plans/plan_public.html", page)


@require_safe
@costly(LIVE)
@needs(VIEW)
def plan_scorecard(request, code):
    """The scorecard of a planner: every number opens."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    period = period_for(request.GET.get("period", ""))
    place = place_for(plan, request.GET.get("place", ""), user=request.user)
    seen = seen_asked(request)
    card = scorecard(plan, place, period, **seen)
    page = {"card": card, "years": years_of(plan), **seen}
    return render(request, "plans/plan_scorecard.html", page)


def seen_asked(request):
    """How history is looked at: as known on a day, in the tree as it was or as it is."""
    asked = request.GET
    return {"known_on": known_on_asked(asked.get("known", "")), "tree": tree_asked(asked.get("tree", ""))}


def computed_or_404(code, indicator) -> Indicator:
    """An indicator in force that has a formula."""
    rows = Indicator.objects.select_related("plan").prefetch_related("targets", "tasks")
    standing = rows.filter(plan__in=Plan.objects.standing(), retired_on=None, expression__isnull=False)
    return get_object_or_404(standing, plan__code=code, code=indicator)


@require_safe
@costly(LIVE)
@needs(VIEW)
def indicator_short(request, code, indicator):
    """Which places fall short of an indicator's target, what each has and lacks."""
    found = computed_or_404(code, indicator)
    place = place_for(found.plan, request.GET.get("place", ""), user=request.user)
    seen = seen_asked(request)
    listed = short_places(found, place, period_for(request.GET.get("period", "")), **seen)
    page = {"list": listed, "indicator": found, "place": place, "years": years_of(found.plan), **seen}
    return render(request, "plans/indicator_short.html", page)


@require_safe
@needs(VIEW)
def indicator_detail(request, code, indicator):
    """How one number came about."""
    found = computed_or_404(code, indicator)
    place = place_for(found.plan, request.GET.get("place", ""), user=request.user)
    seen = seen_asked(request)
    explained = explain(found, place, period_for(request.GET.get("period", "")), **seen)
    page = {"explained": explained, "indicator": found, "place": place, "years": years_of(found.plan), **seen}
    return render(request, "plans/indicator_detail.html", page)


@require_safe
@needs(VIEW)
def measure_records(request, code):
    """What one measure counts at a place: the units' figures and the records one may see."""
    term = get_object_or_404(MeasureTerm, code=code, retired_on=None)
    place = visible_place(request.GET.get("place", ""), request.user)
    found = drill(term, place, period_for(request.GET.get("period", "")), user=request.user)
    return render(request, "plans/measure_records.html", {"drill": found, "place": place})


@require_safe
@public
def plan_tree_page(request, code):
    """The plans above and below, and how their targets meet."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    return render(request, "plans/plan_tree.html", {"tree": plan_tree(plan), **face_of(request.user)})


@require_safe
@costly(LIVE)
@public
def plan_tasks(request, code):
    """What the plan wants done, by whom and by when."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    return render(request, "plans/plan_tasks.html", {"plan": plan, "tasks": tasks_of(plan)})
