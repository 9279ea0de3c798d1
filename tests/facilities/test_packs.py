"""Kinds and standards as packs: read whole, installed twice the same, retired when gone."""

import pytest

from linli.facilities.actions.installing import install_kinds, kinds_diff
from linli.facilities.catalogue import FacilityKindsPack, FacilityStandardsPack, check_kinds, check_standards
from linli.facilities.models import Kind
from linli.facilities.standards import NoStandards, standards_at
from linli.kernel import clock
from linli.packs.reading import read_packs
from tests.factories.facilities import PACKS, install_catalogue, make_facility
from tests.factories.places import make_community


def kinds_pack() -> FacilityKindsPack:
    packs, _problems = read_packs(PACKS)
    return next(pack for pack in packs if isinstance(pack, FacilityKindsPack))


def test_the_packs_of_the_repository_are_valid():
    packs, problems = read_packs(PACKS)

    assert problems == []
    assert sorted(pack.code for pack in packs) == [
        "community-facilities", "facilities-99", "facilities-cn", "facilities-pd", "facilities-xa",
        "facilities-xz",
    ]  # fmt: skip


def test_what_the_schema_cannot_see_is_told_by_place():
    pack = kinds_pack()
    body = pack.model_dump(mode="json")
    body["kinds"][0] |= {"group": "nowhere", "counts": ["nothing"], "functions": ["flying"]}
    body["kinds"][1]["code"] = body["kinds"][2]["code"]

    said = [where for where, _why in check_kinds(FacilityKindsPack.model_validate(body))]

    assert said == [
        ("kinds", 0, "group"),
        ("kinds", 0, "functions", 0),
        ("kinds", 0, "counts", 0),
        ("kinds", 2),
    ]


def test_a_share_of_more_than_the_whole_is_no_standard():
    packs, _problems = read_packs(PACKS)
    body = next(p for p in packs if p.code == "facilities-99").model_dump(mode="json")
    activity = next(n for n, line in enumerate(body["standards"]) if line["code"] == "activity-60")
    body["standards"][activity]["at_least"] = "100"

    found = list(check_standards(FacilityStandardsPack.model_validate(body)))

    assert [where for where, _why in found] == [("standards", activity, "at_least")]


@pytest.mark.django_db
def test_installing_twice_changes_nothing_and_a_kind_that_is_gone_keeps_its_facilities():
    install_catalogue()
    pack = kinds_pack()
    again = kinds_diff(pack)
    facility = make_facility(make_community(1), kind="pets", name="宠物店")
    shorter = pack.model_copy(update={"kinds": tuple(k for k in pack.kinds if k.code != "pets")})

    done = install_kinds(shorter)

    assert (again.added, again.changed, again.retired, done.retired) == ((), (), (), ("pets",))
    assert Kind.objects.get(code="pets").retired_on == clock.today()
    assert facility.kind.code == "pets"


@pytest.mark.django_db
def test_the_standards_of_the_nearest_area_hold():
    with pytest.raises(NoStandards):
        standards_at(make_community(1))
    install_catalogue()

    assert standards_at(make_community(1)).code == "facilities-99"
