"""Livelihood projects for everybody; pilots and methods for those who plan."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.places.models import Place
from linli.plans import actions, rules
from linli.plans.forms import (
    AdoptionForm,
    MethodForm,
    PilotForm,
    PilotResultForm,
    ProjectForm,
    ProjectProgressForm,
)
from linli.plans.models import LivelihoodProject
from linli.plans.queries import works
from linli.ui.acting import done
from linli.ui.routes import needs, public


def form_page(request, form, title, back, submit):
    """A form alone on its page; 422 when something in it is wrong."""
    page = {"form": form, "heading": title, "back": back, "submit": submit}
    return render(request, "plans/work_form.html", page, status=422 if form.errors else 200)


@require_safe
@public
def livelihood_list(request):
    """The yearly list with how far each project is."""
    years, asked = works.project_years(), request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else years[0]
    code = request.GET.get("place", "")
    place = get_object_or_404(Place.objects.divisions(), code=code) if code else None
    own = request.user.is_authenticated and request.user.may(rules.ASSIGN)
    page = {"projects": works.projects(year, place), "year": year, "years": years, "place": place, "own": own}
    page["mine"] = works.projects_of(request.user) if own else ()
    page["face"] = "ui/base_cockpit.html" if own else "ui/base.html"
    return render(request, "plans/livelihood_list.html", page)


@require_http_methods(["GET", "POST"])
@needs(rules.ASSIGN)
def livelihood_new(request):
    """Put a project on the list."""
    form = ProjectForm(request.POST or None, user=request.user)
    if form.is_bound and done(form, lambda **told: actions.enter_project(by=request.user, **told)):
        return redirect("livelihood-list")
    return form_page(request, form, _("登记民生实事项目"), "livelihood-list", _("登记"))


@require_http_methods(["GET", "POST"])
@needs(rules.ASSIGN)
def livelihood_tell(request, pk):
    """Tell how far a project is."""
    rows = LivelihoodProject.objects.filter(request.user.scope(rules.ASSIGN, "place"))
    project = get_object_or_404(rows, pk=pk)
    form = ProjectProgressForm(request.POST or None, instance=project)
    if form.is_bound and done(form, lambda **told: actions.tell_project(project, by=request.user, **told)):
        return redirect("livelihood-list")
    return form_page(request, form, project.title, "livelihood-list", _("报进展"))


@require_safe
@needs(rules.VIEW)
def pilot_list(request):
    """The pilots in one's reach, and every method that came of one."""
    page = {"pilots": works.pilots(request.user)[: works.MOST], "methods": works.methods()[: works.MOST]}
    page["may_assign"] = request.user.may(rules.ASSIGN)
    return render(request, "plans/pilot_list.html", page)


@require_http_methods(["GET", "POST"])
@needs(rules.ASSIGN)
def pilot_new(request):
    """Begin a pilot."""
    form = PilotForm(request.POST or None, user=request.user)
    if form.is_bound and done(form, lambda **told: actions.begin_pilot(by=request.user, **told)):
        return redirect("pilot-list")
    return form_page(request, form, _("登记试点"), "pilot-list", _("开始试点"))


@require_http_methods(["GET", "POST"])
@needs(rules.VIEW)
def pilot_detail(request, pk):
    """One pilot: what was expected, what came of it; whoever gives work there assesses it."""
    pilot = get_object_or_404(works.pilots(request.user), pk=pk)
    may = rules.can_assign(request.user, pilot.place)
    form, act = next_of(pilot, request.POST or None)
    if form is not None and form.is_bound:
        if not may:
            raise PermissionDenied
        if done(form, lambda **told: act(pilot, by=request.user, **told)):
            return redirect("pilot-detail", pk)
    page = {"pilot": pilot, "form": form if may else None}
    status = 422 if form is not None and form.errors else 200
    return render(request, "plans/pilot_detail.html", page, status=status)


def next_of(pilot, data):
    """The form that is due for a pilot, with its verb: the result, then the method; none after that."""
    if pilot.closed_on is None:
        return PilotResultForm(data), actions.assess_pilot
    if pilot.result != "failed" and not hasattr(pilot, "card"):
        return MethodForm(data), actions.publish_method
    return None, None


@require_http_methods(["GET", "POST"])
@needs(rules.VIEW)
def method_detail(request, pk):
    """A method with the places that took it over; a place in one's reach can be added."""
    card = get_object_or_404(works.methods(), pk=pk)
    may = request.user.may(rules.ASSIGN)
    form = AdoptionForm(request.POST or None, user=request.user) if may else None
    if request.method == "POST" and form is None:
        raise PermissionDenied
    if (
        form
        and form.is_bound
        and done(form, lambda **told: actions.adopt_method(card, by=request.user, **told))
    ):
        messages.success(request, _("已登记。"))
        return redirect("method-detail", pk)
    adopted = card.adoptions.select_related("place")[: works.MOST]
    page = {"card": card, "adoptions": adopted, "form": form}
    return render(request, "plans/method_detail.html", page, status=422 if form and form.errors else 200)
