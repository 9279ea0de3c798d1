"""Pages of every register: overview, list, row, form, acts, tables in and out."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.kernel import clock
from linli.ui import lists
from linli.ui.costs import TABLE
from linli.ui.routes import costly, signed_in

from .. import actions, asking, attaching, correcting, forms, queries, rules, tables, terms
from ..changing import changeable
from ..declaring import registers
from ..letters import letters

FORMATS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "gb18030": ("text/csv; charset=gb18030", "csv"),
}


def _register(request, name, allowed=rules.can_view):
    """The register, or 404: one that is not there and one that is not for this person look alike."""
    register = registers.get(name)
    if register is None or not allowed(request.user, register):
        raise Http404
    return register


def _record(request, register, pk):
    return get_object_or_404(queries.in_reach(register, request.user), pk=pk)


def own_record(request, name, pk):
    """(register, row) this person reads, or 404."""
    register = _register(request, name)
    return register, _record(request, register, pk)


def changeable_record(request, name, pk):
    register = _register(request, name, rules.can_edit)
    record = get_object_or_404(queries.in_reach(register, request.user), pk=pk, archived_on=None)
    if not rules.can_change(request.user, register, record):
        raise Http404
    return register, record


@signed_in
@require_safe
def register_index(request):
    """The registers this person keeps or reads, those of one group together; words narrow them."""
    groups: dict = {}
    words = lists.read_words(request.GET)
    for one in queries.overview(request.user):
        if words in f"{one.register.title}{one.register.group}":
            groups.setdefault(str(one.register.group), []).append(one)
    context = {
        "groups": groups,
        "waiting": correcting.to_answer(request.user).count(),
        "asked": asking.to_answer(request.user).count(),
        "words": words,
    }
    return render(request, "registers/register_index.html", context)


@signed_in
@require_safe
def register_list(request, name):
    register = _register(request, name)
    rows = queries.listed(register, request.user, request.GET)
    shown = lists.listing(request.GET, rows, filters=queries.filters(register, request.GET))
    limit = queries.stale_limit(register, request.user)
    soon = queries.soon_limit(request.user) if register.due else None
    shown.page.object_list = [queries.as_row(register, row, limit, soon) for row in shown.page.object_list]
    context = {
        "register": register,
        "listing": shown,
        "may_edit": rules.can_edit(request.user, register),
        "sums": queries.totals(register, rows),
        "silent": None if shown.page.object_list else queries.silent_place(register, request.user),
    }
    return render(request, "registers/register_list.html", context)


@signed_in
@require_POST
def register_nothing(request, name):
    """The community of this person has nothing to enter: zero is said, not taken for granted."""
    register = _register(request, name, rules.can_edit)
    place = queries.silent_place(register, request.user)
    if place is None:
        raise Http404
    actions.say_nothing(register, place, by=request.user)
    messages.success(request, _("已按零登记；以后有了再登记。"))
    return redirect("register-list", name)


@signed_in
@require_safe
def record_detail(request, name, pk):
    register = _register(request, name)
    return _detail_page(request, register, _record(request, register, pk))


def _detail_page(request, register, record, *, shown=None, form=None, status=200):
    may_change = record.archived_on is None and rules.can_change(request.user, register, record)
    parts, spare = queries.parts_of(record, request.user)
    context = {
        "register": register,
        "record": record,
        "place": register.place_of(record),
        "cells": queries.cells(register, record, shown=shown),
        "events": queries.history_of(register, record),
        "parts": parts,
        "spare": spare,
        "reference": f"#{record.pk}",
        "files": attaching.files_of(register, record),
        "has_letter": may_change and register.name in letters,
        "alike": queries.may_be_the_same(register, record, request.user) if may_change else [],
        "may_change": may_change,
        "changes": correcting.waiting_about(changeable(register.name), record) if may_change else [],
        "may_reveal": rules.can_reveal(request.user, register, record) and shown is None,
        "form": form,
    }
    return render(request, "registers/record_detail.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def record_new(request, name):
    register = _register(request, name, rules.can_edit)
    asked = {key: request.GET[key] for key in register.fields if key in request.GET}
    form = forms.record_form(register, request.user, request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        values = forms.values_of(register, form)
        try:
            made = actions.enter_record(register, by=request.user, why=form.cleaned_data["why"], **values)
        except (ValidationError, PermissionDenied) as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("已登记。"))
            return redirect("record-detail", name, made.pk)
    return _form_page(request, register, form)


@signed_in
@require_http_methods(["GET", "POST"])
def record_edit(request, name, pk):
    register, record = changeable_record(request, name, pk)
    form = forms.record_form(register, request.user, request.POST or None, record=record)
    if request.method == "POST" and form.is_valid():
        said = {"why": form.cleaned_data["why"], "version": form.cleaned_data["version"]}
        values = forms.values_of(register, form, record)
        try:
            actions.change_record(register, record, by=request.user, **said, **values)
        except (ValidationError, PermissionDenied) as refused:
            add_errors(form, refused)
            return _form_page(request, register, form, record, refused)
        messages.success(request, _("已保存，确认日期更新为今天。"))
        return redirect("record-detail", name, pk)
    return _form_page(request, register, form, record)


def _form_page(request, register, form, record=None, refused=None):
    """The form; after a conflict it carries the new version, so that a second submit is a decision."""
    status = 422 if form.errors else 200
    if isinstance(refused, actions.StaleRecord):
        status, form.data = 409, form.data.copy()
        form.data["version"] = register.model.objects.get(pk=record.pk).version
    context = {"register": register, "form": form, "record": record}
    return render(request, "registers/record_form.html", context, status=status)


def add_errors(form, refused) -> None:
    """What was refused, beside the field it is about."""
    if isinstance(refused, PermissionDenied):
        form.add_error(None, str(refused))
        return
    told = refused.message_dict if hasattr(refused, "error_dict") else {"__all__": refused.messages}
    for name, reasons in told.items():
        form.add_error(name if name in form.fields else None, reasons)


@signed_in
@require_POST
def record_confirm(request, name, pk):
    register, record = changeable_record(request, name, pk)
    actions.confirm_record(register, record, by=request.user)
    messages.success(request, _("已确认资料属实。"))
    return redirect("record-detail", name, pk)


@signed_in
@require_POST
def record_archive(request, name, pk):
    register, record = changeable_record(request, name, pk)
    form = forms.WhyForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, register, record, form=form, status=422)
    actions.archive_record(register, record, by=request.user, why=form.cleaned_data["why"])
    messages.success(request, _("已归档，历史仍可查看。"))
    return redirect("record-detail", name, pk)


@signed_in
@require_POST
def record_merge(request, name, pk):
    """This row is a duplicate of another, which stays."""
    register, record = changeable_record(request, name, pk)
    form = forms.MergeForm(register, record, request.user, request.POST)
    if form.is_valid():
        into = form.cleaned_data["into"]
        try:
            actions.merge_record(register, record, into=into, by=request.user, why=form.cleaned_data["why"])
        except (ValidationError, PermissionDenied) as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("已合并。"))
            return redirect("record-detail", name, into.pk)
    return _detail_page(request, register, record, form=form, status=422)


@signed_in
@require_POST
def record_reveal(request, name, pk):
    """The hidden cells in full, for a stated reason."""
    register = _register(request, name)
    record = _record(request, register, pk)
    if not rules.can_reveal(request.user, register, record):
        raise Http404
    form = forms.WhyForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, register, record, form=form, status=422)
    shown = actions.reveal_record(register, record, by=request.user, why=form.cleaned_data["why"])
    answer = _detail_page(request, register, record, shown=shown)
    answer["Cache-Control"] = "no-store"
    return answer


@costly(TABLE)
@signed_in
@require_safe
def register_export(request, name):
    register = _register(request, name)
    form = request.GET.get("format", "xlsx")
    if form not in FORMATS:
        raise Http404
    rows = queries.listed(register, request.user, request.GET)
    media, ending = FORMATS[form]
    answer = HttpResponse(tables.export(register, rows, by=request.user, form=form), content_type=media)
    filename = f"{register.name}-{clock.today():%Y%m%d}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_http_methods(["GET", "POST"])
def record_wrong(request, name, pk):
    """Somebody who sees a row, or is named in it, says what of it is wrong."""
    kind = changeable(name)
    if kind is None:
        raise Http404
    row = get_object_or_404(kind.rows(request.user), pk=pk)
    form = forms.WrongForm(kind, request.POST or None, initial={"column": request.GET.get("column", "")})
    if form.is_valid():
        try:
            correcting.ask_change(kind, row, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("已转给登记的单位核实，答复会通知您。"))
            return redirect("change-mine")
    context = {"row": row, "kind": kind, "form": form, "face": face_of(request.user)}
    return render(request, "registers/record_wrong.html", context, status=422 if form.errors else 200)


def face_of(user) -> str:
    """Residents correct facts too: they keep their own navigation."""
    return "ui/base_workbench.html" if user.grants else "ui/base_resident.html"


@signed_in
@require_safe
def change_list(request):
    """Corrections that wait for whoever keeps the rows."""
    if not correcting.may_answer(request.user):
        raise PermissionDenied
    return asked_page(request, correcting, "registers/change_list.html", may_answer=True)


@signed_in
@require_safe
def change_mine(request):
    """What this person said is wrong, and what came of it."""
    return asked_page(request, correcting, "registers/change_list.html", may_answer=False)


def asked_page(request, asked, template, *, may_answer):
    """A page of what waits for this reader, or of what he asked himself; `asked` is `correcting` or `asking`."""
    rows = asked.to_answer(request.user) if may_answer else asked.asked_by(request.user)
    found = lists.listing(request.GET, rows)
    found.page.object_list = terms.with_terms(asked.with_words(list(found.page.object_list)))
    year = clock.now() - timedelta(days=365)
    kept = (
        terms.answered_in_time(list(asked.answered(request.user, since=year)[:1000])) if may_answer else None
    )
    context = {"listing": found, "may_answer": may_answer, "face": face_of(request.user), "kept": kept}
    return render(request, template, context)


@signed_in
@require_http_methods(["GET", "POST"])
def change_answer(request, pk):
    """Answer a correction; what is accepted stands in the register at once."""
    waiting = correcting.with_words([get_object_or_404(correcting.to_answer(request.user), pk=pk)])
    (asked,) = terms.with_terms(waiting)
    kind = changeable(asked.kind)
    form = forms.AnswerForm(request.POST or None, initial={"value": asked.proposed})
    if form.is_valid():
        try:
            done = correcting.answer_change(asked, by=request.user, **form.cleaned_data)
        except (ValidationError, PermissionDenied) as refused:
            add_errors(form, refused)
        else:
            by_hand = form.cleaned_data["accepted"] and not done
            messages.success(request, _("已答复；请在资料页面改好。") if by_hand else _("已答复。"))
            return redirect("change-list")
    row = kind.rows(request.user).filter(pk=asked.row).first()
    context = {"asked": asked, "form": form, "row": row, "row_url": row and kind.url(row)}
    context["events"] = terms.events_of(asked)
    return render(request, "registers/change_answer.html", context, status=422 if form.errors else 200)
