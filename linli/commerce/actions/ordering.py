"""Orders: asked for, accepted or refused, done, cancelled, rated. Nothing is paid here."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.notices.actions import notify
from linli.people.models import User
from linli.reach.outlet_rules import outlet_rules_at

from .. import rules
from ..models import Offer, Order

S = Order.State
# step → (from, to, whose: the provider's or the customer's)
STEPS = {
    "accept": ((S.ASKED,), S.ACCEPTED, "provider"),
    "refuse": ((S.ASKED, S.ACCEPTED), S.REFUSED, "provider"),
    "done": ((S.ACCEPTED,), S.DONE, "provider"),
    "cancel": ((S.ASKED, S.ACCEPTED), S.CANCELLED, "customer"),
}
CLOSED = (S.DONE, S.REFUSED, S.CANCELLED)


@transaction.atomic
def place_order(offer: Offer, *, by, key: UUID, count: int = 1, wanted: str = "", contact: str = "") -> Order:
    """Order of an offer that is open; the same key again gives the order that is there.

    ValidationError: closed, sold out, one's own, or too many orders are open.
    """
    User.objects.select_for_update().get(pk=by.pk)
    known = Order.objects.filter(key=key).first()
    if known is not None:
        if known.customer_id != by.pk or known.offer_id != offer.pk:
            raise ValidationError(_("这一单的编号已经用过了。"))
        return known
    offer = Offer.objects.select_for_update(of=("self",)).select_related("place").get(pk=offer.pk)
    _check(offer, by, count)
    order = Order(
        offer=offer, customer=by, count=count, wanted=wanted.strip(), contact=contact.strip(), key=key,
        asked_at=clock.now(),
    )  # fmt: skip
    order.full_clean(exclude=["offer", "customer"])
    order.save()
    offer.taken += count
    offer.save(update_fields=["taken"])
    notify(offer.provider, "commerce-ordered", title=offer.title, count=count, path=reverse("commerce-mine"))
    return order


def _check(offer: Offer, by, count: int) -> None:
    if offer.provider_id == by.pk:
        raise ValidationError(_("不能给自己下单。"))
    if not offer.is_open:
        raise ValidationError(_("这个项目现在不能下单。"))
    if count < 1:
        raise ValidationError({"count": _("至少一份。")})
    if offer.left is not None and count > offer.left:
        raise ValidationError({"count": _("只剩 %d 份。") % offer.left})
    limit = outlet_rules_at(offer.place).limits.open_orders
    if Order.objects.filter(customer=by, state__in=[S.ASKED, S.ACCEPTED]).count() >= limit:
        raise ValidationError(_("您还有太多没有完成的单子。"))


@transaction.atomic
def take_order_step(order: Order, step: str, *, by, answer: str = "") -> Order:
    """One step of the table. ValidationError: somebody was faster, or a refusal does not say why."""
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=order.offer_id)
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    before, after, whose = STEPS[step]
    if not (rules.is_provider(by, offer) if whose == "provider" else rules.is_customer(by, order)):
        raise PermissionDenied
    if order.state not in before:
        raise ValidationError(_("这一单现在是“%s”，不能做这一步。") % order.get_state_display())
    if step == "refuse" and not answer.strip():
        raise ValidationError({"answer": _("不接单要说明原因。")})
    if order.state in Order.HOLDING and after not in Order.HOLDING:
        offer.taken -= order.count
        offer.save(update_fields=["taken"])
    order.state, order.answer = after, answer.strip()[:200]
    order.closed_at = clock.now() if after in CLOSED else None
    order.save(update_fields=["state", "answer", "closed_at"])
    other = order.customer if whose == "provider" else offer.provider
    notify(
        other, "commerce-answered", title=offer.title, state=str(order.get_state_display()),
        path=reverse("commerce-mine"),
    )  # fmt: skip
    return order


@transaction.atomic
def rate_order(order: Order, *, by, stars: int, said: str = "") -> Order:
    """The customer rates what was done, once."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not rules.is_customer(by, order):
        raise PermissionDenied
    if order.state != S.DONE or order.stars is not None:
        raise ValidationError(_("完成以后可以评价一次。"))
    if not 1 <= stars <= 5:
        raise ValidationError({"stars": _("1 到 5 分。")})
    order.stars, order.said = stars, said.strip()
    order.full_clean(exclude=["offer", "customer"])
    order.save(update_fields=["stars", "said"])
    return order
