"""Pages of forms: what is asked, opening and filling one, its table, and the burden register."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.exchange.actions import log_use
from linli.ui import lists
from linli.ui.costs import TABLE
from linli.ui.routes import costly, needs, signed_in

from . import queries, rules
from .actions import filling as acts
from .actions.defining import define_form
from .forms import DefineForm, OpenForm, values_of
from .models import FormDefinition
from .queries import admission as admitted
from .queries import wide

WIDE_PAGE = 50  # communities on one page of the wide table: a street, or a part of a county
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(rules.VIEW)
@require_safe
def form_list(request):
    """What is asked, what is refused and why, and the fillings so far."""
    shown = lists.listing(request.GET, queries.fillings_of(request.user))
    context = {
        "definitions": queries.definitions_for(request.user),
        "listing": shown,
        "may_see_burden": request.user.may(rules.BURDEN),
        "may_define": request.user.may(rules.REVIEW_COUNTY),
        "may_fill": request.user.may(rules.FILL),
    }
    return render(request, "oneform/form_list.html", context)


@needs(rules.FILL)
@require_http_methods(["GET", "POST"])
def form_open(request, code):
    """Open a form for a community: known cells are there before anybody types."""
    definition = get_object_or_404(FormDefinition.objects.standing(), code=code)
    if definition not in queries.definitions_for(request.user):
        raise Http404
    form = OpenForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = acts.open_filling(definition, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect("form-fill", opened.case.number)
    context = {"definition": definition, "form": form}
    return render(request, "oneform/form_open.html", context, status=422 if form.errors else 200)


@needs(rules.REVIEW_COUNTY)
@require_http_methods(["GET", "POST"])
def form_define(request):
    """A new form of a county or city; what is known already is refused with the place where it stands."""
    form = DefineForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = define_form(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            for name, reasons in refused.message_dict.items():
                form.add_error(name if name in form.fields else None, reasons)
        else:
            messages.success(request, _("已登记《%s》。") % made.title)
            return redirect("form-list")
    return render(request, "oneform/form_define.html", {"form": form}, status=422 if form.errors else 200)


def _filling(request, number):
    return get_object_or_404(queries.fillings_of(request.user), case__number=number)


@signed_in
@require_http_methods(["GET", "POST"])
def form_fill(request, number):
    """Answer the gaps and put right what is wrong; what is known shows where it comes from."""
    filling = _filling(request, number)
    if not rules.can_fill(request.user, filling.case):
        raise Http404
    wrong, typed = {}, {}
    if request.method == "POST":
        own = set(filling.cells.values_list("pk", flat=True))
        typed = {key: text for key, text in values_of(request.POST).items() if key in own}
        try:
            acts.answer(filling, by=request.user, values=typed)
        except ValidationError as refused:
            wrong = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        else:
            messages.success(request, _("已保存。填完后在下方提交。"))
            return redirect("case-detail", number)
    return _fill_page(request, filling, wrong, typed)


def _fill_page(request, filling, wrong, typed):
    """The table; what was typed stays after a refusal."""
    lines = filling.lines
    for cell in (cell for line in lines for cell in line):
        cell.typed = typed.get(cell.pk, cell.value if cell.asked else cell.proposed)
        cell.wrong = "；".join(wrong.get(f"cell-{cell.pk}", []))
        cell.may_correct = _may_correct(filling, cell)
    context = {"filling": filling, "lines": lines, "refused": wrong.get("", []), "wrong_count": len(wrong)}
    return render(request, "oneform/form_fill.html", context, status=422 if wrong else 200)


def _may_correct(filling, cell) -> bool:
    return not cell.asked and bool(filling.definition.columns[cell.column]["field"])


@signed_in
@require_safe
def form_table(request, number):
    """The filling as an Excel table in official style."""
    filling = _filling(request, number)
    answer = HttpResponse(queries.workbook(filling), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{filling.case.number}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@costly(TABLE)
@needs(rules.VIEW)
@require_safe
def form_wide(request, code):
    """One form over all communities in reach, line beside line, for review; `format=xlsx` downloads it."""
    definition = get_object_or_404(FormDefinition.objects.standing(), code=code)
    if definition not in queries.definitions_for(request.user):
        raise Http404
    periods = wide.periods_of(definition, request.user)
    asked = request.GET.get("period", "")
    period = asked if asked in periods else next(iter(periods), "")
    places = wide.communities_reviewed(request.user, definition)
    if request.GET.get("format") == "xlsx":
        rows = wide.wide_rows(definition, period, list(places), request.user)
        return _wide_table(definition, period, rows, by=request.user)
    listing = lists.listing(request.GET, places, per_page=WIDE_PAGE)
    rows = wide.wide_rows(definition, period, list(listing.page.object_list), request.user)
    context = {
        "definition": definition,
        "periods": periods,
        "period": period,
        "listing": listing,
        "rows": rows,
    }
    context["totals"] = wide.totals_of(definition, rows)
    return render(request, "oneform/form_wide.html", context)


def _wide_table(definition, period, rows, *, by):
    log_use(
        "export-forms", "exported", by=by, row_count=len(rows), purpose=f"{definition.title} {period}"[:200]
    )
    answer = HttpResponse(wide.wide_workbook(definition, period, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{definition.code}-{period}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs(rules.VIEW)
@require_safe
def admission(request):
    """What communities may be asked here: the lists in force, and what was admitted and refused."""
    filters = admitted.list_filters(request.GET)
    rows = admitted.items_in_force(request.user, request.GET, filters)
    context = {
        "listing": lists.listing(request.GET, rows, filters=filters),
        "answered": admitted.answered_requests(request.user),
        "may_keep": request.user.may(rules.REVIEW_COUNTY),
    }
    return render(request, "oneform/admission.html", context)


@needs(rules.BURDEN)
@require_safe
def form_burden(request):
    """Who asks how many forms, columns and hours of each community in a year."""
    return render(request, "oneform/form_burden.html", {"rows": queries.burden()})
