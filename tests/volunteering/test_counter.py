"""XA-127, L2: the counter for whoever has no phone, the second look at its entries, shops, key clients, endings."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.kernel import clock
from linli.ledger.checking import verify
from linli.ledger.models import Transfer
from linli.ledger.queries import statement
from linli.notices.models import Notice
from linli.volunteering.accounts import back_office_entries, waiting_entries
from linli.volunteering.actions.banking import bank_of, close_purse, donate, give, move, side_of
from linli.volunteering.actions.expiring import warn_of_expiry
from linli.volunteering.actions.looking import look_at
from linli.volunteering.models import KeyClient, Look, Redemption, Reward, Settlement, Shop
from linli.volunteering.refusals import VolunteeringRefused
from tests.factories.people import make_post
from tests.reading import text_of

from .test_banking import shop
from .village import Village, balance

pytestmark = pytest.mark.django_db


def post(client, route, /, *args, **sent):
    return client.post(reverse(route, args=args), sent, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_the_counter_gives_donates_and_redeems_for_somebody_at_the_window(client):
    village = Village()
    mother, son = village.resident("周母亲"), village.resident("周儿子")
    purse = village.purse(mother, 300)
    village.family(mother, son)
    reward = shop(village, stock=2)
    client.force_login(village.coordinator)

    found = post(client, "bank-counter", name="周母亲")
    assert "5" in text_of(found).split()
    here = mother.person_id
    post(client, "bank-person", here, act="give", key=uuid4(), to=str(son.person_id), coins="1")
    post(client, "bank-person", here, act="give", key=uuid4(), to="pool", coins="0.5")
    post(client, "bank-person", here, act="redeem", key=uuid4(), reward=reward.pk)

    purse.account.refresh_from_db()
    assert (purse.account.balance, purse.account.available) == (210, 150)
    post(client, "bank-person", here, act="cancel", code=Redemption.objects.get().code)
    purse.account.refresh_from_db()
    assert (purse.account.available, verify()) == (210, [])


def test_who_lives_elsewhere_is_not_served_at_this_counter(client):
    village = Village()
    far = village.resident("远方", place=village.far_place)
    client.force_login(village.coordinator)

    assert "没有找到这个人" in post(client, "bank-counter", name="远方").content.decode()
    assert client.get(reverse("bank-person", args=[far.person_id])).status_code == 404


def test_L2_entries_of_the_back_office_are_listed_until_another_person_has_looked(client):
    village = Village()
    mother, son = village.resident("周母亲"), village.resident("周儿子")
    village.purse(mother, 300)
    village.purse(son, 300)
    village.family(mother, son)
    make_post(village.coordinator, village.place, "volunteering.grant", role="grants-too")
    entered = give(key=uuid4(), giver=mother.person, to=son.person, minutes=60, by=village.coordinator)
    donate(key=uuid4(), giver=son.person, minutes=30, by=son)  # his own act: nobody's entry

    assert list(back_office_entries(village.checker)) == [entered]
    assert list(waiting_entries(village.coordinator)) == []
    with pytest.raises(VolunteeringRefused, match="不能自己复看"):
        look_at(entered, in_order=True, words="电话核实", by=village.coordinator)
    client.force_login(village.checker)
    assert "周*" in client.get(reverse("bank-desk")).content.decode()
    post(client, "bank-desk", act="look", entry=entered.pk, in_order="no", words="本人说没有送")

    look = Look.objects.get()
    assert (look.by, look.in_order, list(waiting_entries(village.checker))) == (village.checker, False, [])
    with pytest.raises(IntegrityError, match="look_by_another_person"), transaction.atomic():
        Look.objects.filter(pk=look.pk).update(by=village.coordinator)


def test_somebody_closes_his_account_and_it_ends_with_0_and_a_statement(client):
    village = Village()
    bank = village.fill_pool(60)
    user = village.resident()
    purse = village.purse(user, 90)
    client.force_login(user)

    answer = post(client, "coins", act="close", why="搬走")

    bank.pool.refresh_from_db()
    purse.account.refresh_from_db()
    final = statement(purse.account)
    assert said(answer) == ["账户已注销，余额 0，共 2 笔明细，可以在明细里查看。"]
    assert (final.balance, final.lines[-1].amount, purse.account.closed_at) == (0, -90, clock.now())
    assert (bank.pool.balance, verify()) == (150, [])
    assert "已销户" in client.get(reverse("ledger-statement")).content.decode()


def test_an_office_hands_the_coins_of_the_dead_to_family_and_never_to_a_stranger(client):
    village = Village()
    father, son, stranger = village.resident("周父亲"), village.resident("周儿子"), village.resident("路人")
    purse = village.purse(father, 120)
    village.family(father, son)
    make_post(village.colleague, village.place, "volunteering.issue", role="issues-too")
    with pytest.raises(PermissionDenied):
        close_purse(purse, by=village.coordinator, why="去世", heir=son.person)
    client.force_login(village.colleague)
    refused = post(
        client, "bank-person", father.person_id, act="close", why="去世", heir=str(stranger.person_id)
    )
    assert (refused.status_code, balance(purse)) == (422, 120)

    post(client, "bank-person", father.person_id, act="close", why="去世", heir=str(son.person_id))

    assert (balance(purse), balance(village.purse(son)), verify()) == (0, 120, [])
    assert Transfer.objects.filter(reason="inheritance").count() == 1


def test_shops_and_rewards_are_entered_restocked_and_closed(client):
    village = Village()
    client.force_login(village.cashier)

    post(client, "shop-catalogue", act="open", name="邻里便利店", place=village.county.pk)
    made = Shop.objects.get()
    sent = {"title": "大米", "coins": "3", "stock": 5, "since": "2026-01-01", "until": "2026-12-31"}
    wrong = post(client, "shop-catalogue", act="offer", shop=made.pk, **(sent | {"until": "2025-01-01"}))
    post(client, "shop-catalogue", act="offer", shop=made.pk, **sent)
    reward = Reward.objects.get()
    post(client, "shop-catalogue", act="restock", reward=reward.pk, left="9")
    reward.refresh_from_db()
    assert (wrong.status_code, reward.minutes, reward.left, reward.during.upper) == (
        422,
        180,
        9,
        date(2027, 1, 1),
    )
    client.force_login(village.student)
    assert "大米" in client.get(reverse("coins")).content.decode()
    client.force_login(village.cashier)
    post(client, "shop-catalogue", act="close", shop=made.pk)
    client.force_login(village.student)
    assert "大米" not in client.get(reverse("coins")).content.decode()


def test_key_clients_are_named_with_a_reason_and_ended(client):
    village = Village()
    user = village.resident("吴独居")
    client.force_login(village.cashier)

    sent = {"name": "吴独居", "reason": "特困供养"}
    post(client, "key-clients", act="name", **sent)
    twice = post(client, "key-clients", act="name", **sent)
    assert (twice.status_code, "已经是重点对象了" in twice.content.decode()) == (422, True)
    post(client, "key-clients", act="end", client=KeyClient.objects.get().pk)

    assert KeyClient.objects.get().until == clock.today()
    assert user.person_id == KeyClient.objects.get().person_id


def test_holders_are_told_before_coins_expire_once_a_month_and_not_when_they_were_spent():
    village = Village()
    holder, spender = village.resident("存着"), village.resident("花了")
    village.purse(holder, 90)
    village.purse(spender, 60)
    with clock.at(clock.now() + timedelta(days=30)):
        village.family(spender, holder)
        donate(key=uuid4(), giver=spender.person, minutes=60, by=spender)
    soon = clock.now().replace(year=2031, month=2, day=1)
    with clock.at(soon):
        assert (warn_of_expiry(soon), warn_of_expiry(soon)) == (1, 0)

    told = Notice.objects.get(kind="volunteering-expiring")
    assert (told.to, told.context["coins"]) == (holder.person, "1.5")


def test_settlements_between_communities_are_listed_with_balances(client):
    village = Village()
    one = village.resident("甲")
    two = village.resident("乙", place=village.next_place)
    payer, payee = village.purse(one, 120), village.purse(two, 30)
    move(key=uuid4(), payer=side_of(payer), payee=side_of(payee), amount=50, reason="gift", by=one)
    client.force_login(village.checker)

    page = client.get(reverse("bank-desk")).content.decode()
    settled = post(client, "bank-desk", act="settle")

    made = Settlement.objects.get()
    assert ("50" in page, "-50" in page) == (True, True)
    assert (said(settled), made.minutes) == (["已结清 1 笔。"], 50)
    assert "第1社区 结给 第2社区" in settled.content.decode()
    owed = [bank_of(place) for place in (village.place, village.next_place)]
    assert [bank.clearing.balance for bank in owed] == [0, 0]
