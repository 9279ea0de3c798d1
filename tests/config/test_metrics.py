"""How the platform is: for operators on a page, for monitoring as text, for nobody else (W4)."""

from datetime import timedelta

import pytest
from django.db import transaction
from pydantic import SecretStr

from linli import audit
from linli.config.findings import findings
from linli.kernel import clock
from linli.kernel.unfinished import unfinished_path
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return make_worker(make_community(), "jobs.operate")


def known() -> dict:
    return {one.name: one for one in findings()}


def test_metrics_are_for_the_token_and_operators_alone(client, settings, operator):
    strangers = [
        client.get("/metrics").status_code,
        client.get("/metrics", headers={"Authorization": "Bearer "}).status_code,
    ]
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"metrics_token": SecretStr("t0p")})
    wrong = client.get("/metrics", headers={"Authorization": "Bearer t0q"})
    shown = client.get("/metrics", headers={"Authorization": "Bearer t0p"})
    client.force_login(make_user())
    other = client.get("/metrics").status_code
    client.force_login(operator)

    assert (strangers, wrong.status_code, other, client.get("/metrics").status_code) == (
        [404, 404],
        404,
        404,
        200,
    )
    text = shown.content.decode()
    assert "linli_jobs_waiting 0.0" in text
    assert 'linli_well{finding="database"} 1.0' in text


def test_the_page_of_health_says_what_needs_a_hand(client, operator):
    client.force_login(operator)

    page = client.get("/health/").content.decode()

    assert ("最近恢复演练" in page, "需要处理" in page, "从来没有做过" in page) == (True, True, True)


def test_the_last_drill_is_well_until_it_is_too_long_ago_or_failed():
    assert (known()["last drill"].well, known()["last drill"].words) == (False, "从来没有做过")
    with transaction.atomic():
        audit.record("backup.drill", by=None, detail={"said": "✓ nothing is in doubt"})
    fresh = known()["last drill"]
    with clock.at(clock.now() + timedelta(days=16)):
        old = known()["last drill"].well
    with transaction.atomic():
        audit.record("backup.drill", by=None, result="failed", detail={"said": "damaged"})

    assert (fresh.well, fresh.words) == (True, "2026-03-04 10:00, 完成 ✓ nothing is in doubt")
    assert (old, known()["last drill"].well) == (False, False)


def test_rows_that_wait_for_their_link_and_an_unfinished_restore_are_told(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    with clock.at(clock.now() - timedelta(minutes=6)), transaction.atomic():
        audit.record("test.act", by=None)
    unfinished_path().write_text("a set")

    assert (known()["audit chain"].well, known()["restore"].well, known()["clocks"].well) == (
        False,
        False,
        True,
    )
