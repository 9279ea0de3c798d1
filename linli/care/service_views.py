"""The minimum services of those on the care list, and what residents are reminded of."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.ui.routes import needs, signed_in

from . import pages, rules
from .actions.prompting import stop_prompts, want_prompts


@needs(rules.VIEW)
@require_safe
@pages.by_rules
def services(request):
    """Which of the services owed to each person on the list he received in time; by community."""
    return render(request, "care/services.html", pages.services_page(request.user, request.GET))


@signed_in
@require_http_methods(["GET", "POST"])
def prompts(request):
    """What a resident would be reminded of, and the switch that stops it."""
    person = request.user.person
    if person is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("wanted") == "no":
            stop_prompts(person, by=request.user)
            messages.success(request, _("不再提醒您。需要时您可以随时打开。"))
        else:
            want_prompts(person, by=request.user)
            messages.success(request, _("有快到的日子，社区会提前联系您。"))
        return redirect("care-prompts")
    return render(request, "care/prompts.html", pages.prompts_page(person))
