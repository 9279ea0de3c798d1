"""Only the audit role reads the audit, and its reading is recorded."""

import pytest
from django.urls import reverse

from linli import audit
from linli.audit.models import Entry
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    user = make_worker(make_community(1), "audit.read", name="审计员")
    client.force_login(user)
    return user


def acts(response) -> list[str]:
    return [entry.act for entry in response.context["page"]]


def test_only_the_audit_role_sees_the_page(client):
    client.force_login(make_worker(make_community(), "people.view"))
    assert client.get(reverse("audit-list")).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get(reverse("audit-list")).status_code == 302


def test_the_auditor_sees_his_places_and_what_has_none(client, auditor):
    here, elsewhere = make_community(1), make_community(1, street="990102001000")
    audit.record("here", by=None, place=here)
    audit.record("elsewhere", by=None, place=elsewhere)
    audit.record("nowhere", by=None)

    assert acts(client.get(reverse("audit-list"))) == ["audit.read", "nowhere", "here"]


def test_the_auditor_filters_by_act_account_result_and_day(client, auditor):
    worker = make_user(username="wang")
    audit.record("a", by=worker, result="refused")
    audit.record("b", by=worker)
    address = reverse("audit-list")

    found = [
        acts(client.get(address, asked))
        for asked in ({"act": "b"}, {"by": "wang", "result": "refused"}, {"end": "2026-03-03"})
    ]
    assert found == [["b"], ["a"], []]
    assert client.get(address, {"start": "2026-03-05", "end": "2026-03-01"}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_audit_list_query_count(client, auditor, count, django_assert_num_queries):
    for number in range(count):
        audit.record(f"act-{number}", by=make_user())
    address = reverse("audit-list")
    client.get(address)
    with django_assert_num_queries(6):
        client.get(address, {"result": "done"})


def test_reading_the_audit_is_recorded_without_what_was_looked_for(client, auditor):
    client.get(reverse("audit-list"), {"by": "wang"})

    entry = Entry.objects.get(act="audit.read")
    assert (entry.by, entry.detail) == (auditor, {"filters": ["by"]})


def test_a_refusal_is_recorded_by_route_and_never_by_address(client):
    user = make_user()
    client.force_login(user)

    client.get(reverse("audit-list"), {"by": "13812345678"})

    entry = Entry.objects.get()
    assert (entry.act, entry.by, entry.result) == ("request.refused", user, "refused")
    assert entry.detail == {"route": "audit-list", "method": "GET", "status": 403}


def test_a_wrong_address_and_a_stranger_leave_no_row(client):
    client.post("/no/such/page/")
    client.force_login(make_user())
    client.post("/no/such/page/")

    assert Entry.objects.count() == 0
