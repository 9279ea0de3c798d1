"""Frozen data for research: asked for, allowed by a second person until a day, taken away with a trace."""

import hashlib
import json
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.audit.models import Entry as AuditEntry
from linli.exchange.models import Use
from linli.kernel import clock
from linli.measures import Period
from linli.notices.models import Notice
from linli.plans import actions
from linli.plans.models import DataRequest, MeasureValue, Plan
from linli.plans.papers import edition_package
from linli.plans.queries.releasing import released_tables
from tests.factories.exchange import make_entry
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community
from tests.together import together

from .shelves import install_small, plan_pack

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
MONTH = 2026 * 12 + 2
ASKED = {"institution": "某大学", "purpose": "研究社区设施", "outcome": "论文，并报送民政局"}


@pytest.fixture
def edition(monkeypatch):
    one, two, three = make_community(1), make_community(2), make_community(3)
    homes = {
        "code": "homes",
        "ref": "I-TS-12",
        "number": 2,
        "formula": "sum(户数)",
        "unit": "户",
        "readings": (),
    }
    install_small(monkeypatch, plan=plan_pack(also=[homes], task={"serves": ("facility-30", "homes")}))
    MeasureValue.objects.bulk_create(
        MeasureValue(measure=f"t.{name}", place=place, month=MONTH, value=value, source="records")
        for place, area, count in ((one, 3000, 7), (two, 100, 200), (three, 9000, 300))
        for name, value in (("area", area), ("households", count))
    )
    make_entry(code="export-research-data")
    return actions.freeze(Plan.objects.get(), one.parent, MARCH)


def allowed(edition, *, by=None):
    asked = actions.ask_for_data(edition, by=by or make_user("学者"), **ASKED)
    officer = make_worker(edition.place, "plans.freeze", name="审批人")
    return actions.decide_request(asked, by=officer, allow=True, until=date(2026, 12, 31), answer="")


def test_a_request_is_decided_once_by_somebody_else_and_who_asked_is_told(edition):
    """XA-167: asked, allowed until a day or refused with a reason; nobody allows his own (P11)."""
    officer = make_worker(edition.place, "plans.freeze", name="审批人")
    asked = actions.ask_for_data(edition, by=officer, **ASKED)
    with pytest.raises(ValidationError, match="还在审批"):
        actions.ask_for_data(edition, by=officer, **ASKED)
    decision = {"allow": False, "until": None, "answer": "题目不清楚"}
    with pytest.raises(PermissionDenied):
        actions.decide_request(asked, by=officer, **decision)
    other = make_worker(edition.place, "plans.freeze", name="另一人")
    with pytest.raises(ValidationError, match="说明原因"):
        actions.decide_request(asked, by=other, **{**decision, "answer": " "})
    with pytest.raises(ValidationError, match="哪一天"):
        actions.decide_request(asked, by=other, allow=True, until=date(2020, 1, 1), answer="")
    actions.decide_request(asked, by=other, **decision)
    with pytest.raises(ValidationError, match="已经审批过"):
        actions.decide_request(asked, by=other, **decision)

    asked.refresh_from_db()
    assert (asked.decision, asked.open, asked.answer) == ("refused", False, "题目不清楚")
    assert Notice.objects.get(kind="data-decided").to == officer.person
    assert actions.ask_for_data(edition, by=officer, **ASKED).decision == "waiting"


def test_what_is_taken_is_logged_with_its_digest_and_only_while_allowed(edition, client):
    """XA-167: the use log: when, exactly what; nobody else takes it, and nobody after the day."""
    scholar = make_user("学者")
    asked = allowed(edition, by=scholar)
    client.force_login(scholar)
    answer = client.post(f"/plans/requests/{asked.pk}/data/")
    packed = answer.content

    with zipfile.ZipFile(BytesIO(packed)) as files:
        manifest = json.loads(files.read("manifest.json"))
        for name, digest in manifest["files"].items():
            assert hashlib.sha256(files.read(name)).hexdigest() == digest
    assert [use.digest for use in asked.uses.all()] == [hashlib.sha256(packed).hexdigest()]
    assert (Use.objects.count(), AuditEntry.objects.filter(act="plans.data_taken").count()) == (1, 1)
    with pytest.raises(PermissionDenied):
        actions.take_data(asked, by=make_user(), write=edition_package)
    with clock.at(clock.now() + timedelta(days=400)), pytest.raises(PermissionDenied):
        actions.take_data(asked, by=scholar, write=edition_package)
    client.force_login(make_user("别人"))
    assert client.get(f"/plans/requests/{asked.pk}/").status_code == 404
    assert client.post(f"/plans/requests/{asked.pk}/data/").status_code == 404


def test_no_small_count_of_people_leaves_and_none_can_be_worked_out(edition):
    """XA-167: de-identified: seven households are withheld with a second community; ratios keep their rounded value."""
    tables = released_tables(edition)
    homes = {row["title"]: row["shown"] for row in tables["children"] if row["code"] == "homes"}
    rates = {row["title"]: row for row in tables["children"] if row["code"] == "facility-30"}
    names = [place.name for place in edition.place.children.order_by("path")]

    assert homes == {names[0]: None, names[1]: None, names[2]: "300.0"}
    assert [row["n"] for row in tables["values"] if row["code"] == "homes"] == ["507"]
    assert {(row["n"], row["d"]) for row in rates.values()} == {(None, None)}
    assert [rates[name]["shown"] for name in names] == ["100.0", "0.0", "100.0"]
    assert edition.tables["children"] != tables["children"]  # the edition itself stays as it was frozen


def test_a_scholar_asks_on_the_page_and_the_planner_decides_there(edition, client):
    """XA-167"""
    scholar, planner = make_user("学者"), make_worker(edition.place, "plans.freeze", "plans.view")
    client.force_login(scholar)
    assert client.post("/plans/ts-2025/requests/new/", {"edition": edition.pk}).status_code == 422
    assert client.post("/plans/ts-2025/requests/new/", {"edition": edition.pk, **ASKED}).status_code == 302
    asked = DataRequest.objects.get()
    assert (
        client.post(f"/plans/requests/{asked.pk}/", {"allow": "yes", "until": "2026-12-31"}).status_code
        == 403
    )
    client.force_login(planner)
    assert "某大学" in client.get("/plans/requests/").content.decode()
    assert client.post(f"/plans/requests/{asked.pk}/", {"allow": "yes"}).status_code == 422
    client.post(f"/plans/requests/{asked.pk}/", {"allow": "yes", "until": "2026-12-31"})
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by) == ("allowed", planner)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(edition):
    """XA-167, I5"""
    asked = actions.ask_for_data(edition, by=make_user("学者"), **ASKED)
    one, two = (make_worker(edition.place, "plans.freeze", name=name) for name in ("甲", "乙"))
    done = together(
        lambda: actions.decide_request(asked, by=one, allow=True, until=date(2026, 12, 31), answer=""),
        lambda: actions.decide_request(asked, by=two, allow=False, until=None, answer="不行"),
    )
    assert sorted(type(one).__name__ for one in done) == ["DataRequest", "ValidationError"]
