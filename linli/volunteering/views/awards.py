"""The yearly awards: rounds of an officer, and one round where people are put forward and chosen."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel import clock
from linli.ui.costs import PAPER
from linli.ui.routes import costly, needs, signed_in

from .. import accounts, rules
from ..actions.awarding import (
    answer_objection,
    decide_round,
    nominate,
    object_to,
    open_round,
    publish_round,
)
from ..actions.honouring import issue_award, may_have
from ..bank_forms import NominateForm, ObjectionForm, RoundForm
from ..models import AwardRound, Nomination, Objection
from ..numbers import whole
from ..paper import honour_pdf
from ..refusals import VolunteeringRefused
from .mine import pdf_answer

State = AwardRound.State


@needs(rules.AWARD)
@require_http_methods(["GET", "POST"])
def award_desk(request):
    """评选工作: the rounds of the reader's city or county, and opening this year's."""
    form = RoundForm(request.POST or None, user=request.user, permission=rules.AWARD)
    if form.is_bound and form.is_valid():
        try:
            made = open_round(by=request.user, **form.cleaned_data)
        except VolunteeringRefused as no:
            form.add_error("year", str(no))
        else:
            messages.success(request, _("评选已开始，志愿者和社区可以推荐了。"))
            return redirect("award-round", made.pk)
    own = AwardRound.objects.filter(request.user.scope(rules.AWARD, "place")).select_related("place")
    page = {"form": form, "rounds": own.order_by("-year", "place__path")[:40]}
    return render(request, "volunteering/award_desk.html", page, status=422 if form.is_bound else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def award_round(request, pk):
    """One round: put somebody forward; for its officer also: publish, decide."""
    award = get_object_or_404(accounts.rounds_seen_by(request.user), pk=pk)
    act = request.POST.get("act")
    form = NominateForm(request.POST if act == "nominate" else None, award_round=award)
    if act and acted(request, award, form):
        return redirect("award-round", pk)
    is_officer = request.user.may(rules.AWARD, at=award.place)
    rows = accounts.nominations_of(award, for_officer=is_officer)
    page = {
        "round": award,
        "form": form,
        "rows": rows,
        "is_officer": is_officer,
        "papers": {
            row.pk
            for row in rows
            if award.state == State.DECIDED and row.awarded and may_have(row, by=request.user)
        },
        "may_object": award.state == State.PUBLISHED and clock.today() <= award.objections_until,
        "names": {line.code: line.name for line in award.charter.rules.awards},
    }
    return render(request, "volunteering/award_round.html", page, status=422 if form.is_bound else 200)


@costly(PAPER)
@signed_in
@require_POST
def award_certificate(request, pk):
    """The certificate of an award as PDF, for who was awarded and for the officer of the round."""
    seen = Nomination.objects.filter(round__in=accounts.rounds_seen_by(request.user))
    nomination = get_object_or_404(seen.select_related("round__place", "team"), pk=pk)
    try:
        made = issue_award(nomination, by=request.user)
    except PermissionDenied:
        raise Http404 from None
    except VolunteeringRefused as no:
        messages.warning(request, str(no))
        return redirect("award-round", nomination.round_id)
    return pdf_answer(made.number, honour_pdf(made))


def acted(request, award, form) -> bool:
    """Do what the button says and tell it; False when the form has to be shown again."""
    verbs = {
        "nominate": put_forward,
        "publish": publish,
        "decide": decide,
        "object": objected,
        "answer": answered,
    }
    verb = verbs.get(request.POST["act"])
    if verb is None:
        raise Http404
    try:
        said = verb(request, award, form)
    except VolunteeringRefused as no:
        messages.warning(request, str(no))
        return True
    if said:
        messages.success(request, said)
    return bool(said)


def put_forward(request, award, form) -> str:
    if not form.is_valid():
        return ""
    told = form.cleaned_data
    who = {"volunteer": told["volunteer"], "team": None if told["volunteer"] else told["team"]}
    nominate(award, category=told["category"], reason=told["reason"], by=request.user, **who)
    return _("已推荐。公示后大家都能看到。")


def publish(request, award, form) -> str:
    made = publish_round(award, by=request.user)
    return _("已公示，到 %(day)s 为止听取意见。") % {"day": made.objections_until}


def decide(request, award, form) -> str:
    chosen = award.nominations.filter(pk__in=request.POST.getlist("awarded"))
    decide_round(award, awarded=list(chosen), by=request.user)
    return _("已公布，获奖的人收到了通知。")


def heard(request) -> str:
    """The words of an objection or of its answer."""
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        raise VolunteeringRefused("objection_says_what", _("请写明情况。"))
    return form.cleaned_data["words"]


def objected(request, award, form) -> str:
    against = get_object_or_404(award.nominations, pk=whole(request.POST.get("nomination")))
    object_to(against, words=heard(request), by=request.user)
    return _("异议已收到，评选单位会核实。")


def answered(request, award, form) -> str:
    if not request.user.may(rules.AWARD, at=award.place):
        raise Http404
    found = Objection.objects.filter(nomination__round=award)
    objection = get_object_or_404(found, pk=whole(request.POST.get("objection")))
    answer_objection(objection, answer=heard(request), by=request.user)
    return _("已记下核实结果。")
