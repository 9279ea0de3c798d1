"""Where a device sends what was written on it without a network."""

from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.api.addresses import client_address
from linli.api.rates import BY_ADDRESS, count
from linli.cases.visitors import remember
from linli.ui.routes import public

from . import filing
from .sending import OfflineForm, submitted


@public
@require_GET
def offline_form(request):
    """The page itself, kept by the service worker: it holds nothing of anybody."""
    return render(request, "requests/request_offline.html", {"form": OfflineForm(told={})})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def outbox(request):
    """GET: a token to post with. POST: one request under its key; sent twice, kept once."""
    if request.method == "GET":
        return JsonResponse({"token": get_token(request)})
    if count(BY_ADDRESS, client_address(request)) > BY_ADDRESS.limit:
        return JsonResponse({"status": "later"}, status=429)
    writer = request.POST.get("writer", "")  # the account it was written under; none for a visitor
    if writer and writer != str(request.user.pk or ""):
        return JsonResponse({"status": "sign-in"}, status=401)
    form = OfflineForm(request.POST, request.FILES, told={})
    done = submitted(form, form.told, user=request.user if writer else None) if form.is_valid() else None
    return taken(request, done) if done else refused(form)


def taken(request, done):
    """Number and secret; what the session still held of the same filing is done with."""
    case = done.request.case
    if request.session.get(filing.KEY, {}).get("key") == str(done.request.key):
        del request.session[filing.KEY]
    remember(request, case)
    request.session["request_sent"] = [case.number, done.secret]
    return JsonResponse({"status": "taken", "number": case.number, "secret": done.secret})


def refused(form):
    """Why it was not taken, in one sentence; the places it may be about, when that is the question."""
    why = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return JsonResponse(
        {"status": "refused", "why": why or _("没有提交成功。"), "places": form.places}, status=422
    )
