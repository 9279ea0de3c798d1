"""Surveys: everybody answers and reads results; whoever holds one enters sheets and publishes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.api.addresses import client_address
from linli.places.models import Place
from linli.ui.acting import done
from linli.ui.routes import needs, public

from . import actions, rules
from .forms import AnswerForm, DrawForm, EnteredForm, PublishForm, SampleForm, SurveyForm
from .models import Drawing, Survey
from .queries import result_of


@require_safe
@public
def survey_list(request):
    """Every survey: those that run, those that are published; its own unfinished ones for who holds them."""
    rows = Survey.objects.select_related("place", "provider")
    own = request.user.is_authenticated and request.user.may(rules.SURVEY)
    for one in (rows := list(rows[:200])):
        one.own = own and holds(request.user, one)
    seen = [one for one in rows if one.runs or one.published_on or one.own]
    face = "ui/base_workbench.html" if own else "ui/base.html"
    return render(request, "services/survey_list.html", {"surveys": seen, "own": own, "face": face})


def holds(user, survey) -> bool:
    return user.is_authenticated and rules.can_survey(user, survey.place)


def communities_of(survey):
    return Place.objects.current().communities().filter(path__startswith=survey.place.path).order_by("path")


@require_http_methods(["GET", "POST"])
@public
def survey(request, pk):
    """A survey that runs is answered here; one that is over is read here once it is published."""
    found = get_object_or_404(Survey.objects.select_related("place", "provider"), pk=pk)
    own = holds(request.user, found)
    if not found.runs:
        if found.published_on is None and not own:
            raise Http404
        return render(request, "services/survey_result.html", {"result": result_of(found), "own": own})
    form = AnswerForm(request.POST or None, survey=found, places=communities_of(found))
    if form.is_bound and done(form, lambda **told: answer(request, found, told)):
        messages.success(request, _("收到了，谢谢您。结果会公布在这里。"))
        return redirect("survey-list")
    page = {"survey": found, "form": form, "own": own}
    return render(request, "services/survey_answer.html", page, status=422 if form.errors else 200)


def answer(request, found, told):
    actions.answer_survey(found, address=client_address(request), **told)


@require_http_methods(["GET", "POST"])
@needs(rules.SURVEY)
def survey_new(request):
    """Begin a survey."""
    form = SurveyForm(request.POST or None, user=request.user)
    if form.is_bound and done(form, lambda **told: actions.begin_survey(by=request.user, **told)):
        return redirect("survey-list")
    return form_page(request, form, _("开展调查"), _("开始"))


def form_page(request, form, heading, submit):
    page = {"form": form, "heading": heading, "submit": submit}
    return render(request, "services/survey_form.html", page, status=422 if form.errors else 200)


def held(request, pk) -> Survey:
    rows = Survey.objects.filter(request.user.scope(rules.SURVEY, "place")).select_related("place")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@needs(rules.SURVEY)
def survey_enter(request, pk):
    """Enter a sheet that came by phone or on paper."""
    found = held(request, pk)
    form = EnteredForm(request.POST or None, survey=found, places=communities_of(found))
    if form.is_bound and done(form, lambda **told: actions.enter_answer(found, by=request.user, **told)):
        messages.success(request, _("已录入一份。"))
        return redirect("survey-enter", pk)
    return form_page(request, form, _("录入答卷：%s") % found.title, _("录入"))


@require_http_methods(["GET", "POST"])
@needs(rules.SURVEY)
def survey_sample(request, pk):
    """Say how many of a community were asked."""
    found = held(request, pk)
    form = SampleForm(request.POST or None, places=communities_of(found))
    if form.is_bound and done(form, lambda **told: actions.set_sample(found, by=request.user, **told)):
        return redirect("survey-sample", pk)
    return form_page(request, form, _("发出多少份：%s") % found.title, _("保存"))


@require_http_methods(["GET", "POST"])
@needs(rules.SURVEY)
def survey_draw(request, pk):
    """Draw households by lot; what was drawn, with its seed."""
    found = held(request, pk)
    form = DrawForm(request.POST or None, places=communities_of(found))
    if form.is_bound and done(form, lambda **told: actions.draw_sample(found, by=request.user, **told)):
        return redirect("survey-draw", pk)
    page = {
        "survey": found,
        "form": form,
        "drawings": found.drawings.select_related("place").order_by("place__path"),
    }
    return render(request, "services/survey_draw.html", page, status=422 if form.errors else 200)


@require_safe
@needs(rules.SURVEY)
def survey_drawn(request, pk):
    """The addresses of one drawing, to be printed and carried along."""
    rows = Drawing.objects.filter(request.user.scope(rules.SURVEY, "place")).select_related("survey", "place")
    found = get_object_or_404(rows, pk=pk)
    page = {"drawing": found, "lines": actions.read_drawing(found, by=request.user)}
    return render(request, "services/survey_drawn.html", page)


@require_http_methods(["GET", "POST"])
@needs(rules.SURVEY)
def survey_publish(request, pk):
    """Publish the result with what was done about it."""
    found = held(request, pk)
    form = PublishForm(request.POST or None, initial={"improved": found.improved})
    if form.is_bound and done(form, lambda **told: actions.publish_survey(found, by=request.user, **told)):
        return redirect("survey", pk)
    return form_page(request, form, _("公布结果：%s") % found.title, _("公布"))
