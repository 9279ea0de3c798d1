"""L8: acts of other apps that must leave a row; and tables that TRUNCATE does not empty."""

import pytest
from django.db import DatabaseError, connection, transaction

from linli.api.tokens import revoke_token
from linli.audit.models import Entry
from linli.exchange.imports.running import apply_import, check_import
from linli.jobs.actions import try_again
from tests.exchange.test_imports import GOOD, table
from tests.factories.api import make_token
from tests.factories.exchange import make_entry
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def acts(*names) -> list[tuple]:
    return list(Entry.objects.filter(act__in=names).order_by("pk").values_list("act", "by", "detail"))


def test_a_token_that_is_made_and_withdrawn_leaves_two_rows_without_its_key():
    user = make_user()
    token, key = make_token(user, "people:me")
    revoke_token(token, by=user)
    revoke_token(token, by=user)

    assert acts("api.token_made", "api.token_revoked") == [
        ("api.token_made", user.pk, {"scopes": ["people:me"], "days": 30}),
        ("api.token_revoked", user.pk, {}),
    ]
    assert key not in str(Entry.objects.values())


def test_an_import_leaves_a_row_and_so_does_each_look_at_its_table(client):
    make_entry()
    community = make_community(1)
    worker = make_worker(community.parent, "units.edit")
    run, _checked = check_import(table(GOOD), kind="units", by=worker)
    apply_import(run, by=worker, rows="all")
    client.force_login(worker)
    for _time in range(2):
        answer = client.get(f"/files/{run.file_id}/")
        assert (answer.status_code, len(b"".join(answer.streaming_content)) > 0) == (200, True)

    assert acts("exchange.import", "files.read") == [
        ("exchange.import", worker.pk, {"kind": "units", "rows": 1}),
        ("files.read", worker.pk, {"purpose": "import-source"}),
        ("files.read", worker.pk, {"purpose": "import-source"}),
    ]


def test_a_dead_letter_tried_again_leaves_a_row_and_one_that_is_none_leaves_none():
    operator = make_worker(make_community(), "jobs.operate")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, priority, args, status)"
            " values ('default', 'jobs.clean', 0, '{}', 'failed') returning id"
        )
        job = cursor.fetchone()[0]

    assert (try_again(job, by=operator), try_again(job, by=operator)) == (True, False)
    assert acts("jobs.try_again") == [("jobs.try_again", operator.pk, {"job": job})]


@pytest.mark.database
@pytest.mark.parametrize("table", ["audit_entry", "ledger_account", "ledger_transfer", "ledger_closedperiod"])
def test_L8_L1_nobody_truncates_the_audit_or_the_ledger(table):
    with connection.cursor() as cursor:
        cursor.execute("set linli.may_truncate = 'off'")
        try:
            with pytest.raises(DatabaseError, match="is_never_truncated"), transaction.atomic():
                cursor.execute(f"truncate {table} cascade")
        finally:
            cursor.execute("set linli.may_truncate = 'on'")


@pytest.mark.database
def test_L8_truncating_an_account_table_does_not_take_the_audit_along():
    with connection.cursor() as cursor:
        cursor.execute("set linli.may_truncate = 'off'")
        try:
            with pytest.raises(DatabaseError, match="is_never_truncated"), transaction.atomic():
                cursor.execute("truncate people_user cascade")
        finally:
            cursor.execute("set linli.may_truncate = 'on'")
