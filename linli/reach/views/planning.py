"""Pages for planners: gaps, the twelve, runs, what-if, scenarios, exports."""

import io

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from linli.exchange.actions import log_use
from linli.places.levels import Level
from linli.places.models import Place
from linli.ui.costs import STUDY, TABLE, WHOLE_CITY
from linli.ui.routes import costly, needs

from .. import rules
from ..actions.planning import set_circle
from ..actions.running import start_run
from ..forms import CircleForm, RunForm, ScenarioForm, spots_in
from ..models import Run
from ..queries import circles, exports
from ..queries import gaps as gap_queries
from ..queries.inputs import entrances_of
from ..queries.picture import picture_of
from ..queries.scenarios import scenarios_of
from ..queries.twelve import twelve_of
from .trying import answered


@needs(rules.VIEW)
@require_safe
def gaps(request):
    """Where which function lacks, for whom: map, list, districts."""
    run = gap_queries.newest_run(request.user, pk=request.GET.get("run", ""))
    if run is None:
        return render(request, "reach/gaps.html", {"run": None, "may_plan": request.user.may(rules.PLAN)})
    function, group = _chosen(request, run)
    lines = gap_queries.lines_of(run, request.user, function.key, group)
    context = {
        "run": run, "function": function, "functions": gap_queries.functions_of(run), "group": group,
        "groups": gap_queries.GROUP_WORDS.items(), "lines": lines,
        "paper": [line for line in lines if line.state == "paper"],
        "counties": gap_queries.districts_of(run, lines, Level.COUNTY, group),
        "streets": gap_queries.districts_of(run, lines, Level.STREET, group),
        "left": rules.rounded(run.summary["left"]["people"]),
        "whole": gap_queries.whole_of(run, lines, group), "may_plan": request.user.may(rules.PLAN),
        "may_try": rules.can_plan(request.user, run.place),
    }  # fmt: skip
    return render(request, "reach/gaps.html", context)


def _chosen(request, run):
    """The function and the group of the address; the first function with data, and everybody."""
    functions = gap_queries.functions_of(run)
    first = next((one for one in functions if one.has_data), functions[0])
    function = next((one for one in functions if one.key == request.GET.get("function")), first)
    group = request.GET.get("group", "all")
    return function, group if group in gap_queries.GROUP_WORDS else "all"


@needs(rules.VIEW)
@require_GET
def gap_map(request):
    run = gap_queries.newest_run(request.user, pk=request.GET.get("run", ""))
    if run is None:
        raise Http404
    function, _group = _chosen(request, run)
    try:
        spots = spots_in(request.GET.get("sites", ""))
    except ValidationError:
        raise Http404
    return JsonResponse(gap_queries.map_of(run, request.user, function.key, function.title, spots))


@costly(TABLE)
@needs(rules.VIEW)
@require_GET
def export(request, kind):
    """The run as GeoJSON, xlsx or GeoPackage, one function as a picture; written to the register of exchange."""
    run = gap_queries.newest_run(request.user, pk=request.GET.get("run", ""))
    if run is None or kind not in (*exports.MAKERS, "svg"):
        raise Http404
    made = _made(kind, run, request.user, *_chosen(request, run))
    if not made:
        raise Http404
    log_use(exports.ENTRY, "exported", by=request.user, row_count=exports.count_of(run, request.user))
    name = f"reach-{run.place.code}-{run.on}.{kind}"
    return FileResponse(io.BytesIO(made), as_attachment=True, filename=name)


def _made(kind, run, user, function, group) -> bytes:
    if kind == "svg":
        return picture_of(run, user, function.key, function.title, group).encode()
    return exports.MAKERS[kind](run, user, group)


@needs(rules.VIEW)
@require_safe
def twelve(request):
    """12个一: which of the twelve each urban community has."""
    mine = Place.objects.current().communities().filter(request.user.scope(rules.VIEW))
    communities = list(mine.filter(urban_rural__startswith="1").order_by("path")[:600])
    asked, rows = twelve_of(communities, communities[0]) if communities else ([], [])
    failing = [row for row in rows if row.missing]
    context = {"asked": asked, "rows": rows, "failing": failing, "by_item": _by_item(asked, rows)}
    return render(request, "reach/twelve.html", context)


def _by_item(asked, rows):
    return [(line.title, sum(row.has[n] is True for row in rows)) for n, line in enumerate(asked)]


@costly(WHOLE_CITY)
@needs(rules.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def runs(request):
    """Studies made so far, and a new one."""
    places = Place.objects.current().divisions().filter(request.user.scope(rules.PLAN)).order_by("path")
    top = places.first()
    profiles = circles.profiles_known(top) if top else []
    sent = request.POST if request.method == "POST" else None
    form = RunForm(sent, places=places, profiles=profiles, initial={"place": top and top.code})
    if form.is_bound and form.is_valid() and _started(request, form):
        return redirect("reach-runs")
    rows = (
        Run.objects.visible_to(request.user).filter(place__in=places).defer("inputs", "street_map__content")
    )
    context = {"form": form, "runs": rows.select_related("place", "street_map", "started_by__person")[:50]}
    context |= entrances_of(request.user)
    return render(request, "reach/runs.html", context, status=422 if form.is_bound else 200)


def _started(request, form) -> bool:
    try:
        start_run(by=request.user, **form.asked())
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    messages.success(request, _("已开始计算，一般几分钟内完成。"))
    return True


@needs(rules.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def set_radius(request, code):
    """Another radius for one community, with the reason."""
    mine = Place.objects.current().communities().filter(request.user.scope(rules.PLAN))
    place = get_object_or_404(mine, code=code)
    rule = getattr(place, "circle_rule", None)
    initial = {"radius_m": rule.radius_m, "reason": rule.reason} if rule else {"radius_m": 1200}
    form = CircleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        set_circle(place, by=request.user, **form.cleaned_data)
        messages.success(request, _("已记下，下一次研究按新的半径计算。"))
        return redirect("reach-circle", code)
    status = 422 if form.is_bound else 200
    return render(request, "reach/radius.html", {"form": form, "place": place}, status=status)


@costly(STUDY)
@needs(rules.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request):
    """Point at the map: whom an outlet there would bring within reach."""
    run = gap_queries.newest_run(request.user, pk=request.GET.get("run", ""))
    if run is None or not rules.can_plan(request.user, run.place):
        return render(request, "reach/what_if.html", {"run": None})
    initial = {"function": request.GET.get("function", ""), "group": request.GET.get("group", "all")}
    form = ScenarioForm(request.POST if request.method == "POST" else None, run=run, initial=initial)
    told = answered(request, run, form) if form.is_bound and form.is_valid() else {}
    if told.get("saved"):
        return redirect(f"{reverse('reach-scenarios')}?run={run.pk}")
    context = {"run": run, "form": form, **told}
    return render(request, "reach/what_if.html", context, status=422 if form.errors else 200)


@needs(rules.VIEW)
@require_safe
def scenarios(request):
    """Scenarios of a run side by side."""
    run = gap_queries.newest_run(request.user, pk=request.GET.get("run", ""))
    rows = scenarios_of(run) if run else []
    may_plan = run is not None and rules.can_plan(request.user, run.place)
    may_assign = may_plan and request.user.may("plans.assign")
    context = {"run": run, "rows": rows, "may_assign": may_assign, "may_plan": may_plan}
    return render(request, "reach/scenarios.html", context)
