"""Pages of the volunteer and of whoever asks for help: my service, my coins, ask, offer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Case
from linli.ledger.actions import LedgerRefused
from linli.people.models import Person
from linli.places.models import Place
from linli.ui.costs import PAPER
from linli.ui.offline import from_devices
from linli.ui.routes import costly, public, signed_in

from .. import calendars, matching, queries, rosters, rules
from ..actions.certifying import issue_certificate
from ..actions.helping import Wish, ask_for_help, why_pool
from ..actions.honouring import issue_star
from ..actions.recording import confirm_attendance, correct_attendance, dispute_attendance, report_hours
from ..actions.registering import (
    consent_for,
    describe_volunteer,
    leave_volunteering,
    register_volunteer,
    renew_feed,
)
from ..belonging import community_of_user
from ..charters import NoCharter, charter_at
from ..forms import AskForm, CorrectForm, ProfileForm, RegisterForm, ReportForm, SpanForm
from ..models import Attendance, Help, PairingOffer, Volunteer
from ..numbers import whole
from ..paper import certificate_pdf, honour_pdf
from ..refusals import VolunteeringRefused
from ..walking import ways_between

REFUSALS = (VolunteeringRefused, LedgerRefused, WrongState, NoCharter)


def somewhere(request) -> Place:
    """The reader's community; 404 with a way out when nobody knows it."""
    place = community_of_user(request.user)
    if place is None:
        raise Http404(_("请先在“我的”里登记所在社区。"))
    return place


@signed_in
@require_http_methods(["GET", "POST"])
def me(request):
    """我的志愿服务: register with one tap; then what I joined, served, and who waits for my word."""
    if request.method == "POST":
        return act_of_mine(request)
    volunteer = rules.volunteer_of(request.user)
    if volunteer is None or volunteer.state == "left":
        return register_page(
            request, RegisterForm(charter=charter_of(request)) if charter_of(request) else None
        )
    page = {
        "volunteer": volunteer,
        "standing": queries.standing_of(volunteer, charter_at(volunteer.place)),
        "joinings": queries.own_shifts(volunteer),
        "records": volunteer.attendances.select_related("place", "charter").order_by("-during")[:20],
        "correcting": set(volunteer.attendances.open().values_list("corrects", flat=True)),
        "to_confirm": queries.to_confirm_by(request.user),
        "asked_to_pair": PairingOffer.objects.filter(volunteer=volunteer, state="offered").count(),
        "children": waiting_children(request.user),
        "teams": rosters.teams_of(volunteer),
        "trainings": rosters.trainings_of(volunteer),
        "duties": rosters.duties_of(volunteer),
        "span": SpanForm(),
        "feed": request.build_absolute_uri(calendars.feed_address(volunteer)),
    }
    return render(request, "volunteering/me.html", page)


def waiting_children(user):
    """Volunteers this user is guardian of, who wait for his consent."""
    return Volunteer.objects.awaiting_consent().filter(pk__in=user.principals()).select_related("person")


def charter_of(request):
    """The charter of the reader's community; None when there is neither."""
    place = community_of_user(request.user)
    try:
        return charter_at(place) if place else None
    except NoCharter:
        return None


def register_page(request, form, status=200):
    known = request.user.person is not None and request.user.person.birth_on is not None
    page = {
        "form": form,
        "one_tap": known,
        "place": community_of_user(request.user),
        "to_confirm": queries.to_confirm_by(request.user),
        "children": waiting_children(request.user),
    }
    return render(request, "volunteering/register.html", page, status=status)


def act_of_mine(request):
    """One button of my page; what could not be done is said and nothing is lost."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        messages.success(request, act(request))
    except REFUSALS as no:
        messages.warning(request, str(no))
    return redirect("volunteering-me")


def register_me(request) -> str:
    person = request.user.person
    if person is None:
        raise PermissionDenied
    if person.birth_on is None:
        form = RegisterForm(request.POST, charter=charter_at(somewhere(request)))
        if not form.is_valid():
            raise VolunteeringRefused("volunteer_age_is_known", _("请填写出生日期。"))
        person.birth_on = form.cleaned_data["birth_on"]
        person.save(update_fields=["birth_on"])
    made = register_volunteer(person, place=somewhere(request), by=request.user)
    if made.state == "waiting":
        return _("已登记，监护人同意后就可以报名。")
    return _("注册好了，您的志愿者编号是 %(number)s。") % {"number": made.number}


def consent_to_child(request) -> str:
    child = get_object_or_404(
        Volunteer.objects.filter(pk__in=request.user.principals()), number=request.POST["number"]
    )
    consent_for(child, guardian=request.user.person, by=request.user)
    return _("已同意，孩子可以报名了。")


def confirm_received(request) -> str:
    record = get_object_or_404(queries.to_confirm_by(request.user), pk=whole(request.POST.get("record")))
    confirm_attendance(record, by=request.user, evidence=_("受助人本人确认"))
    return _("已确认，谢谢。")


def dispute_received(request) -> str:
    mine = Attendance.objects.visible_to(request.user)
    record = get_object_or_404(mine, pk=whole(request.POST.get("record")))
    dispute_attendance(record, by=request.user, why=request.POST.get("why", "")[:200] or _("与实际不符"))
    return _("已转给协调员核实。")


def ask_correction(request) -> str:
    own = Attendance.objects.confirmed().filter(volunteer=request.user.person_id)
    record = get_object_or_404(own, pk=whole(request.POST.get("record")))
    form = CorrectForm(request.POST)
    if not form.is_valid():
        raise VolunteeringRefused("corrected_with_reason", _("请写明正确的分钟数和理由。"))
    told = form.cleaned_data
    correct_attendance(record, minutes=told["minutes"], by=request.user, why=told["words"])
    return _("已提交更正，等另一个人确认；原来的记录照样留着。")


def leave_for_good(request) -> str:
    leave_volunteering(own_volunteer(request), by=request.user)
    return _("已退出志愿者登记，时长和时间币仍然是您的。想回来随时可以再注册。")


def renew_calendar(request) -> str:
    renew_feed(own_volunteer(request), by=request.user)
    return _("日历地址换好了，旧地址已经打不开。请把新地址加到日历里。")


ACTS = {
    "renew-feed": renew_calendar,
    "register": register_me,
    "consent": consent_to_child,
    "confirm": confirm_received,
    "dispute": dispute_received,
    "correct": ask_correction,
    "leave": leave_for_good,
}


def own_volunteer(request) -> Volunteer:
    volunteer = rules.volunteer_of(request.user)
    if volunteer is None:
        raise Http404
    return volunteer


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request):
    """Skills, free times, how far."""
    volunteer = own_volunteer(request)
    now = {"skills": volunteer.skills, "free": volunteer.free, "reach_m": volunteer.reach_m}
    form = ProfileForm(request.POST or None, charter=charter_at(volunteer.place), initial=now)
    if form.is_bound and form.is_valid():
        describe_volunteer(volunteer, by=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("volunteering-me")
    status = 422 if form.is_bound else 200
    page = {"form": form, "title": _("特长和空闲时间"), "verb": _("保存"), "back": "volunteering-me"}
    return render(request, "volunteering/form.html", page, status=status)


@from_devices
@costly(PAPER)
@signed_in
@require_http_methods(["GET", "POST"])
def report(request):
    """Hours nobody listed, reported by oneself and looked at by somebody else."""
    volunteer = own_volunteer(request)
    form = ReportForm(request.POST or None, request.FILES or None, charter=charter_at(volunteer.place))
    if form.is_bound and form.is_valid() and form.store_photo(by=request.user):
        try:
            report_hours(volunteer, place=volunteer.place, by=request.user, **form.cleaned_data)
        except VolunteeringRefused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("已提交，等别人确认后计入时长。"))
            return redirect("volunteering-me")
    status = 422 if form.is_bound else 200
    page = {"form": form, "title": _("申报服务时长"), "verb": _("提交申报"), "back": "volunteering-me"}
    page |= {"draft": "volunteering-report", "outbox": request.path}
    return render(request, "volunteering/form.html", page, status=status)


@costly(PAPER)
@signed_in
@require_POST
def certificate(request):
    """The certificate of all confirmed hours as PDF."""
    return certificate_answer(request, own_volunteer(request))


def certificate_answer(request, volunteer) -> HttpResponse:
    """The certificate of the days asked for (none: all) as a download; a sentence where the days make no sense."""
    if request.POST.get("kind") == "star":
        return star_answer(request, volunteer)
    form = SpanForm(request.POST)
    if not form.is_valid():
        messages.warning(request, next(iter(form.errors.values()))[0])
        return redirect(back_to(request, volunteer))
    made = issue_certificate(volunteer, by=request.user, **form.cleaned_data)
    return pdf_answer(made.number, certificate_pdf(made))


def star_answer(request, volunteer) -> HttpResponse:
    """The certificate of his star as a download; a sentence where none is earned yet."""
    try:
        made = issue_star(volunteer, by=request.user)
    except VolunteeringRefused as no:
        messages.warning(request, str(no))
        return redirect(back_to(request, volunteer))
    return pdf_answer(made.number, honour_pdf(made))


def pdf_answer(number: str, body: bytes) -> HttpResponse:
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    return answer


def back_to(request, volunteer) -> str:
    own = volunteer.pk == request.user.person_id
    return reverse("volunteering-me") if own else reverse("roster-person", args=[volunteer.number])


# --- Asking and offering -------------------------------------------------------------------------------


@from_devices
@public
@require_http_methods(["GET", "POST"])
def ask(request):
    """请邻居帮忙: three questions on one screen, for oneself or for whom one acts; strangers read how to ask."""
    if not request.user.is_authenticated:
        return render(request, "volunteering/ask_how.html")
    place = community_of_user(request.user)
    if place is None or charter_of(request) is None:
        return render(request, "volunteering/no_place.html")
    charter = charter_at(place)
    form = AskForm(request.POST or None, charter=charter, wards=wards_of(request.user))
    if form.is_bound and form.is_valid() and (order := asked(request, form, place)):
        messages.success(
            request, _("已收到，编号 %(number)s。找到志愿者后会告诉您。") % {"number": order.case.number}
        )
        return redirect("case-detail", order.case.number)
    purse = queries.purse_figures(request.user.person)
    page = {"form": form, "purse": purse, "why_pool": why_pool(request.user.person, charter)}
    page["coins"] = queries.coins_of(purse.account.available, charter.rules.coins) if purse else 0
    return render(request, "volunteering/ask.html", page, status=422 if form.is_bound else 200)


def wards_of(user):
    """Whom one may ask for: parents, children, whoever one acts for, with a known home."""
    return Person.objects.filter(pk__in=user.principals(), purged_at=None, home__isnull=False).order_by(
        "name"
    )


def asked(request, form, place):
    """The order, or None with the reason on the form."""
    told = form.cleaned_data
    ward = form.wards.get(told.get("whom", ""))
    where = ward.home if ward else place
    channel = Help.Channel.FAMILY if ward else Help.Channel.PORTAL
    wish = Wish(told["service"], where, told["begin"], description=told["description"], channel=channel)
    try:
        return ask_for_help(wish, person=ward or request.user.person, by=request.user, key=told["key"])
    except (VolunteeringRefused, LedgerRefused, NoCharter) as no:
        form.add_error(None, said_to_asker(no))
        return None


def said_to_asker(no: Exception) -> str:
    if isinstance(no, LedgerRefused):
        return _("您的时间币不够。可以先帮助别人存一些，或者问问社区能不能由公共池支付。")
    return str(no)


@signed_in
@require_http_methods(["GET", "POST"])
def offers(request):
    """谁需要帮忙: open orders near me and those offered to me; one tap takes one."""
    volunteer = rules.volunteer_of(request.user)
    if volunteer is None:
        messages.info(request, _("注册成为志愿者以后，就能看到谁需要帮忙。"))
        return redirect("volunteering-me")
    near = matching.orders_for(volunteer)
    if request.method == "POST":
        return take_order(request, near)
    mine = Case.objects.filter(kind="help", help__volunteer=volunteer, closed_at=None).select_related(
        "place", "help"
    )
    ways = ways_between(volunteer.person.home or volunteer.place, [one.case.place for one in near])
    rows = list(zip(near, ways, strict=True))
    return render(request, "volunteering/offers.html", {"orders": rows, "mine": mine, "volunteer": volunteer})


def take_order(request, near):
    """Take the order whose number was sent, while nobody else has it."""
    order = next((one for one in near if one.case.number == request.POST.get("number")), None)
    if order is None:
        messages.info(request, _("这一单已经有人接了，谢谢您。"))
        return redirect("help-offers")
    try:
        take_step(order.case, "take", by=request.user)
    except WrongState as no:
        messages.info(request, str(no))
        return redirect("help-offers")
    messages.success(request, _("接单成功，求助人会收到通知。"))
    return redirect("case-detail", order.case.number)
