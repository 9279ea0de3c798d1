"""Residents who hear of their area or of one public request: kinds of matter and states, never words."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.notices.actions import notify

from ..models import Request, Watch
from ..queries import public_requests

MOST = 2000
NAMED = 5


@transaction.atomic
def watch(*, person, place=None, request: Request | None = None) -> Watch:
    """Hear from now on of the public requests of `place`, or of one of them; LookupError when it is not public."""
    if request is not None and not public_requests().filter(pk=request.pk).exists():
        raise LookupError(_("这件诉求没有公开。"))
    state = request.case.state if request is not None else ""
    return Watch.objects.get_or_create(
        person=person,
        place=place,
        request=request,
        defaults={"told_until": clock.now(), "told_state": state},
    )[0]


def unwatch(*, person, place=None, request=None) -> bool:
    return bool(Watch.objects.filter(person=person, place=place, request=request).delete()[0])


def tell_watchers(now) -> int:
    """One message for each watch with something new since the last; each piece of news once. How many."""
    keys = Watch.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_tell(key, now) for key in list(keys))


@transaction.atomic
def _tell(key, now) -> int:
    one = Watch.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
    if one is None:
        return 0
    news = _of_request(one) if one.request_id else _of_area(one, now)
    one.told_until = now
    one.save(update_fields=["told_until", "told_state"])
    if not news:
        return 0
    notify(one.person, "request-news", **news)
    return 1


def _of_request(one: Watch) -> dict:
    request = public_requests().filter(pk=one.request_id).first()
    if request is None or request.case.state == one.told_state:
        return {}
    one.told_state = request.case.state
    return {
        "about": request.category.name,
        "news": request.case.state_label,
        "path": "/requests/",
    }


def _of_area(one: Watch, now) -> dict:
    rows = public_requests().filter(
        case__place__path__startswith=one.place.path,
        case__opened_at__gt=one.told_until,
        case__opened_at__lte=now,
    )
    count = rows.count()
    if not count:
        return {}
    kinds = list(dict.fromkeys(rows.values_list("category__name", flat=True)[:MOST]))[:NAMED]
    return {
        "about": one.place.name,
        "news": _("新增 %(count)s 件：%(kinds)s") % {"count": count, "kinds": "、".join(kinds)},
        "path": f"/requests/?place={one.place.code}",
    }
