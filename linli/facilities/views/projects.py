"""Pages of upgrade projects (a gap and how it is closed) and of housing projects (the four gates)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.kernel import clock
from linli.places.models import Place
from linli.ui.lists import listing
from linli.ui.routes import needs

from .. import rules
from ..actions.housing import flags_of
from ..actions.upgrading import MovedOn
from ..forms.projects import NewHousingForm, NewUpgradeForm, housing_acts, upgrade_form
from ..models import HousingProject, UpgradeProject
from ..queries import projects
from ..queries.tenure import rented_by_year
from ..standards import standards_at
from ..states import UPGRADE_STEPS


def _posted(request):
    """What was sent, empty or not; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


@needs(rules.VIEW)
@require_safe
def upgrades(request):
    """Gaps that somebody is closing, and how far each is."""
    filters = projects.upgrade_filters(request.GET)
    rows = projects.upgrades_of(request.user, request.GET, filters)
    context = {
        "listing": listing(request.GET, rows, filters=filters),
        "board": projects.board_of(rows),
        "tenure": rented_by_year(request.user),
    }
    return render(request, "facilities/upgrades.html", context)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def upgrade_new(request):
    """Write down a gap of a community to a standard, as it is today."""
    asked = {name: request.GET.get(name, "")[:80] for name in ("place", "standard")}
    form = NewUpgradeForm(_posted(request), user=request.user, initial={k: v for k, v in asked.items() if v})
    if form.is_bound and form.is_valid():
        try:
            made = form.write_down(by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect("upgrade-detail", made.code)
    return _form_page(request, form, _("立项补短"), _standard_name(form["standard"].value(), asked["place"]))


def _standard_name(standard, place) -> str:
    """What the form is about, in words."""
    found = Place.objects.current().filter(code=(place or "").split()[-1] if place else "").first()
    lines = standards_at(found).standards if found else ()
    return next((one.name for one in lines if one.code == standard), "")


def _form_page(request, form, title, lead, back="facility-upgrades"):
    context = {"form": form, "title": title, "lead": lead, "back": back}
    return render(request, "facilities/project_form.html", context, status=422 if form.errors else 200)


def _upgrade(request, code):
    rows = UpgradeProject.objects.filter(request.user.scope(rules.VIEW, "place"))
    return get_object_or_404(rows.select_related("place", "facility"), code=code)


@needs(rules.VIEW)
@require_safe
def upgrade_detail(request, code):
    """One project: the gap then and now, how far it is, what was done."""
    project = _upgrade(request, code)
    steps = [
        step
        for step in UPGRADE_STEPS.values()
        if project.state in step.from_states and request.user.may(step.permission, at=project.place)
    ]
    context = {
        "project": project,
        "taken": steps,
        "steps": projects.stepper_of(project),
        "now": projects.gap_now(project, clock.today()),
        "events": projects.history_of(project),
    }
    return render(request, "facilities/upgrade_detail.html", context)


@needs(rules.VIEW)
@require_http_methods(["GET", "POST"])
def upgrade_step(request, code, step):
    project = _upgrade(request, code)
    if step not in UPGRADE_STEPS:
        raise Http404
    if not request.user.may(UPGRADE_STEPS[step].permission, at=project.place):
        raise PermissionDenied
    form = upgrade_form(project, step, _posted(request))
    return _acted(request, project, form, UPGRADE_STEPS[step].label, "upgrade-detail")


def _acted(request, project, form, title, back):
    """Do what the form says, or show it with what is wrong."""
    if form.is_bound and form.is_valid():
        try:
            form.act(by=request.user)
            messages.success(request, _("已办：%s。") % title)
            return redirect(back, project.code)
        except MovedOn as late:
            messages.info(request, str(late))
            return redirect(back, project.code)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    context = {"project": project, "form": form, "title": title, "back": back}
    return render(request, "facilities/project_act.html", context, status=422 if form.errors else 200)


@needs(rules.VIEW)
@require_safe
def housing_list(request):
    """Housing projects with what they owe and which gates they passed."""
    filters = projects.housing_filters(request.GET)
    found = listing(request.GET, projects.housing_of(request.user, request.GET, filters), filters=filters)
    for project in found.page.object_list:
        project.flags = flags_of(project)
        project.lines = projects.gate_lines(project)
    context = {"listing": found, "may_add": request.user.may(rules.APPROVE)}
    return render(request, "facilities/housing_list.html", context)


@needs(rules.APPROVE)
@require_http_methods(["GET", "POST"])
def housing_new(request):
    form = NewHousingForm(_posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        try:
            made = form.register(by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("已登记，应配建 %s ㎡。") % made.required_m2)
            return redirect("housing-detail", made.code)
    return _form_page(request, form, _("登记住宅项目"), _("应配建的面积按现行标准算出。"), "facility-housing")


def _housing(request, code, permission=rules.VIEW):
    rows = HousingProject.objects.filter(request.user.scope(permission, "place"))
    return get_object_or_404(rows.select_related("place", "facility").prefetch_related("gates"), code=code)


@needs(rules.VIEW)
@require_safe
def housing_detail(request, code):
    """One housing project: what it owes, its four gates, what came of it."""
    project = _housing(request, code)
    context = {
        "project": project,
        "lines": projects.gate_lines(project),
        "flags": flags_of(project),
        "may_act": rules.can_approve_at(request.user, project.place),
    }
    return render(request, "facilities/housing_detail.html", context)


@needs(rules.APPROVE)
@require_http_methods(["GET", "POST"])
def housing_act(request, code, act):
    """A gate passed, or what was delivered."""
    project = _housing(request, code, rules.APPROVE)
    acts = housing_acts()
    if act not in acts:
        raise Http404
    title, form_class = acts[act]
    form = form_class(project, _posted(request), act=act)
    return _acted(request, project, form, str(title), "housing-detail")
