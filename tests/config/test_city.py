"""The demonstration city's ground: it repeats itself, it hangs together, and nothing overlaps."""

from datetime import date

import numpy as np
import pytest
import shapely
from shapely import STRtree

from linli.config.city import digest, generate
from linli.config.city.frame import to_metres, to_wgs84
from linli.config.city.parts import Parts

DAY = date(2026, 3, 4)


def test_same_seed_and_day_give_the_same_city(city):
    assert digest(generate("S", last_day=DAY)) == digest(city)


def test_another_seed_gives_another_city(city):
    assert digest(generate("S", seed=7, last_day=DAY)) != digest(city)


def test_ground_does_not_depend_on_the_day(city):
    assert digest(generate("S", last_day=date(2025, 1, 1)).ground) == digest(city.ground)


def test_a_part_draws_the_same_numbers_whoever_drew_before():
    parts, others = Parts(99), Parts(99)
    others("something new").random(1000)

    assert others("villages").random(3).tolist() == parts("villages").random(3).tolist()


def test_an_unknown_size_is_refused():
    with pytest.raises(ValueError, match="size is one of XS, S, M, L"):
        generate("XXL", last_day=DAY)


def test_size_s_has_28_urban_communities_and_12_villages(city):
    kinds = [c.kind for c in city.ground.communities]

    assert (kinds.count("居委会"), kinds.count("村委会")) == (28, 12)


def test_urban_communities_have_600_to_1500_households(city):
    b = city.ground.buildings
    homes = np.bincount(b.community, weights=b.households)

    urban = [homes[k] for k, c in enumerate(city.ground.communities) if c.kind == "居委会"]
    assert (min(urban) >= 600, max(urban) <= 1500) == (True, True)


def test_codes_are_of_region_99_and_tell_the_level_above(city):
    by_code = {d.code: d for d in city.ground.divisions}

    wrong = [d.code for d in city.ground.divisions if d.level != "province" and d.parent not in by_code]
    assert len(by_code) == len(city.ground.divisions)
    assert {d.code[:2] for d in city.ground.divisions} == {"99"}
    assert wrong == []


def test_villages_are_numbered_from_200_and_urban_committees_from_1(city):
    numbers = {
        c.kind: {int(c.code[9:]) // 200 for c in city.ground.communities if c.kind == c.kind} for c in ()
    }
    numbers = {kind: {int(c.code[9:]) >= 200 for c in city.ground.communities if c.kind == kind}
               for kind in ("居委会", "村委会")}  # fmt: skip

    assert numbers == {"居委会": {False}, "村委会": {True}}


def test_names_of_communities_are_never_given_twice(city):
    names = [c.name for c in city.ground.communities]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("level", ["communities", "grids"])
def test_boundaries_cover_the_ground_without_gaps_and_overlaps(city, level):
    shapes = np.array([row.boundary for row in getattr(city.ground, level)])

    assert {shape.geom_type for shape in shapes} == {"Polygon"}
    assert shapely.coverage_is_valid(shapes)
    whole = city.ground.divisions[0].boundary
    assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=1e-9)


def test_every_building_stands_on_its_community_and_compound(city):
    b, ground = city.ground.buildings, city.ground
    spots = shapely.points(b.lon, b.lat)
    homes = np.array([c.boundary for c in ground.communities])[b.community]
    compounds = np.array([c.boundary for c in ground.compounds])[b.compound]

    assert shapely.contains(homes, spots).all()
    assert shapely.contains(compounds, spots).all()


def test_every_building_is_in_one_grid_of_its_own_community(city):
    b, ground = city.ground.buildings, city.ground
    grids = [ground.grids[g] for g in b.grid]
    micro = [ground.micro_grids[m] for m in b.micro]

    assert [g.community for g in grids] == [ground.communities[c].code for c in b.community]
    assert [m.grid for m in micro] == [g.code for g in grids]


def test_urban_grids_have_about_300_to_500_households(city):
    urban = {c.code for c in city.ground.communities if c.kind == "居委会"}
    sizes = np.array([g.households for g in city.ground.grids if g.community in urban])

    assert np.quantile(sizes, [0.1, 0.9]).round(-2).tolist() == [300.0, 500.0]
    assert sizes.max() < 700


def test_buildings_do_not_stand_in_each_other_or_in_water(city):
    houses = shapely.polygons(city.ground.buildings.footprint)
    a, b = STRtree(houses).query(houses, predicate="intersects")
    overlapping = int((a < b).sum())
    river = shapely.union_all([x.boundary for x in city.ground.areas if x.kind == "river"])

    assert overlapping <= len(houses) // 200
    assert not shapely.intersects(houses, river).any()


def test_all_streets_hang_together(city):
    s = city.ground.streets
    parent = list(range(len(s.nodes)))

    def root(k):
        while parent[k] != k:
            parent[k] = k = parent[parent[k]]
        return k

    for w in range(len(s)):
        members = s.members[s.offsets[w] : s.offsets[w + 1]]
        for k in members[1:]:
            parent[root(int(k))] = root(int(members[0]))

    assert len({root(k) for k in range(len(s.nodes))}) == 1


def test_only_bridges_cross_the_river(city):
    s = city.ground.streets
    river = shapely.union_all([x.boundary for x in city.ground.areas if x.kind == "river"]).buffer(-0.0001)
    wet = [w for w in range(len(s)) if shapely.LineString(s.line(w)).crosses(river)]

    assert [w for w in wet if not s.bridge[w]] == []
    assert len(wet) >= 2


def test_frame_returns_what_it_was_given():
    xy = np.array([[0.0, 0.0], [1234.5, -9876.5], [20000, 15000]])

    assert np.abs(to_metres(to_wgs84(xy)) - xy).max() < 0.01


def test_city_lies_in_the_desert_it_names(city):
    west, south, east, north = city.ground.divisions[0].boundary.bounds

    assert west > 102.1
    assert south > 40.1
    assert east < 102.5
    assert north < 40.3
