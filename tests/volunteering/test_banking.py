"""XA-127, L1, L2: the rules of the charter hold inside the transaction; offices mint by two people."""

from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from psycopg.types.range import DateRange

from linli.kernel import clock
from linli.ledger.actions import LedgerRefused
from linli.ledger.checking import verify
from linli.ledger.models import Account
from linli.volunteering.actions.banking import (
    SPACE,
    ask_issue,
    bank_of,
    close_purse,
    decide_issue,
    district_bank,
    donate,
    give,
    move,
    settle,
    side_of,
)
from linli.volunteering.actions.expiring import expire_coins
from linli.volunteering.actions.redeeming import (
    cancel_redemption,
    hand_over,
    offer_reward,
    open_shop,
    redeem,
)
from linli.volunteering.models import DayTotal, Issue, Shop
from linli.volunteering.refusals import VolunteeringRefused
from tests.together import together

from .village import Village, balance


def key(act) -> UUID:
    return uuid5(SPACE, f"test/{act}")


def shop(village, *, stock=1, minutes=60):
    made = open_shop(name="邻里便利店", place=village.county, by=village.cashier)
    during = DateRange(date(2026, 1, 1), date(2027, 1, 1))
    return offer_reward(
        made, title="大米 5 千克", minutes=minutes, stock=stock, during=during, by=village.cashier
    )


@pytest.mark.django_db
def test_a_gift_goes_to_family_and_to_nobody_else():
    village = Village()
    giver, mother = village.resident("儿子"), village.resident("母亲")
    purse = village.purse(giver, 120)
    with pytest.raises(VolunteeringRefused, match="只能赠送给家人"):
        give(key=key(1), giver=giver.person, to=mother.person, minutes=60, by=giver)
    village.family(giver, mother)

    give(key=key(1), giver=giver.person, to=mother.person, minutes=60, by=giver)
    give(key=key(1), giver=giver.person, to=mother.person, minutes=60, by=giver)

    assert (balance(purse), balance(village.purse(mother))) == (60, 60)
    with pytest.raises(PermissionDenied):
        give(key=key(2), giver=giver.person, to=mother.person, minutes=60, by=mother)


@pytest.mark.django_db
def test_the_limit_of_a_day_the_cap_and_the_balance_refuse_and_move_nothing():
    village = Village(spend_day_minutes=100, cap=130)
    giver, mother = village.resident("儿子"), village.resident("母亲")
    purse, other = village.purse(giver, 130), village.purse(mother, 60)
    village.family(giver, mother)
    sent = {"giver": giver.person, "to": mother.person, "by": giver}

    with pytest.raises(VolunteeringRefused, match="一天的上限"):
        donate(key=key(1), giver=giver.person, minutes=101, by=giver)
    with pytest.raises(VolunteeringRefused, match="超过存入上限"):
        give(key=key(2), minutes=80, **sent)
    give(key=key(3), minutes=70, **sent)
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(LedgerRefused, match="余额不足"):
        donate(key=key(4), giver=giver.person, minutes=61, by=giver)

    assert (balance(purse), balance(other), verify()) == (60, 130, [])


@pytest.mark.django_db
def test_a_donation_fills_the_pool_of_the_district():
    village = Village()
    giver = village.resident()
    village.purse(giver, 120)

    donate(key=key(1), giver=giver.person, minutes=90, by=giver)

    pool = district_bank(village.place).pool
    pool.refresh_from_db()
    assert pool.balance == 90


@pytest.mark.django_db
def test_L2_minutes_of_an_office_need_another_person_and_evidence():
    village = Village()
    bank = bank_of(village.county)
    with pytest.raises(VolunteeringRefused, match="请写明佐证"):
        ask_issue(bank=bank, minutes=60, reason="公益金", evidence=" ", by=village.cashier)
    issue = ask_issue(bank=bank, minutes=60, reason="公益金", evidence="文件 1", by=village.checker)
    with pytest.raises(VolunteeringRefused, match="另一个人复核"):
        decide_issue(issue, grant=True, by=village.checker)
    with pytest.raises(PermissionDenied):
        decide_issue(issue, grant=True, by=village.cashier)
    with pytest.raises(IntegrityError, match="issue_granted_by_another_person"):
        Issue.objects.filter(pk=issue.pk).update(decided_by=village.checker)


@pytest.mark.django_db
def test_an_issue_is_decided_once():
    village = Village()
    bank = village.fill_pool(60)
    issue = Issue.objects.get()

    assert decide_issue(issue, grant=False, by=village.checker).state == "granted"
    bank.pool.refresh_from_db()
    bank.issuing.refresh_from_db()
    assert (bank.pool.balance, bank.issuing.balance) == (60, -60)


@pytest.mark.django_db
def test_a_redemption_is_set_aside_and_moves_when_the_shop_hands_over():
    village = Village()
    user = village.resident()
    purse, reward = village.purse(user, 60), shop(village)
    made = redeem(reward, key=key(1), person=user.person, by=user)
    assert redeem(reward, key=key(1), person=user.person, by=user).pk == made.pk
    purse.account.refresh_from_db()
    assert (purse.account.balance, purse.account.available) == (60, 0)

    hand_over(made.code.lower(), by=village.cashier)
    hand_over(made.code, by=village.cashier)

    reward.shop.account.refresh_from_db()
    assert (balance(purse), reward.shop.account.balance, verify()) == (0, 60, [])
    with pytest.raises(VolunteeringRefused, match="已经领取"):
        cancel_redemption(made, by=user)
    with pytest.raises(LookupError):
        hand_over("NOCODE22", by=village.cashier)


@pytest.mark.django_db
def test_a_cancelled_redemption_gives_minutes_and_stock_back():
    village = Village()
    user = village.resident()
    purse, reward = village.purse(user, 60), shop(village)

    cancel_redemption(redeem(reward, key=key(1), person=user.person, by=user), by=user)

    reward.refresh_from_db()
    purse.account.refresh_from_db()
    assert (reward.left, purse.account.available) == (1, 60)


@pytest.mark.django_db
def test_coins_that_nobody_used_in_time_go_to_the_pool_the_oldest_first():
    village = Village(expiry_months=12)
    user = village.resident()
    purse = village.purse(user, 100)
    donate(key=key(1), giver=user.person, minutes=30, by=user)
    with clock.at(clock.now() + timedelta(days=300)):
        village.purse(user, 50)
    with clock.at(clock.now() + timedelta(days=400)):
        assert (expire_coins(clock.now()), expire_coins(clock.now())) == (1, 0)

    assert balance(purse) == 50


@pytest.mark.django_db
def test_closing_leaves_0_and_a_statement_and_the_rest_goes_to_the_heir_up_to_his_cap():
    village = Village(cap=100)
    parent, child = village.resident("父亲"), village.resident("女儿")
    purse, heir = village.purse(parent, 90), village.purse(child, 60)
    village.family(parent, child)
    with pytest.raises(PermissionDenied):
        close_purse(purse, by=child, heir=child.person, why="继承")

    final = close_purse(purse, by=village.cashier, heir=child.person, why="公证书 12 号")

    assert (final.balance, [line.moved for line in final.lines]) == (0, [90, -40, -50])
    assert (balance(heir), district_bank(village.place).pool.balance) == (100, 50)
    assert verify() == []


@pytest.mark.django_db
def test_settlement_nets_what_banks_owe_each_other():
    village = Village()
    one, two = village.resident(), village.resident("对门", place=village.next_place)
    payer, payee = side_of(village.purse(one, 90)), side_of(village.purse(two))
    move(key=key(1), payer=payer, payee=payee, amount=70, reason="service", by=None)
    for bank in (payer.bank, payee.bank):
        bank.clearing.refresh_from_db()
    assert (payer.bank.clearing.balance, payee.bank.clearing.balance) == (70, -70)

    done = settle(payer.bank, payee.bank, by=village.cashier)

    for bank in (payer.bank, payee.bank):
        bank.clearing.refresh_from_db()
    assert (done.minutes, payer.bank.clearing.balance, payee.bank.clearing.balance) == (70, 0, 0)
    assert settle(payer.bank, payee.bank, by=village.cashier) is None
    with pytest.raises(PermissionDenied):
        settle(payer.bank, payee.bank, by=village.coordinator)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_50_parallel_redemptions_of_the_same_coins_spend_them_once():
    village = Village()
    user = village.resident()
    purse, reward = village.purse(user, 60), shop(village, stock=50)

    results = together(
        *[lambda n=n: redeem(reward, key=key(n), person=user.person, by=user) for n in range(50)]
    )

    purse.account.refresh_from_db()
    reward.refresh_from_db()
    assert sorted(type(one).__name__ for one in results) == ["LedgerRefused"] * 49 + ["Redemption"]
    assert (purse.account.available, reward.left, verify()) == (0, 49, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_the_last_one_in_stock_goes_once_and_clicks_redeem_once():
    village = Village()
    users = [village.resident(f"居民{number}") for number in range(6)]
    for user in users:
        village.purse(user, 60)
    reward = shop(village, stock=2)

    clicks = together(*[lambda: redeem(reward, key=key("one"), person=users[0].person, by=users[0]).pk] * 5)
    others = together(*[
        lambda user=user: redeem(reward, key=key(user.pk), person=user.person, by=user) for user in users[1:]
    ])  # fmt: skip

    reward.refresh_from_db()
    assert set(clicks) == {key("one")}
    assert sorted(type(one).__name__ for one in others) == ["Redemption"] + ["VolunteeringRefused"] * 4
    assert reward.left == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_ten_clicks_give_once_donate_once_and_count_once_in_the_day():
    """L3: the second click waits for the first, and then neither moves anything nor uses up the day's limit."""
    village = Village(spend_day_minutes=60)
    son, mother = village.resident("儿子"), village.resident("母亲")
    village.family(son, mother)
    purse, target = village.purse(son, 300), village.purse(mother)
    pool = district_bank(village.place)

    gifts = together(
        *[lambda: give(key=key("g"), giver=son.person, to=mother.person, minutes=40, by=son).pk] * 10
    )
    donations = together(*[lambda: donate(key=key("d"), giver=son.person, minutes=20, by=son).pk] * 10)

    pool.pool.refresh_from_db()
    day = DayTotal.objects.get(person=son.person, kind="spent")
    assert (set(gifts), set(donations)) == ({key("g")}, {key("d")})
    assert (balance(purse), balance(target), pool.pool.balance, day.minutes) == (240, 40, 20, 60)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_clicks_open_a_shop_and_offer_a_reward_once():
    village = Village()
    during = DateRange(date(2026, 1, 1), date(2027, 1, 1))

    shops = together(*[lambda: open_shop(name="粮油店", place=village.county, by=village.cashier)] * 2)
    made = next(one for one in shops if isinstance(one, Shop))
    offered = {"title": "大米", "minutes": 60, "stock": 5, "during": during, "by": village.cashier}
    rewards = together(*[lambda: offer_reward(made, **offered)] * 2)

    assert sorted(type(one).__name__ for one in shops) == ["Shop", "VolunteeringRefused"]
    assert sorted(type(one).__name__ for one in rewards) == ["Reward", "VolunteeringRefused"]
    assert Account.objects.filter(name__startswith="shop/").count() == 1
