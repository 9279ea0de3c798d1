"""Pages of pairs: mine, and the desk where they are proposed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.ui.routes import needs, signed_in
from linli.volunteering.actions.offering import decline
from linli.volunteering.numbers import whole
from linli.volunteering.refusals import VolunteeringRefused
from linli.volunteering.rules import MATCH

from . import queries
from .actions import answer_yes, part, propose
from .forms import ListedForm, ProposeForm


@signed_in
@require_http_methods(["GET", "POST"])
def my_pairs(request):
    """我的结对: who was proposed to me, and whom I am paired with."""
    if request.method == "POST":
        answered(request, queries.offers_to(request.user), queries.pairs_of(request.user))
        return redirect("my-pairs")
    who = {request.user.person_id} | set(request.user.acts_for)
    page = {
        "offers": [(one, _has_said_yes(one, who)) for one in queries.offers_to(request.user)],
        "pairs": queries.pairs_of(request.user),
    }
    return render(request, "journeys/my_pairs.html", page)


def _has_said_yes(offer, who) -> bool:
    return bool(offer.volunteer_agreed_at if offer.volunteer_id in who else offer.person_agreed_at)


def answered(request, offers, pairs) -> None:
    """Yes, no, or the end of a pair; what could not be done is said."""
    act, asked = request.POST.get("act"), whole(request.POST.get("pk"))
    try:
        if act == "yes":
            offer = answer_yes(get_object_or_404(offers, pk=asked), by=request.user)
            stands = offer.state == offer.State.STANDING
            messages.success(request, _("结对好了。") if stands else _("谢谢，已记下，等另一方答复。"))
        elif act == "no":
            decline(get_object_or_404(offers, pk=asked), by=request.user)
            messages.success(request, _("已回复，没有关系。"))
        elif act == "part":
            said = request.POST.get("feedback", "")[:300]
            part(get_object_or_404(pairs, pk=asked), by=request.user, feedback=said)
            messages.success(request, _("结对已结束，谢谢您。"))
        else:
            raise Http404
    except VolunteeringRefused as no:
        messages.warning(request, str(no))


@needs(MATCH)
@require_http_methods(["GET", "POST"])
def pair_desk(request):
    """结对工作: offers and pairs of the reader's communities; whom to propose a pair for."""
    if "act" in request.POST:
        answered(request, queries.desk_offers(request.user), queries.desk_pairs(request.user))
        return redirect("pair-desk")
    form = ListedForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        return redirect("pair-propose", form.cared.pk)
    page = {
        "form": form,
        "offers": queries.desk_offers(request.user)[:50],
        "pairs": queries.desk_pairs(request.user)[:100],
    }
    return render(request, "journeys/pair_desk.html", page, status=422 if form.is_bound else 200)


@needs(MATCH)
@require_http_methods(["GET", "POST"])
def pair_propose(request, pk):
    """Propose a volunteer to somebody on the care list, each with the reason."""
    cared = get_object_or_404(queries.listed_for(request.user), pk=pk)
    form = ProposeForm(request.POST or None, cared=cared)
    if form.is_bound and form.is_valid():
        try:
            propose(cared, volunteer=form.chosen, plan=form.cleaned_data["plan"], by=request.user)
        except VolunteeringRefused as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("已提议，等双方答复。"))
            return redirect("pair-desk")
    page = {"form": form, "cared": cared}
    return render(request, "journeys/pair_propose.html", page, status=422 if form.is_bound else 200)
