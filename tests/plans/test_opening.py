"""Open data says what the public page says, in every shape; words of residents are answered in public."""

import csv
import json
from io import StringIO

import pytest

from linli.measures import Period
from linli.plans.models import FigureRules, MeasureValue, Plan, Reply
from linli.plans.queries.opening import DIMENSIONS, open_rows
from linli.plans.queries.sdmx_reading import read_sdmx
from tests.factories.exchange import make_entry
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import install_small, plan_pack

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")


@pytest.fixture
def city(monkeypatch):
    make_entry(code="feed-open-data", kind="feed")
    places = [make_community(number) for number in (1, 2, 3)]
    people = {"formula": "sum(户数)", "unit": "户", "decimals": 0, "baseline": None, "readings": ()}
    install_small(monkeypatch, plan=plan_pack(indicator=people))
    for place, value in zip(places, (4, 36, 60), strict=True):
        MeasureValue.objects.create(
            measure="t.households", place=place, month=2026 * 12 + 2, value=value, source="records"
        )
    return places[0].parent


def test_open_data_withholds_small_counts_so_that_no_subtraction_gives_them_back(city):
    rows = open_rows(Plan.objects.get(), city, MARCH)

    assert [(row.area_name, row.value, row.status) for row in rows] == [
        ("桥头街道", "100", "value"), ("第1社区", None, "suppressed"),
        ("第2社区", None, "suppressed"), ("第3社区", "60", "value"),
    ]  # fmt: skip


def test_every_shape_says_the_same_cells(client, city):
    base, query = "/plans/ts-2025/data/", f"?place={city.code}&period=2026-03"
    rows = open_rows(Plan.objects.get(), city, MARCH)
    wanted = [(row.area, row.value or "") for row in rows]

    told = json.loads(client.get(f"{base}json/{query}").content)["rows"]
    plain = [
        line for line in client.get(f"{base}csv/{query}").content.decode().splitlines() if line[0] != "#"
    ]
    sdmx = list(csv.DictReader(StringIO(client.get(f"{base}sdmx-csv/{query}").content.decode())))

    assert [(row["area"], row["value"] or "") for row in told] == wanted
    assert [(row["area"], row["value"]) for row in csv.DictReader(plain)] == wanted
    assert [(row["REF_AREA"], row["OBS_VALUE"]) for row in sdmx] == wanted
    assert [row["OBS_STATUS"] for row in sdmx] == ["A", "Q", "Q", "A"]
    assert client.get(f"{base}xml/{query}").status_code == 404


def test_what_too_few_have_reported_is_told_as_preliminary_in_every_shape(client, city):
    """A value below the plan's 80 % is provisional: P in SDMX, so that nobody takes it for final; read back as such."""
    make_community(4), make_community(5)  # silent: three of five
    base, query = "/plans/ts-2025/data/", f"?place={city.code}&period=2026-03"
    told = json.loads(client.get(f"{base}json/{query}").content)["rows"]
    text = client.get(f"{base}csv/{query}").content.decode()
    plain = list(csv.DictReader(line for line in text.splitlines() if line[0] != "#"))
    sdmx = client.get(f"{base}sdmx-csv/{query}").content.decode()
    read = read_sdmx(client.get(f"{base}sdmx-structure/{query}").content.decode(), sdmx)

    assert (told[0]["value"], told[0]["reported"], told[0]["expected"]) == ("100", 3, 5)
    early = [True, False, False, False, False, False]  # a place that is silent has no value that could change
    assert [row["preliminary"] for row in told] == [one.preliminary for one in read] == early
    assert [row["preliminary"] for row in plain] == [str(one) for one in early]
    assert next(csv.DictReader(StringIO(sdmx)))["OBS_STATUS"] == "P"


def test_the_file_says_below_which_count_the_pack_withholds_people(client, city):
    FigureRules.objects.update(small_count=5)
    text = client.get(f"/plans/ts-2025/data/csv/?place={city.code}&period=2026-03").content.decode()
    assert "1–4 人的数不公开" in text


def test_the_structure_names_every_code_that_the_data_uses(client, city):
    query = f"?place={city.code}&period=2026-03"
    structure = json.loads(client.get(f"/plans/ts-2025/data/sdmx-structure/{query}").content)["data"]
    sdmx = list(
        csv.DictReader(StringIO(client.get(f"/plans/ts-2025/data/sdmx-csv/{query}").content.decode()))
    )

    areas, indicators = ({code["id"] for code in one["codes"]} for one in structure["codelists"])
    parts = structure["dataStructures"][0]["dataStructureComponents"]
    named = [
        *(d["id"] for d in parts["dimensionList"]["dimensions"]),
        parts["dimensionList"]["timeDimension"]["id"],
    ]
    assert areas == {row["REF_AREA"] for row in sdmx}
    assert indicators == {row["INDICATOR"] for row in sdmx}
    assert tuple(named) == DIMENSIONS
    assert {row["STRUCTURE_ID"] for row in sdmx} == {"LINLI:TS_2025(1.0.0)"}


def test_the_api_gives_the_published_values(client, city):
    told = client.get(f"/api/v1/plans/ts-2025/values?place={city.code}&period=2026-03").json()

    assert [(row["area"], row["value"]) for row in told][:2] == [(city.code, "100"), (told[1]["area"], None)]
    assert [plan["code"] for plan in client.get("/api/v1/plans").json()] == ["ts-2025"]


def test_words_come_without_a_name_and_are_published_with_their_answer(client, city):
    """XF-022"""
    client.post("/plans/ts-2025/reply/", {"place": city.code, "words": "食堂太远"})
    page = f"/plans/ts-2025/?place={city.code}"
    before = client.get(page).content.decode()
    client.force_login(make_worker(city, "plans.assign"))
    client.post("/plans/replies/", {"reply": Reply.objects.get().pk, "answer": "下月开两处助餐点"})

    after = client.get(page).content.decode()
    assert ("食堂太远" in before, "食堂太远" in after, "下月开两处助餐点" in after) == (False, True, True)


def test_one_address_cannot_flood_the_box(client, city):
    for number in range(12):
        client.post("/plans/ts-2025/reply/", {"place": city.code, "words": f"意见{number}"})

    assert Reply.objects.count() == 10


def test_empty_words_are_refused(client, city):
    client.post("/plans/ts-2025/reply/", {"place": city.code, "words": "  "})
    assert Reply.objects.count() == 0
