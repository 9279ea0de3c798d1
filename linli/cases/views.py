"""Pages every kind of case shares: the inbox, one case, one step."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ui.routes import public, signed_in

from .actions import StaleCase, WrongState, follow, take_step, unfollow
from .board import boards_of, month_asked
from .forms import StepForm, draft_name
from .inbox import inbox_of
from .models import Case
from .pages import page_of
from .visitors import actor_of


@signed_in
@require_GET
def inbox(request):
    queues, found = inbox_of(request.user, request.GET)
    template = "cases/_inbox_list.html" if request.htmx else "cases/inbox.html"
    return render(request, template, {"queues": queues, "listing": found})


@signed_in
@require_GET
def levels(request):
    """What each level within one's posts has at work in a month, and how it keeps its deadlines."""
    period = month_asked(request.GET)
    return render(request, "cases/board.html", {"boards": boards_of(request.user, period), "period": period})


def case_for(request, number):
    """The case and who looks at it; 404 for what he may not see, exactly as for what does not exist (P3)."""
    actor = actor_of(request, number)
    cases = Case.objects.visible_to(actor).select_related("place", "unit", "assignee__person", "reporter")
    return get_object_or_404(cases, number=number), actor


@public  # a visitor with number and secret reads his case here; the scope decides
@require_GET
def case_detail(request, number):
    if not request.user.is_authenticated and not hasattr(actor_of(request, number), "case_id"):
        return redirect_to_login(request.get_full_path())
    case, actor = case_for(request, number)
    return render(request, "cases/case_detail.html", {"page": page_of(case, actor)})


@public
@require_http_methods(["GET", "POST"])
def case_step(request, number, step):
    case, actor = case_for(request, number)
    row = step_or_404(case, actor, step)
    form = (row.form or StepForm)(*sent(request), case=case, by=actor)
    if not (form.is_bound and form.is_valid() and form.store_files()):
        return step_page(request, case, actor, row, form, status=422 if form.is_bound else 200)
    try:
        take_step(case, step, by=actor, **form.cleaned_data)
    except WrongState as moved_on:
        messages.info(request, str(moved_on))  # somebody was faster, or something is missing
        return redirect("case-detail", number)
    except StaleCase as stale:
        return stale_page(request, case, actor, row, form, stale)
    messages.success(request, _("“%(step)s”已完成。") % {"step": row.label})
    return redirect("case-detail", number)


def sent(request) -> tuple:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def step_or_404(case, actor, name):
    """The step of this kind; a name that is no step is not found, one that he may not take is refused."""
    try:
        row = case.workflow.step(name)
    except LookupError:
        raise Http404 from None
    if not row.allowed(actor, case):
        raise PermissionDenied
    return row


def step_page(request, case, actor, row, form, *, status):
    page = page_of(case, actor)
    context = {"page": page, "step": row, "form": form, "draft": draft_name(case.workflow, row)}
    return render(request, "cases/case_step.html", context, status=status)


def stale_page(request, case, actor, row, form, stale):
    """Show the case as it is now and what was typed, to be sent again against the new version (L6)."""
    case.refresh_from_db()
    typed = form.data.copy()
    typed["version"] = case.version
    again = type(form)(typed, request.FILES, case=case, by=actor)
    messages.warning(request, str(stale))
    return step_page(request, case, actor, row, again, status=409)


@signed_in
@require_POST
def case_follow(request, number):
    case, _actor = case_for(request, number)
    if request.POST.get("follow") == "no":
        unfollow(case, person=request.user.person)
    elif request.user.person_id:
        follow(case, person=request.user.person)
    return redirect("case-detail", number)
