"""Pictures of livelihood projects, and reports of outside evaluators."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.plans import actions, rules
from linli.plans.forms import EvaluatorReportForm, PhotoDownForm, ProjectPhotoForm
from linli.plans.models import EvaluatorReport, LivelihoodProject
from linli.ui.acting import done
from linli.ui.routes import needs, public

from .editions import edition_in_reach
from .works import form_page


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
    edition = edition_in_reach(request.user, pk)
    if not rules.can_evaluate(request.user, edition.place):
        raise PermissionDenied
    form = EvaluatorReportForm(request.POST or None, request.FILES or None)
    if form.is_bound and done(form, lambda **_told: hand_in(edition, form, request.user)):
        return redirect("edition-detail", pk)
    page = {"form": form, "edition": edition}
    return render(request, "plans/report_form.html", page, status=422 if form.errors else 200)


def hand_in(edition, form, by):
    actions.hand_in_report(edition, by=by, **form.stored(by))


@require_POST
@needs(rules.FREEZE)
def report_publish(request, pk):
    """Show a report to everybody."""
    rows = EvaluatorReport.objects.filter(request.user.scope(rules.FREEZE, "edition__place"))
    report = get_object_or_404(rows.select_related("edition__place"), pk=pk)
    with suppress(ValidationError):  # published meanwhile: that is what was asked
        actions.publish_report(report, by=request.user)
    return redirect("edition-detail", report.edition_id)


@require_safe
@public
def report_list(request):
    """Every published report of an outside evaluator."""
    rows = EvaluatorReport.objects.published().select_related("edition__plan", "edition__place", "file")[:100]
    return render(request, "plans/report_list.html", {"reports": rows})
