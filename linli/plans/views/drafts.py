"""Writing the next plan: begun from one that stands, changed part by part, checked while written, exported."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.packs import pack_kinds
from linli.plans import actions, rules
from linli.plans.forms import HeadForm, IndicatorForm, StartForm, TaskForm
from linli.plans.models import PlanDraft
from linli.plans.queries import drafts
from linli.plans.queries.draft_changes import against
from linli.plans.queries.scorecards import visible_place
from linli.ui.routes import needs


def draft_or_404(request, pk) -> PlanDraft:
    rows = PlanDraft.objects.filter(request.user.scope(rules.DRAFT, "place"))
    return get_object_or_404(rows.select_related("place", "changed_by__person"), pk=pk)


def line_or_404(draft: PlanDraft, part: str, code: str) -> dict:
    found = next((line for line in draft.document.get(part, []) if line.get("code") == code), None)
    if found is None:
        raise Http404
    return found


def add_errors(form, refused: ValidationError) -> None:
    told = refused.message_dict if hasattr(refused, "error_dict") else {None: refused.messages}
    for name, reasons in told.items():
        form.add_error(name if name in form.fields else None, reasons)


@require_http_methods(["GET", "POST"])
@needs(rules.DRAFT)
def draft_list(request):
    """The drafts of one's area, and the form that begins another."""
    place = visible_place("", request.user, permission=rules.DRAFT)
    form = StartForm(request.POST or None)
    if form.is_bound and form.is_valid() and (made := begin(form, place, request.user)):
        return redirect("draft-detail", made.pk)
    rows = PlanDraft.objects.filter(request.user.scope(rules.DRAFT, "place"))
    rows = rows.select_related("place", "changed_by__person")
    page = {"drafts": rows[:100], "form": form, "place": place}
    return render(request, "plans/draft_list.html", page, status=422 if form.errors else 200)


def begin(form, place, user) -> PlanDraft | None:
    told = dict(form.cleaned_data)
    span = {"valid_from": told["valid_from"], "valid_to": told["valid_to"]}
    document = drafts.document_of(told.pop("based_on"), place=place, **span)
    try:
        return actions.start_draft(by=user, place=place, document=document, **told)
    except ValidationError as refused:
        add_errors(form, refused)
        return None


@require_safe
@needs(rules.DRAFT)
def draft_detail(request, pk):
    """The whole draft: every line with its problems, and what would change once it is installed."""
    draft = draft_or_404(request, pk)
    checked = drafts.check_draft(draft)
    changes = pack_kinds["plan"].diff(checked.pack) if checked.pack and not checked.problems else None
    page = {"draft": draft, "checked": checked, "changes": changes, "outline": drafts.outline(draft, checked)}
    page["against"] = against(draft)
    return render(request, "plans/draft_detail.html", page)


@require_http_methods(["GET", "POST"])
@needs(rules.DRAFT)
def draft_head(request, pk):
    """What the plan says of itself."""
    draft = draft_or_404(request, pk)
    form = HeadForm(request.POST or None, line=draft.document, version=draft.version)
    if form.is_bound and form.is_valid() and keep(form, lambda version: actions.write_head(
        draft, by=request.user, version=version, **form.written()
    )):  # fmt: skip
        return redirect("draft-detail", pk)
    return line_page(request, draft, form, ("", ""))


@require_http_methods(["GET", "POST"])
@needs(rules.DRAFT)
def draft_indicator(request, pk, line=""):
    """One indicator, with the editor of its formula."""
    draft = draft_or_404(request, pk)
    before = line_or_404(draft, "indicators", line) if line else {}
    form = IndicatorForm(request.POST or None, line=before, version=draft.version)
    if form.is_bound and "check" not in request.POST and write(request, draft, form, "indicators", line):
        return redirect("draft-detail", pk)
    text = form["formula"].value() or ""
    told = drafts.formula_told(text, drafts.names_in(draft)) if text else None
    return line_page(request, draft, form, ("indicators", line), told=told)


@require_http_methods(["GET", "POST"])
@needs(rules.DRAFT)
def draft_task(request, pk, line=""):
    """One task of the plan."""
    draft = draft_or_404(request, pk)
    before = line_or_404(draft, "tasks", line) if line else {}
    form = TaskForm(request.POST or None, line=before, version=draft.version, document=draft.document)
    if form.is_bound and write(request, draft, form, "tasks", line):
        return redirect("draft-detail", pk)
    return line_page(request, draft, form, ("tasks", line))


def write(request, draft, form, part: str, code: str) -> bool:
    if not form.is_valid():
        return False
    said = {"by": request.user, "line": form.written()}
    return keep(form, lambda version: actions.write_line(draft, part, code, version=version, **said))


def keep(form, change) -> bool:
    """Save under the version the form was opened with; a conflict leaves what was typed, and the new version."""
    try:
        change(form.cleaned_data["version"] or 0)
    except ValidationError as refused:
        add_errors(form, refused)
        form.conflict = isinstance(refused, actions.StaleDraft)
        return False
    return True


def line_page(request, draft, form, where: tuple[str, str], **more):
    """A form of the draft with the linter's problems of that line; 409 when somebody else was quicker."""
    part, line = where
    page = {
        "draft": draft,
        "form": form,
        "part": part,
        "line": line,
        "hidden": {"version": draft.version},
        "title": next((form[name].value() for name in ("name", "title") if name in form.fields), "")
        or str(draft),
        **more,
    }
    page["problems"] = drafts.check_draft(draft).of(part, line) if line or not part else []
    conflict = getattr(form, "conflict", False)
    if conflict:
        form.data = form.data.copy()
        form.data["version"] = PlanDraft.objects.get(pk=draft.pk).version
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "plans/draft_line.html", page, status=status)


@require_safe
@needs(rules.DRAFT)
def draft_names(request, pk):
    """Every name a formula of this draft may use."""
    return JsonResponse({"names": drafts.completions(drafts.names_in(draft_or_404(request, pk)))})


@require_safe
@needs(rules.DRAFT)
def formula_check(request):
    """A formula checked while it is written: its words, or the line, the column and a sentence."""
    asked = request.GET.get("draft", "")
    draft = draft_or_404(request, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    return JsonResponse(drafts.formula_told(request.GET.get("formula", "")[:500], drafts.names_in(draft)))


@require_safe
@needs(rules.DRAFT)
def draft_pack(request, pk):
    """The draft as a pack that `linli packs check` accepts; with problems there is none."""
    draft = draft_or_404(request, pk)
    checked = drafts.check_draft(draft)
    if checked.pack is None or checked.problems:
        messages.error(request, _("还有问题没有改正，不能导出。"))
        return redirect("draft-detail", pk)
    actions.take_along(draft, checked.pack, by=request.user)
    answer = HttpResponse(drafts.as_yaml(checked.pack), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{draft.code}.yaml"'
    return answer


@require_POST
@needs(rules.DRAFT)
def draft_drop(request, pk, part, line):
    """Leave a line out."""
    draft = draft_or_404(request, pk)
    if part not in actions.PARTS:
        raise Http404
    line_or_404(draft, part, line)
    try:
        asked = request.POST.get("version", "")
        actions.drop_line(draft, part, line, by=request.user, version=int(asked) if asked.isdecimal() else 0)
        messages.success(request, _("已删去。"))
    except ValidationError as refused:
        messages.error(request, "；".join(refused.messages))
    return redirect("draft-detail", pk)


@require_POST
@needs(rules.DRAFT)
def draft_end(request, pk):
    """Throw a draft away."""
    actions.throw_away(draft_or_404(request, pk), by=request.user)
    messages.success(request, _("草稿已删除。"))
    return redirect("draft-list")
