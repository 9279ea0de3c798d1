"""Where it is going: trend, comparison, map, what if, and how far the figures can be trusted."""

import json
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.places.levels import DIVISIONS
from linli.plans import actions, rules
from linli.plans.forms import month_asked
from linli.plans.formula import FormulaError
from linli.plans.models import Indicator, MeasureValue, Plan
from linli.plans.queries.drafting import what_if
from linli.plans.queries.quality import quality_of
from linli.plans.queries.scorecards import period_for, visible_place
from linli.plans.queries.trends import chart_of, compared, indicator_map, path_to, periods_to, series
from linli.ui.costs import LIVE
from linli.ui.routes import costly, needs


def indicator_or_404(code, indicator) -> Indicator:
    rows = Indicator.objects.select_related("plan").prefetch_related("targets")
    standing = {"plan__in": Plan.objects.standing(), "retired_on": None, "expression__isnull": False}
    return get_object_or_404(rows.filter(**standing), plan__code=code, code=indicator)


@require_safe
@needs(rules.VIEW)
def indicator_trend(request, code, indicator):
    """One indicator through time, beside another place, towards its deadline, and on the map."""
    found = indicator_or_404(code, indicator)
    place, period = (
        visible_place(request.GET.get("place", ""), request.user),
        period_for(request.GET.get("period", "")),
    )
    other = visible_place(request.GET["with"], request.user) if request.GET.get("with") else None
    places = [place, other] if other and other != place else [place]
    rows = series(found, places, period)
    page = {
        "indicator": found,
        "place": place,
        "other": other,
        "period": period,
        "level": request.GET.get("level", ""),
    }
    page |= {"chart": chart_of(found, places, rows, period), "path": path_to(found, rows[place.pk], period)}
    page |= beside_period(request, found, place, period)
    page |= {
        "points": sum(row.shown is not None for row in rows[place.pk]),
        **around(found, place, period, page),
    }
    return render(request, "plans/indicator_trend.html", page)


def beside_period(request, found, place, period) -> dict:
    """The place and what lies right below it, beside another period when one is asked for."""
    asked = request.GET.get("than", "")
    if not asked:
        return {}
    than = period_for(asked)
    below = place.children.filter(level__in=DIVISIONS, valid_to=None).order_by("path")
    return {"than": than, "changes": compared(found, [place, *below], period, than)}


def around(found, place, period, page) -> dict:
    """The periods of the slider, the places to compare with, the map of the same numbers."""
    below = place.children.filter(level__in=DIVISIONS, valid_to=None).order_by("path")
    beside = place.parent.children.filter(level=place.level, valid_to=None) if place.parent else below.none()
    address = reverse("indicator-map", args=[found.plan.code, found.code])
    periods = periods_to(period_for(""), 8) if period.months == 12 else periods_to(period, 8)
    times = periods if period in periods else periods_to(period, 8)
    src = {one: f"{address}?place={place.code}&period={one}&level={page['level']}" for one in times}
    return {
        "periods": periods,
        "others": [*below[:50], *beside.exclude(pk=place.pk)[:50]],
        "map": {
            "title": found.name,
            "unit": found.unit,
            "src": src[period],
            "times": json.dumps([(str(one), src[one]) for one in times]),
        },
    }


@require_safe
@costly(LIVE)
@needs(rules.VIEW)
def indicator_map_json(request, code, indicator):
    """The layers of the map of one indicator."""
    found = indicator_or_404(code, indicator)
    place = visible_place(request.GET.get("place", ""), request.user)
    period = period_for(request.GET.get("period", ""))
    return JsonResponse(indicator_map(found, place, period, request.GET.get("level", "")))


@require_safe
@costly(LIVE)
@needs(rules.VIEW)
def indicator_what_if(request, code, indicator):
    """A draft of the formula or the target beside the live one: which cells would change."""
    found = indicator_or_404(code, indicator)
    place, period = (
        visible_place(request.GET.get("place", ""), request.user),
        period_for(request.GET.get("period", "")),
    )
    formula = request.GET.get("formula", "")[:500] or found.formula
    places = [place, *place.children.filter(level__in=DIVISIONS, valid_to=None).order_by("path")]
    page = {"indicator": found, "place": place, "period": period, "formula": formula, "problem": ""}
    try:
        target = Decimal(request.GET["target"]) if request.GET.get("target") else None
        page["cells"] = what_if(found, places, period, formula=formula, target=target)
        page["changed"] = sum(cell.changed for cell in page["cells"])
    except FormulaError as wrong:
        page["problem"] = str(wrong)
    except InvalidOperation:
        page["problem"] = _("目标要写成一个数。")
    return render(request, "plans/indicator_what_if.html", page, status=422 if page["problem"] else 200)


@require_http_methods(["GET", "POST"])
@needs(rules.VIEW)
def data_quality(request):
    """Completeness, timeliness, what stands out, what contradicts; a difference can be given out to be settled."""
    asked = request.POST if request.method == "POST" else request.GET
    place, period = visible_place(asked.get("place", ""), request.user), month_asked(asked.get("period", ""))
    if request.method == "POST":
        settle(request, place)
        return redirect(f"{reverse('data-quality')}?place={place.code}&period={period}")
    page = {"place": place, "period": period, "quality": quality_of(place, period)}
    page["may_assign"] = rules.can_assign(request.user, place)
    return render(request, "plans/data_quality.html", page)


def settle(request, place):
    """Ask the place of a figure why what it reported is not what the records say."""
    key = request.POST.get("figure", "")
    rows = MeasureValue.objects.filter(place__path__startswith=place.path, known_to=None)
    figure = get_object_or_404(rows, pk=key if key.isdecimal() else 0)
    try:
        made = actions.ask_about_difference(figure, by=request.user)
        messages.success(request, _("已交办 %(number)s。") % {"number": made.case.number})
    except ValidationError as refused:
        messages.error(request, "；".join(refused.messages))
