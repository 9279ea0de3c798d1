"""Numbers of organisations, compounds and resident units; silence is never taken for zero."""

import pytest

from linli.measures import Period
from linli.organisations import measures
from linli.registers.actions import archive_record, say_nothing
from linli.registers.declaring import registers
from tests.factories.places import make_community, make_place
from tests.factories.registers import enter, make_organisation
from tests.measures.lists import lists_agree  # noqa: F401 (after each test the lists give their numbers)

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")
FIRM = {"name": "安居物业", "credit_code": "91990101MA0T000113"}


@pytest.fixture
def place():
    return make_community(1)


def compound(place, number=1, **values):
    where = make_place(f"{place.code}C{number:03}", "compound")
    return enter("compounds", place=where, **{"mode": "none", **values})


def test_organisations_count_where_they_stand_and_silence_is_left_out(place):
    """I-XZ-08, I-XZ-09, I-XA-23, I-PD-05"""
    nothing, silent = make_community(2), make_community(3)
    say_nothing(registers["organisations"], nothing, by=None)
    make_organisation(place)
    make_organisation(place, name="议事小组", kind="group")
    make_organisation(place, name="夕阳红", kind="community", able=True)
    make_organisation(place, name="睡着的", kind="community", state="dormant")
    make_organisation(place, name="还没有的", kind="community", founded_on="2026-05-01")
    make_organisation(place, name="没有备案的", kind="community", standing="neither")

    assert measures.active(MARCH) == {place.code: 1, nothing.code: 0}
    assert measures.able(MARCH) == {place.code: 1, nothing.code: 0}
    assert measures.mass_teams(MARCH) == {place.code: 1, nothing.code: 0}
    assert measures.activity_groups(MARCH) == {place.code: 1, nothing.code: 0}
    assert silent.code not in measures.active(MARCH)


def test_an_archived_organisation_counts_no_more(place):
    made = make_organisation(place, kind="community")
    assert measures.active(MARCH) == {place.code: 1}
    archive_record(registers["organisations"], made, by=None, why="解散")
    assert measures.active(MARCH) == {place.code: 0}
    assert measures.active(Period.parse("2026-02")) == {place.code: 1}


def test_compounds_count_by_who_manages_them_and_whom_the_party_reaches(place):
    """XA-013, XA-021, XA-110, P-XA-06, P-XA-07"""
    firm = enter("property-firms", place=place.parent, party="joint", **FIRM)
    compound(place, 1, mode="market", firm=firm, party="branch", three_members=True)
    compound(place, 2, mode="market", firm=firm, contract_until="2026-03-01", unmanaged=True)
    compound(place, 3, mode="state", unmanaged=True, party="instructor", three_members=True)
    compound(place, 4, mode="none", unmanaged=True)
    counted = {
        f.__name__: f(MARCH)[place.code]
        for f in (
            measures.unmanaged_compounds,
            measures.managed_unmanaged,
            measures.compounds_with_firm,
            measures.property_party,
            measures.compound_party,
            measures.compounds_three_members,
            measures.compounds_three_grouped,
        )
    }
    assert counted == {
        "unmanaged_compounds": 3,
        "managed_unmanaged": 1,
        "compounds_with_firm": 1,
        "property_party": 1,
        "compound_party": 2,
        "compounds_three_members": 2,
        "compounds_three_grouped": 1,
    }


def test_stations_have_one_head_and_stewards(place):
    """XA-029, I-XA-11"""
    stations = [
        enter(
            "stations",
            place=make_place(f"{place.code}C{n:03}", "compound"),
            name=f"第{n}站",
            opened_on="2025-01-01",
            households=300,
        )
        for n in (1, 2, 3)
    ]
    for station, heads in zip(stations, (1, 2, 0), strict=True):
        for n in range(heads):
            enter("stewards", station=station, kind="head", name=f"站长{n}", since="2025-01-01")
    enter("stewards", station=stations[0], kind="steward", name="钱楼", since="2025-01-01")
    enter(
        "stewards", station=stations[0], kind="steward", name="孙楼", since="2025-01-01", until="2026-01-01"
    )

    assert measures.station_count(MARCH) == {place.code: 3}
    assert measures.stations_one_head(MARCH) == {place.code: 1}
    assert measures.steward_count(MARCH) == {place.code: 1}
    assert measures.station_households(MARCH) == {place.code: 900}
    assert measures.station_count(Period.parse("2024-12")) == {place.code: 0}


def test_households_that_nobody_entered_make_the_sum_unknown_not_smaller(place):
    for n, households in ((1, 300), (2, None)):
        enter(
            "stations",
            place=make_place(f"{place.code}C{n:03}", "compound"),
            name=f"第{n}站",
            opened_on="2025-01-01",
            households=households,
        )
    assert measures.station_households(MARCH) == {}


def test_units_and_firms_count_by_coverage_and_check_in(place):
    """XA-014, XA-019, XA-022, I-XA-01, I-XA-02, I-XA-03"""
    enter("resident-units", place=place, name="小店", kind="shop", party="instructor")
    enter("resident-units", place=place, name="小厂", kind="small_firm", party="none")
    enter(
        "resident-units",
        place=place,
        name="中学",
        kind="institution",
        listed=True,
        checked_in_on="2025-06-01",
        members_listed=40,
        members_checked_in=31,
    )
    enter(
        "resident-units",
        place=place,
        name="税务所",
        kind="public",
        listed=True,
        checked_in_on="2024-06-01",
        checked_in_until="2025-06-01",
    )
    counted = {
        f.__name__: f(MARCH)
        for f in (
            measures.firms,
            measures.firms_party,
            measures.units_listed,
            measures.units_checked_in,
            measures.members_listed,
            measures.members_checked_in,
        )
    }
    assert counted == {
        "firms": {place.code: 2},
        "firms_party": {place.code: 1},
        "units_listed": {place.code: 2},
        "units_checked_in": {place.code: 1},
        "members_listed": {place.code: 40},
        "members_checked_in": {place.code: 31},
    }


def test_party_members_are_unknown_where_nobody_entered_a_number(place):
    enter("resident-units", place=place, name="小店", kind="shop")
    assert measures.members_listed(MARCH) == {}
