"""Studies and siting over the API: jobs that are asked for once, looked at until they are done."""

import pytest

from linli.reach.actions.planning import compute_scenario
from linli.reach.actions.running import compute_run
from linli.reach.models import Run, Scenario
from tests.factories.api import token_client
from tests.factories.people import make_worker
from tests.factories.reach import make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(town):
    return token_client(make_worker(town.city, "reach.plan"), "reach:plan")


def post(client, path, told, **headers):
    return client.post(f"/api/v1/reach/{path}", told, content_type="application/json", headers=headers)


def siting(run, **more):
    return {"run": run.pk, "title": "补一处", "functions": ["shopping"], "method": "most", "number": 1,
            "sources": ["homes"]} | more  # fmt: skip


def test_a_study_is_asked_for_once_however_often_the_request_is_sent(town, caller):
    told = {"place": town.city.code, "weekday": 3, "hour": 19}
    key = {"Idempotency-Key": "study-2026-0001"}

    first, again = post(caller, "runs", told, **key), post(caller, "runs", told, **key)

    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (202, 202, "true")
    assert first.json() == again.json()
    [run] = Run.objects.all()
    assert (first.json()["id"], first.json()["state"], first.json()["moment"]) == (
        run.pk,
        "waiting",
        "周三 19:00",
    )
    other = post(caller, "runs", told | {"hour": 20}, **key)
    assert (other.status_code, Run.objects.count()) == (422, 1)


def test_a_study_is_looked_at_until_it_is_done(town, caller):
    run = Run.objects.get(pk=post(caller, "runs", {"place": town.city.code}).json()["id"])
    assert caller.get(f"/api/v1/reach/runs/{run.pk}").json()["functions"] == []
    compute_run(run.pk)

    told = caller.get(f"/api/v1/reach/runs/{run.pk}").json()

    run.refresh_from_db()
    assert (told["state"], told["digest"], told["result_digest"]) == ("done", run.digest, run.result_digest)
    rows = {row["function"]: row for row in told["functions"]}
    assert (rows["shopping"]["judged"], rows["shopping"]["walking"]) == (2, 1)
    assert (rows["lodging"]["outlets"], rows["lodging"]["judged"]) == (0, None)


def test_what_cannot_be_studied_is_told_by_field_and_starts_nothing(town, caller):
    half = post(caller, "runs", {"place": town.city.code, "weekday": 3})
    nobody = post(caller, "runs", {"place": town.city.code, "profile": "rocket"})
    nowhere = post(caller, "runs", {"place": "990199999999"})

    assert half.json()["errors"] == [{"where": "body.hour", "reason": "星期几和几点要一起填。"}]
    assert nobody.json()["errors"][0]["where"] == "body.profile"
    assert (half.status_code, nobody.status_code, nowhere.status_code) == (422, 422, 404)
    assert not Run.objects.exists()


def test_sites_are_asked_for_and_come_with_what_nothing_can_beat(town, caller):
    run = make_run(town.city)
    asked = post(caller, "scenarios", siting(run))
    assert (asked.status_code, asked.json()["state"], asked.json()["gap"]) == (202, "waiting", None)
    compute_scenario(asked.json()["id"])

    told = caller.get(f"/api/v1/reach/scenarios/{asked.json()['id']}").json()

    assert (told["state"], len(told["sites"]), told["gap"]) == ("done", 1, 0.0)
    assert told["after"] is None  # five people: a few are not told
    assert Scenario.objects.get().asked["number"] == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [({"functions": ["rocket"]}, "functions"), ({"method": "budget"}, "sources"), ({"house": True}, "sources"),
     ({"number": 501}, "count"), ({"sources": ["sea"]}, "sources")],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_told_by_field(town, caller, more, field):
    run = make_run(town.city)

    refused = post(caller, "scenarios", siting(run, **more))

    assert refused.status_code == 422
    assert f"body.{field}" in {error["where"] for error in refused.json()["errors"]}
    assert not Scenario.objects.exists()


def test_whoever_plans_elsewhere_and_a_token_for_something_else_are_refused(town, caller):
    run = make_run(town.city)
    elsewhere = token_client(make_worker(town.far, "reach.plan"), "reach:plan")
    reading = token_client(make_worker(town.city, "reach.plan"), "reach:read")

    assert post(elsewhere, "runs", {"place": town.city.code}).status_code == 404
    assert elsewhere.get(f"/api/v1/reach/runs/{run.pk}").status_code == 404
    assert post(elsewhere, "scenarios", siting(run)).status_code == 404
    assert post(reading, "runs", {"place": town.city.code}).status_code == 403


def test_whoever_starts_studies_by_the_dozen_is_told_to_wait(town, caller):
    """I13: a study of a whole city is a costly door on every way in."""
    statuses = [post(caller, "runs", {"place": town.city.code}).status_code for _ in range(7)]

    assert statuses == [202] * 6 + [429]
