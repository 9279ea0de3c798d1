"""Offers: made by a neighbour or an outlet, looked through by the community, ended."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from linli import audit
from linli.facilities.models import Facility
from linli.kernel import clock
from linli.notices.actions import notify
from linli.people.models import User
from linli.places.models import Place
from linli.reach.outlet_rules import outlet_rules_at
from linli.reach.rules import lives_in

from .. import rules
from ..models import Offer, Order


@transaction.atomic
def make_offer(place: Place, *, by, kind: str, facility: Facility | None = None, **facts) -> Offer:
    """Hand in an offer; residents see it once the community has looked at it.

    PermissionDenied: neither a verified resident nor the operator of the outlet. ValidationError: the kind is
    for shops alone, or too many wait already.
    """
    User.objects.select_for_update().get(pk=by.pk)
    book = outlet_rules_at(place)
    line = next((one for one in book.offers if one.code == kind), None)
    if line is None:
        raise ValidationError({"kind": _("没有这一类。")})
    if facility is None and not lives_in(by, place):
        raise PermissionDenied
    if facility is not None and not rules.outlets_of(by).filter(pk=facility.pk, place=place).exists():
        raise PermissionDenied
    if facility is None and not line.micro:
        raise ValidationError({"kind": _("这一类只有登记的网点可以上架。")})
    if Offer.objects.waiting().filter(provider=by).count() >= book.limits.waiting_offers:
        raise ValidationError(_("您等待核对的项目太多，请等社区核对完再提交。"))
    offer = Offer(
        place=place,
        facility=facility,
        kind=kind,
        agreed_code=book.code,
        provider=by,
        offered_at=clock.now(),
        **facts,
    )
    if offer.closes_at is not None and offer.closes_at <= clock.now():
        raise ValidationError({"closes_at": _("截止时间要晚于现在。")})
    offer.full_clean(exclude=["place", "facility", "provider", "checked_by"])
    offer.save()
    audit.record("commerce.offer_made", by=by, thing=offer, place=place)
    return offer


@transaction.atomic
def check_offer(offer: Offer, *, by, listed: bool, answer: str = "") -> Offer:
    """List an offer or say why not, once."""
    offer = Offer.objects.select_for_update(of=("self",)).select_related("place").get(pk=offer.pk)
    if not rules.can_check(by, offer):
        raise PermissionDenied
    if offer.state != Offer.State.WAITING:
        raise ValidationError(_("这个项目已经核对过了。"))
    if not listed and not answer.strip():
        raise ValidationError({"answer": _("不上架要说明原因。")})
    now = clock.now()
    offer.state = Offer.State.LISTED if listed else Offer.State.REFUSED
    offer.answer, offer.checked_by, offer.checked_at = answer.strip(), by, now
    offer.closed_at = None if listed else now
    offer.save(update_fields=["state", "answer", "checked_by", "checked_at", "closed_at"])
    audit.record("commerce.offer_checked", by=by, thing=offer, place=offer.place, detail={"listed": listed})
    notify(
        offer.provider, "commerce-checked", title=offer.title, state=str(offer.get_state_display()),
        path=reverse("commerce-mine"),
    )  # fmt: skip
    return offer


@transaction.atomic
def end_offer(offer: Offer, *, by, why: str = "") -> Offer:
    """Take an offer down; who still waits for an answer is told that it ended. `by` is None for the clock."""
    offer = Offer.objects.select_for_update(of=("self",)).select_related("place").get(pk=offer.pk)
    if by is not None and not rules.can_end(by, offer):
        raise PermissionDenied
    if offer.state in (Offer.State.ENDED, Offer.State.REFUSED):
        return offer
    offer.state, offer.closed_at = Offer.State.ENDED, clock.now()
    offer.save(update_fields=["state", "closed_at"])
    waiting = offer.orders.filter(state=Order.State.ASKED).select_related("customer__person")
    said = why or str(_("这个项目已经结束。"))
    for order in waiting:
        notify(order.customer, "commerce-ended", title=offer.title, why=said, path=reverse("commerce-mine"))
    waiting.update(state=Order.State.REFUSED, answer=said[:200], closed_at=offer.closed_at)
    audit.record("commerce.offer_ended", by=by, thing=offer, place=offer.place)
    return offer


def close_groups() -> int:
    """Group orders whose time is up: with too few everybody is told that it falls; with enough all are accepted."""
    late = Offer.objects.filter(state=Offer.State.LISTED, way=Offer.Way.GROUP, closes_at__lte=clock.now())
    return sum(_close_group(key) for key in late.values_list("pk", flat=True))


@transaction.atomic
def _close_group(key: int) -> bool:
    """Whether this was the one that closed it. Counted under the lock: a customer may cancel meanwhile."""
    offer = Offer.objects.select_for_update(of=("self",)).select_related("place").get(pk=key)
    if offer.state != Offer.State.LISTED:
        return False
    enough = offer.taken >= offer.least_count
    if enough:
        _accept_all(offer)
    end_offer(offer, by=None, why="" if enough else str(_("没有拼满，这一单取消。")))
    return True


def _accept_all(offer: Offer) -> None:
    orders = offer.orders.filter(state=Order.State.ASKED).select_related("customer__person")
    for order in orders:
        notify(
            order.customer,
            "commerce-answered",
            title=offer.title,
            state=str(_("已成团")),
            path=reverse("commerce-mine"),
        )
    orders.update(state=Order.State.ACCEPTED)
