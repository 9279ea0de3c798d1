"""政务数据共享条例: what public feeds give out is counted by entry and day, and kept three years."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from xml.etree import ElementTree as Xml

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, connection, transaction

from linli.exchange.actions import count_use
from linli.exchange.models import DailyUse, Entry
from linli.kernel import clock
from tests.factories.exchange import make_entry
from tests.factories.people import make_unit, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def counted() -> list[tuple]:
    return list(
        DailyUse.objects.order_by("entry__code", "act").values_list(
            "entry__code", "act", "use_count", "row_count"
        )
    )


def test_each_call_of_a_feed_counts_in_the_row_of_its_day(client):
    make_entry(code="feed-units", kind="feed")
    place = make_community()
    make_unit(place), make_unit(place)

    sent = [client.get("/api/v1/units").status_code for _call in range(3)]

    day = DailyUse.objects.get()
    assert (sent, counted(), day.on) == ([200] * 3, [("feed-units", "answered", 3, 6)], clock.today())


def test_another_day_is_another_row():
    make_entry(code="feed-units", kind="feed")
    count_use("feed-units", "answered", row_count=1)
    with clock.at(clock.now() + timedelta(days=1)):
        count_use("feed-units", "answered", row_count=4)

    assert counted() == [("feed-units", "answered", 1, 1), ("feed-units", "answered", 1, 4)]


def test_what_was_not_found_or_not_changed_gave_nothing(client):
    make_entry(code="feed-places", kind="feed")
    place = make_community()
    version = client.get(f"/api/v1/places/{place.code}")["ETag"]

    seen = [
        client.get(f"/api/v1/places/{place.code}", headers={"If-None-Match": version}).status_code,
        client.get("/api/v1/places/999999999999").status_code,
        client.get("/api/v1/places?strange=1").status_code,
    ]

    assert (seen, counted()) == ([304, 404, 422], [("feed-places", "answered", 1, 1)])


def test_a_feed_whose_entry_has_ended_gives_nothing(client):
    entry = make_entry(code="feed-requests", kind="feed")
    Entry.objects.filter(pk=entry.pk).update(valid_to=clock.today() - timedelta(days=1))
    ended = make_entry(code="feed-units", kind="feed", valid_to=date(2026, 1, 2))

    seen = [client.get("/requests/feed.xml"), client.get("/api/v1/units")]

    assert [answer.status_code for answer in seen] == [403, 403]
    assert (seen[1]["Content-Type"], ended.title in seen[1].content.decode()) == (
        "application/problem+json",
        False,
    )
    assert counted() == []


def test_in_production_what_stands_in_no_register_is_not_given_out(settings):
    count_use("feed-units", "answered", row_count=1)  # a development database before its packs
    settings.PRODUCTION = True
    with pytest.raises(PermissionDenied, match="feed-units"):
        count_use("feed-units", "answered", row_count=1)
    assert counted() == []


def test_the_public_list_of_requests_counts_its_items(client):
    make_entry(code="feed-requests", kind="feed")

    items = len(Xml.fromstring(client.get("/requests/feed.xml").content).findall("channel/item"))

    assert counted() == [("feed-requests", "answered", 1, items)]


def test_open311_counts_what_clients_of_other_makers_ask(client):
    make_entry(code="feed-open311", kind="feed")
    seen = [
        client.get(f"/open311/v2/{page}").status_code
        for page in ("services.json", "requests.xml", "tokens/X.json")
    ]

    assert (seen, counted()) == ([200, 200, 404], [("feed-open311", "answered", 2, 0)])


def test_a_count_only_grows_and_is_kept_three_years():
    make_entry(code="feed-units", kind="feed")
    count_use("feed-units", "answered", row_count=5)
    day = DailyUse.objects.get()

    for change in (
        {"use_count": 0},
        {"row_count": 1, "use_count": 2},
        {"on": date(2020, 1, 1), "use_count": 9},
    ):
        with pytest.raises(Error), transaction.atomic():
            DailyUse.objects.update(**change)
    DailyUse.objects.filter(pk=day.pk)
    with (
        connection.cursor() as cursor
    ):  # as if it had been counted today: the trigger knows the day of the database
        cursor.execute(
            'insert into exchange_dailyuse (entry_id, act, "on", use_count, row_count, last_at)'
            " values (%s, 'sent', current_date, 1, 1, now()), (%s, 'sent', '2020-01-01', 1, 1, now())",
            [day.entry_id] * 2,
        )
    with pytest.raises(Error, match="three years"), transaction.atomic():
        DailyUse.objects.filter(act="sent", on__gt=date(2025, 1, 1)).delete()
    assert DailyUse.objects.filter(on=date(2020, 1, 1)).delete()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_forty_calls_at_once_are_forty_in_one_row():
    make_entry(code="feed-units", kind="feed")

    def call(_number):
        try:
            count_use("feed-units", "answered", row_count=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(40)))

    assert counted() == [("feed-units", "answered", 40, 80)]


def test_the_page_of_an_entry_adds_the_days_and_shows_them_to_the_auditor(client):
    make_entry(code="feed-units", kind="feed")
    for rows in (3, 4):
        count_use("feed-units", "answered", row_count=rows)

    page = client.get("/exchange/feed-units/").content.decode()
    client.force_login(make_worker(make_community(), "exchange.read-log"))
    log = client.get("/exchange/feed-units/").content.decode()

    assert ("2 次，共 7 条" in page, "每日使用" in page) == (True, False)
    assert f"{clock.today()}：2 次，共 7 条" in log
