"""Teams and stations for everybody; members and leader for whoever organises there."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.ui.lists import listing, read_words
from linli.ui.routes import public

from .. import rosters, rules
from ..actions.registering import close_station, disband_team, enter_team
from ..actions.teaming import lead_team, leave_team
from ..belonging import place_asked
from ..models import Team, Volunteer
from ..numbers import whole
from ..refusals import VolunteeringRefused


@public
@require_http_methods(["GET", "POST"])
def teams(request):
    """志愿服务队伍和站点: who serves near by, and where volunteers are found; its organiser closes a station."""
    if request.method == "POST":
        return shut(request)
    place = place_asked(request)
    found = rosters.teams_near(place)
    if words := read_words(request.GET):
        found = found.filter(Q(name__icontains=words) | Q(speciality__icontains=words))
    page = {
        "listing": listing(request.GET, found, per_page=20),
        "stations": rosters.stations_near(place)[:60],
        "own_stations": set(rosters.stations_of(request.user).values_list("pk", flat=True)),
        "place": place,
    }
    return render(request, "volunteering/teams.html", page)


def shut(request):
    """Close a station of the reader's reach."""
    station = get_object_or_404(rosters.stations_of(request.user), pk=whole(request.POST.get("station")))
    close_station(station, by=request.user)
    messages.success(request, _("站点已关闭。"))
    return redirect("teams")


@public
@require_http_methods(["GET", "POST"])
def team_detail(request, number):
    """One team: what it does and did; one tap joins it or leaves it."""
    team = get_object_or_404(Team.objects.select_related("place", "unit", "leader__person"), number=number)
    if request.method == "POST":
        return act_on_team(request, team)
    volunteer = rules.volunteer_of(request.user)
    may_organise = request.user.is_authenticated and request.user.may(rules.ORGANISE, at=team.place)
    members = rosters.members_of(team)
    page = {
        "team": team,
        "leader": rosters.leader_words(team),
        "log": rosters.log_of(team),
        "count": members.count(),
        "members": members if may_organise else (),
        "may_organise": may_organise,
        "belongs": volunteer is not None and members.filter(volunteer=volunteer).exists(),
    }
    return render(request, "volunteering/team_detail.html", page)


def act_on_team(request, team):
    """Join or leave it; an organiser enters, names the leader, disbands."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    verb = VERBS.get(request.POST.get("act", ""))
    if verb is None:
        raise Http404
    if verb in (join, leave) and rules.volunteer_of(request.user) is None:
        messages.info(request, _("请先注册志愿者，只要一步。"))
        return redirect("volunteering-me")
    try:
        messages.success(request, verb(request, team))
    except (VolunteeringRefused, LookupError) as no:
        messages.warning(
            request, str(no) if isinstance(no, VolunteeringRefused) else _("没有这个编号的队员。")
        )
    return redirect("team-detail", team.number)


def join(request, team) -> str:
    own = rules.volunteer_of(request.user)
    if not own.is_serving or team.disbanded_on:
        raise VolunteeringRefused("volunteer_is_active")
    enter_team(team, volunteer=own, by=request.user)
    return _("已加入。")


def leave(request, team) -> str:
    leave_team(team, volunteer=rules.volunteer_of(request.user), by=request.user)
    return _("已退出队伍，时长不受影响。")


def somebody(request) -> Volunteer:
    number = request.POST.get("number", "").strip().upper()
    found = Volunteer.objects.active().filter(number=number).first()
    if found is None:
        raise VolunteeringRefused("volunteer_is_active", _("没有这个编号的志愿者。"))
    return found


def enter(request, team) -> str:
    if not request.user.may(rules.ORGANISE, at=team.place):
        raise PermissionDenied
    enter_team(team, volunteer=somebody(request), by=request.user)
    return _("已加入队伍。")


def take_out(request, team) -> str:
    if not request.user.may(rules.ORGANISE, at=team.place):
        raise PermissionDenied
    leave_team(team, volunteer=somebody(request), by=request.user)
    return _("已移出队伍。")


def lead(request, team) -> str:
    lead_team(team, volunteer=somebody(request), by=request.user)
    return _("队长已更换。")


def disband(request, team) -> str:
    disband_team(team, by=request.user)
    return _("队伍已解散，做过的事和时长都留着。")


VERBS = {
    "join": join,
    "leave": leave,
    "enter": enter,
    "take-out": take_out,
    "lead": lead,
    "disband": disband,
}
