"""Pages of coordinators, planners and the bank."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel import clock
from linli.ledger.actions import LedgerRefused
from linli.ui.lists import listing
from linli.ui.routes import needs

from .. import patterns, queries, rules
from ..actions.banking import community_of
from ..actions.helping import Wish, ask_for_help
from ..actions.joining import ActivityDraft, publish_activity
from ..actions.recording import confirm_attendance, refuse_attendance
from ..actions.registering import found_team, guardians_of, open_station, register_volunteer
from ..activity_forms import ActivityForm, TeamForm
from ..belonging import charter_of_post, place_of_post
from ..charters import NoCharter
from ..effects import effects_for
from ..forms import DecideForm, EnterForm, WindowForm
from ..refusals import VolunteeringRefused


@needs(rules.CONFIRM)
@require_http_methods(["GET", "POST"])
def desk(request):
    """志愿服务台: today's shifts, what waits for a second person, disputes, what looks unusual."""
    if request.method == "POST":
        decide(request)
        return redirect("volunteering-desk")
    page = {
        "shifts": queries.todays_shifts(request.user),
        "listing": listing(request.GET, queries.waiting_records(request.user), per_page=20),
        "untaken": queries.untaken_orders(request.user),
        "now": clock.now(),
        "unusual": patterns.unusual_patterns(request.user),
        "may_issue": request.user.may(rules.ISSUE),
    }
    return render(request, "volunteering/desk.html", page)


def decide(request) -> None:
    """Confirm or refuse one record in the reader's reach."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("请写明佐证或者理由。"))
        return
    told = form.cleaned_data
    record = get_object_or_404(queries.waiting_records(request.user), pk=told["record"])
    try:
        if told["decision"] == "confirm":
            confirm_attendance(record, by=request.user, evidence=told["words"], minutes=told["minutes"])
            messages.success(request, _("已确认，时长已计入。"))
        else:
            refuse_attendance(record, by=request.user, why=told["words"])
            messages.success(request, _("已退回，理由已告诉志愿者。"))
    except (VolunteeringRefused, LedgerRefused) as no:
        messages.warning(request, str(no))


@needs(rules.ORGANISE)
@require_http_methods(["GET", "POST"])
def activity_new(request):
    """Publish an activity with its first shift."""
    charter = charter_of_post(request.user, rules.ORGANISE)
    form = ActivityForm(request.POST or None, user=request.user, charter=charter)
    if form.is_bound and form.is_valid() and (made := published(request, form)):
        messages.success(request, _("已发布，居民可以报名了。"))
        return redirect("activity-detail", made.number)
    page = {"form": form, "title": _("发布志愿服务活动"), "verb": _("发布活动"), "back": "volunteering-desk"}
    return render(request, "volunteering/form_desk.html", page, status=422 if form.is_bound else 200)


def published(request, form):
    """The activity, or None with the reason on the form."""
    told = dict(form.cleaned_data)
    key, times = told.pop("key"), (told.pop("begin"), told.pop("end"), told.pop("capacity"))
    try:
        return publish_activity(ActivityDraft(**told), shifts=[times], by=request.user, key=key)
    except VolunteeringRefused as no:
        form.add_error(None, str(no))
        return None


@needs(rules.ORGANISE)
@require_http_methods(["GET", "POST"])
def team_new(request):
    """Enter a team or a station of a community."""
    form = TeamForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        shared = {"name": told["name"], "place": told["place"], "by": request.user}
        try:
            if told["kind"] == "team":
                found_team(speciality=told["about"], unit=told["unit"], leader=told["leader"], **shared)
            else:
                open_station(label=told["about"], hours=told["hours"], facility=told["facility"], **shared)
        except VolunteeringRefused as no:
            form.add_error("name", str(no))
        else:
            messages.success(request, _("已登记。"))
            return redirect("volunteering-desk")
    page = {"form": form, "title": _("登记队伍或站点"), "verb": _("登记"), "back": "volunteering-desk"}
    return render(request, "volunteering/form_desk.html", page, status=422 if form.is_bound else 200)


@needs(rules.ENTER)
@require_http_methods(["GET", "POST"])
def enter(request):
    """登记求助: somebody calls or stands at the window."""
    charter = charter_of_post(request.user, rules.ENTER)
    form = EnterForm(request.POST or None, user=request.user, permission=rules.ENTER, charter=charter)
    if form.is_bound and form.is_valid() and (order := entered(request, form)):
        messages.success(request, _("已登记 %(number)s。") % {"number": order.case.number})
        return redirect("case-detail", order.case.number)
    page = {"form": form, "title": _("登记求助"), "verb": _("登记"), "back": "volunteering-desk"}
    return render(request, "volunteering/form_desk.html", page, status=422 if form.is_bound else 200)


def entered(request, form):
    """The order, or None with the reason on the form."""
    told = form.cleaned_data
    place = told["person"].home or place_of_post(request.user, rules.ENTER)
    wish = Wish(
        told["service"], place, told["begin"], description=told["description"], channel=told["channel"]
    )
    try:
        return ask_for_help(wish, person=told["person"], by=request.user, key=told["key"])
    except PermissionDenied:
        form.add_error(None, _("这个人不在您的辖区。"))
    except LedgerRefused:
        form.add_error(None, _("求助人的时间币不够，也不是公共池支付的对象。"))
    except (VolunteeringRefused, NoCharter) as no:
        form.add_error(None, str(no))
    return None


@needs(rules.ENTER)
@require_http_methods(["GET", "POST"])
def window(request):
    """窗口注册: somebody without a phone becomes a volunteer at the station."""
    charter = charter_of_post(request.user, rules.ENTER)
    form = WindowForm(request.POST or None, user=request.user, permission=rules.ENTER, charter=charter)
    if form.is_bound and form.is_valid() and (made := registered(request, form)):
        messages.success(request, _("已注册，志愿者编号 %(number)s。") % {"number": made.number})
        return redirect("volunteering-desk")
    page = {"form": form, "title": _("窗口注册志愿者"), "verb": _("注册"), "back": "volunteering-desk"}
    return render(request, "volunteering/form_desk.html", page, status=422 if form.is_bound else 200)


def registered(request, form):
    """The volunteer, or None with the reason on the form."""
    told = form.cleaned_data
    person, guardian = told["person"], None
    if told["guardian"]:
        link = guardians_of(person).first()
        if link is None:
            form.add_error("guardian", _("登记里没有他的监护人，请先登记监护关系。"))
            return None
        guardian = link.proxy
    try:
        place = community_of(person.home)
        profile = {"skills": told["skills"], "free": told["free"], "guardian": guardian}
        return register_volunteer(person, place=place, by=request.user, **profile)
    except (VolunteeringRefused, NoCharter) as no:
        form.add_error(None, str(no))
        return None


@needs(rules.PLAN)
@require_GET
def plan(request):
    """志愿服务布局: teams, stations, hours by community, and needs nobody met by kind and place."""
    lines = queries.community_lines(request.user)
    page = {
        "lines": [line for line in lines if not line.is_empty][:100],
        "empty": [line.place.name for line in lines if line.is_empty][:300],
        "count": len(lines),
        "teams": sum(line.teams for line in lines),
        "hours": sum(line.hours for line in lines),
        "unmet": sum(line.unmet for line in lines),
        "without": sum(1 for line in lines if not line.teams),
        "kinds": queries.unmet_by_kind(request.user),
        "effects": effects_for(request.user),
    }
    return render(request, "volunteering/plan.html", page)
