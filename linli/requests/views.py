"""Pages for residents: file, look up, one's own, the public list; and the entry page for clerks."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.api.addresses import client_address
from linli.cases.pages import row_of
from linli.cases.visitors import remember
from linli.kernel import clock
from linli.places.models import Place
from linli.ui.lists import Choice, Filter, listing, read_filters
from linli.ui.routes import needs, public, signed_in

from . import filing, rules
from .actions.taking_in import TooManyTries, look_up, make_contact, submit_request
from .forms import LookUpForm
from .models import Category
from .poster import receipt_code
from .queries import MOST_LISTED, in_area, own_requests, public_requests, public_rows
from .sending import submitted
from .suggest import NoOwner, NoRules, limits_anywhere


@public
@require_http_methods(["GET", "POST"])
def file_request(request, screen="what"):
    if screen not in filing.SCREENS:
        raise Http404
    told = filing.told_so_far(request)
    if before := filing.missing_screen(told, screen):
        return redirect("request-new", before)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = filing.FORMS[screen](*sent, told=told, initial=None if sent else told)
    if not (form.is_bound and form.is_valid()):
        return show_screen(request, screen, form, told, status=422 if form.is_bound else 200)
    if screen == "send":
        return send(request, form, told)
    filing.keep(request, told, form)
    return redirect("request-new", filing.SCREENS[filing.SCREENS.index(screen) + 1])


def show_screen(request, screen, form, told, *, status):
    place = filing.SCREENS.index(screen)
    steps = [
        {"title": filing.FORMS[name].title, "state": "done" if n < place else "current" if n == place else ""}
        for n, name in enumerate(filing.SCREENS)
    ]
    back = filing.SCREENS[place - 1] if place else None
    page = {"form": form, "screen": screen, "steps": steps, "told": told, "back": back, "number": place + 1}
    if screen == "send":
        page["alike"] = filing.same_matters(told)
        page["kept"] = filing.kept_by_device(told)
    page["place"] = Place.objects.filter(code=told.get("place", "")).first()
    return render(request, "requests/request_new.html", page, status=status)


def send(request, form, told):
    """Send what was told; whatever goes wrong, it is all still there."""
    user = request.user if request.user.is_authenticated else None
    done = submitted(form, told, user=user)
    if done is None:
        return show_screen(request, "send", form, told, status=422)
    request.session.pop(filing.KEY, None)
    remember(request, done.request.case)
    request.session["request_sent"] = [done.request.case.number, done.secret]
    return redirect("request-sent")


@public
@require_GET
def sent(request):
    """Number and secret, shown once to who sent it."""
    number, secret = request.session.pop("request_sent", (None, None))
    if number is None:
        return redirect("request-look-up")
    page = {"number": number, "secret": secret, "code": receipt_code(number)}
    return render(request, "requests/request_sent.html", page)


@public
@require_http_methods(["GET", "POST"])
def look_up_request(request):
    form = LookUpForm(request.POST or None, initial={"number": request.GET.get("number", "")[:30]})
    if not form.is_valid():
        return look_up_page(request, form, 422 if form.is_bound else 200)
    try:
        found = look_up(**form.cleaned_data, address=client_address(request), limits=limits_anywhere())
    except TooManyTries as trouble:
        form.add_error(None, str(trouble))
        return look_up_page(request, form, 429, {"Retry-After": "3600"})
    if found is None:
        form.add_error(None, _("编号和查询码对不上，请核对后再试。"))
        return look_up_page(request, form, 422)
    remember(request, found.case)
    return redirect("case-detail", found.case.number)


def look_up_page(request, form, status, headers=None):
    answer = render(request, "requests/request_look_up.html", {"form": form}, status=status)
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


@signed_in
@require_GET
def my_requests(request):
    found = listing(request.GET, own_requests(request.user))
    found.page.object_list = [row_of(case, clock.now()) for case in found.page.object_list]
    return render(request, "requests/request_mine.html", {"listing": found})


@public
@require_GET
def public_list(request):
    groups = (
        Category.objects.filter(retired_on=None).order_by("group").values_list("group", flat=True).distinct()
    )
    filters = read_filters(request.GET, [Filter("group", _("类别"), tuple(Choice(g, g) for g in groups))])
    rows = in_area(public_requests(), request.GET.get("place", ""))
    if filters[0].chosen:
        rows = rows.filter(category__group=filters[0].chosen.value)
    found = listing(request.GET, rows[:MOST_LISTED], filters=filters)
    found.page.object_list = public_rows(found.page.object_list)
    place = Place.objects.filter(code=request.GET.get("place", "")[:20]).first()
    map_src = reverse("request-map")
    page = {
        "listing": found,
        "most": MOST_LISTED if found.page.paginator.count == MOST_LISTED else None,
        "area": place,
        "map": {"title": _("公开的诉求"), "src": map_src, "as_of": clock.now()},
    }
    return render(request, "requests/request_list.html", page)


@needs(rules.ENTER)
@require_http_methods(["GET", "POST"])
def enter(request):
    form = filing.EnterForm(*([request.POST] if request.method == "POST" else []), told={})
    done = entered(request, form) if form.is_bound and form.is_valid() else None
    if done is None:
        return render(
            request, "requests/request_enter.html", {"form": form}, status=422 if form.is_bound else 200
        )
    told = {"number": done.request.case.number, "secret": done.secret}
    messages.success(request, _("已登记 %(number)s，查询码 %(secret)s，请告诉诉求人。") % told)
    return redirect("case-detail", done.request.case.number)


def entered(request, form):
    """What a clerk entered, submitted; None with the reason on the form when it could not be."""
    told = form.cleaned_data
    draft = filing.draft_of(told)
    if not request.user.may(rules.ENTER, at=draft.place):
        form.add_error("words", _("这个地点不在您的辖区，请转给当地登记。"))
        return None
    try:
        with transaction.atomic():  # the contact is kept with the request or not at all
            reporter = make_contact(told["name"], told["phone"])
            return submit_request(draft, reporter=reporter, by=request.user, channel=told["channel"])
    except (NoRules, NoOwner) as trouble:
        form.add_error(None, str(trouble))
        return None
