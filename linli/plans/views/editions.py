"""Frozen editions: the list, the report on a page, the papers."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from linli.plans import actions, rules
from linli.plans.models import Edition, Plan
from linli.plans.papers import KINDS, edition_package, report_docx, report_of, report_pdf, report_xlsx
from linli.plans.queries.editions import editions_of, faults_of
from linli.plans.queries.scorecards import period_for, visible_place
from linli.ui.costs import PAPER, WHOLE_CITY
from linli.ui.routes import costly, needs

PAPERS = {
    "docx": (report_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (report_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (report_pdf, "application/pdf"),
    "zip": (edition_package, "application/zip"),
}


@require_http_methods(["GET", "POST"])
@costly(WHOLE_CITY)
@needs(rules.VIEW)
def plan_editions(request, code):
    """The editions of a plan; a new one is frozen here."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    asked = {**request.GET.dict(), **request.POST.dict()}
    place, period = visible_place(asked.get("place", ""), request.user), period_for(asked.get("period", ""))
    if request.method == "POST":
        return redirect("edition-detail", actions.freeze(plan, place, period, by=request.user).pk)
    page = {"plan": plan, "place": place, "period": period, "editions": editions_of(plan, place)}
    page["may_freeze"] = rules.can_freeze(request.user, place)
    return render(request, "plans/plan_editions.html", page)


def edition_in_reach(user, pk) -> Edition:
    rows = Edition.objects.filter(user.scope(rules.VIEW, "place")).select_related("plan", "place")
    return get_object_or_404(rows, pk=pk)


def report_kind(request) -> str:
    """Which of the three evaluations is asked for: the overall one, what lags alone, the final one."""
    asked = request.GET.get("report", "")
    return asked if asked in KINDS else "overall"


@require_safe
@needs(rules.VIEW)
def edition_detail(request, pk):
    """The report of an edition, with what a recomputation says."""
    edition = edition_in_reach(request.user, pk)
    told = report_kind(request)
    page = {
        "edition": edition,
        "report": report_of(edition, kind=told),
        "kind": told,
        "faults": faults_of(edition),
    }
    page["reports"] = edition.reports.select_related("file", "edition__plan", "edition__place")
    page["may_evaluate"] = rules.can_evaluate(request.user, edition.place)
    page["may_publish"] = rules.can_freeze(request.user, edition.place)
    return render(request, "plans/edition_detail.html", page)


@require_safe
@costly(PAPER)
@needs(rules.VIEW)
def edition_paper(request, pk, kind):
    """The report as a file, or the whole edition with its definitions to be computed again elsewhere."""
    if kind not in PAPERS:
        raise Http404
    edition = edition_in_reach(request.user, pk)
    write, media_type = PAPERS[kind]
    about = {"site": settings.ENVIRONMENT.public_url, "kind": report_kind(request)}
    report = edition if kind == "zip" else report_of(edition, **about)
    answer = HttpResponse(write(report), media_type)
    name = f"{edition.plan.code}-{edition.place.code}-{edition.period}-{edition.number}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
