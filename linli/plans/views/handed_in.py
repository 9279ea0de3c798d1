"""Pictures of livelihood projects, and reports of outside evaluators."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.plans import actions, rules
from linli.plans.forms import EvaluatorReportForm, PhotoDownForm, ProjectPhotoForm
from linli.plans.models import EvaluationRound, EvaluatorReport, LivelihoodProject
from linli.ui.acting import done
from linli.ui.routes import needs, public

from .editions import edition_in_reach
from .works import form_page

REPORTED = ("edition__plan", "edition__place", "round", "file")


@require_http_methods(["GET", "POST"])
@needs(rules.ASSIGN)
def livelihood_photo(request, pk):
    """Add a picture of a project."""
    project = project_in_reach(request.user, pk)
    form = ProjectPhotoForm(request.POST or None, request.FILES or None)
    if form.is_bound and done(form, lambda **_told: add_photo(project, form, request.user)):
        return redirect("livelihood-list")
    return form_page(request, form, _("添加照片：%s") % project.title, "livelihood-list", _("添加"))


def add_photo(project, form, by):
    actions.add_project_photo(project, by=by, **form.stored(by))


@require_http_methods(["GET", "POST"])
@needs(rules.ASSIGN)
def livelihood_photo_down(request, pk):
    """Take a picture of a project down."""
    project = project_in_reach(request.user, pk)
    form = PhotoDownForm(request.POST or None, project=project)
    if form.is_bound and done(form, lambda photo: actions.remove_project_photo(photo, by=request.user)):
        return redirect("livelihood-list")
    return form_page(request, form, _("撤下照片：%s") % project.title, "livelihood-list", _("撤下"))


def project_in_reach(user, pk) -> LivelihoodProject:
    return get_object_or_404(LivelihoodProject.objects.filter(user.scope(rules.ASSIGN, "place")), pk=pk)


@require_http_methods(["GET", "POST"])
@needs(rules.EVALUATE)
def report_hand_in(request, pk):
    """An outside evaluator hands in what he found of an edition."""
    return hand_in(request, edition_in_reach(request.user, pk))


@require_http_methods(["GET", "POST"])
@needs(rules.EVALUATE)
def round_report_hand_in(request, pk):
    """An outside evaluator hands in what he found of the things of a round."""
    rounds = EvaluationRound.objects.filter(request.user.scope(rules.VIEW, "place"))
    return hand_in(request, get_object_or_404(rounds.select_related("place"), pk=pk))


def hand_in(request, about):
    """The form of a report about an edition or a round."""
    if not rules.can_evaluate(request.user, about.place):
        raise PermissionDenied
    form = EvaluatorReportForm(request.POST or None, request.FILES or None)
    if form.is_bound and done(form, lambda **_told: keep_report(about, form, request.user)):
        return redirect(page_of(about))
    page = {"form": form, "about": about, "back": page_of(about)}
    return render(request, "plans/report_form.html", page, status=422 if form.errors else 200)


def keep_report(about, form, by):
    actions.hand_in_report(about, by=by, **form.stored(by))


def page_of(about) -> str:
    name = "evaluation-round" if isinstance(about, EvaluationRound) else "edition-detail"
    return reverse(name, args=[about.pk])


@require_POST
@needs(rules.FREEZE)
def report_publish(request, pk):
    """Show a report to everybody."""
    mine = request.user.scope(rules.FREEZE, "edition__place") | request.user.scope(
        rules.FREEZE, "round__place"
    )
    rows = EvaluatorReport.objects.filter(mine).select_related("edition__place", "round__place")
    report = get_object_or_404(rows, pk=pk)
    with suppress(ValidationError):  # published meanwhile: that is what was asked
        actions.publish_report(report, by=request.user)
    return redirect(page_of(report.edition or report.round))


@require_safe
@public
def report_list(request):
    """Every published report of an outside evaluator."""
    rows = EvaluatorReport.objects.published().select_related(*REPORTED)[:100]
    return render(request, "plans/report_list.html", {"reports": rows})
