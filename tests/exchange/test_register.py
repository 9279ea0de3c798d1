"""The register of exchange: nothing unregistered is used, uses are kept, wrong facts are answered in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from linli.api.idempotency import forget_old_answers
from linli.api.models import RememberedAnswer
from linli.exchange.actions import answer_correction, log_use, register_entry, report_error
from linli.exchange.models import Correction, Entry, Use
from linli.kernel import clock
from linli.kernel.clock import CHINA
from tests.conftest import TEST_DAY
from tests.factories.api import token_client
from tests.factories.exchange import make_entry
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
PATH = "/api/v1/exchange/corrections"
SAID = {"entry": "import-units", "subject": "城管局", "field": "电话", "stated": "1", "proposed": "2"}


def report(client, key=None, **said):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(PATH, {**SAID, **said}, content_type="application/json", headers=headers)


def make_correction(by=None):
    said = {key: value for key, value in SAID.items() if key != "entry"}
    return report_error(Entry.objects.first() or make_entry(), by=by or make_user(), **said)


def test_an_entry_without_purpose_basis_partner_or_fields_does_not_stand():
    with pytest.raises(ValidationError):
        make_entry(fields=[])
    make_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update(basis="")


def test_only_those_who_keep_the_register_enter_something():
    with pytest.raises(PermissionDenied):
        register_entry(by=make_user(), code="x", title="x")
    keeper = make_worker(make_community(), "exchange.register")
    make_entry()

    assert register_entry(by=keeper, code="import-units", title="新名").title == "新名"


def test_what_is_not_registered_or_has_ended_is_not_used():
    make_entry(code="old", valid_to=date(2026, 3, 3))
    for code in ("old", "unknown"):
        with pytest.raises(PermissionDenied):
            log_use(code, "exported", by=None, row_count=1)
    assert Use.objects.count() == 0


@pytest.mark.database
def test_a_use_is_never_changed_and_kept_three_years():
    make_entry()
    use = log_use("import-units", "exported", by=None, row_count=3, purpose="季度核对")
    for act in (lambda: Use.objects.update(row_count=0), lambda: use.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    with clock.at(datetime(2020, 1, 1, tzinfo=CHINA)):
        make_entry(code="past", valid_from=date(2019, 1, 1))
        log_use("past", "exported", by=None, row_count=1).delete()

    assert Use.objects.get().row_count == 3


def test_a_wrong_fact_is_answered_within_ten_working_days():
    correction = make_correction()

    assert correction.due_at.astimezone(CHINA).date() == date(2026, 3, 18)
    assert Correction.objects.overdue(correction.due_at + timedelta(seconds=1)).get() == correction


def test_an_answer_is_given_once_and_never_by_who_reported():
    officer = make_worker(make_community(), "exchange.correct")
    correction, own = make_correction(), make_correction(by=officer)
    answered = answer_correction(correction, by=officer, outcome="passed_on", answer="已转")

    with pytest.raises(ValidationError):
        answer_correction(correction, by=officer, outcome="kept", answer="")
    for thing, by in ((own, officer), (own, make_user())):
        with pytest.raises(PermissionDenied):
            answer_correction(thing, by=by, outcome="kept", answer="")
    assert (answered.outcome, answered.answered_at) == ("passed_on", clock.now())


def test_L3_the_same_key_and_body_give_the_same_answer_and_one_effect():
    make_entry()
    client = token_client(make_user(), "exchange:correct")

    first, again = report(client, "key-0001"), report(client, "key-0001")

    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert (again["Idempotency-Replayed"], Correction.objects.count()) == ("true", 1)


def test_L3_the_same_key_with_another_body_is_refused():
    make_entry()
    client = token_client(make_user(), "exchange:correct")
    report(client, "key-0001")

    assert (report(client, "key-0001", proposed="3").status_code, Correction.objects.count()) == (422, 1)


def test_L3_two_persons_may_use_one_key_and_without_a_key_each_request_counts():
    make_entry()
    for _ in range(2):
        client = token_client(make_user(), "exchange:correct")
        report(client, "key-0001")
    report(client), report(client)

    assert Correction.objects.count() == 4


def test_L3_a_refusal_has_no_effect_and_is_not_remembered():
    client = token_client(make_user(), "exchange:correct")
    before = report(client, "key-0001").status_code
    make_entry()

    assert (before, report(client, "key-0001").status_code) == (404, 201)


@pytest.mark.parametrize("key", ["short", "x" * 65, "with blank", "键键键键键键键键"])
def test_a_key_that_is_no_key_is_refused(key):
    make_entry()

    assert report(token_client(make_user(), "exchange:correct"), key).status_code == 422


def test_D10_remembered_answers_are_sealed_and_forgotten_after_their_time():
    make_entry()
    report(token_client(make_user(), "exchange:correct"), "key-0001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM api_rememberedanswer")
        stored = cursor.fetchone()[0]
    assert "城管局" not in stored
    with clock.at(clock.now() + timedelta(hours=24)):
        after_a_day = forget_old_answers()
    with clock.at(clock.now() + timedelta(hours=49)):
        assert (after_a_day, forget_old_answers(), RememberedAnswer.objects.count()) == (0, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_L3_parallel_requests_with_one_key_have_one_effect():
    make_entry()
    user = make_user()
    clients = [token_client(user, "exchange:correct") for _ in range(6)]

    def send(client):
        with clock.at(TEST_DAY):
            try:
                return report(client, "key-0001").status_code
            finally:
                connection.close()

    with ThreadPoolExecutor(6) as crowd:
        statuses = list(crowd.map(send, clients))

    assert Correction.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert report(clients[0], "key-0001").status_code == 201
    assert Correction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_L3_while_the_first_still_runs_the_second_is_told_so(monkeypatch):
    from linli.exchange import api

    make_entry()
    user = make_user()
    one, other = (token_client(user, "exchange:correct") for _ in range(2))
    told, act = [], api.report_error

    def ask_meanwhile():
        with clock.at(TEST_DAY):
            try:
                told.append(report(other, "key-0001").status_code)
            finally:
                connection.close()

    def slow(*arguments, **named):
        monkeypatch.setattr(api, "report_error", act)
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(ask_meanwhile).result()
        return act(*arguments, **named)

    monkeypatch.setattr(api, "report_error", slow)
    assert (report(one, "key-0001").status_code, told, Correction.objects.count()) == (201, [409], 1)


def test_the_register_is_open_to_everybody_and_reports_only_to_their_authors():
    make_entry(), make_entry(code="ended", valid_to=date(2026, 2, 1))
    author, stranger = make_user(), make_user()
    make_correction(by=author)

    entries = [entry["code"] for entry in Client().get("/api/v1/exchange/entries").json()["items"]]
    seen = [
        len(token_client(user, "exchange:correct").get(PATH).json()["items"]) for user in (author, stranger)
    ]
    assert (entries, seen) == (["import-units"], [1, 0])
