"""Small counts of people: neither shown nor given back by subtraction, on pages, exports and what-if."""

import io
import json

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linli.reach.models import Run
from linli.reach.rules import rounded
from tests.factories.people import make_person, make_worker
from tests.factories.reach import make_outlet, make_quarter, make_run, spot

pytestmark = pytest.mark.django_db


@pytest.fixture
def four(town):
    """Four communities of one street: 12 outside in the second, 3 in the third, 30 in the fourth."""
    third = make_quarter(3, 3000, 3300, people=[(3200, [1980] * 3)])
    fourth = make_quarter(4, 3400, 3900, people=[(3800, [1970] * 30)])
    for _number in range(12):
        make_person(home=town.far.children.get(code__endswith="B0001"))
    for _number in range(20):
        make_person(home=town.near.children.get(code__endswith="B0001"))
    return third, fourth


@pytest.fixture
def planner(town, client):
    user = make_worker(town.city, "reach.view", "reach.plan")
    client.force_login(user)
    return user


def told(client, **asked):
    page = client.get(reverse("reach-gaps"), {"function": "shopping", **asked}).context
    return {line.place.code[:12]: line.outside for line in page["lines"]}, page


def test_the_sum_less_its_other_parts_does_not_give_a_few_people(town, four, client, planner):
    """D9: 3 people outside stay out, and a second community with them."""
    make_run(town.city)
    third, fourth = four

    lines, page = told(client)

    assert (lines[third.code], lines[fourth.code], page["whole"].outside) == (None, 30, 49)
    assert lines[town.near.code] is None  # one person
    assert lines[town.far.code] is None  # 15 of them, but 49 - 30 - 15 would leave four for two communities
    for district in page["streets"]:
        known = [outside for outside in lines.values() if outside is not None]
        assert district.outside - sum(known) >= 10


def test_what_is_withheld_of_the_whole_is_called_so_and_not_without_data(town, client, planner):
    make_run(town.city)

    page = client.get(reverse("reach-gaps"), {"function": "shopping"})

    assert page.context["whole"].hidden
    assert page.content.decode().count("人数太少，或能推算出少数几个人") == 2
    assert 'no-value">暂无数据' not in page.content.decode()


def test_what_is_left_out_stands_at_the_end_of_the_list(town, four, client, planner):
    make_run(town.city)

    _lines, page = told(client)

    hidden = [line.hidden and line.outside is None for line in page["lines"]]
    shown = [line.outside for line in page["lines"] if line.outside]
    assert shown == sorted(shown, reverse=True)
    assert not any(hidden[: len(shown)])


def test_exports_hold_no_more_than_the_page(town, four, client, planner):
    make_run(town.city)
    lines, _page = told(client)

    book = client.get(reverse("reach-export", args=["xlsx"])).getvalue()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    sheet = {row[0]: row[8] for row in rows if row[2] == "购物"}
    features = json.loads(client.get(reverse("reach-export", args=["geojson"])).getvalue())["features"]
    drawn = {
        f["properties"]["code"]: f["properties"] for f in features if f["properties"]["function"] == "购物"
    }

    assert {code: value if value != "" else None for code, value in sheet.items()} == lines
    assert {code: row["outside"] for code, row in drawn.items()} == lines
    assert all(row["percent"] is None for code, row in drawn.items() if lines[code] is None)


def test_two_groups_that_differ_by_a_few_are_not_both_shown(town, client, planner):
    """All residents beyond the band are 24, of whom 22 are sixty: two would be found by subtraction."""
    home = town.far.children.get(code__endswith="B0001")
    for _number in range(21):
        make_person(home=home, birth_on="1950-01-01")
    make_run(town.city)

    everybody, _page = told(client)
    elders, _page = told(client, group="60")

    assert None in (everybody[town.far.code], elders[town.far.code])


def test_a_part_of_a_street_gets_no_sum(town, four, client):
    """A reader who sees two of four communities could take one from the sum of both."""
    make_run(town.city)
    user = make_worker(town.far, "reach.view")
    client.force_login(user)

    _lines, page = told(client)

    assert [district.outside for district in page["streets"]] == [None]


def test_a_run_from_before_the_pattern_was_kept_shows_no_counts(town, four, client, planner):
    make_run(town.city)
    Run.objects.update(withheld={})

    lines, page = told(client)

    assert set(lines.values()) == {None}
    assert page["whole"].outside is None


def test_what_if_tells_tens(town, four, client, planner):
    """Asking twice with a site moved by ten metres must not tell one home."""
    run = make_run(town.city)
    lon, lat = spot(2200)
    address = f"{reverse('reach-what-if')}?run={run.pk}"

    shown = client.post(
        address, {"function": "shopping", "group": "all", "at_lon": lon, "at_lat": lat}
    ).context

    assert shown["tens"] == {"people": 70, "before": 20, "after": 40, "gained": 10}
    assert shown["gains"] == [(10, town.far.name)]
    assert [rounded(n) for n in (0, 9, 10, 14, 15, 1243)] == [0, None, 10, 10, 20, 1240]


def test_places_are_shared_among_all_who_reach_them(town):
    """Two-step floating catchment: 12 places of day care for the four elders within fifteen minutes."""
    make_outlet(town.near, "day-care", 500, capacity=12)
    make_outlet(town.far, "day-care", 3900, capacity=5)

    run = make_run(town.city)

    communities = list(run.communities.all())
    rows = {c.place_id: c.functions.get(function="elder_care").per_thousand for c in communities}
    elders = {c.place_id: c.people["60"][0] for c in communities}
    shared = sum(rows[place] * elders[place] / 1000 for place in rows if rows[place] is not None)
    summary = run.summary["functions"]["elder_care"]
    assert shared + summary["unused"] == pytest.approx(17, abs=0.01)
    assert run.summary["functions"]["shopping"]["supply_gini"] is None
