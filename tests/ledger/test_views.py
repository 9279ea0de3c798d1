"""我的时长: the holder reads every line with the balance after it, as hours and minutes."""

import re
from datetime import date

import pytest
from django.urls import reverse
from psycopg.types.range import DateRange

from linli.ledger.actions import open_account, reserve, void
from linli.ledger.queries import statement
from linli.ledger.words import amount_words
from linli.people.models import Proxy
from tests.factories.people import make_person, make_user
from tests.reading import text_of

from .books import key, make_bank, make_purse, make_shop, move

pytestmark = pytest.mark.django_db
PAGE = "/my/ledger/"


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (0, "minute", "0 分钟"),
        (45, "minute", "45 分钟"),
        (60, "minute", "1 小时"),
        (90, "minute", "1 小时 30 分钟"),
        (-90, "minute", "−1 小时 30 分钟"),
        (60_000, "minute", "1,000 小时"),
        (1234, "point", "1,234 积分"),
    ],
)
def test_amounts_read_as_hours_and_minutes(amount, unit, words):
    assert amount_words(amount, unit) == words


@pytest.mark.parametrize("count", [1, 3])
def test_the_statement_shows_each_line_in_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    user, bank = make_user(), make_bank()
    purse = make_purse(holder=user.person)
    for number in range(count):
        move(f"service/{number}", bank, purse, 90)
    client.force_login(user)

    with django_assert_num_queries(4):
        answer = client.get(PAGE)

    assert re.findall(r"第 \d 笔", text_of(answer)) == [f"第 {n} 笔" for n in range(count, 0, -1)]


def test_the_statement_shows_what_came_what_went_and_what_is_reserved(client):
    user, shop = make_user(), make_shop()
    purse = make_purse(150, holder=user.person)
    other = make_purse(holder=make_person("欧阳娜"))
    move("gift", purse, other, 45)
    reserve(key=key("hold"), debit=purse, credit=shop, amount=60, reason="test", by=None)
    client.force_login(user)

    shown = text_of(client.get(PAGE))

    assert re.findall(r"(余额|冻结|可用|−|\+)\s*([\d,]+ 小时(?: \d+ 分钟)?|\d+ 分钟)", shown) == [
        ("余额", "1 小时 45 分钟"),
        ("冻结", "1 小时"),
        ("可用", "45 分钟"),
        ("余额", "1 小时 45 分钟"),
        ("−", "1 小时"),
        ("余额", "1 小时 45 分钟"),
        ("−", "45 分钟"),
        ("余额", "2 小时 30 分钟"),
        ("+", "2 小时 30 分钟"),
    ]
    assert "欧**" in shown
    assert "欧阳娜" not in shown


def test_nobody_sees_the_account_of_somebody_else(client):
    make_purse(150)
    client.force_login(make_user())

    assert "您还没有账户" in text_of(client.get(PAGE + "?account=1"))


def test_whoever_acts_for_a_person_reads_that_account_under_its_name(client):
    user, elder = make_user(), make_person("赵奶奶")
    make_purse(30, holder=user.person)
    make_purse(600, holder=elder)
    Proxy.objects.create(
        principal=elder,
        proxy=user.person,
        kind="family",
        during=DateRange(date(2020, 1, 1), None),
        basis="委托书",
    )
    client.force_login(user)

    own, hers = text_of(client.get(PAGE)), text_of(client.get(PAGE + "?account=2"))

    assert ("余额 30 分钟" in own, "余额 10 小时" in own) == (True, False)
    assert ("余额 10 小时" in hers, "时长（赵奶奶）" in hers) == (True, True)


@pytest.mark.parametrize("asked", ["9", "x", "0", "-1"])
def test_an_address_that_names_no_account_shows_the_first(client, asked):
    user = make_user()
    make_purse(30, holder=user.person)
    open_account(name="points", unit="point", holder=user.person, by=None)
    client.force_login(user)

    assert "余额 30 分钟" in text_of(client.get(PAGE, {"account": asked}))


def test_a_long_statement_keeps_the_right_balance_on_its_second_page(client):
    user, bank = make_user(), make_bank()
    purse = make_purse(holder=user.person)
    for number in range(27):
        move(f"service/{number}", bank, purse, 1)
    client.force_login(user)

    shown = text_of(client.get(PAGE, {"page": 2}))

    assert re.findall(r"第 (\d+) 笔 \S+ \S+ \S+ 余额 (\d+) 分钟", shown) == [("2", "2"), ("1", "1")]


def test_a_stranger_is_sent_to_sign_in(client):
    answer = client.get(reverse("ledger-statement"))

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PAGE}")


def test_a_statement_tells_reserved_from_moved_and_ends_with_the_balance():
    purse, shop = make_purse(60), make_shop()
    held = reserve(key=key("hold"), debit=purse, credit=shop, amount=40, reason="test", by=None)
    void(key=key("void"), reservation=held, by=None)

    lines = statement(purse).lines

    assert [(line.phase, line.amount, line.moved, line.balance) for line in lines] == [
        ("posted", 60, 60, 60),
        ("pending", -40, 0, 60),
        ("void", -40, 0, 60),
    ]
