"""The volunteers of a place for whoever organises there: who can do what when, and one of them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.ui.costs import PAPER
from linli.ui.lists import listing, read_filters, read_words
from linli.ui.routes import costly, needs

from .. import exports, queries, rosters, rules
from ..actions.teaming import appoint, release
from ..belonging import charter_of_post
from ..charters import charter_at
from ..forms import DutyForm, SpanForm
from ..numbers import whole
from ..refusals import VolunteeringRefused
from .mine import certificate_answer


@needs(rules.ORGANISE)
@require_safe
def roster(request):
    """志愿者名册: whom to ask, by skill, free time and duty."""
    charter = charter_of_post(request.user, rules.ORGANISE)
    filters = read_filters(request.GET, rosters.roster_filters(charter))
    elder_age, _after = charter.rules.limits.young_elder
    rows = rosters.narrowed(
        rosters.roster(request.user), filters, read_words(request.GET), elder_age=elder_age
    )
    found = listing(request.GET, rows, filters=filters, per_page=20)
    names = {line.code: line.name for line in charter.rules.skills}
    for one in found.page.object_list:
        one.skill_words = "、".join(names.get(code, code) for code in one.skills)
    page = {"listing": found, "may_export": request.user.may(rules.CONFIRM)}
    return render(request, "volunteering/roster.html", page)


@needs(rules.ORGANISE)
@require_http_methods(["GET", "POST"])
def roster_person(request, number):
    """One volunteer: what he can and did, his teams, trainings and duties; his certificate on paper."""
    volunteer = get_object_or_404(rosters.roster(request.user), number=number)
    charter = charter_at(volunteer.place)
    form = DutyForm(
        request.POST if request.POST.get("act") == "appoint" else None, user=request.user, charter=charter
    )
    if request.method == "POST" and (said := act(request, volunteer, form)):
        messages.success(request, said)
        return redirect("roster-person", number)
    skills = {line.code: line.name for line in charter.rules.skills}
    page = {
        "volunteer": volunteer,
        "standing": queries.standing_of(volunteer, charter),
        "skills": [skills.get(code, code) for code in volunteer.skills],
        "slots": [words for code, words in rosters.SLOTS if code in volunteer.free],
        "teams": rosters.teams_of(volunteer),
        "trainings": rosters.trainings_of(volunteer),
        "duties": rosters.duties_of(volunteer),
        "records": volunteer.attendances.select_related("place", "charter").order_by("-during")[:20],
        "form": form,
        "span": SpanForm(),
        "may_certify": request.user.may(rules.CONFIRM, at=volunteer.place),
    }
    return render(request, "volunteering/roster_person.html", page, status=422 if form.is_bound else 200)


def act(request, volunteer, form) -> str:
    """Appoint or release; empty when the form has to be shown again."""
    if request.POST.get("act") == "release":
        duty = get_object_or_404(volunteer.duties, pk=whole(request.POST.get("duty")))
        release(duty, by=request.user)
        return _("任职已结束。")
    if request.POST.get("act") != "appoint":
        raise Http404
    if not form.is_valid():
        return ""
    told = form.cleaned_data
    try:
        appoint(volunteer, code=told["code"], place=volunteer.place, case=told["case"], by=request.user)
    except VolunteeringRefused as no:
        form.add_error("code", str(no))
        return ""
    return _("已任职。")


@costly(PAPER)
@needs(rules.CONFIRM)
@require_http_methods(["POST"])
def roster_certificate(request, number):
    """The certificate for somebody at the window, as PDF to print."""
    volunteer = get_object_or_404(rosters.roster(request.user), number=number)
    return certificate_answer(request, volunteer)


@needs(rules.CONFIRM)
@require_safe
def hours_table(request):
    """Confirmed hours as a table for the national system, by volunteer number; noted in the register of exchange."""
    return exports.answer_hours(by=request.user, form=request.GET.get("form", "xlsx"))
