"""Pages of what is asked for in registers: what is open, asking, one's own, answering."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.ui import lists
from linli.ui.routes import signed_in

from .. import asking, forms, terms
from ..asking import asked_of
from ..declaring import registers
from ..models import Proposal
from . import add_errors, asked_page, face_of


def _asked(request, name):
    """What may be asked for, or 404 for what is not there or not for this person."""
    asked = asked_of.get(name)
    if asked is None or not asked.is_for(request.user):
        raise Http404
    return asked


@signed_in
@require_safe
def ask_index(request):
    """Everything this person may ask for."""
    found = [one for one in asked_of.values() if one.is_for(request.user)]
    counted = [(one, one.opened(request.user).count() if one.of else None) for one in found]
    context = {
        "asks": [(one, count) for one, count in counted if count != 0],
        "waiting": asking.to_answer(request.user).count(),
        "face": face_of(request.user),
    }
    return render(request, "registers/ask_index.html", context)


@signed_in
@require_safe
def ask_open(request, name):
    """The open rows of one kind, each with the way to ask; what is asked as a whole goes to its form at once."""
    asked = _asked(request, name)
    if not asked.of:
        return redirect("ask-new", name, 0)
    words = lists.read_words(request.GET)
    rows = [row for row in asked.opened(request.user)[:1000] if words in f"{asked.tell(row)}{_place(row)}"]
    shown = lists.listing(request.GET, rows)
    shown.page.object_list = [
        {"pk": row.pk, "title": asked.tell(row), "place": _place(row)} for row in shown.page.object_list
    ]
    context = {"asked": asked, "listing": shown, "face": face_of(request.user)}
    return render(request, "registers/ask_open.html", context)


def _place(row) -> str:
    register = next(one for one in registers.values() if one.model is type(row))
    return register.place_of(row).name


@signed_in
@require_http_methods(["GET", "POST"])
def ask_new(request, name, pk):
    """Ask for a row, of the open row `pk` where there are such."""
    asked = _asked(request, name)
    of = get_object_or_404(asked.opened(request.user), pk=pk) if asked.of else None
    form = forms.ask_form(asked, request.user, request.POST or None, of=of)
    if form.is_valid():
        values = forms.asked_values(asked, form)
        try:
            asking.ask_row(asked, by=request.user, **values)
        except (ValidationError, PermissionDenied) as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("已提交，办理结果会通知您。"))
            return redirect("ask-mine")
    context = {"asked": asked, "form": form, "of": of and asked.tell(of), "face": face_of(request.user)}
    return render(request, "registers/ask_new.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def ask_mine(request):
    """What this person asked for, and how it stands."""
    return asked_page(request, asking, "registers/ask_list.html", may_answer=False)


@signed_in
@require_safe
def ask_waiting(request):
    """What waits for whoever keeps the registers."""
    return asked_page(request, asking, "registers/ask_list.html", may_answer=True)


@signed_in
@require_POST
def ask_withdraw(request, pk):
    proposal = get_object_or_404(Proposal, pk=pk, asked_by=request.user)
    try:
        asking.withdraw(proposal, by=request.user)
        messages.success(request, _("已撤回。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("ask-mine")


@signed_in
@require_http_methods(["GET", "POST"])
def ask_answer(request, pk):
    """Enter what was asked for, completed; the form stands as it was asked."""
    waiting = asking.with_words([get_object_or_404(asking.to_answer(request.user), pk=pk)])
    (proposal,) = terms.with_terms(waiting)
    register = registers[proposal.register]
    initial, gone = _as_asked(register, proposal)
    form = forms.record_form(register, request.user, request.POST or None, initial=initial)
    if not gone and form.is_valid():
        try:
            row = asking.accept(proposal, by=request.user, **forms.values_of(register, form))
        except (ValidationError, PermissionDenied) as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("已同意，并已登记。"))
            return redirect("record-detail", register.name, row.pk)
    context = {"proposal": proposal, "form": form, "gone": gone, "refusing": forms.DecideForm()}
    context["events"] = terms.events_of(proposal)
    return render(request, "registers/ask_answer.html", context, status=422 if form.errors else 200)


def _as_asked(register, proposal):
    """The form's first values, and what is gone that the proposal names."""
    try:
        return forms.initial_of(register, asking.values_of(proposal)), ""
    except ValidationError as gone:
        return {}, " ".join(gone.messages)


@signed_in
@require_POST
def ask_refuse(request, pk):
    """Say no, and why."""
    proposal = get_object_or_404(asking.to_answer(request.user), pk=pk)
    try:
        asking.refuse(proposal, by=request.user, answer=request.POST.get("answer", "")[:200])
        messages.success(request, _("已答复。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("ask-answer", pk)
    return redirect("ask-waiting")
