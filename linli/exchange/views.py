"""The register of exchange for everybody to read; its log for the auditor; reports and their answers."""

import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.jobs.long import start_long
from linli.kernel import clock
from linli.ui import lists
from linli.ui.costs import MANY, TABLE, TABLE_SENT
from linli.ui.routes import costly, needs, public, signed_in

from . import actions, queries, rules
from .devices.asking import aside_of
from .forms import AnswerForm, ReportForm, UploadForm
from .imports import specs
from .imports.running import apply_import, check_stored, keep_source, why
from .models import Correction, Entry, ImportRun
from .tables import write_csv

AT_ONCE_BYTES = 300_000  # a few hundred rows are checked while the page loads; more in a job
AT_ONCE_ROWS = 1_000
TITLES = ("编号", "数据", "哪一条", "哪一项", "现在的内容", "应当的内容", "提出日期")


@public
@require_safe
def entry_list(request):
    listing = lists.listing(request.GET, queries.entries(lists.read_words(request.GET)))
    context = {"listing": listing, "today": clock.today(), "may_correct": _may(request, rules.CORRECT)}
    return render(request, "exchange/entry_list.html", context)


@public
@require_safe
def entry_detail(request, code):
    entry = get_object_or_404(queries.entries(), code=code)
    may_read_log = rules.can_read_log(request.user)
    log = lists.listing(request.GET, queries.uses_of(entry)) if may_read_log else None
    devices = (
        lists.listing(request.GET, entry.devices.order_by("code"))
        if entry.kind == Entry.Kind.DEVICE
        else None
    )
    aside = aside_of(entry)[:20] if devices and may_read_log else ()
    days = queries.days_of(entry)[:31] if may_read_log else ()
    context = {
        "entry": entry,
        "log": log,
        "today": clock.today(),
        "devices": devices,
        "aside": aside,
        "days": days,
    }
    return render(request, "exchange/entry_detail.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
def report(request, code):
    entry = get_object_or_404(Entry.objects.current(), code=code)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        correction = actions.report_error(entry, by=request.user, **form.cleaned_data)
        day = f"{correction.due_at.astimezone(clock.CHINA):%Y-%m-%d}"
        messages.success(request, _("已收到，%s 前答复。") % day)
        return redirect("exchange-entry", entry.code)
    context = {"form": form, "entry": entry}
    return render(request, "exchange/report.html", context, status=422 if form.errors else 200)


@needs(rules.CORRECT)
@require_safe
@never_cache
def correction_list(request):
    choices = tuple(
        lists.Choice(value, title) for value, title in (("overdue", _("已超期")), ("answered", _("已答复")))
    )
    filters = lists.read_filters(request.GET, [lists.Filter("only", _("状态"), choices)])
    only = filters[0].chosen.value if filters[0].chosen else ""
    rows = queries.corrections_for(request.user, only=only)
    context = {
        "listing": lists.listing(request.GET, rows, filters=filters),
        "overdue": queries.corrections_for(request.user, only="overdue").count(),
        "lists": queries.waiting_lists(request.user),
        "outcomes": Correction.Outcome.choices,
        "now": clock.now(),
    }
    return render(request, "exchange/correction_list.html", context)


@needs(rules.CORRECT)
@require_POST
def answer(request, pk):
    correction = get_object_or_404(Correction.objects.to_answer_by(request.user), pk=pk)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        actions.answer_correction(correction, by=request.user, **form.cleaned_data)
        messages.success(request, _("已答复。"))
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    return redirect("exchange-corrections")


@costly(TABLE)
@needs(rules.CORRECT)
@require_POST
def hand_over(request, code):
    """The list for the owner of the facts, as a table; each report goes into one list."""
    entry = get_object_or_404(queries.waiting_lists(request.user), code=code)
    rows = [
        (one.pk, entry.title, one.subject, one.field, one.stated, one.proposed, one.opened_at)
        for one in actions.hand_over(entry, by=request.user)
    ]
    out = io.BytesIO()
    write_csv(out, TITLES, rows)
    table = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    table["Content-Disposition"] = f'attachment; filename="corrections-{entry.code}.csv"'
    return table


@signed_in
@require_safe
@never_cache
def import_list(request):
    """What one may import, and the tables one has sent."""
    kinds = queries.import_kinds(request.user)
    if not kinds:
        raise PermissionDenied
    found = lists.listing(request.GET, ImportRun.objects.visible_to(request.user).select_related("file"))
    for run in found.page.object_list:
        run.title = specs[run.kind].title if run.kind in specs else run.kind
    return render(request, "exchange/import_list.html", {"kinds": kinds, "listing": found})


@costly(TABLE_SENT)
@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
def import_new(request, kind):
    """Send a table of a kind: the dry run follows at once, or behind the page when it is large."""
    spec = queries.import_kind(request.user, kind)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            return _sent(request, spec, form.cleaned_data["table"])
        except ValidationError as refused:
            form.add_error("table", refused)
    context = {"form": form, "spec": spec}
    return render(request, "exchange/import_new.html", context, status=422 if form.errors else 200)


def _sent(request, spec, upload):
    source = keep_source(upload, kind=spec.name, by=request.user)
    if upload.size <= AT_ONCE_BYTES:
        run, _checked = check_stored(source, kind=spec.name, by=request.user)
        return redirect("import-run", run.pk)
    title = _("检查表格：%s") % spec.title
    facts = {"file_id": str(source.pk), "kind": spec.name}
    return redirect("long-job", start_long("exchange.check-import", title=title, by=request.user, **facts).pk)


@signed_in
@require_safe
@never_cache
def import_run(request, pk):
    """What the check found, and what can be done now."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("returned"), pk=pk)
    context = {
        "run": run,
        "spec": specs[run.kind],
        "columns": queries.BAD_COLUMNS,
        "bad": queries.bad_rows(run),
    }
    return render(request, "exchange/import_run.html", context)


@costly(MANY)
@signed_in
@require_POST
def import_apply(request, pk):
    """Apply a checked table: all rows, or by choice the good ones."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    rows = "good" if request.POST.get("rows") == "good" else "all"
    if run.row_count > AT_ONCE_ROWS:
        title = _("导入：%s") % specs[run.kind].title
        long = start_long("exchange.apply-import", title=title, by=request.user, run_id=run.pk, rows=rows)
        return redirect("long-job", long.pk)
    try:
        run = apply_import(run, by=request.user, rows=rows)
        messages.success(request, _("已导入 %d 行。") % run.applied_count)
    except (ValidationError, PermissionDenied) as refused:
        messages.error(request, why(refused))
    return redirect("import-run", pk)


def _may(request, permission) -> bool:
    return request.user.is_authenticated and request.user.may(permission)
