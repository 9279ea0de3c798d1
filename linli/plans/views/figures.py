"""Entering figures, deciding about them, closing months."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.places.models import Place
from linli.plans import actions, rules
from linli.plans.forms import SheetForm, month_asked
from linli.plans.models import FigureLock, FigureReport
from linli.plans.queries import reporting
from linli.plans.queries.desks import desk_of, review_of
from linli.plans.queries.relations import months_of
from linli.ui.routes import needs


@require_safe
@needs(rules.REPORT)
def figure_desk(request):
    """Which of one's places must still report what by when."""
    period = month_asked(request.GET.get("period", ""))
    page = {"desk": desk_of(request.user, period), "period": period}
    return render(request, "plans/figure_desk.html", page)


@require_http_methods(["GET", "POST"])
@needs(rules.REPORT)
def figure_sheet(request, code, period):
    """One place's figures of one month on one sheet."""
    month = month_asked(period, exactly=True)
    place = get_object_or_404(Place.objects.divisions().filter(request.user.scope(rules.REPORT)), code=code)
    form = SheetForm(request.POST or None, asked=reporting.asked_of(place, month))
    if form.is_bound and form.is_valid() and form.report(by=request.user, place=place, period=month):
        messages.success(request, _("已提交，审核通过后计入。"))
        return redirect("figure-sheet", code, period)
    lock = reporting.lock_on(place, months_of(month))
    page = {"place": place, "period": month, "form": form, "lock": lock}
    status = 422 if form.is_bound else 200
    return render(request, "plans/figure_sheet.html", page, status=status)


@require_http_methods(["GET", "POST"])
@needs(rules.APPROVE)
def figure_review(request):
    """What waits for one's decision, who has reported and who has not, and the lock of the month."""
    if request.method == "POST":
        decide(request)
        return redirect(request.get_full_path())
    period = month_asked(request.GET.get("period", ""))
    page = review_of(request.user, request.GET.get("place", ""), period)
    if page is None:
        raise Http404
    return render(request, "plans/figure_review.html", {**page, "period": period})


def decide(request):
    """Approve or return the chosen reports; each is told for itself."""
    chosen = FigureReport.objects.visible_to(request.user).waiting()
    keys = [key for key in request.POST.getlist("report") if key.isdecimal()]
    done = 0
    for report in chosen.filter(pk__in=keys):
        try:
            if request.POST.get("act") == "return":
                actions.return_figure(report, by=request.user, reason=request.POST.get("reason", "")[:200])
            else:
                actions.approve_figure(report, by=request.user)
            done += 1
        except ValidationError as refused:
            messages.error(request, f"{report.place.name}：{'；'.join(refused.messages)}")
    if done:
        messages.success(request, _("已处理 %(n)s 个数。") % {"n": done})
    elif not keys:
        messages.warning(request, _("请先勾选要处理的数。"))


@require_POST
@needs(rules.LOCK)
def figure_lock(request, code):
    """Close a month of a place, or open it again with a reason."""
    place = get_object_or_404(Place.objects.divisions().filter(request.user.scope(rules.LOCK)), code=code)
    period = month_asked(request.POST.get("period", ""), exactly=True)
    month = months_of(period).last
    try:
        lock = FigureLock.objects.standing().filter(place=place, month=month).first()
        if lock is None:
            actions.lock_month(place, month, by=request.user)
        else:
            actions.reopen_month(lock, by=request.user, reason=request.POST.get("reason", "")[:200])
    except ValidationError as refused:
        messages.error(request, "；".join(refused.messages))
    return redirect(f"{reverse('figure-review')}?place={code}&period={period}")
