"""Rows of registers and facilities follow when the place they stand on is merged away or split."""

from datetime import date
from decimal import Decimal

import pytest

from linli.facilities.actions.keeping import state_complete
from linli.facilities.actions.upgrading import find_gap
from linli.facilities.models import Event, Facility, HousingProject, Service, Statement, UpgradeProject
from linli.organisations.models import Brand, Organisation, ServiceArea, Support
from linli.places.actions import Part, merge, split
from tests.factories.facilities import install_catalogue, make_facility, make_keeper
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, make_organisation

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)


@pytest.fixture
def pair():
    install_catalogue()
    return make_community(1), make_community(2)


@pytest.fixture
def mayor(pair):
    return make_worker(pair[0].parent.parent, "places.edit", "places.reorganise")


def join(old, new, by):
    return merge([old], into=new, by=by, on=DAY, reason="区划调整")


def test_rows_go_over_and_want_confirming_with_the_reason_in_their_history(pair, mayor):
    old, new = pair
    team = make_organisation(old, name="晚霞合唱队")
    area = enter(
        "service-areas", organisation=make_organisation(new, name="社工站"), served=old, since="2024-01-01"
    )
    join(old, new, mayor)
    team.refresh_from_db()
    area.refresh_from_db()
    told = (team.place, team.confirmed_on, team.changed_why, team.changed_by, area.served)
    assert told == (new, None, "第1社区 并入本区划", mayor, new)
    assert team.history.count() == 2


def test_of_two_rows_of_one_name_one_stays_with_what_hung_on_both(pair, mayor):
    old, new = pair
    away, stays = make_organisation(old, subject="文化"), make_organisation(new)
    enter("supports", organisation=away, kind="money", title="公益创投", given_on="2025-05-01")
    join(old, new, mayor)
    away.refresh_from_db()
    stays.refresh_from_db()
    assert (away.merged_into, stays.subject, Support.objects.get().organisation) == (stays, "文化", stays)


def test_what_cannot_be_merged_is_archived_and_nothing_is_lost(pair, mayor):
    old, new = pair
    away, stays = make_organisation(old), make_organisation(new)
    served = make_community(3)
    for one in (away, stays):
        enter("service-areas", organisation=one, served=served, since="2024-01-01")
    join(old, new, mayor)
    away.refresh_from_db()
    assert (away.archived_on, away.place, ServiceArea.objects.count()) == (DAY, old, 2)
    assert Organisation.objects.filter(archived_on=None).get() == stays


def test_facilities_keep_their_number_and_projects_go_with_them(pair, mayor):
    old, new = pair
    facility = make_facility(old, by=make_keeper(old))
    elsewhere = make_facility(make_community(3), by=make_keeper(make_community(3)))
    Service.objects.create(facility=elsewhere, place=old)
    Service.objects.create(facility=facility, place=new)
    HousingProject.objects.create(
        code="zz-1", name="新居", kind="new", place=old, households=100, floor_area_m2=1, required_m2=1,
        required_by="-",
    )  # fmt: skip
    join(old, new, mayor)
    facility.refresh_from_db()
    assert (facility.place, facility.confirmed_on, facility.code) == (new, None, f"{old.code}F001")
    assert Event.objects.get(act="moved").changes == {"place": [str(old), str(new)]}
    assert list(Service.objects.values_list("facility", "place")) == [(elsewhere.pk, new.pk)]
    assert HousingProject.objects.get().place == new
    assert list(Facility.objects.within(new)) == [facility]


@pytest.mark.parametrize(("who", "left"), [(("new",), 0), (("old", "new"), 1), ((), 0)])
def test_a_statement_of_completeness_holds_only_when_both_had_given_one(pair, mayor, who, left):
    old, new = pair
    for name, place in (("old", old), ("new", new)):
        if name in who:
            state_complete(place, by=make_keeper(place))
    join(old, new, mayor)
    assert Statement.objects.filter(place=new, until__gt=DAY).count() == left


def test_of_two_projects_for_one_gap_the_one_that_stands_there_goes_on(pair, mayor):
    for place in pair:
        keeper = make_keeper(place)
        make_facility(place, by=keeper, kind="square", area_m2=Decimal(10))
        find_gap(place, "outdoor-1000", by=keeper)
    join(*pair, mayor)
    assert list(UpgradeProject.objects.order_by("code").values_list("place", "state")) == [
        (pair[1].pk, "dropped"),
        (pair[1].pk, "found"),
    ]


def test_after_a_split_rows_stand_in_the_larger_part_to_be_confirmed(pair, mayor):
    old, _new = pair
    enter("brands", place=old, name="邻里一家亲")
    parts = [
        Part("990101001021", "东社区", (), Decimal("0.3")),
        Part("990101001022", "西社区", (), Decimal("0.7")),
    ]
    _east, west = split(old, parts=parts, by=mayor, on=DAY, reason="人口增长")
    brand = Brand.objects.get()
    assert (brand.place, brand.confirmed_on, brand.changed_why) == (west, None, "第1社区 拆分，请核对归属")
