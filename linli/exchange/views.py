"""Tables in: send one, see what the check found, apply all of it or the good rows."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.jobs.long import start_long
from linli.ui.lists import listing
from linli.ui.routes import signed_in

from .forms import UploadForm
from .imports.running import apply_import, check_stored, keep_source
from .imports.spec import specs
from .models import ImportRun

AT_ONCE_BYTES = 300_000  # a few hundred rows are checked while the page loads; more in a job
AT_ONCE_ROWS = 1_000


@require_safe
@signed_in
def import_list(request):
    """What one may import, and the tables one has sent."""
    kinds = [spec for spec in specs.values() if spec.allowed(request.user)]
    runs = ImportRun.objects.visible_to(request.user).select_related("file")
    found = listing(request.GET, runs)
    for run in found.page.object_list:
        run.title = specs[run.kind].title if run.kind in specs else run.kind
    return render(request, "exchange/import_list.html", {"kinds": kinds, "listing": found})


@require_http_methods(["GET", "POST"])
@signed_in
def import_new(request, kind):
    """Send a table of a kind: the dry run follows at once, or behind the page when it is large."""
    spec = allowed_spec(request.user, kind)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return _sent(request, spec, form.cleaned_data["table"])
        except ValidationError as refused:
            form.add_error("table", refused)
    context = {"form": form, "spec": spec}
    return render(request, "exchange/import_new.html", context, status=422 if form.errors else 200)


def allowed_spec(user, kind):
    """The import of that name; to whoever may not, it does not exist."""
    if kind not in specs or not specs[kind].allowed(user):
        raise Http404
    return specs[kind]


def _sent(request, spec, upload):
    source = keep_source(upload, kind=spec.name, by=request.user)
    if upload.size <= AT_ONCE_BYTES:
        run, _checked = check_stored(source, kind=spec.name, by=request.user)
        return redirect("import-run", run.pk)
    title = _("检查表格：%s") % spec.title
    facts = {"file_id": str(source.pk), "kind": spec.name}
    return redirect("long-job", start_long("exchange.check-import", title=title, by=request.user, **facts).pk)


@require_safe
@signed_in
def import_run(request, pk):
    """What the check found, and what can be done now."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("returned"), pk=pk)
    return render(request, "exchange/import_run.html", {"run": run, "spec": specs[run.kind]})


@require_POST
@signed_in
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
        messages.error(request, getattr(refused, "message", "") or str(refused) or _("没有导入任何一行。"))
    return redirect("import-run", pk)
