"""Pages of the look itself: preferences, offline page, manifest, service worker, gallery."""

from base64 import b64encode

from django.conf import settings
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from linli.ui.gallery import GALLERY_PLACES, PAGES, gallery_context, gallery_map_of
from linli.ui.lists import LONGEST_SEARCH
from linli.ui.look import ELDER_COOKIE, KEEP_S, THEME_COOKIE, THEMES, keep_elder_view
from linli.ui.offline import offline_pages
from linli.ui.routes import public, signed_in

CHOICES = {
    "theme": (THEME_COOKIE, frozenset(THEMES)),
    "elder": (ELDER_COOKIE, frozenset({"0", "1"})),
    "language": (settings.LANGUAGE_COOKIE_NAME, frozenset(code for code, _name in settings.LANGUAGES)),
}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    """Remember theme, 长辈版 and language in cookies and go back to where the person was."""
    if request.method != "POST":
        return render(
            request, "ui/preferences.html", {"languages": settings.LANGUAGES, "language": get_language()}
        )
    next_url = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = "/"
    answer = redirect(next_url)
    chosen = {field: request.POST[field] for field in CHOICES if request.POST.get(field) in CHOICES[field][1]}
    if request.user.is_authenticated and "elder" in chosen:
        keep_elder_view(request.user, chosen.pop("elder") == "1")
    for field, value in chosen.items():
        cookie = CHOICES[field][0]
        answer.set_cookie(cookie, value, max_age=KEEP_S, samesite="Lax", secure=request.is_secure())
    return answer


@public
@require_safe
def offline(request):
    """The honest page the service worker shows without a network."""
    return render(request, "ui/offline.html", {"pages": [page for page in offline_pages if page.title]})


@signed_in
@require_GET
@never_cache
def device_key(request):
    """The key (32 bytes in base64) around what this account keeps on its devices (sealing.js): told to it alone."""
    key = salted_hmac("linli.ui.device", str(request.user.pk), algorithm="sha256").digest()
    return JsonResponse({"account": request.user.pk, "key": b64encode(key).decode()})


@public
@require_GET
def manifest(request):
    """The web app manifest: what the phone shows when the platform is installed."""
    icons = [
        {"src": static("ui/dist/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {
            "src": static("ui/dist/mark-maskable.svg"),
            "sizes": "any",
            "type": "image/svg+xml",
            "purpose": "maskable",
        },
    ]
    said = {
        "id": "/",
        "name": _("邻里 · 社区服务"),
        "short_name": _("邻里"),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#FAF8F4",
        "theme_color": "#0B6E5F",
        "icons": icons,
    }
    return JsonResponse(
        said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@public
@require_GET
@never_cache
def service_worker(request):
    """The service worker, from the root so that its scope is the whole site."""
    kept = {"pages": offline_pages, "scripts": [one for page in offline_pages for one in page.scripts]}
    return render(request, "ui/service_worker.js", kept, content_type="text/javascript; charset=utf-8")


@public
@require_safe
def gallery(request, page="components"):
    """Every component with long words, many rows, none, errors: to look at and to test."""
    if page not in PAGES:
        raise Http404
    return render(request, f"ui/{PAGES[page]}.html", gallery_context(request))


@public
@require_safe
def gallery_map(request, kind):
    """The made-up places of the gallery's maps."""
    if kind not in ("areas", "met", "points"):
        raise Http404
    return JsonResponse(gallery_map_of(kind), json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def gallery_search(request):
    """The made-up answers of the gallery's pickers."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH]
    found = [row for row in GALLERY_PLACES if words in row["title"]]
    return JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})
