"""GeoReport v2 as a client of another maker uses it: discovery and six methods, XML and JSON, errors (C05)."""

import json
from xml.etree import ElementTree as Xml

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.api.rates import Rate
from linli.exchange.models import DailyUse
from linli.places.models import Boundary
from linli.requests.models import Request
from tests.conftest import TEST_DAY
from tests.factories.api import make_token
from tests.factories.exchange import make_entry
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[120, 30], [120.1, 30], [120.1, 30.1], [120, 30.1], [120, 30]]]}


@pytest.fixture
def key(town):
    Boundary.objects.create(
        place=town.place,
        geometry=SQUARE,
        west=120,
        east=120.1,
        south=30,
        north=30.1,
        source="测试",
        as_of=TEST_DAY.date(),
    )
    _token, key = make_token(make_user("对接平台"), "requests:file")
    return key


def filed(key, **more):
    return {
        "api_key": key,
        "service_code": "street-lights",
        "description": "路灯不亮",
        "lat": "30.05",
        "long": "120.05",
        **more,
    }


def read(client, path):
    return client.get(f"/open311/v2/{path}")


def test_discovery_names_the_endpoint_in_both_formats(client, town):
    told = read(client, "discovery.json").json()
    assert told["endpoints"][0]["url"].endswith("/open311/v2")
    assert [one["format"] for one in told["endpoints"][0]["formats"]] == ["text/xml", "application/json"]
    assert (
        Xml.fromstring(read(client, "discovery.xml").content)
        .find("endpoints/endpoint/url")
        .text.endswith("v2")
    )


def test_services_and_a_definition_are_listed_in_both_formats(client, town):
    rows = read(client, "services.json").json()
    assert rows[0].keys() == {
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    }
    tree = Xml.fromstring(read(client, "services.xml").content)
    assert [one.text for one in tree.findall("service/service_code")] == [row["service_code"] for row in rows]
    assert read(client, "services/street-lights.json").json() == {
        "service_code": "street-lights",
        "attributes": [],
    }


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_request_is_filed_by_a_key_and_read_without_anything_personal(client, key, form):
    """XZ-045 from outside: filed with place from the point, shown with kind, community and state alone."""
    told = filed(
        key, first_name="桂英", last_name="郑", phone="13800001111", media_url="https://a.example/1.jpg"
    )
    answer = client.post(f"/open311/v2/requests.{form}", told)
    assert answer.status_code == 201
    request = Request.objects.get()
    text = answer.content.decode()
    assert request.case.number in text
    assert (request.case.place.name, request.case.reporter.name, request.lon) == ("第1社区", "郑桂英", 120.05)
    assert request.description.endswith("https://a.example/1.jpg")

    shown = read(client, f"requests/{request.case.number}.{form}").content.decode()
    assert "street-lights" in shown
    assert "郑" not in shown
    assert "路灯不亮" not in shown
    assert request.case.number in read(client, f"tokens/{request.case.number}.{form}").content.decode()


def test_the_list_is_chosen_by_status_service_and_time(client, key):
    client.post("/open311/v2/requests.json", filed(key))
    for query, count in (
        ("", 1),
        ("?status=open", 1),
        ("?status=closed", 0),
        ("?service_code=noise", 0),
        ("?start_date=2026-03-01T00:00:00Z&end_date=2026-03-05T00:00:00Z", 1),
        ("?end_date=2026-03-01T00:00:00Z", 0),
    ):
        assert len(read(client, f"requests.json{query}").json()) == count, query


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key": "linli_wrong"}, 403),
        ({"api_key": ""}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "no-such"}, 404),
        ({"description": ""}, 400),
        ({"description": "字" * 2001}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "here"}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "31", "long": "121"}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"jurisdiction_id": "110000000000"}, 404),
    ],
    ids=str,
)
def test_errors_are_told_as_the_specification_says(client, key, change, status):
    answer = client.post("/open311/v2/requests.json", filed(key, **change))
    assert (answer.status_code, [row["code"] for row in answer.json()]) == (status, [status])
    answer = client.post("/open311/v2/requests.xml", filed(key, **change))
    assert Xml.fromstring(answer.content).find("error/code").text == str(status)
    assert Request.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests/RQ-2026-999999.json", 404),
        ("tokens/none.json", 404),
        ("services/none.json", 404),
        ("services.json?jurisdiction_id=1", 404),
        ("requests.json?status=odd", 400),
        ("requests.json?start_date=yesterday", 400),
        ("requests.json?page_size=0", 400),
        ("services.csv", 404),
    ],
)
def test_a_wrong_question_is_answered_with_its_code(client, town, path, status):
    assert read(client, path).status_code == status


def error_in(answer, form):
    """(code, description) of an answer in the error shape of the specification."""
    if form == "json":
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        (error,) = answer.json()
        return error["code"], error["description"]
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    tree = Xml.fromstring(answer.content)
    assert (tree.tag, [child.tag for child in tree]) == ("errors", ["error"])
    return int(tree.findtext("error/code")), tree.findtext("error/description")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_the_platform_refuses_before_a_method_has_the_same_shape(client, town, monkeypatch, form):
    """I13: too many questions, no such address, a wrong verb: never a page for people, whatever refuses."""
    nowhere = client.get(f"/open311/v2/nowhere.{form}")
    wrong_verb = client.post(f"/open311/v2/services.{form}")
    monkeypatch.setattr("linli.api.rates.OF_ONE_ADDRESS", 0)
    too_many = client.get(f"/open311/v2/services.{form}")

    assert (nowhere.status_code, error_in(nowhere, form)) == (404, (404, "not found"))
    assert (wrong_verb.status_code, error_in(wrong_verb, form)) == (405, (405, "method not allowed"))
    assert wrong_verb["Allow"] == "GET, HEAD"
    assert too_many.status_code == 429
    wait_s = too_many["Retry-After"]
    assert error_in(too_many, form) == (429, f"too many requests, try again in {wait_s} seconds")


def test_a_key_that_files_too_fast_is_told_so_in_the_format_it_asked(client, key, monkeypatch):
    monkeypatch.setattr("linli.requests.open311.methods.BY_PERSON", Rate("person", 0, 60))

    for form in ("json", "xml"):
        answer = client.post(f"/open311/v2/requests.{form}", filed(key))
        assert (answer.status_code, error_in(answer, form)[0]) == (429, 429)
    assert Request.objects.count() == 0


def test_a_fault_of_ours_is_an_error_of_the_specification_too(client, town, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("linli.requests.open311.methods.standing_categories", lambda request: 1 / 0)
    answer = client.get("/open311/v2/services.xml")

    assert (answer.status_code, error_in(answer, "xml")) == (500, (500, "internal server error"))


def test_a_picture_comes_with_the_request(client, key, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    from io import BytesIO

    from PIL import Image

    drawn = BytesIO()
    Image.new("RGB", (20, 20), "white").save(drawn, "PNG")
    picture = SimpleUploadedFile("lamp.png", drawn.getvalue(), "image/png")
    assert client.post("/open311/v2/requests.json", filed(key, media=picture)).status_code == 201
    assert Request.objects.get().case.attachments.count() == 1
    wrong = SimpleUploadedFile("lamp.png", b"no picture", "image/png")
    assert client.post("/open311/v2/requests.json", filed(key, media=wrong)).status_code == 400
    assert json.loads(read(client, "requests.json").content)[0]["status"] == "open"


def test_what_is_filed_is_counted_in_the_register_of_exchange(client, key):
    make_entry(code="import-open311", kind="import")
    refused = client.post("/open311/v2/requests.json", filed("nobody"))
    taken = client.post("/open311/v2/requests.json", filed(key))

    counted = DailyUse.objects.values_list("entry__code", "act", "use_count", "row_count")
    assert (refused.status_code, taken.status_code) == (403, 201)
    assert list(counted) == [("import-open311", "received", 1, 1)]
