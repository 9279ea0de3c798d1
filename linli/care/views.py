"""Pages of care: the list, one person's file, today's round, what is overdue, the mandatory report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from linli.people.models import Person
from linli.people.numbers import is_whole_number
from linli.ui.lists import listing, read_words
from linli.ui.routes import needs, public, signed_in

from . import device, pages, rules
from .actions import listing as care_listing
from .actions.planning import start_plan
from .actions.protecting import report_harm
from .acts import ACTS, EnrolForm
from .models import CarePerson, ChildAccess
from .queries import care_list, communities_of, overdue_visits, round_of
from .reporting import HarmForm


@needs(rules.VIEW)
@require_safe
def people(request):
    rows, filters = pages.filtered(care_list(request.user), request.GET)
    if words := read_words(request.GET):
        rows = rows.filter(person__name__startswith=words)
    found = listing(request.GET, rows, filters=filters)
    found.page.object_list = pages.rows_of(found.page.object_list, request.user)
    may = {"enrol": request.user.may(rules.ENROL), "approve": request.user.may(rules.APPROVE)}
    return render(request, "care/care_list.html", {"listing": found, "may": may})


@needs(rules.ENROL)
@require_http_methods(["GET", "POST"])
def find(request):
    """Residents by name, initials or number (posted: no address holds one), each with the way to his file."""
    words = read_words(request.POST)
    if words and not is_whole_number(words):
        return redirect(f"{reverse('care-find')}?{urlencode({'q': words})}")
    found = listing(
        request.POST or request.GET,
        pages.candidates(request.user, read_words(request.GET), number=words),
    )
    return render(request, "care/care_find.html", {"listing": found})


@needs(rules.ENROL)
@require_http_methods(["GET", "POST"])
def enrol(request, pk):
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk, home__isnull=False)
    form = EnrolForm(request.POST or None, cared=CarePerson(person=person), by=request.user)
    if form.is_valid():
        try:
            cared = care_listing.enrol(person, by=request.user, **form.cleaned_data)
            messages.success(request, _("已列入关爱名单。"))
            return redirect("care-person", cared.pk)
        except ValidationError as refused:
            pages.show_refusal(form, refused)
    context = {"form": form, "title": _("列入关爱名单"), "name": person.name}
    return render(request, "care/care_act.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def person(request, pk):
    cared = pages.cared_or_404(request.user, pk)
    return render(request, "care/care_person.html", {"page": pages.file_page(cared, request.user)})


@signed_in
@require_http_methods(["GET", "POST"])
def act(request, pk, name):
    cared = pages.cared_or_404(request.user, pk)
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    if chosen.needs and not request.user.may(chosen.needs, at=cared.person.home):
        raise PermissionDenied
    form = chosen.form(request.POST if request.method == "POST" else None, cared=cared, by=request.user)
    if form.is_valid():
        try:
            chosen.do(cared, by=request.user, **form.cleaned_data)
            messages.success(request, _("“%(act)s”已完成。") % {"act": chosen.label})
            return redirect("care-person", cared.pk)
        except ValidationError as refused:
            pages.show_refusal(form, refused)
    context = {"form": form, "title": chosen.label, "about": chosen.about, "cared": cared}
    return render(request, "care/care_act.html", context, status=422 if form.is_bound else 200)


@needs(rules.APPROVE)
@require_http_methods(["GET", "POST"])
def accesses(request):
    """Who asks to read the file of a minor, to be granted by somebody else."""
    waiting = ChildAccess.objects.filter(
        request.user.scope(rules.APPROVE, "care_person__person__home"), granted_at=None
    ).select_related("care_person__person", "worker__person")
    if request.method == "POST":
        chosen = get_object_or_404(waiting, pk=pages.whole_number(request.POST.get("access")))
        care_listing.grant_access(chosen, by=request.user)
        messages.success(request, _("已同意查阅。"))
        return redirect("care-accesses")
    return render(request, "care/care_accesses.html", {"waiting": waiting.exclude(worker=request.user)})


@needs(rules.VISIT)
@require_safe
def todays_round(request):
    return render(request, "care/round.html", {"doors": round_of(request.user)})


@needs(rules.VISIT)
@require_GET
def round_for_device(request):
    """Today's round as the device keeps it, sealed; with the token that its sending needs."""
    return device.answer(device.round_as_json(request))


@needs(rules.VISIT)
@require_POST
def send(request):
    """One line of a device's outbox."""
    told, status = device.take_line(request)
    return device.answer(told, status)


@public  # the page itself holds nothing; what it shows lies sealed on the device
@require_safe
def offline_round(request):
    return render(request, "care/round_offline.html")


@needs(rules.VIEW)
@require_http_methods(["GET", "POST"])
def rates(request):
    """月探访率 by community, with who was left out, and what is overdue."""
    if request.method == "POST":
        community = get_object_or_404(
            communities_of(request.user, rules.PLAN), code=request.POST.get("place")
        )
        start_plan(community, by=request.user)
        messages.success(request, _("探访计划已开始。"))
        return redirect("care-rates")
    context = pages.rates_page(request.user, request.GET)
    context["listing"] = pages.overdue_listing(overdue_visits(request.user), request.GET)
    return render(request, "care/care_rates.html", context)


@needs(rules.REPORT_HARM)
@require_http_methods(["GET", "POST"])
def harm(request):
    """At once, in one page; afterwards only those who file it see it."""
    form = HarmForm(request.POST or None, by=request.user)
    if form.is_valid():
        report_harm(by=request.user, **form.cleaned_data)
        messages.success(request, _("已提交强制报告。正在发生危险的，请马上拨打 110。"))
        return redirect("care-harm")
    return render(request, "care/harm_report.html", {"form": form}, status=422 if form.is_bound else 200)
