"""Residents rate the circle they live in, and what they say counts in the grade of the community."""

from datetime import date, datetime
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.measures import Period, measures
from linli.people.models import Residence
from linli.reach.actions.rating import rate_circle
from linli.reach.models import CircleRating
from tests.factories.people import make_user
from tests.factories.places import make_community

LEAST = 10  # of packs/reach/outlets.yaml


def neighbour(place):
    user = make_user()
    Residence.objects.create(person=user.person, community=place, kind="resident", verified_at=clock.now())
    return user


def on(day):
    return clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=CHINA))


def said(place, stars, day):
    with on(day):
        return rate_circle(place, by=neighbour(place), stars=stars)


def counted(period):
    asked = Period.parse(period)
    return measures["reach.ratings"].count(asked), measures["reach.rating_stars"].count(asked)


@pytest.mark.django_db
def test_ratings_are_counted_once_enough_residents_spoke():
    """XF-022: a rating that counts in the grade; too few are told nowhere."""
    place, other = make_community(1), make_community(2)
    for _n in range(LEAST - 1):
        said(place, 4, date(2026, 3, 5))
    said(other, 1, date(2026, 3, 5))
    assert counted("2026-03") == ({}, {})

    said(place, 1, date(2026, 4, 2))
    assert counted("2026-03") == ({}, {})
    assert counted("2026-04") == ({place.code: LEAST}, {place.code: 4 * LEAST - 3})


@pytest.mark.django_db
def test_the_newest_word_of_each_stands_for_a_year():
    place, user = make_community(1), None
    for _n in range(LEAST - 1):
        said(place, 5, date(2026, 2, 1))
    user = neighbour(place)
    for day, stars in ((date(2026, 2, 1), 1), (date(2026, 3, 31), 2), (date(2026, 4, 1), 3)):
        with on(day):
            rate_circle(place, by=user, stars=stars)

    assert CircleRating.objects.filter(rated_by=user).count() == 2  # February's was replaced in its quarter
    assert counted("2026-03")[1] == {place.code: 5 * (LEAST - 1) + 2}
    assert counted("2026-04")[1] == {place.code: 5 * (LEAST - 1) + 3}
    assert counted("2027-02") == ({}, {})  # a year later only one stands


@pytest.mark.django_db
def test_who_does_not_live_there_rates_nothing_and_six_stars_do_not_exist():
    place, other = make_community(1), make_community(2)
    with pytest.raises(PermissionDenied):
        rate_circle(place, by=neighbour(other), stars=5)
    for stars in (0, 6):
        with pytest.raises(ValidationError):
            rate_circle(place, by=neighbour(place), stars=stars)
    assert CircleRating.objects.count() == 0


@pytest.mark.django_db
def test_the_page_of_the_circle_takes_stars_and_shows_the_mean_of_enough(client):
    place = make_community(1)
    user = neighbour(place)
    page, rate = reverse("reach-circle", args=[place.code]), reverse("reach-rate", args=[place.code])
    client.force_login(user)
    assert '<option value="" selected>请选择</option>' in client.get(page).content.decode()
    assert client.post(rate, {"stars": "9"}).status_code == 302
    assert CircleRating.objects.count() == 0
    client.post(rate, {"stars": "4"})
    shown = client.get(page).content.decode()
    assert ("您评过 4 星" in shown, "先不公布平均分" in shown) == (True, True)

    for _n in range(LEAST - 1):
        rate_circle(place, by=neighbour(place), stars=3)
    assert "3.1 星，10 位居民评过" in client.get(page).content.decode()
    client.force_login(make_user())
    assert "核实住在这个社区以后可以评分" in client.get(page).content.decode()
    assert client.post(rate, {"stars": "5"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_rating():
    place = make_community(1)
    user = neighbour(place)

    def press(stars):
        try:
            rate_circle(place, by=user, stars=stars)
        finally:
            connection.close()

    presses = [Thread(target=press, args=(stars,)) for stars in (4, 4, 4, 4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert list(CircleRating.objects.values_list("stars", flat=True)) == [4]
