"""Partner shops and what they give for coins."""

import secrets
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.ledger.actions import open_account, post, reserve, void
from linli.ledger.models import Account
from linli.people.models import Unit

from .. import rules
from ..charters import charter_at
from ..models import Redemption, Reward, Shop
from ..refusals import VolunteeringRefused, refused
from .banking import REDEMPTION, purse_of
from .daily import add_to_day
from .joining import ALPHABET

State = Redemption.State


@transaction.atomic
def open_shop(*, name: str, place, by, unit: Unit | None = None) -> Shop:
    """A partner shop with its account in the ledger; what it takes in it never gives out again for money."""
    if not by.may(rules.SETTLE, at=place):
        raise PermissionDenied
    try:
        with transaction.atomic():
            code = secrets.token_hex(6)
            account = open_account(name=f"shop/{code}", unit=Account.Unit.MINUTE, by=by)
            shop = Shop.objects.create(name=name, place=place, unit=unit, account=account)
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.open_shop", by=by, thing=shop, place=place)
    return shop


@transaction.atomic
def offer_reward(shop: Shop, *, title: str, minutes: int, stock: int, during, by) -> Reward:
    """Something a shop gives for minutes."""
    if not by.may(rules.SETTLE, at=shop.place):
        raise PermissionDenied
    try:
        with transaction.atomic():
            reward = Reward.objects.create(shop=shop, title=title, minutes=minutes, left=stock, during=during)
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.offer_reward", by=by, thing=reward, place=shop.place)
    return reward


@transaction.atomic
def redeem(reward: Reward, *, key: UUID, person, by) -> Redemption:
    """Set the minutes aside and take one from the stock; the shop hands it over for the code.

    The same `key` twice gives the same. VolunteeringRefused: none left, the day's limit, not on offer.
    LedgerRefused: not covered.
    """
    known = Redemption.objects.filter(pk=key).first()
    if known is not None:
        return known
    purse = purse_of(person, place=reward.shop.place, by=by)
    place = purse.bank.place
    if not (by.person_id == person.pk or person.pk in by.acts_for or by.may(rules.ENTER, at=place)):
        raise PermissionDenied
    if clock.today() not in reward.during or reward.shop.closed_on:
        raise VolunteeringRefused("reward_is_on_offer", _("这件兑换品不在有效期内。"))
    coins = charter_at(place).rules.coins
    try:
        with transaction.atomic():
            taken = Reward.objects.filter(pk=reward.pk, left__gt=0).update(left=F("left") - 1)
            if not taken:
                raise VolunteeringRefused("reward_never_given_beyond_its_stock")
            add_to_day(person.pk, clock.today(), "spent", reward.minutes, most=coins.spend_day_minutes)
            held = reserve(
                key=uuid5(key, "hold"),
                debit=purse.account,
                credit=reward.shop.account,
                amount=reward.minutes,
                reason=REDEMPTION,
                by=by,
            )
            made = Redemption.objects.create(
                key=key,
                reward=reward,
                purse=purse,
                code="".join(secrets.choice(ALPHABET) for _turn in range(8)),
                reservation=held,
                at=clock.now(),
            )
    except IntegrityError as error:
        known = Redemption.objects.filter(pk=key).first()  # the other of two clicks was faster
        if known is not None:
            return known
        raise refused(error) from error
    return made


@transaction.atomic
def hand_over(code: str, *, by) -> Redemption:
    """The shop gave the thing: the minutes move to it. Asked twice, the same. LookupError: no such code."""
    found = (
        Redemption.objects.select_for_update(of=("self",))
        .select_related("reward__shop__place", "reservation")
        .filter(code=code.strip().upper())
        .first()
    )
    if found is None or not by.may(rules.REDEEM, at=found.reward.shop.place):
        raise LookupError(_("没有这个领取码。"))
    if found.state == State.CANCELLED:
        raise VolunteeringRefused("redemption_is_open", _("这次兑换已经取消。"))
    if found.state == State.RESERVED:
        post(key=uuid5(found.key, "handed"), reservation=found.reservation, by=by)
        found.state, found.decided_at = State.HANDED, clock.now()
        found.save(update_fields=["state", "decided_at"])
        audit.record("volunteering.hand_over", by=by, thing=found, place=found.reward.shop.place)
    return found


@transaction.atomic
def cancel_redemption(redemption: Redemption, *, by) -> Redemption:
    """Minutes and stock come back. VolunteeringRefused: handed over already."""
    row = Redemption.objects.select_for_update(of=("self",)).select_related(
        "purse__account", "purse__bank__place", "reservation"
    ).get(pk=redemption.pk)  # fmt: skip
    holder = row.purse.account.holder_id
    if not (by.person_id == holder or holder in by.acts_for or by.may(rules.ENTER, at=row.purse.bank.place)):
        raise PermissionDenied
    if row.state == State.HANDED:
        raise VolunteeringRefused("redemption_is_open", _("已经领取，不能取消。"))
    if row.state == State.RESERVED:
        void(key=uuid5(row.key, "cancelled"), reservation=row.reservation, by=by)
        Reward.objects.filter(pk=row.reward_id).update(left=F("left") + 1)
        row.state, row.decided_at = State.CANCELLED, clock.now()
        row.save(update_fields=["state", "decided_at"])
    return row


@transaction.atomic
def restock(reward: Reward, *, left: int, by) -> Reward:
    """Another number of pieces on offer; none: it is no longer given."""
    if not by.may(rules.SETTLE, at=reward.shop.place):
        raise PermissionDenied
    row = Reward.objects.select_for_update(of=("self",)).get(pk=reward.pk)
    row.left = left
    row.save(update_fields=["left"])
    audit.record("volunteering.restock", by=by, thing=row, place=reward.shop.place, detail={"left": left})
    return row


@transaction.atomic
def close_shop(shop: Shop, *, by) -> Shop:
    """The shop gives nothing more from today on; codes that were given out are still good. Asked twice, the same."""
    if not by.may(rules.SETTLE, at=shop.place):
        raise PermissionDenied
    row = Shop.objects.select_for_update(of=("self",)).get(pk=shop.pk)
    if row.closed_on is None:
        row.closed_on = clock.today()
        row.save(update_fields=["closed_on"])
        audit.record("volunteering.close_shop", by=by, thing=row, place=shop.place)
    return row
