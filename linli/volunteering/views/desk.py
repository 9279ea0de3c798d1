"""Pages of coordinators, planners and the bank."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.ledger.actions import LedgerRefused
from linli.people.models import User
from linli.places.models import Place
from linli.ui.lists import listing
from linli.ui.routes import needs

from .. import queries, rules
from ..actions.banking import ask_issue, decide_issue, district_bank, settle
from ..actions.helping import Wish, ask_for_help
from ..actions.joining import ActivityDraft, mark_present, publish_activity
from ..actions.recording import confirm_attendance, refuse_attendance
from ..actions.redeeming import hand_over
from ..actions.registering import found_team, open_station
from ..charters import NoCharter, charter_at
from ..forms import ActivityForm, DecideForm, EnterForm, IssueForm, TeamForm
from ..models import Issue, Shift, Volunteer
from ..refusals import VolunteeringRefused


def place_of_post(user: User, permission: str) -> Place:
    """The place of the widest post that grants the permission."""
    grants = [grant for grant in user.grants if permission in grant.permissions]
    return min((grant.place for grant in grants), key=lambda place: (len(place.path), place.path))


def charter_of_post(user: User, permission: str):
    """The charter where the post lies; 404 with a sentence when none holds there."""
    try:
        return charter_at(place_of_post(user, permission))
    except NoCharter as none:
        raise Http404(str(none)) from none


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
        "unusual": queries.unusual_patterns(request.user),
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
def shift_list(request, pk):
    """The list of a shift: check-in code, who comes, who was there; prints as the paper list."""
    seen = Shift.objects.filter(request.user.scope(rules.ORGANISE, "activity__place"))
    shift = get_object_or_404(seen.select_related("activity__place", "activity__charter"), pk=pk)
    if request.method == "POST":
        keys = request.POST.getlist("present")
        present = Volunteer.objects.filter(number__in=keys, joinings__shift=shift, joinings__state="joined")
        done = mark_present(shift, volunteers=list(present.distinct()), by=request.user)
        messages.success(request, _("已登记 %(n)s 人到场，请另一位同事确认时长。") % {"n": len(done)})
        return redirect("shift-list", pk)
    rows = shift.joinings.exclude(state="left").select_related("volunteer__person").order_by("state", "pk")
    came = set(shift.attendances.values_list("volunteer", flat=True))
    people = [(row, row.volunteer_id in came) for row in rows]
    return render(request, "volunteering/shift_list.html", {"shift": shift, "people": people})


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
                found_team(speciality=told["about"], **shared)
            else:
                open_station(label=told["about"], hours=told["hours"], **shared)
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
    form = EnterForm(request.POST or None, user=request.user, charter=charter)
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


@needs(rules.PLAN)
@require_GET
def plan(request):
    """志愿服务布局: teams, stations, hours by community, and needs nobody met by kind and place."""
    lines = queries.community_lines(request.user)
    page = {
        "lines": lines[:100],
        "count": len(lines),
        "teams": sum(line.teams for line in lines),
        "hours": sum(line.hours for line in lines),
        "unmet": sum(line.unmet for line in lines),
        "without": sum(1 for line in lines if not line.teams),
        "kinds": queries.unmet_by_kind(request.user),
    }
    return render(request, "volunteering/plan.html", page)


@needs(rules.GRANT)
@require_http_methods(["GET", "POST"])
def bank(request):
    """时间银行复核: minutes offices ask for, what banks owe each other, who looks twice."""
    form = IssueForm(request.POST if request.POST.get("act") == "ask" else None)
    if request.method == "POST":
        try:
            messages.success(request, act_on_bank(request, form))
        except (VolunteeringRefused, LedgerRefused) as no:
            messages.warning(request, str(no))
        return redirect("bank-desk")
    page = {
        "form": form,
        "banks": queries.banks_of(request.user),
        "issues": queries.issues_of(request.user)[:50],
    }
    page["may_ask"] = request.user.may(rules.ISSUE)
    page["may_settle"] = request.user.may(rules.SETTLE)
    return render(request, "volunteering/bank.html", page)


def act_on_bank(request, form) -> str:
    """Ask, grant, refuse or settle; the sentence that tells it."""
    act = request.POST.get("act")
    if act in ("grant", "refuse"):
        issue = get_object_or_404(queries.issues_of(request.user), pk=request.POST.get("issue") or 0)
        done = decide_issue(issue, grant=act == "grant", by=request.user)
        return _("已发放。") if done.state == Issue.State.GRANTED else _("已退回。")
    if act == "settle":
        return _("已结清 %(n)s 笔。") % {"n": settle_all(request.user)}
    if not form.is_valid():
        raise VolunteeringRefused("issue_has_evidence")
    told = form.cleaned_data
    own = district_bank(place_of_post(request.user, rules.ISSUE), by=request.user)
    minutes = told["coins"] * charter_at(own.place).rules.coins.coin_minutes
    ask_issue(
        bank=own,
        minutes=minutes,
        reason=told["reason"],
        evidence=told["evidence"],
        by=request.user,
        key=told["key"],
    )
    return _("已提交，请另一位同事复核。")


def settle_all(user) -> int:
    """Net all banks in the reader's reach, the greatest debts first; how many transfers."""
    banks = [bank for bank in queries.banks_of(user) if user.may(rules.SETTLE, at=bank.place)]
    debtors = sorted((b for b in banks if b.clearing.balance > 0), key=lambda b: -b.clearing.balance)
    creditors = sorted((b for b in banks if b.clearing.balance < 0), key=lambda b: b.clearing.balance)
    return sum(1 for debtor in debtors for creditor in creditors if settle(debtor, creditor, by=user))


@needs(rules.REDEEM)
@require_http_methods(["GET", "POST"])
def shop(request):
    """兑换核销: the shop types the code and hands the thing over."""
    if request.method == "POST":
        try:
            done = hand_over(request.POST.get("code", ""), by=request.user)
        except (LookupError, VolunteeringRefused) as no:
            messages.warning(request, str(no.args[0]))
        else:
            messages.success(request, _("已核销：%(title)s。") % {"title": done.reward.title})
        return redirect("shop-desk")
    return render(request, "volunteering/shop.html")
