"""Staff add grids, compounds and buildings, draw outlines and enter figures; codes are read before they are used."""

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from linli.places import actions, queries
from linli.places.boundary_import import import_boundaries
from linli.places.codes import read_code
from linli.places.commands import main
from linli.places.levels import Level
from linli.places.models import Boundary, Place, PlaceVersion, PopulationFigure
from linli.places.outlines import outline_of
from tests.factories.exchange import make_entry
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[114, 30], [115, 30], [115, 31], [114, 31], [114, 30]]]}


def test_a_grid_is_added_below_a_community_under_the_next_code_and_stands_in_its_history(client):
    community = make_community(1)
    make_place(f"{community.code}G002", "grid")
    client.force_login(make_worker(community, "places.edit"))
    page = client.get(f"/places/{community.code}/add/")
    assert f"{community.code}G003" in page.content.decode()
    assert [value for value, _label in page.context["form"].fields["level"].choices] == [
        "grid",
        "compound",
        "building",
    ]

    form = {"level": "grid", "code": f"{community.code}G003", "name": "三号网格", "on": "2026-03-01"}
    answer = client.post(f"/places/{community.code}/add/", form)
    again = client.post(f"/places/{community.code}/add/", form)

    made = Place.objects.get(code=f"{community.code}G003")
    assert (answer.status_code, again.status_code) == (302, 422)
    assert (made.parent, made.valid_from) == (community, date(2026, 3, 1))
    assert PlaceVersion.objects.get(place=made).during.lower == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("level", "code", "reason"),
    [
        ("grid", "990101001002G001", "代码应以上级的代码开头"),
        ("grid", "990101001001X001", "社区代码加 G"),
        ("street", "990101009000", "请从列出的选项中选择"),
    ],
)
def test_I1_a_wrong_code_or_level_is_a_422_that_adds_nothing(client, level, code, reason):
    community = make_community(1)
    client.force_login(make_worker(community, "places.edit"))
    before = Place.objects.count()
    form = {"level": level, "code": code, "name": "新", "on": "2026-03-01"}
    answer = client.post(f"/places/{community.code}/add/", form)

    assert (answer.status_code, Place.objects.count()) == (422, before)
    assert reason in answer.content.decode()


def test_divisions_are_added_by_who_reorganises_and_by_nobody_else(client):
    street = make_community(1).parent
    client.force_login(make_worker(street, "places.edit"))
    assert client.get(f"/places/{street.code}/add/").status_code == 404

    officer = make_worker(street.parent, "places.edit", "places.reorganise")
    made = actions.add_place(
        by=officer, code=queries.next_code(street, Level.COMMUNITY), level="community", name="新社区", parent=street,
        on=date(2026, 3, 1),
    )  # fmt: skip
    assert made.code == "990101001002"


def test_a_building_is_given_one_grid_of_its_own_community_alone(client):
    community, other = make_community(1), make_community(2)
    own, foreign = (make_place(f"{c.code}G001", "grid") for c in (community, other))
    building = make_place(f"{community.code}B0001", "building")
    client.force_login(make_worker(community, "places.edit"))
    form = {"version": 1, "urban_rural": "", "committee": ""}
    statuses = [
        client.post(f"/places/{building.code}/edit/", form | {"grid": grid.pk}).status_code
        for grid in (foreign, own)
    ]

    building.refresh_from_db()
    assert (statuses, building.grid) == ([422, 302], own)


def test_an_outline_goes_up_as_geojson_and_a_stranger_sees_it_on_the_map(client):
    community = make_community(1)
    client.force_login(make_worker(community, "places.edit"))
    feature = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": SQUARE}],
    }
    file = SimpleUploadedFile("边界.geojson", json.dumps(feature).encode())
    answer = client.post(
        f"/places/{community.code}/boundary/", {"file": file, "source": "自然资源部门", "as_of": "2026-01-01"}
    )

    drawn = Boundary.objects.get(place=community)
    assert answer.status_code == 302
    assert (drawn.west, drawn.south, drawn.east, drawn.north, drawn.source) == (
        114,
        30,
        115,
        31,
        "自然资源部门",
    )
    assert queries.place_at(114.5, 30.5) == community


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Point", "coordinates": [114, 30]}, "不是 GeoJSON 的面"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, "在中国境内"),
        (
            {"type": "Polygon", "coordinates": [[[114, 30], [115, 31], [115, 30], [114, 31], [114, 30]]]},
            "自己相交",
        ),
        ({"type": "Polygon", "coordinates": [["a"]]}, "读不出来"),
        ({"type": "Polygon", "coordinates": []}, "没有面积"),
        ({"type": "FeatureCollection", "features": []}, "只有一个边界"),
        ("text", "不是 GeoJSON 的面"),
    ],
)
def test_I1_what_is_no_outline_is_refused_with_a_sentence(geometry, reason):
    with pytest.raises(ValidationError, match=reason):
        outline_of(geometry)


def test_P3_nobody_draws_or_counts_elsewhere():
    here, there = make_community(1), make_community(2)
    worker = make_worker(here, "places.edit")
    with pytest.raises(PermissionDenied):
        actions.draw_boundary(there, by=worker, geometry=SQUARE, source="x", as_of=date(2026, 1, 1))
    with pytest.raises(PermissionDenied):
        actions.tell_figure(there, by=worker, year=2025, definition="resident", source="x", people=1)


def test_outlines_of_many_places_come_in_by_their_codes_tried_first(tmp_path, capsys):
    county = make_community(1).parent.parent
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": SQUARE} for code in ("990101", "990199")
    ]
    path = tmp_path / "districts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    words = ["boundaries", str(path), "--source", "试验", "--on", "2026-01-01"]

    tried = main(words), Boundary.objects.count()
    refused = main([*words, "--apply"]), Boundary.objects.count()
    good = main([*words, "--apply", "--skip-bad-rows"]), Boundary.objects.get().place

    assert (tried, refused, good) == ((1, 0), (1, 0), (1, county))
    assert capsys.readouterr().out.splitlines()[:2] == [
        "· 1 boundaries would be drawn, 1 problems",
        "  2: 没有登记代码为 990199000000 的区划",
    ]
    path.write_text("[")
    with pytest.raises(ValidationError):
        import_boundaries(path, key="code", source="x", as_of=date(2026, 1, 1))


def test_a_figure_names_its_year_definition_and_source_and_is_put_right_not_doubled(client):
    community = make_community(1)
    client.force_login(make_worker(community, "places.edit"))
    form = {
        "year": 2025,
        "definition": "registered",
        "people": 3000,
        "households": 1100,
        "source": "2025 年末户籍统计",
    }
    url = f"/places/{community.code}/figures/new/"
    wrong = client.post(url, form | {"aged_60": 3001})
    future = client.post(url, form | {"year": 2027})
    client.post(url, form)
    client.post(url, form | {"people": 3100})

    told = PopulationFigure.objects.get()
    assert (wrong.status_code, future.status_code) == (422, 422)
    assert (told.people, told.definition, told.source) == (3100, "registered", "2025 年末户籍统计")
    client.logout()
    page = client.get(f"/places/{community.code}/figures/").content.decode()
    assert [word for word in ("2025", "户籍", "3,100", "2025 年末户籍统计") if word not in page] == []
    assert client.get(f"/api/v1/places/{community.code}/figures").json()["items"][0]["people"] == 3100


def test_figures_come_in_as_a_table_whose_problems_are_told_by_row(client, settings, tmp_path):
    """Dry run, row by row, the same table twice once: the import every table goes through."""
    settings.FILES_DIR = tmp_path / "files"
    make_entry("import-population")
    community = make_community(1)
    client.force_login(make_worker(community.parent, "places.import"))

    def send(*lines):
        head = "区划代码,年份,口径,人口,户数,60岁及以上,80岁及以上,来源"
        table = SimpleUploadedFile("人口.csv", "\n".join([head, *lines]).encode())
        return client.post("/exchange/imports/new/population/", {"table": table}).url

    lines = (f"{community.code},2025,常住,100,40,120,,统计", "990101001099,2025,户籍,1,1,,,统计")
    told = client.get(send(*lines, f"{community.code},2025年,流动,1,1,,,统计")).content.decode()
    for _turn in range(2):
        client.post(f"{send(f'{community.code},2025年,常住,3000,1100,600,90,2025年末统计')}apply/")

    reasons = ("不能比前面的数大", "没有登记这个区划", "口径应为：户籍、常住、城镇常住")
    assert [reason for reason in reasons if reason not in told] == []
    row = PopulationFigure.objects.get()
    assert (row.people, row.households, row.aged_60, row.aged_80, row.source) == (
        3000,
        1100,
        600,
        90,
        "2025年末统计",
    )


@pytest.mark.parametrize(
    ("code", "valid", "level", "parent"),
    [
        ("990101001001", True, "community", "990101001000"),
        ("990100000000", True, "city", "990000000000"),
        ("990101001001G002", True, "grid", "990101001001"),
        ("990101001001C001B0003", True, "building", "990101001001C001"),
        ("99010100100", False, None, None),
        ("000000000000", False, None, None),
        ("990101001001G02", False, None, None),
    ],
)
def test_the_validator_says_what_a_code_is_or_why_it_is_none(client, code, valid, level, parent):
    told = client.get(f"/api/v1/place-codes/{code}").json()

    assert (told["valid"], told["level"], told["parent"], bool(told["reason"])) == (
        valid,
        level,
        parent,
        not valid,
    )


@given(st.text(alphabet="0123456789GCBx", max_size=24))
def test_the_validator_answers_for_every_text(text):
    read = read_code(text)
    assert read.valid == (read.reason == "")
    assert read.valid == (read.level is not None)
