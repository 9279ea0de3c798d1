"""One shift for whoever leads it: who comes, who was there, another number of places, calling it off."""

import re

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.ui.offline import from_devices
from linli.ui.routes import needs

from .. import rules
from ..actions.attending import mark_present
from ..actions.joining import add_shift, cancel_activity, join, restate_activity, widen, wording_of
from ..activity_forms import CancelForm, SomebodyForm, TimesForm, WidthForm, WordingForm
from ..models import Shift, Team, Volunteer
from ..refusals import VolunteeringRefused

BLANK_LINES = 6  # on the printed list, for those who come without having joined


@from_devices
@needs(rules.ORGANISE)
@require_http_methods(["GET", "POST"])
def shift_list(request, pk):
    """The list of a shift: check-in code, who comes, who was there; prints as the paper list."""
    seen = Shift.objects.filter(request.user.scope(rules.ORGANISE, "activity__place"))
    shift = get_object_or_404(seen.select_related("activity__place", "activity__charter"), pk=pk)
    if request.method == "POST":
        return act(request, shift)
    rows = shift.joinings.exclude(state="left").select_related("volunteer__person").order_by("state", "pk")
    came = set(shift.attendances.values_list("volunteer", flat=True))
    page = {
        "shift": shift,
        "people": [(row, row.volunteer_id in came) for row in rows],
        "blank_lines": range(BLANK_LINES),
        "acts": [
            ("join", _("代人报名（打电话来的）"), SomebodyForm(), _("报名")),
            ("widen", _("改名额"), WidthForm(initial={"capacity": shift.capacity}), _("保存名额")),
            ("add", _("再加一个班次"), TimesForm(), _("加班次")),
            ("restate", _("改地点或说明"), WordingForm(initial=wording(shift)), _("保存，告诉报名的人")),
            ("cancel", _("取消整个活动"), CancelForm(), _("取消活动，通知大家")),
        ],
    }
    return render(request, "volunteering/shift_list.html", page)


def act(request, shift):
    """Do what the button says; what could not be done is said and nothing is lost."""
    verb = ACTS.get(request.POST.get("act", "present"))
    if verb is None:
        raise Http404
    try:
        messages.success(request, verb(request, shift))
    except VolunteeringRefused as no:
        messages.warning(request, str(no))
    sent = {"sent": "list"} if verb is present else {}
    return redirect(reverse("shift-list", args=[shift.pk], query=sent))


def filled(form):
    """What the form says; VolunteeringRefused with its first complaint."""
    if not form.is_valid():
        raise VolunteeringRefused("form_is_filled", next(iter(form.errors.values()))[0])
    return form.cleaned_data


def present(request, shift) -> str:
    keys = request.POST.getlist("present")
    came = Volunteer.objects.filter(number__in=keys, joinings__shift=shift, joinings__state="joined")
    done = mark_present(shift, volunteers=list(came.distinct()), by=request.user)
    return _("已登记 %(n)s 人到场，请另一位同事确认时长。") % {"n": len(done)}


def join_somebody(request, shift) -> str:
    told = filled(SomebodyForm(request.POST))
    party = party_of(told["number"])
    joining, *_others = join(shift, volunteers=party, by=request.user, risk_accepted=told["risk"])
    if joining.state == "joined":
        return _("报名成功，%(n)s 人。") % {"n": len(party)}
    return _("名额不够，%(n)s 人一起排上候补，有名额一起补上。") % {"n": len(party)}


def party_of(text: str) -> list[Volunteer]:
    """The volunteers behind numbers; a team's number stands for its members. VolunteeringRefused: an unknown one."""
    found: dict[int, Volunteer] = {}
    for number in re.split(r"[\s,，、;；]+", text.strip().upper()):
        active = Volunteer.objects.active()
        team = Team.objects.filter(number=number, disbanded_on=None).first()
        ours = {"memberships__team": team, "memberships__until": None} if team else {"number": number}
        some = {one.pk: one for one in active.filter(**ours)}
        if not some:
            told = _("没有 %(number)s 这个编号的志愿者或队伍。") % {"number": number}
            raise VolunteeringRefused("volunteer_is_active", told)
        found |= some
    return list(found.values())


def change_width(request, shift) -> str:
    widen(shift, capacity=filled(WidthForm(request.POST))["capacity"], by=request.user)
    return _("名额已改，候补的人按顺序补上。")


def add_times(request, shift) -> str:
    add_shift(shift.activity, by=request.user, **filled(TimesForm(request.POST)))
    return _("班次已加上。")


def wording(shift) -> dict:
    activity = shift.activity
    return {
        "address": activity.address,
        "description": activity.description,
        "seen": wording_of(activity),
    }


def restate(request, shift) -> str:
    restate_activity(shift.activity, by=request.user, **filled(WordingForm(request.POST)))
    return _("已保存；换了地点的，报名的人都收到了通知。")


def cancel(request, shift) -> str:
    cancel_activity(shift.activity, by=request.user, why=filled(CancelForm(request.POST))["why"])
    return _("活动已取消，报名的人都收到了通知。")


ACTS = {
    "present": present,
    "join": join_somebody,
    "widen": change_width,
    "add": add_times,
    "restate": restate,
    "cancel": cancel,
}
