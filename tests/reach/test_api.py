"""The life circle for other systems."""

import pytest

from tests.factories.reach import make_run, spot

pytestmark = pytest.mark.django_db


def post(client, path, told):
    return client.post(f"/api/v1/reach/{path}", told, content_type="application/json")


def test_near_takes_a_position_in_the_body_or_a_community(town, client):
    make_run(town.city)
    lon, lat = spot(780)

    here = post(client, "near", {"lon": lon, "lat": lat}).json()
    there = post(client, "near", {"community": town.near.code, "function": "shopping"}).json()

    assert here[0]["minutes"] == 1
    assert [one["name"] for one in there] == ["convenience-500"]
    assert post(client, "near", {"lon": 80, "lat": 40}).status_code == 404
    assert post(client, "near", {"community": "990199999999"}).status_code == 404


def test_coverage_of_a_community_tells_both_rules_and_no_small_count(town, client):
    address = f"/api/v1/reach/communities/{town.near.code}"
    assert client.get(address).json() == {
        "place": town.near.code, "on": None, "digest": None, "functions": [],
    }  # fmt: skip
    run = make_run(town.city)

    told = client.get(address).json()

    shopping = next(row for row in told["functions"] if row["function"] == "shopping")
    assert (told["digest"], shopping["state"], shopping["minutes"], shopping["percent"]) == (
        run.digest,
        "met",
        0.1,
        None,
    )


def test_an_isochrone_grows_with_its_minutes(town, client):
    make_run(town.city)
    lon, lat = spot(2000)

    bands = post(client, "isochrone", {"lon": lon, "lat": lat, "minutes": [10, 5]}).json()

    assert [(band["minutes"], round(band["street_m"], -1)) for band in bands] == [(5, 750), (10, 1500)]
    assert {band["area"]["type"] for band in bands} == {"Polygon"}
    assert post(client, "isochrone", {"lon": lon, "lat": lat, "minutes": [999]}).status_code == 422
    assert post(client, "isochrone", {"lon": 80, "lat": 40}).status_code == 404
