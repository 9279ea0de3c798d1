"""The page of what was found, and suggestions while somebody types. Everybody may ask; the scopes answer."""

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from linli.ui import lists
from linli.ui.costs import SEARCH, SUGGEST
from linli.ui.routes import costly, public

from .declaring import searchables
from .queries import found_in, groups_of, matching, suggestions


@costly(SEARCH)
@public
@require_safe
def search(request):
    """The best of each kind; with `kind`, all of that kind page by page."""
    words, kind = lists.read_words(request.GET), request.GET.get("kind", "")
    context = {"words": words, "longest": lists.LONGEST_SEARCH}
    if kind in searchables:
        one = searchables[kind]
        listing = lists.listing(request.GET, matching(one, request.user, words))
        listing.page.object_list = found_in(one, listing.page.object_list)
        context |= {"kind": one, "listing": listing}
    else:
        context["groups"] = groups_of(request.user, words)
    return render(request, "search/search.html", context)


@costly(SUGGEST)
@public
@require_GET
def suggest(request):
    """At most ten rows as the combobox of ui reads them."""
    found = suggestions(request.user, lists.read_words(request.GET))
    rows = [
        {"value": row.url, "title": row.title, "note": " · ".join(filter(None, [row.kind, row.note]))}
        for row in found
    ]
    answer = JsonResponse(rows, safe=False, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"  # I14: what is found depends on who asks
    return answer
