"""The pages of community commerce in Chromium: usable at every width, without faults a reader would meet."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.commerce.actions.ordering import place_order, take_order_step
from linli.kernel import clock
from tests.browser import WIDTHS
from tests.commerce.test_market import MAY, listed, neighbour, offered, shop_of
from tests.factories.facilities import install_catalogue, make_facility
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def market():
    install_catalogue()
    place = make_community(1, name="青山社区")
    worker, owner, asker = make_worker(place, *MAY), neighbour(place, "陈店主"), neighbour(place, "王邻居")
    shop = shop_of(owner, place, worker)
    make_facility(place, "day-care", name="青山日间照料中心", phone="0960-8000001")
    group = {"way": "group", "least_count": 5, "most_count": 40, "closes_at": clock.now() + timedelta(days=2)}
    eggs = listed(
        place, worker, owner, kind="goods", facility=shop, title="土鸡蛋（30 枚）", brand="河滨", per="箱",
        price_cents=3650, pick_up="服务站门口", text="周六上午到货", **group,
    )  # fmt: skip
    fix = listed(place, worker, owner, title="修水龙头、通下水", serves="青山社区内", text="当天上门")
    listed(place, worker, owner, kind="home", title="请人接送孩子放学", seeks=True, price_cents=None)
    offered(place, asker, kind="meals", title="手工馒头", per="个", price_cents=150)
    place_order(eggs, by=asker, key=uuid4(), count=2)
    done = place_order(fix, by=asker, key=uuid4(), wanted="周六上午", contact="13900000000")
    take_order_step(done, "accept", by=owner)
    return place, worker, owner, eggs


def looked_at(site, name, path, widths=WIDTHS):
    for width in widths:
        site.open(path, width=width)
        site.assert_no_sideways_scroll()
        site.picture(f"commerce-{name}-{width}")
    site.assert_accessible()


def test_the_market_from_the_list_to_the_order(site, market):
    place, worker, _owner, eggs = market
    looked_at(site, "market", f"{reverse('commerce-market')}?community={place.code}")
    looked_at(site, "rules", f"{reverse('commerce-book')}?community={place.code}", widths=(390, 1440))
    looked_at(site, "choice", reverse("commerce-market"), widths=(390,))
    site.sign_in(worker)
    looked_at(site, "check", reverse("commerce-check"), widths=(390, 1440))
    looked_at(site, "offer", reverse("commerce-offer", args=[eggs.pk]), widths=(390, 1440))


def test_whoever_offers_sees_what_is_his(site, market):
    place, _worker, owner, _eggs = market
    site.sign_in(owner)
    looked_at(site, "mine", reverse("commerce-mine"))
    looked_at(site, "new", f"{reverse('commerce-offer-new')}?community={place.code}", widths=(390, 1440))
