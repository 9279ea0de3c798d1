"""Pages for everybody: activities near by, one activity, what the pool did, awards, checking a certificate."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import F, Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel import clock
from linli.ui.costs import NEAR, SEARCH
from linli.ui.lists import Choice, Filter, listing, read_filters, read_words
from linli.ui.maps import base_layer
from linli.ui.offline import from_devices, pressed_at
from linli.ui.routes import costly, feeds, public

from .. import accounts, calendars, queries, rules
from ..actions.attending import check_in, check_out
from ..actions.certifying import check_certificate
from ..actions.honouring import check_honour
from ..actions.joining import join, leave
from ..belonging import place_asked
from ..forms import CheckForm
from ..models import Activity, AwardRound, Volunteer
from ..numbers import whole
from ..refusals import VolunteeringRefused


@public
@require_GET
def near(request):
    """附近的志愿服务: what can be joined, the soonest first, as list and map."""
    place = place_asked(request)
    wishes = (Choice("elder", _("适合长者")), Choice("free", _("还有名额")))
    filters = read_filters(request.GET, [Filter("wish", _("条件"), wishes)])
    shifts = queries.upcoming_shifts(place)
    if filters[0].chosen:
        elder = filters[0].chosen.value == "elder"
        shifts = (
            shifts.filter(activity__elder_friendly=True) if elder else shifts.filter(taken__lt=F("capacity"))
        )
    if words := read_words(request.GET):
        shifts = shifts.filter(Q(activity__title__icontains=words) | Q(activity__address__icontains=words))
    found = listing(request.GET, shifts, filters=filters, per_page=12)
    joined = queries.own_joinings(request.user, [shift.pk for shift in found.page])
    found.page.object_list = [queries.shift_row(shift, joined) for shift in found.page]
    return render(
        request, "volunteering/near.html", {"listing": found, "place": place, "map": map_frame(place)}
    )


def map_frame(place) -> dict:
    query = {"place": place.code} if place else None
    return {
        "title": _("活动地图"),
        "src": reverse("volunteering-map", query=query),
        "unit": "",
        "as_of": clock.now(),
        "note": "",
    }


@costly(NEAR)
@public
@require_GET
def near_map(request):
    told = queries.map_of(queries.upcoming_shifts(place_asked(request))[:200])
    return JsonResponse({**told, "base": base_layer()}, json_dumps_params={"ensure_ascii": False})


@from_devices
@public
@require_http_methods(["GET", "POST"])
def activity_detail(request, number):
    """One activity with its times; joining, leaving and checking in are one tap each."""
    activities = Activity.objects.select_related("place", "team", "charter", "asked_by")
    activity = get_object_or_404(activities, number=number)
    if request.method == "POST":
        return act_on_shift(request, activity)
    rows = list(activity.shifts.order_by("during"))
    joined, came = {}, set()
    if volunteer := rules.volunteer_of(request.user):
        mine = volunteer.joinings.filter(shift__in=rows).exclude(state="left")
        joined = {row.shift_id: row for row in mine}
        came = set(
            volunteer.attendances.filter(shift__in=rows, state="recorded").values_list("shift", flat=True)
        )
    shifts = [
        {
            "shift": row,
            "joining": joined.get(row.pk),
            "over": row.during.lower <= clock.now(),
            "came": row.pk in came,
            "ended": row.during.upper <= clock.now(),
        }
        for row in rows
    ]
    page = {"activity": activity, "shifts": shifts, "volunteer": volunteer}
    page["children"] = companions_of(request) if volunteer else ()
    page["service"] = activity.charter.rules.service(activity.service).name
    return render(request, "volunteering/activity_detail.html", page)


def act_on_shift(request, activity):
    """Join, leave or check in; whoever is no volunteer yet registers first and comes back."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    shift = get_object_or_404(
        activity.shifts.select_related("activity__charter"), pk=whole(request.POST.get("shift"))
    )
    volunteer = rules.volunteer_of(request.user)
    if volunteer is None:
        messages.info(request, _("请先注册志愿者，只要一步。"))
        return redirect("volunteering-me")
    try:
        messages.success(request, done_in_words(request, shift, volunteer))
    except VolunteeringRefused as no:
        messages.warning(request, str(no))
    return redirect("activity-detail", activity.number)


def companions_of(request):
    """Volunteers the reader speaks for: his children join with him, and wait with him."""
    if not request.user.is_authenticated:
        return Volunteer.objects.none()
    wards = Volunteer.objects.active().filter(pk__in=request.user.principals())
    return wards.select_related("person").order_by("number")


def done_in_words(request, shift, volunteer) -> str:
    """Do what the button says and tell what came of it."""
    act = request.POST.get("act")
    if act == "leave":
        joining = get_object_or_404(shift.joinings.exclude(state="left"), volunteer=volunteer)
        leave(joining, by=request.user)
        return _("已退出，名额留给别人。")
    if act == "check-in":
        told = {"code": request.POST.get("code", ""), "at": pressed_at(request)}
        check_in(shift, volunteer=volunteer, by=request.user, **told)
        return _("签到成功，谢谢您来。")
    if act == "check-out":
        done = check_out(shift, volunteer=volunteer, by=request.user, at=pressed_at(request))
        return _("签退成功，这次 %(n)s 分钟，等别人确认后计入。") % {"n": done.minutes}
    party = [volunteer, *companions_of(request).filter(number__in=request.POST.getlist("with"))]
    joining, *_others = join(shift, volunteers=party, by=request.user, risk_accepted="risk" in request.POST)
    return _("报名成功。") if joining.state == "joined" else _("名额已满，已为您排上候补，有名额会通知您。")


@public
@require_GET
def pool(request):
    """公共池做了什么: what came in, what went out, without names."""
    return render(request, "volunteering/pool.html", {"lines": queries.pool_lines()})


@public
@require_GET
def awards(request):
    """Rounds that were published, with their nominations; never ordered by hours."""
    rounds = (
        AwardRound.objects.exclude(state="nominating")
        .select_related("place")
        .order_by("-year", "place__path")
    )
    rounds = rounds.prefetch_related("nominations__volunteer__person", "nominations__team")
    taking = accounts.rounds_seen_by(request.user).filter(state="nominating")
    page = {"rounds": rounds[:20], "open_rounds": taking}
    return render(request, "volunteering/awards.html", page)


@costly(SEARCH)
@public
@require_GET
def check(request):
    """Whether a certificate is genuine: what the QR code opens, or typed in from the paper."""
    form = CheckForm(request.GET if request.GET else None)
    checked = None
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        if told["honour"]:
            checked = check_honour(number=told["n"], seal=told["s"])
        else:
            checked = check_certificate(number=told["n"], minutes=told["m"], seal=told["s"])
    status = 422 if form.is_bound and checked is None else 200
    return render(request, "volunteering/check.html", {"form": form, "checked": checked}, status=status)


@feeds("feed-volunteer-calendar")
@public
@require_GET
def calendar(request, token):
    """The feed a calendar subscribes to."""
    volunteer = calendars.volunteer_behind(token)
    if volunteer is None:
        raise Http404
    told = calendars.feed(volunteer)
    answer = HttpResponse(told, content_type="text/calendar; charset=utf-8")
    answer.row_count = told.count("BEGIN:VEVENT")
    answer["Content-Disposition"] = 'inline; filename="linli.ics"'
    return answer
