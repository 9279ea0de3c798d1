"""Standards as pure rules: met or short, by which clause, which lever closes it (XA-024, XA-026, XA-028)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.facilities.catalogue import FacilityStandardsPack
from linli.facilities.gaps import Facts, finding, findings, ways
from linli.packs.reading import read_pack
from tests.factories.facilities import PACKS

D = Decimal
TOWN = Facts(
    urban=True, households=1500, floor_area_m2=D(120_000), integrated_count=1, integrated_m2=D(520),
    elder_m2=D(60), activity_m2=D(240), outdoor_m2=D(800), commerce_m2=D(2_000), shareable_m2=D(300),
    own_integrated=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> FacilityStandardsPack:
    return read_pack(PACKS / "standards-99.yaml")[0]


def told(pack, facts):
    return {f.standard.code: (f.met, f.gap_m2) for f in findings(pack, facts)}


def test_XA_024_an_urban_community_is_told_its_gaps_in_square_metres(pack):
    assert told(pack, TOWN) == {
        "coverage": (True, 0),
        "urban-600": (False, D("140.00")),  # 520 − 60 elder care
        "per-100-households": (True, 0),  # 34.7
        "activity-60": (False, D("180.00")),  # (240 + 180) / (520 + 180)
        "outdoor-1000": (False, D("200.00")),
        "commerce-10": (False, D("9480.00")),
    }


def test_XA_024_a_village_is_measured_by_its_own_standards(pack):
    village = replace(TOWN, urban=False, integrated_m2=D(240), activity_m2=D(150))

    assert told(pack, village) == {
        "coverage": (True, 0),
        "rural-250": (False, D("10.00")),
        "per-100-households": (False, D("210.00")),
        "activity-60": (True, 0),
    }


def test_every_finding_names_its_clause(pack):
    assert {f.standard.code: f.standard.clause for f in findings(pack, TOWN)}["urban-600"] == (
        "XA 三(二)；二(三) 指标5"
    )


def test_what_nobody_said_is_neither_met_nor_short(pack):
    found = {f.standard.code: f for f in findings(pack, replace(TOWN, households=None, elder_m2=None))}

    assert (found["per-100-households"].met, found["per-100-households"].lacks) == (None, ("户数",))
    assert found["urban-600"].lacks == ("养老用房面积（房间）",)
    assert found["activity-60"].met is False


def test_XA_026_the_levers_stand_by_whether_they_can_be_pulled_and_what_they_cost(pack):
    short = next(f for f in findings(pack, TOWN) if f.standard.code == "urban-600")
    offered = [(w.lever.code, w.feasible, w.cost_yuan) for w in ways(short, TOWN, pack.levers)]

    assert offered == [
        ("share", True, D("16800.00")),
        ("rent", True, D("67200.00")),
        ("allocate", True, D("126000.00")),
        ("extend", True, D("448000.00")),
        ("build", True, D("644000.00")),
        ("buy", True, D("1092000.00")),
    ]
    alone = replace(TOWN, shareable_m2=D(20), own_integrated=False)
    assert [w.lever.code for w in ways(short, alone, pack.levers) if not w.feasible] == ["share", "extend"]


def test_XA_028_turning_rooms_to_activities_takes_less_than_adding_area(pack):
    short = next(f for f in findings(pack, TOWN) if f.standard.code == "activity-60")
    offered = {w.lever.code: w.area_m2 for w in ways(short, TOWN, pack.levers)}

    assert (offered["convert"], offered["extend"]) == (D("72.00"), D("180.00"))


areas = st.decimals(1, 5_000, places=2)
facts = st.builds(
    Facts, urban=st.booleans(), households=st.integers(1, 5_000), floor_area_m2=st.decimals(1, 10**6, places=2),
    integrated_count=st.integers(0, 3), integrated_m2=areas, elder_m2=st.just(D(0)), activity_m2=areas,
    outdoor_m2=areas, commerce_m2=areas,
)  # fmt: skip
ADDED = {
    "integrated_m2": ("integrated_m2",),
    "integrated_without_elder_m2": ("integrated_m2",),
    "m2_per_100_households": ("integrated_m2",),
    "activity_percent": ("integrated_m2", "activity_m2"),
    "outdoor_m2": ("outdoor_m2",),
    "service_and_commerce_percent": ("integrated_m2",),
}


@given(facts)
def test_adding_the_gap_closes_it_and_a_hair_less_does_not(pack, facts):
    for found in findings(pack, facts):
        if found.met is not False or found.standard.figure not in ADDED:
            continue
        names = ADDED[found.standard.figure]

        def grown(area, names=names):
            return replace(facts, **{name: getattr(facts, name) + area for name in names})

        assert finding(found.standard, grown(found.gap_m2)).met is True
        assert finding(found.standard, grown(found.gap_m2 - D("0.02"))).met is False


@given(facts, areas)
def test_more_area_never_breaks_a_standard_of_area(pack, facts, more):
    larger = replace(facts, integrated_m2=facts.integrated_m2 + more, outdoor_m2=facts.outdoor_m2 + more)
    before = {f.standard.code: f for f in findings(pack, facts)}
    for after in findings(pack, larger):
        if after.standard.figure != "activity_percent" and before[after.standard.code].met:
            assert after.met is True


@given(facts)
def test_a_met_standard_has_no_gap_and_no_levers(pack, facts):
    for found in findings(pack, facts):
        assert (found.gap_m2 == 0) == (found.met is True or found.standard.figure == "integrated_count")
        if found.met:
            assert ways(found, facts, pack.levers) == []
