"""Pages of facilities: what residents find near by, the register, gaps."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from linli.kernel import clock
from linli.places.models import Place
from linli.registers.correcting import ask_change, to_answer, waiting_about
from linli.registers.forms import WrongForm
from linli.registers.queries import parts_of
from linli.ui.costs import NEAR, TABLE
from linli.ui.lists import listing, read_words
from linli.ui.routes import costly, needs, public, signed_in

from .. import rules
from ..actions import correcting, furnishing, keeping, living
from ..actions.recording import Stale
from ..exports import answer_export
from ..forms import FacilityForm, NewFacilityForm, rooms_formset
from ..forms.acts import ACTS, StepForm
from ..models import Facility
from ..queries import gaps, pages
from ..queries.inside import told_to_residents
from ..states import STEPS


@costly(NEAR)
@public
@require_safe
def nearby(request):
    """What residents find near by, with what is open now."""
    filters = pages.public_filters(request.GET)
    rows, place = pages.public_facilities(request.GET, request.user, filters)
    found = listing(request.GET, rows, filters=filters)
    found.page.object_list = pages.with_open(found.page.object_list)
    context = {"listing": found, "place": place, "map_src": f"map.json?{request.GET.urlencode()}"}
    return render(request, "facilities/nearby.html", context)


@costly(NEAR)
@public
@require_GET
def nearby_map(request):
    filters = pages.public_filters(request.GET)
    rows, _place = pages.public_facilities(request.GET, request.user, filters)
    return JsonResponse(pages.map_of(rows))


@needs(rules.VIEW)
@require_safe
def register(request):
    """The register of the places of one's posts."""
    filters = pages.register_filters(request.GET)
    rows = pages.register_rows(request.GET, request.user, rules.VIEW, filters)
    context = {
        "listing": listing(request.GET, rows, filters=filters),
        "map_src": f"map.json?{request.GET.urlencode()}",
        "may_edit": request.user.may(rules.EDIT),
        "may_import": request.user.may(rules.IMPORT),
        "waiting": to_answer(request.user).filter(kind="facilities").count()
        if request.user.may(rules.EDIT)
        else 0,
    }
    return render(request, "facilities/register.html", context)


@needs(rules.VIEW)
@require_GET
def register_map(request):
    filters = pages.register_filters(request.GET)
    return JsonResponse(pages.map_of(pages.register_rows(request.GET, request.user, rules.VIEW, filters)))


@costly(TABLE)
@needs(rules.IMPORT)
@require_GET
def export(request):
    """The register as a table, with the filters of the list."""
    filters = pages.register_filters(request.GET)
    rows = pages.register_rows(request.GET, request.user, rules.IMPORT, filters)
    return answer_export(rows, form=request.GET.get("form", "xlsx"), by=request.user)


@public
@require_safe
def detail(request, code):
    """One facility; staff of its place see its history and what they may do."""
    facility = _visible(request.user, code)
    is_staff = request.user.is_authenticated and request.user.may(rules.VIEW, at=facility.place)
    (facility,) = pages.with_open([facility])
    context = {
        "facility": facility,
        "is_staff": is_staff,
        "hours": pages.hours_of(facility),
        "inside": told_to_residents(facility, clock.today()),
        "grade": pages.grades_of([facility]).get(facility.pk, ""),
    }
    if is_staff:
        context |= _staff_context(request.user, facility)
    return render(request, "facilities/facility_detail.html", context)


def _visible(user, code):
    rows = Facility.objects.visible_to(user).select_related("kind", "place", "operator", "merged_into")
    return get_object_or_404(rows, code=code)


def _staff_context(user, facility):
    steps = [STEPS[name] for name in STEPS if rules.can_take(user, facility, name)]
    acts = [
        {"name": name, "title": title}
        for name, (title, form) in ACTS.items()
        if user.may(form.permission, at=facility.place) and form.is_of_use(facility)
    ]
    parts, spare = parts_of(facility, user)
    return {
        "steps": steps,
        "acts": acts,
        "parts": parts,
        "spare": spare,
        "may_edit": rules.can_edit(user, facility),
        "events": pages.timeline_of(facility),
        "inspection": pages.inspection_of(facility),
        "doubles": pages.doubles_of(facility),
        "changes": waiting_about(correcting.FACILITY, facility),
    }


def _own(user, permission, code):
    """A standing facility of the places where one's posts grant the permission."""
    rows = Facility.objects.standing().filter(user.scope(permission, "place"))
    return get_object_or_404(rows.select_related("kind", "place"), code=code)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def new(request):
    form = NewFacilityForm(*([request.POST] if request.method == "POST" else []), user=request.user)
    if form.is_bound and form.is_valid():
        try:
            facility = form.register(by=request.user)
            messages.success(request, _("已登记，编号 %s。") % facility.code)
            return redirect("facility-detail", facility.code)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    return render(request, "facilities/facility_new.html", {"form": form}, status=422 if form.errors else 200)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def edit(request, code):
    facility = _own(request.user, rules.EDIT, code)
    form = FacilityForm(*([request.POST] if request.method == "POST" else []), facility=facility)
    if form.is_bound and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            keeping.edit_facility(facility, by=request.user, version=version, **form.facts)
            messages.success(request, _("已保存，资料确认日期更新为今天。"))
            return redirect("facility-detail", code)
        except Stale as late:
            form.add_error(None, str(late))
            form.data = form.data.copy()
            form.data["version"] = late.facility.version
            return _edit_page(request, facility, form, 409)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    return _edit_page(request, facility, form, 422 if form.errors else 200)


def _edit_page(request, facility, form, status):
    context = {"form": form, "facility": facility}
    return render(request, "facilities/facility_edit.html", context, status=status)


@needs(rules.EDIT)
@require_POST
def confirm(request, code):
    keeping.confirm_facility(_own(request.user, rules.EDIT, code), by=request.user)
    messages.success(request, _("已确认资料属实。"))
    return redirect("facility-detail", code)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def rooms(request, code):
    facility = _own(request.user, rules.EDIT, code)
    table = rooms_formset(facility, request.POST if request.method == "POST" else None)
    problems = []
    if table.is_bound and table.is_valid():
        try:
            furnishing.set_rooms(facility, by=request.user, rooms=table.lines)
            messages.success(request, _("房间已更新。"))
            return redirect("facility-detail", code)
        except ValidationError as refused:
            problems = refused.messages
    context = {"facility": facility, "table": table, "problems": problems}
    status = 422 if problems or table.is_bound else 200
    return render(request, "facilities/facility_rooms.html", context, status=status)


@needs(rules.VIEW)
@require_http_methods(["GET", "POST"])
def step(request, code, step):
    """A step of the life of a facility."""
    facility = _own(request.user, rules.VIEW, code)
    if step not in STEPS:
        raise Http404
    if not request.user.may(STEPS[step].permission, at=facility.place):
        raise PermissionDenied
    form = StepForm(facility, *([request.POST] if request.method == "POST" else []), step=step)
    return _acted(request, facility, form, STEPS[step].label)


@needs(rules.VIEW)
@require_http_methods(["GET", "POST"])
def act(request, code, act):
    """What else is done to a facility: hours, log, survey, photo, merge …"""
    facility = _own(request.user, rules.VIEW, code)
    if act not in ACTS:
        raise Http404
    title, form_class = ACTS[act]
    if not request.user.may(form_class.permission, at=facility.place):
        raise PermissionDenied
    form = form_class(facility, *([request.POST, request.FILES] if request.method == "POST" else []))
    return _acted(request, facility, form, title)


def _acted(request, facility, form, title):
    """Do what the form says, or show it with what is wrong."""
    if form.is_bound and form.is_valid():
        try:
            form.act(by=request.user)
            messages.success(request, _("已办：%s。") % title)
            return redirect("facility-detail", facility.code)
        except living.WrongState as moved_on:
            messages.info(request, str(moved_on))
            return redirect("facility-detail", facility.code)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    context = {"facility": facility, "form": form, "title": title}
    return render(request, "facilities/facility_act.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def wrong(request, code):
    """Somebody says that a fact is wrong."""
    facility = _visible(request.user, code)
    form = WrongForm(correcting.FACILITY, *([request.POST] if request.method == "POST" else []))
    if form.is_bound and form.is_valid():
        try:
            ask_change(correcting.FACILITY, facility, by=request.user, **form.cleaned_data)
            messages.success(request, _("谢谢，社区会核实并答复。"))
            return redirect("facility-detail", code)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    context = {"facility": facility, "form": form}
    return render(request, "facilities/facility_wrong.html", context, status=422 if form.errors else 200)


def _communities(request):
    """The communities of one's posts, inside the place of the address."""
    found = Place.objects.current().communities().filter(request.user.scope(rules.GAPS))
    if code := request.GET.get("place", "")[:24]:
        found = found.filter(path__contains=f"{code}/")
    return found.order_by("path")


@needs(rules.GAPS)
@require_safe
def gap_list(request):
    """Which communities reach which standard, and how much is short."""
    readings = gaps.readings_of(_communities(request))
    filters = gaps.gap_filters(request.GET, readings)
    found = listing(request.GET, gaps.narrowed(readings, filters, read_words(request.GET)), filters=filters)
    context = {"listing": found, "totals": gaps.totals_of(readings), "count": len(readings)}
    context["map_src"] = f"map.json?{request.GET.urlencode()}"
    return render(request, "facilities/gap_list.html", context)


@needs(rules.GAPS)
@require_GET
def gap_map(request):
    readings = gaps.readings_of(_communities(request))
    return JsonResponse(gaps.map_of_gaps(readings, request.GET.get("standard", "")))


@needs(rules.GAPS)
@require_safe
def community(request, code):
    """The facilities of one community: what it has, what it lacks, what would help."""
    place = get_object_or_404(_communities(request), code=code)
    context = {"community": gaps.community_reading(place), "may_edit": rules.can_add(request.user, place)}
    return render(request, "facilities/community.html", context)


@needs(rules.EDIT)
@require_POST
def complete(request, code):
    """The community says that all is entered."""
    own = Place.objects.current().communities().filter(request.user.scope(rules.EDIT))
    keeping.state_complete(get_object_or_404(own, code=code), by=request.user)
    messages.success(request, _("已声明台账齐全，没有的设施从今天起按 0 统计。"))
    return redirect("facility-community", code)
