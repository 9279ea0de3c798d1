"""Rows of one act written by one statement: nothing is lost, nothing is kept of an act that failed (L1, K1)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli import audit
from linli.audit.models import Entry
from linli.cases.models import Case, CaseEvent, NumberSeries
from linli.kernel import clock
from linli.kernel.together import read, together, write
from linli.notices.models import Notice
from linli.people.models import Consent
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def notice(person, kind="case-step", **fields):
    return Notice(to=person, kind=kind, channel="inbox", context={"n": 1, "词": "路灯"}, **fields)


def test_rows_of_several_models_are_one_statement_and_have_their_keys_afterwards():
    person = make_person()
    with CaptureQueriesContext(connection) as asked, transaction.atomic(), together():
        first = notice(person)
        write(first)
        audit.record("test.act", by=None, detail={"n": 1})
        write(notice(person, "other"))
        assert (first.pk, Notice.objects.count()) == (None, 0)

    written = [one["sql"] for one in asked if "INSERT" in one["sql"]]
    assert (len(written), Notice.objects.count(), Entry.objects.count()) == (1, 2, 1)
    assert Notice.objects.get(pk=first.pk).context == {"n": 1, "词": "路灯"}
    assert Notice.objects.get(pk=first.pk).created_at == first.created_at == clock.now()


def test_outside_of_it_a_row_is_written_at_once():
    row = notice(make_person())
    write(row)
    row.read_at = row.sent_at = clock.now()
    row.save()  # it is a whole row: saved again it is updated

    assert list(Notice.objects.values_list("pk", "sent_at")) == [(row.pk, clock.now())]


def test_nothing_is_written_of_what_failed():
    person = make_person()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), together():
        write(notice(person))
        _nothing = 1 / 0
    with transaction.atomic(), together():
        write(notice(person, "after"))

    assert list(Notice.objects.values_list("kind", flat=True)) == ["after"]


def test_what_is_written_inside_a_savepoint_goes_with_it():
    """A part that is taken back alone takes its rows with it and no others."""
    person = make_person()
    with transaction.atomic(), together():
        write(notice(person, "kept"))
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write(notice(person, "lost"))
            _nothing = 1 / 0
        with transaction.atomic():
            write(notice(person, "kept too"))

    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["kept", "kept too"]


def test_many_rows_are_written_in_several_statements():
    person = make_person()
    with transaction.atomic(), together():
        for number in range(40):
            write(notice(person, f"n{number:02}"))

    kinds = list(Notice.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [f"n{number:02}" for number in range(40)]


def test_the_constraints_hold_as_ever_and_the_key_is_not_given_twice():
    bad = notice(make_person(), read_at=clock.now())  # read before it was sent
    with (
        pytest.raises(IntegrityError, match="notice_is_read_after_it_is_sent"),
        transaction.atomic(),
        together(),
    ):
        write(bad)

    assert Notice.objects.count() == 0


def test_a_model_whose_versions_are_kept_is_refused():
    """The statement goes past pghistory, which writes who did it: such a row would have nobody (D3)."""
    with pytest.raises(TypeError, match="Consent keeps versions"):
        write(Consent())


def test_reading_sees_what_the_transaction_wrote():
    NumberSeries.objects.create(prefix="RQ-2026", last=7)

    assert read("SELECT last FROM cases_numberseries WHERE prefix = %s", ["RQ-2026"]) == [(7,)]


def test_a_plan_is_kept_by_the_server_for_the_connection():
    for _turn in range(6):
        read("SELECT count(*) FROM cases_case WHERE kind = %s", ["request"])

    kept = read(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
        ["%FROM cases_case WHERE kind%"],
    )
    assert kept == [(1,)]
    assert (Case.objects.count(), CaseEvent.objects.count()) == (0, 0)
