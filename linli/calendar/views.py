"""Pages of the working calendar: a year as announced, what day something is due, and its entry by staff."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.kernel import clock
from linli.ui.routes import needs, public

from . import actions, queries, rules
from .forms import DueForm, YearForm

FIRST_YEAR, YEARS_AHEAD = 2000, 2


@public
@require_safe
def calendar(request):
    """A year's holidays and make-up workdays; with ?start=…&workdays=… the day that is so many working days later."""
    year = _year(request.GET.get("year", str(clock.today().year)))
    source, festivals = queries.festivals_of(year)
    form = DueForm(request.GET if "start" in request.GET else None)
    due = queries.due_day(**form.cleaned_data) if form.is_valid() else None
    context = {"year": year, "source": source, "festivals": festivals, "form": form, "due": due}
    context["may_edit"] = request.user.is_authenticated and request.user.may(rules.EDIT)
    return render(request, "calendar/calendar.html", context, status=422 if form.errors else 200)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def edit(request, year):
    """Enter what the State Council announced for a year."""
    form = YearForm(_year(str(year)), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.announce_year(year, by=request.user, source=said["source"], days=said["festivals"])
        messages.success(request, _("%d 年放假安排已保存；以前答应的期限不变。") % year)
        return redirect(f"{reverse('calendar')}?year={year}")
    context = {"year": year, "form": form}
    return render(request, "calendar/edit.html", context, status=422 if form.errors else 200)


def _year(text: str) -> int:
    if text.isdecimal() and FIRST_YEAR <= int(text) <= clock.today().year + YEARS_AHEAD:
        return int(text)
    raise Http404
