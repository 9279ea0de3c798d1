"""The pages of community commerce from end to end."""

import pytest
from django.urls import reverse

from linli.commerce.models import Offer, Order
from tests.commerce.test_market import MAY, listed, neighbour
from tests.factories.facilities import install_catalogue
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    install_catalogue()
    return make_community(1)


@pytest.fixture
def worker(place):
    return make_worker(place, *MAY)


def test_an_offer_goes_from_the_form_to_the_list_and_its_order_to_a_rating(place, worker, client):
    maker, asker = neighbour(place), neighbour(place, "王邻居")
    client.force_login(maker)
    address = f"{reverse('commerce-offer-new')}?community={place.code}"
    sent = {"kind": "repair", "title": "修灯", "way": "order", "yuan": "15.50", "per": "次", "agreed": "on"}
    assert client.post(address, sent | {"agreed": ""}).status_code == 422
    assert client.post(address, sent | {"way": "group"}).status_code == 422
    assert client.post(address, sent | {"kind": "goods"}).status_code == 422
    assert client.post(address, sent).status_code == 302
    offer = Offer.objects.get()
    assert (offer.price_cents, offer.state) == (1550, "waiting")
    assert client.get(reverse("commerce-offer", args=[offer.pk])).status_code == 404  # not looked through yet

    client.force_login(worker)
    client.post(reverse("commerce-check"), {"offer": offer.pk, "listed": "1"})
    client.logout()
    page = reverse("commerce-offer", args=[offer.pk])
    assert "15.50 元/次" in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 302  # to the sign-in page

    client.force_login(asker)
    key = client.get(page).context["form"].initial["key"]
    assert client.post(page, {"key": key, "count": "0", "contact": "1"}).status_code == 422
    assert client.post(page, {"key": key, "count": "1", "contact": "13900000000"}).status_code == 302
    order = Order.objects.get()

    def step(user, name, **more):
        client.force_login(user)
        return client.post(reverse("commerce-order-step", args=[order.pk, name]), more).status_code

    assert [
        step(maker, "accept"),
        step(maker, "done"),
        step(asker, "fly"),
    ] == [302] * 3
    rating = client.get(reverse("commerce-mine")).content.decode()
    assert '<select class="form-select" name="stars" required><option value="">请选择</option>' in rating
    assert (step(asker, "rate", stars=""), step(asker, "rate", stars="5")) == (302, 302)
    order.refresh_from_db()
    assert (order.state, order.stars) == ("done", 5)
    assert step(make_worker(place, *MAY), "cancel") == 404  # no part of the order
    client.force_login(asker)
    assert "您评了 5 分" in client.get(reverse("commerce-mine")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(place, worker, client, django_assert_num_queries, rows):
    for number in range(rows):
        listed(place, worker, neighbour(place), title=f"修灯{number}")
    client.get(reverse("commerce-market"), {"community": place.code})
    with django_assert_num_queries(4):
        client.get(reverse("commerce-market"), {"community": place.code})


def test_without_a_community_one_is_chosen(place, client):
    page = client.get(reverse("commerce-market"), {"q": place.name[:2]})
    assert [row.code for row in page.context["choices"]] == [place.code]
