"""Pages of the life circle for residents and for workers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from linli.facilities.models import Facility
from linli.places.models import Place
from linli.ui import lists
from linli.ui.costs import NEAR, PAPER
from linli.ui.routes import costly, needs, public, signed_in

from .. import rules
from ..actions.rating import rate_circle
from ..actions.reporting import answer_report, report_outlet
from ..forms import AnswerForm, NearForm, RateForm, ReportForm
from ..handbook import NoPrinter, handbook_pdf
from ..models import Report
from ..queries import circles, ratings
from ..queries.moments import outages_of, scenes_of
from ..queries.near import map_of, outlets_near


@costly(NEAR)
@public
@require_http_methods(["GET", "HEAD", "POST"])
def near(request):
    """Near me now: by position or address (sent by POST, kept nowhere), by place, or by one's verified home."""
    form = NearForm(request.POST if request.method == "POST" else request.GET)
    valid, words = form.is_valid(), lists.read_words(request.GET)
    start, called = (form.start(request.user), form.called()) if valid else (None, [])
    named = called or (circles.communities_named(words) if start is None or words else [])
    context = {
        "start": start, "words": words, "address": form.cleaned_data.get("address", ""),
        "wishes": form.wishes() if valid else {},
        "outlets": outlets_near(start, **form.wishes()) if start else [],
        "choices": [] if start and called else named,
        "functions": circles.functions_known(),
        "outages": outages_of(start.place) if start else [],
        "lost": request.method == "POST" and start is None and not called,
    }  # fmt: skip
    return render(request, "reach/near.html", context)


@costly(NEAR)
@public
@require_GET
def near_map(request):
    form = NearForm(request.GET)
    start = form.start(request.user) if form.is_valid() else None
    if start is None:
        raise Http404
    walk = request.GET.get("walk") != "0"
    return JsonResponse(map_of(start, outlets_near(start, **form.wishes()), walk=walk))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def report(request):
    """Closed, wrong place, missing: no account is needed."""
    facility, place = _reported(request)
    form = ReportForm(request.POST if request.method == "POST" else None, facility=facility)
    if form.is_bound and form.is_valid():
        user = request.user if request.user.is_authenticated else None
        try:
            report_outlet(by=user, facility=facility, place=place, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("谢谢您告诉我们，社区会去核实。"))
            return redirect(f"{reverse('reach-near')}?community={place.code}")
    context = {"form": form, "facility": facility, "place": place}
    return render(request, "reach/report.html", context, status=422 if form.is_bound else 200)


def _reported(request) -> tuple[Facility | None, Place]:
    code = request.GET.get("facility", "")
    if code:
        found = Facility.objects.visible_to(request.user).select_related("place", "kind")
        facility = get_object_or_404(found, code=code)
        return facility, facility.place
    communities = Place.objects.current().communities()
    return None, get_object_or_404(communities, code=request.GET.get("community", ""))


@costly(NEAR)
@public
@require_safe
def circle(request, code):
    """A community's circle: each function, the nearest walk, both rules."""
    place = get_object_or_404(Place.objects.communities(), code=code)
    may = request.user.is_authenticated and rules.can_plan(request.user, place)
    context = {
        "page": circles.page_of(place), "place": place, "may_plan": may, "scenes": scenes_of(place),
        "rated": ratings.rated_in(place), "own_stars": ratings.own_stars(place, request.user),
        "may_rate": rules.lives_in(request.user, place), "stars": RateForm(),
    }  # fmt: skip
    return render(request, "reach/circle.html", context)


@signed_in
@require_POST
def rate(request, code):
    """One's own stars of the circle one lives in; they count in the grade of the community."""
    place = get_object_or_404(Place.objects.current().communities(), code=code)
    if not rules.lives_in(request.user, place):
        raise Http404
    form = RateForm(request.POST)
    if form.is_valid():
        rate_circle(place, by=request.user, stars=form.cleaned_data["stars"])
        messages.success(request, _("已记下您的评分，计入社区评价。"))
    else:
        messages.error(request, _("没有记下：请选 1 到 5 星。"))
    return redirect("reach-circle", code)


@costly(NEAR)
@public
@require_GET
def circle_map(request, code):
    place = get_object_or_404(Place.objects.communities(), code=code)
    return JsonResponse(circles.map_of(place))


@costly(PAPER)
@public
@require_GET
def handbook(request, code):
    """便民服务手册: two sheets to print; `?large=1` in large print."""
    place = get_object_or_404(Place.objects.communities(), code=code)
    address = request.build_absolute_uri(reverse("reach-circle", args=[code]))
    try:
        content = handbook_pdf(circles.handbook_of(place), address=address, large="large" in request.GET)
    except NoPrinter:
        return render(request, "reach/no_printer.html", {"place": place}, status=503)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="handbook-{code}.pdf"'
    return answer


@needs(rules.VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request):
    """What residents said and nobody has looked at yet, the oldest first."""
    waiting = Report.objects.waiting().filter(request.user.scope(rules.VERIFY, "place"))
    if request.method == "POST":
        form = AnswerForm(request.POST, reports=waiting)
        if form.is_valid():
            _answer(request, **form.cleaned_data)
            return redirect("reach-reports")
        messages.error(request, _("没有记下：请重新选择。"))
    rows = waiting.select_related("place", "facility__kind").order_by("pk")
    stale = circles.to_verify(request.user)
    return render(
        request, "reach/reports.html", {"listing": lists.listing(request.GET, rows), "stale": stale}
    )


def _answer(request, *, report, was_right, answer):
    try:
        answer_report(report, by=request.user, was_right=was_right, answer=answer)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已记下核实结果。"))
