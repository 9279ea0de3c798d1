"""My data, who looked at it, what I want put right; and, for staff, a look with a reason."""

from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.ui.costs import PAPER
from linli.ui.routes import costly, needs, signed_in

from .. import rules
from ..models import Consent, Person
from ..queries import people_in_reach
from . import consenting, copying, correcting, forms, queries, revealing

TO_ANSWER = "核对本人提出的更正申请"  # read by the person concerned: in his language, not the reader's


def _oneself(request) -> Person:
    if request.user.person is None:
        raise Http404
    return request.user.person  # read once: the account menu names him too


@signed_in
@require_safe
@never_cache
def information(request):
    person = _oneself(request)
    context = {
        "facts": queries.facts_of(person),
        "consents": person.consents.filter(withdrawn_at=None).order_by("-given_at"),
        "corrections": person.corrections.order_by("-asked_at")[:20],
        "titles": correcting.correctable_fields(),
    }
    return render(request, "people/privacy_information.html", context)


@signed_in
@require_safe
@never_cache
def readings(request):
    page = Paginator(queries.looks_at(_oneself(request)), 25).get_page(request.GET.get("page"))
    return render(
        request, "people/privacy_readings.html", {"page": page, "looks": queries.told(page.object_list)}
    )


@costly(PAPER)
@signed_in
@reauthentication_required
@require_safe
@never_cache
def copy(request):
    """The whole copy as a file, after proof of identity (A5)."""
    held = copying.subject_copy(_oneself(request), by=request.user)
    answer = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="my-information.json"'
    return answer


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
def correct(request):
    form = forms.CorrectionForm(request.POST or None)
    if form.is_valid():
        try:
            correcting.request_correction(_oneself(request), by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("已提交，10 个工作日内答复。"))
            return redirect("my-information")
    return render(request, "people/privacy_correct.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_POST
def withdraw(request, pk):
    """Take back a consent with one press."""
    consent = get_object_or_404(Consent, pk=pk, person=request.user.person_id, withdrawn_at=None)
    consenting.withdraw_consent(consent.person, consent.purpose, by=request.user)
    messages.success(request, _("已撤回，立即停止使用。"))
    return redirect("my-information")


@needs(rules.REVEAL)
@require_http_methods(["GET", "POST"])
@never_cache
def reveal(request, pk):
    person = get_object_or_404(people_in_reach(request.user), pk=pk)
    form, values = forms.RevealForm(request.POST or None), {}
    if form.is_valid():
        try:
            values = _look(request, person, form.cleaned_data["fields_wanted"], form.cleaned_data["purpose"])
        except revealing.ProofNeeded:
            return _to_prove(request.path)
        except revealing.TooManyReadings as refused:
            form.add_error(None, str(refused))
    context = {"person": person, "form": form, "values": queries.titled(values)}
    return render(request, "people/privacy_reveal.html", context, status=422 if form.errors else 200)


def _look(request, person, fields, purpose, **more) -> dict:
    """The values, with when the reader last proved in this session who he is (A5)."""
    records = get_authentication_records(request, request.user)
    proved_at = datetime.fromtimestamp(records[-1]["at"], UTC) if records else None
    return revealing.reveal(person, fields, by=request.user, purpose=purpose, proved_at=proved_at, **more)


@needs(rules.EDIT)
@require_safe
@never_cache
def corrections(request):
    page = Paginator(queries.corrections_in_reach(request.user), 25).get_page(request.GET.get("page"))
    titles = correcting.correctable_fields()
    rows = [(asked, titles[asked.field], queries.hidden(asked)) for asked in page]
    context = {"page": page, "rows": rows, "may_look": request.user.may(rules.REVEAL)}
    return render(request, "people/privacy_corrections.html", context)


@needs(rules.REVEAL)
@require_http_methods(["GET", "POST"])
@never_cache
def beside(request, pk):
    """What is kept and what is said to be right, side by side once asked for: nobody answers what he has not read."""
    here = request.user.scope(rules.REVEAL, "person__home")
    asked = get_object_or_404(queries.corrections_in_reach(request.user).filter(here), pk=pk)
    context = {"asked": asked, "field": correcting.correctable_fields()[asked.field]}
    if request.method == "POST":
        try:
            context |= _both_sides(request, asked)
        except (revealing.ProofNeeded, revealing.TooManyReadings) as refused:
            return _turned_away(request, refused, request.path)
    return render(request, "people/privacy_beside.html", context)


def _both_sides(request, asked) -> dict:
    """In one look: the person sees one, and half of it is never refused."""
    shown = _look(request, asked.person, ["proposed"], TO_ANSWER, thing=asked, also=[asked.field])
    return {"kept": shown[asked.field], "proposed": shown["proposed"]}


def _to_prove(back: str):
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def _turned_away(request, refused, back: str):
    """To the proof of who he is, or back with the sentence that says why not."""
    if isinstance(refused, revealing.ProofNeeded):
        return _to_prove(back)
    messages.error(request, str(refused))
    return redirect(back)


@needs(rules.EDIT)
@require_POST
def answer(request, pk):
    asked = get_object_or_404(queries.corrections_in_reach(request.user), pk=pk)
    form = forms.AnswerForm(request.POST)
    if form.is_valid():
        try:
            correcting.answer_correction(asked, by=request.user, **form.cleaned_data)
            messages.success(request, _("已答复。"))
        except ValidationError as refused:
            messages.error(request, "".join(refused.messages))
    else:
        messages.error(request, _("请选择更正或不更正。"))
    return redirect("correction-list")
