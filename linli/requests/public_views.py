"""What everybody may know of requests: a map, a feed, and messages on one's area; nothing of any person."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.places.models import Boundary, Place
from linli.ui.costs import LIVE, NEAR
from linli.ui.lists import listing
from linli.ui.maps import base_layer, breaks_of
from linli.ui.routes import costly, feeds, public, signed_in

from .actions.watching import unwatch, watch
from .models import Request, Watch
from .queries import adopted_ideas, adopted_rows, in_area, public_requests, public_rows

MOST, MOST_OUTLINES = 100, 2000


@costly(NEAR)
@public
@require_GET
def public_map(request):
    """Public requests of the last days by community: how many, never where exactly; or the outlines alone."""
    if request.GET.get("outlines"):
        return JsonResponse(outlines())
    return JsonResponse(counted_by_community())


def counted_by_community() -> dict:
    """Areas with how many public requests came from each."""
    counts = dict(public_requests().order_by().values_list("case__place__path").annotate(n=Count("pk")))
    by_community: dict[str, int] = {}
    for path, count in counts.items():
        code = "/".join(path.split("/")[4:5])
        by_community[code] = by_community.get(code, 0) + count
    shown = Boundary.objects.filter(place__code__in=by_community, place__valid_to=None)
    features = [_feature(one, by_community[one.place.code]) for one in shown.select_related("place")]
    layer = {
        "kind": "areas",
        "title": _("公开的诉求"),
        "unit": _("件"),
        "breaks": breaks_of(by_community.values()),
        "features": {"type": "FeatureCollection", "features": features},
    }
    return {"base": base_layer(), "layers": [layer]}


def outlines() -> dict:
    """The outlines of the standing communities, to point at a place."""
    drawn = Boundary.objects.filter(place__level="community", place__valid_to=None).select_related("place")
    features = [
        {
            "type": "Feature",
            "geometry": one.geometry,
            "properties": {"id": one.place.code, "title": one.place.name},
        }
        for one in drawn.order_by("place__path")[:MOST_OUTLINES]
    ]
    layer = {
        "kind": "lines",
        "title": _("社区"),
        "features": {"type": "FeatureCollection", "features": features},
    }
    return {"base": base_layer(), "layers": [layer]}


def _feature(boundary, count: int) -> dict:
    place = boundary.place
    url = f"{reverse('request-list')}?place={place.code}"
    told = {"id": place.code, "title": place.name, "value": count, "url": url}
    return {"type": "Feature", "geometry": boundary.geometry, "properties": told}


@costly(LIVE)
@feeds("feed-requests")
@public
@require_GET
def feed(request):
    """RSS 2.0 of the public list, of everywhere or of one area."""
    rows = in_area(public_requests(), request.GET.get("place", ""))[:MOST]
    told = feed_of(public_rows(rows), request)
    answer = HttpResponse(told.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    answer.row_count = told.num_items()
    return answer


def feed_of(rows, request) -> Rss201rev2Feed:
    """The rows of the public list as items; each leads to the list of its community."""
    written = Rss201rev2Feed(
        title=_("大家在反映什么"),
        link=request.build_absolute_uri(reverse("request-list")),
        description=_("最近 90 天的诉求。只公开类别、社区和进展，不公开内容和任何人的信息。"),
        language="zh-hans",
    )
    for row in rows:
        written.add_item(
            title=f"{row['title']} · {row['place']}",
            link=request.build_absolute_uri(f"{reverse('request-list')}?place={row['code']}"),
            description=str(row["state"]),
            pubdate=row["opened_at"],
            unique_id=row["number"],
            unique_id_is_permalink=False,
        )
    return written


@signed_in
@require_http_methods(["GET", "POST"])
def watch_page(request):
    """One's watches; with `place` or `number` one begins or ends."""
    person = request.user.person
    if request.method == "POST" and person is not None:
        change(request, person)
        return redirect("request-watch")
    mine = Watch.objects.filter(person=person).select_related("place", "request__category", "request__case")
    return render(request, "requests/watches.html", {"watches": mine.order_by("pk")})


def change(request, person) -> None:
    told = request.POST
    about = {}
    if told.get("number"):
        about["request"] = get_object_or_404(reachable(person), case__number=told["number"])
    else:
        about["place"] = get_object_or_404(Place.objects.current(), code=told.get("place", ""))
    if told.get("watch") == "no":
        unwatch(person=person, **about)
        messages.success(request, _("不再关注。"))
        return
    try:
        watch(person=person, **about)
        messages.success(request, _("已关注，有新情况会发消息给您。"))
    except LookupError as refused:
        messages.info(request, str(refused))


def reachable(person):
    """What is public, and what one watches already: it can be left when it is public no more."""
    watched = Watch.objects.filter(person=person, request__isnull=False).values("request")
    return Request.objects.filter(Q(pk__in=public_requests().values("pk")) | Q(pk__in=watched))


@public
@require_GET
def adopted(request):
    """Which ideas of residents were taken up, in the words of staff."""
    rows = in_area(adopted_ideas(), request.GET.get("place", ""), "request__case__place")
    found = listing(request.GET, rows)
    found.page.object_list = adopted_rows(found.page.object_list)
    return render(request, "requests/adopted.html", {"listing": found})
