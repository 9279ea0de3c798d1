"""Applications to be listed, and the walk-through on a phone without a network."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from linli.facilities.models import Facility, Kind
from linli.kernel import clock
from linli.reach.actions.entering import answer_entry, ask_entry
from linli.reach.actions.looking import take_look
from linli.reach.models import Entry, Look, Report
from tests.factories.people import make_worker

pytestmark = pytest.mark.django_db
KEY = UUID("7b7f2c6a-0000-4000-8000-000000000001")
MAY = ("reach.verify", "facilities.edit", "facilities.view")


@pytest.fixture
def worker(town):
    return make_worker(town.near, *MAY)


@pytest.fixture
def shop(town):
    return Facility.objects.get(kind__code="convenience")


def applied(town, **facts):
    told = {"name": "河滨修鞋铺", "kind": Kind.objects.get(code="hair"), "address": "河滨路 8 号"} | facts
    return ask_entry(by=None, place=town.near, **told)


def test_an_application_that_is_accepted_stands_in_the_register_with_its_hours(town, worker):
    """XZ-015: whoever runs an outlet applies to stand in a community; a worker lists it or says why not."""
    entry = applied(town, hours="周一至周五 9:00-18:00", phone="0999-5550100")

    done = answer_entry(entry, by=worker, accepted=True)

    facility = done.facility
    assert (facility.name, facility.state, facility.place, facility.phone) == (
        "河滨修鞋铺",
        "open",
        town.near,
        "0999-5550100",
    )
    assert facility.periods.count() == 5
    with pytest.raises(ValidationError):
        answer_entry(entry, by=worker, accepted=False, answer="重复")


def test_a_refusal_says_why_and_unreadable_hours_are_told_at_once(town, worker):
    with pytest.raises(ValidationError):
        applied(town, hours="看心情")
    entry = applied(town)
    with pytest.raises(ValidationError):
        answer_entry(entry, by=worker, accepted=False)
    assert answer_entry(entry, by=worker, accepted=False, answer="没有营业").facility is None
    with pytest.raises(PermissionDenied):
        answer_entry(applied(town), by=make_worker(town.far, *MAY), accepted=True)


def test_the_pages_of_applications(town, worker, client):
    address = f"{reverse('reach-entry')}?community={town.near.code}"
    sent = {
        "name": "修鞋铺",
        "kind": Kind.objects.get(code="hair").pk,
        "address": "河滨路 8 号",
        "agreed": "on",
    }
    assert (
        client.post(address, sent | {"agreed": ""}).status_code == 422
    )  # XA-073: the criteria were not agreed to
    assert client.post(address, sent | {"address": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    client.force_login(worker)
    [waiting] = client.get(reverse("reach-entries")).context["listing"].page.object_list
    client.post(reverse("reach-entries"), {"entry": waiting.pk, "accepted": "1"})
    assert Entry.objects.get().facility.name == "修鞋铺"


def look(shop, worker, **told):
    asked = {"key": KEY, "found": "as-said", "seen_at": clock.now() - timedelta(hours=2)} | told
    return take_look(shop, by=worker, **asked)


def test_what_is_as_said_counts_as_confirmed_and_a_line_sent_twice_counts_once(shop, worker):
    look(shop, worker, step_free=True)
    look(shop, worker, step_free=True)

    shop.refresh_from_db()
    assert (Look.objects.count(), shop.step_free, shop.confirmed_on) == (1, True, clock.today())


def test_what_is_closed_becomes_a_report_for_a_second_person(shop, worker):
    look(shop, worker, found="closed", note="贴了转让")

    shop.refresh_from_db()
    report = Report.objects.get()
    assert (shop.state, report.kind, report.reported_by, report.said) == (
        "open",
        "closed",
        worker,
        "贴了转让",
    )


def test_a_look_lies_in_the_past_and_within_one_s_area(town, shop, worker):
    with pytest.raises(ValidationError):
        look(shop, worker, seen_at=clock.now() + timedelta(minutes=1))
    with pytest.raises(PermissionDenied):
        look(shop, make_worker(town.far, *MAY))
    look(shop, worker)
    with pytest.raises(ValidationError):
        look(shop, make_worker(town.near, *MAY))  # somebody else's key


def test_the_phone_gets_public_facts_alone_and_sends_line_by_line(town, shop, worker, client):
    Facility.objects.filter(pk=shop.pk).update(confirmed_on="2025-06-01", stale_on="2026-01-01")
    client.force_login(worker)
    told = client.get(reverse("reach-walk-device")).json()
    assert sorted(told["outlets"][0]) == ["address", "code", "confirmed", "kind", "name", "place"]

    line = {"key": str(KEY), "outlet": shop.code, "found": "as-said", "at": clock.now().isoformat()}

    def send(**changed):
        body = json.dumps(line | changed)
        return client.post(reverse("reach-walk-send"), body, content_type="application/json").status_code

    assert [send(), send(), send(found="gone"), send(outlet="none", key=str(UUID(int=5))), send(more=1)] == [
        200,
        200,
        422,
        404,
        422,
    ]
    assert Look.objects.count() == 1
    assert client.get(reverse("reach-walk")).status_code == 200
