"""邻里集市: what neighbours and shops offer, ordered once, agreed and rated; nothing is paid here."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from linli.commerce.actions.offering import check_offer, close_groups, end_offer, make_offer
from linli.commerce.actions.ordering import place_order, rate_order, take_order_step
from linli.commerce.models import Offer, Order
from linli.facilities.models import Facility, Kind
from linli.kernel import clock
from linli.notices.models import Notice
from linli.people.models import Residence
from linli.reach.actions.entering import answer_entry, ask_entry
from tests.factories.facilities import install_catalogue, make_facility
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
MAY = ("reach.verify", "facilities.edit", "facilities.view")


@pytest.fixture
def place():
    install_catalogue()
    return make_community(1)


def neighbour(place, name="李邻居"):
    user = make_user(name)
    Residence.objects.create(person=user.person, community=place, kind="resident", verified_at=clock.now())
    return user


@pytest.fixture
def worker(place):
    return make_worker(place, *MAY)


def offered(place, by, **facts):
    told = {"kind": "repair", "title": "修水龙头", "price_cents": 2000, "per": "次"} | facts
    return make_offer(place, by=by, **told)


def listed(place, worker, by, **facts):
    return check_offer(offered(place, by, **facts), by=worker, listed=True)


def test_a_neighbour_offers_a_small_service_and_is_ordered_done_and_rated(place, worker):
    """ZJ-040: micro-services by local people: offer, area, price, order, rating."""
    maker, asker = neighbour(place), neighbour(place, "王邻居")
    offer = listed(place, worker, maker, serves="本小区")

    order = place_order(offer, by=asker, key=uuid4(), count=1, wanted="周六上午", contact="13900000000")
    take_order_step(order, "accept", by=maker)
    take_order_step(order, "done", by=maker)
    done = rate_order(order, by=asker, stars=4, said="很快")

    assert (done.state, done.stars, Offer.objects.get().taken) == ("done", 4, 1)
    kinds = Notice.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["commerce-checked", "commerce-ordered", "commerce-answered", "commerce-answered"]
    with pytest.raises(ValidationError):
        rate_order(order, by=asker, stars=1)


def test_who_looks_for_a_helper_is_listed_as_a_source_of_work(place, worker, client):
    """ZJ-040: the list is also a source of jobs."""
    listed(place, worker, neighbour(place), seeks=True, title="请人接送孩子", kind="home")
    listed(place, worker, neighbour(place), title="修锁")

    page = client.get(reverse("commerce-market"), {"community": place.code, "seeks": "1"})
    assert [row.title for row in page.context["listing"].page.object_list] == ["请人接送孩子"]


def test_a_stranger_offers_nothing_and_a_neighbour_no_goods(place):
    with pytest.raises(PermissionDenied):
        offered(place, make_user())
    with pytest.raises(ValidationError):
        offered(place, neighbour(place), kind="goods")
    with pytest.raises(ValidationError):
        offered(place, neighbour(place), kind="weapons")
    assert Offer.objects.count() == 0


def test_nobody_lists_his_own_offer_and_a_refusal_says_why(place, worker):
    Residence.objects.create(person=worker.person, community=place, kind="resident", verified_at=clock.now())
    with pytest.raises(PermissionDenied):
        check_offer(offered(place, worker), by=worker, listed=True)
    other = offered(place, neighbour(place))
    with pytest.raises(ValidationError):
        check_offer(other, by=worker, listed=False)
    with pytest.raises(PermissionDenied):
        check_offer(other, by=make_worker(make_community(2), *MAY), listed=True)
    assert check_offer(other, by=worker, listed=False, answer="价格没有写清").state == "refused"
    with pytest.raises(ValidationError):
        check_offer(other, by=worker, listed=True)


def shop_of(owner, place, worker, **facts):
    told = {
        "name": "河滨小店",
        "kind": Kind.objects.get(code="convenience"),
        "address": "河滨路 8 号",
    } | facts
    return answer_entry(ask_entry(by=owner, place=place, **told), by=worker, accepted=True).facility


def test_a_group_order_of_a_shop_is_made_or_falls_when_its_time_is_up(place, worker):
    """XA-143: community orders in groups with a place to pick up; too few, and everybody is told."""
    owner, one, two = make_user(), neighbour(place), neighbour(place, "赵邻居")
    shop = shop_of(owner, place, worker)
    ends = clock.now() + timedelta(days=1)
    group = {
        "kind": "goods",
        "facility": shop,
        "way": "group",
        "least_count": 3,
        "most_count": 4,
        "closes_at": ends,
    }
    eggs = listed(place, worker, owner, title="土鸡蛋", pick_up="服务站门口", **group)
    rice = listed(place, worker, owner, title="大米", **group)
    place_order(eggs, by=one, key=uuid4(), count=2)
    place_order(eggs, by=two, key=uuid4(), count=2)
    place_order(rice, by=one, key=uuid4(), count=1)
    with pytest.raises(ValidationError):
        place_order(eggs, by=one, key=uuid4(), count=1)  # four of four are taken

    with clock.at(ends + timedelta(minutes=1)):
        assert (close_groups(), close_groups()) == (2, 0)

    assert sorted(Order.objects.values_list("offer__title", "state")) == [
        ("土鸡蛋", "accepted"),
        ("土鸡蛋", "accepted"),
        ("大米", "refused"),
    ]


def test_one_operator_keeps_several_outlets_with_one_account(place, worker, client):
    """XZ-015: a chain's outlets in two communities, listed on its own applications, stand on one page."""
    chain, other = make_user(), make_community(2)
    shop_of(chain, place, worker)
    shop_of(chain, other, make_worker(other, *MAY), name="河滨二店")
    shop_of(make_user(), place, worker, name="别家店")
    client.force_login(chain)

    told = client.get(reverse("commerce-mine")).context
    assert [row.name for row in told["outlets"]] == ["河滨小店", "河滨二店"]
    with pytest.raises(PermissionDenied):
        offered(place, chain, facility=Facility.objects.get(name="别家店"), kind="goods")


def test_pressed_twice_is_ordered_once_and_somebody_else_s_key_is_refused(place, worker):
    offer, asker, key = listed(place, worker, neighbour(place)), neighbour(place, "王邻居"), UUID(int=7)
    first, again = (place_order(offer, by=asker, key=key, contact="1") for _turn in range(2))
    assert (first.pk, Offer.objects.get().taken) == (again.pk, 1)
    with pytest.raises(ValidationError):
        place_order(offer, by=neighbour(place, "孙邻居"), key=key)


def test_what_is_cancelled_or_refused_may_be_ordered_again(place, worker):
    maker, asker = neighbour(place), neighbour(place, "王邻居")
    offer = listed(place, worker, maker, most_count=1)
    order = place_order(offer, by=asker, key=uuid4())
    with pytest.raises(ValidationError):
        take_order_step(order, "refuse", by=maker)
    with pytest.raises(PermissionDenied):
        take_order_step(order, "accept", by=asker)
    take_order_step(order, "cancel", by=asker)
    assert (Offer.objects.get().left, order.offer.pk) == (1, offer.pk)
    with pytest.raises(ValidationError):
        take_order_step(order, "accept", by=maker)


def test_an_ended_offer_tells_who_waits_and_takes_no_orders(place, worker):
    maker, asker = neighbour(place), neighbour(place, "王邻居")
    offer = listed(place, worker, maker)
    place_order(offer, by=asker, key=uuid4())
    end_offer(offer, by=maker)
    with pytest.raises(ValidationError):
        place_order(offer, by=asker, key=uuid4())
    assert (Order.objects.get().state, Notice.objects.last().kind) == ("refused", "commerce-ended")
    with pytest.raises(PermissionDenied):
        end_offer(listed(place, worker, maker), by=asker)


def test_what_the_market_runs_stands_beside_what_the_community_runs(place, worker, client):
    """XF-013: market services with brand, operator, price and rating beside public ones."""
    owner = make_user()
    shop = shop_of(owner, place, worker)
    make_facility(place, "day-care", name="日间照料中心")
    listed(place, worker, owner, kind="delivery", facility=shop, brand="好邻", title="送菜上门")

    page = client.get(reverse("commerce-market"), {"community": place.code}).content.decode()
    assert [word in page for word in ("送菜上门", "好邻", "20 元/次", "日间照料中心")] == [True] * 4


def test_projects_criteria_and_conduct_are_on_one_page_and_an_application_keeps_its_edition(
    place, worker, client
):
    """XA-073: project list, entry criteria, conduct, operator application and approval."""
    shop_of(make_user(), place, worker)
    told = client.get(reverse("commerce-book"), {"community": place.code}).context
    assert {one.line.code: one.is_met for one in told["projects"]} == {
        "daily": True, "breakfast": False, "pharmacy": False, "repair": False, "hair": False, "home": False,
        "delivery": False, "recycling": False,
    }  # fmt: skip
    assert (
        ask_entry(
            by=None, place=place, name="修鞋铺", kind=Kind.objects.get(code="repair"), address="河滨路 9 号"
        ).agreed_code
        == told["book"].code
    )
