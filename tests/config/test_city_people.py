"""The demonstration city's people and registers: valid, believable, nobody's."""

from collections import Counter
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from linli.config.city import digest, generate, towns
from linli.config.city.care import CATEGORIES
from linli.config.city.credit import credit_code
from linli.config.city.families import RELATIONS
from linli.config.city.naming import id_numbers
from linli.people.numbers import check_id_number

DAY = date(2026, 3, 4)


@pytest.fixture(scope="module")
def people(city):
    return city.population.people


def test_size_s_has_about_75_000_residents(people):
    assert 73_000 < len(people) < 77_500


def test_id_numbers_of_the_textbook_come_out():
    birth = np.array(["1950-03-01", "2018-06-15"], dtype="datetime64[D]")
    numbers = id_numbers(birth, np.array([1, 2]), np.array([990101, 990101]), own=990101, rank_from=0)

    assert numbers.tolist() == [b"990101195003010014", b"990101201806150027"]


def test_id_numbers_are_valid_and_say_birth_and_sex(people):
    rows = np.flatnonzero(people.id_number != b"")[::97]

    wrong = [
        k for k in rows
        if check_id_number(people.id_number[k].decode()) != (people.birth[k].item(), str(people.sex[k]))
    ]  # fmt: skip
    assert wrong == []


def test_no_two_people_share_an_id_number(people):
    known = people.id_number[people.id_number != b""]

    assert len(np.unique(known)) == len(known)


def test_phone_numbers_lie_in_the_range_nobody_was_given(people):
    phones = people.phone[people.phone > 0]

    assert set((phones // 10**8).tolist()) == {154}
    assert Counter(Counter(phones.tolist()).values()).keys() == {1, 2}  # alone, or a couple's


def test_every_household_has_one_head_who_is_of_age(city, people):
    heads = people.relation == RELATIONS.index("户主")

    assert np.bincount(people.household, weights=heads).tolist() == [1] * len(city.population.households)
    assert people.age_on(DAY)[heads].min() >= 18
    assert heads[city.population.households.first].all()


def test_age_counts_full_years_on_a_birthday_and_the_day_before(people):
    born = people.birth[0].item()

    ages = [people.age_on(day)[0] for day in (date(2026, born.month, born.day),)]
    assert ages == [2026 - born.year]


def test_nobody_is_born_after_the_last_day(people):
    assert people.birth.max() <= np.datetime64(DAY)


def test_a_dwelling_holds_one_household(city):
    h = city.population.households
    doors = set(zip(h.building.tolist(), h.unit.tolist(), h.floor.tolist(), h.flat.tolist(), strict=True))
    multi = city.ground.buildings.flats_per_floor[h.building] > 1

    assert len([d for d, m in zip(doors, multi, strict=False) if m]) > 0
    assert len(doors) == len(h)


def test_old_estates_and_villages_are_older_than_new_towers(city, people):
    kinds = np.array([c.kind for c in city.ground.compounds])
    home = city.ground.buildings.compound[city.population.households.building][people.household]
    elder = people.age_on(DAY) >= 60
    share = {kind: elder[kinds[home] == kind].mean() for kind in ("hamlet", "old", "new")}

    assert [kind for kind, _ in sorted(share.items(), key=lambda item: -item[1])] == ["hamlet", "old", "new"]


def test_some_names_are_rare_and_some_have_a_dot(people):
    names = people.name.tolist()

    assert any("·" in name for name in names)
    assert any(ord(c) > 0xFFFF for name in names for c in name)
    assert max(map(len, names)) <= 12


def test_those_who_live_alone_are_elders_alone_in_their_household(city, people):
    rows = city.care.person[city.care.category == CATEGORIES.index("独居")]

    assert set(city.population.households.size[people.household[rows]].tolist()) == {1}
    assert people.age_on(DAY)[rows].min() >= 60


def test_left_behind_children_are_under_sixteen_and_in_villages(city, people):
    rows = city.care.person[city.care.category == CATEGORIES.index("留守儿童")]
    home = city.ground.buildings.community[city.population.households.building][people.household[rows]]

    assert people.age_on(DAY)[rows].max() < 16
    assert {city.ground.communities[k].kind for k in home} == {"村委会"}


def test_nobody_is_in_care_before_birth(city, people):
    assert (city.care.since >= people.birth[city.care.person]).all()


def test_towns_stream_what_the_city_holds(city):
    sizes = [len(part.people) for _, part in towns(city.ground, last_day=DAY)]

    assert sum(sizes) == len(city.population.people)


def test_credit_codes_of_the_textbook_come_out():
    textbook = ["54990101500000015W", "529901015000000153", "519901015000000156"]

    assert [credit_code(kind, "990101", 50000001) for kind in ("54", "52", "51")] == textbook


def test_credit_codes_are_given_once(city):
    codes = [x.credit_code for x in (*city.outlets, *city.organisations) if x.credit_code]

    assert len(set(codes)) == len(codes)


def test_every_community_has_a_centre_and_some_are_short(city):
    kinds = {}
    for f in city.facilities:
        kinds.setdefault(f.community, []).append(f.kind)

    assert sorted(kinds) == sorted(c.code for c in city.ground.communities)
    assert all("党群服务中心" in own for own in kinds.values())
    counts = sorted(len(own) for own in kinds.values())
    assert counts[0] <= 7 < 13 <= counts[-1]


def test_shops_stand_in_their_community_and_classes_are_missing_somewhere(city):
    names = {c.code: set() for c in city.ground.communities if c.kind == "居委会"}
    for shop in city.outlets:
        names.setdefault(shop.community, set()).add(shop.category)

    assert sum("菜市场生鲜" not in own for own in names.values()) >= 5


def test_workers_are_adults_who_serve_one_community_each(city, people):
    persons = [w.person for w in city.workers]

    assert len(set(persons)) == len(persons)
    assert people.age_on(DAY)[persons].min() >= 23
    heads = Counter(w.community for w in city.workers if w.post == "正职")
    assert heads == dict.fromkeys((c.code for c in city.ground.communities), 1)


def test_codes_are_given_once(city):
    registers = (city.facilities, city.outlets, city.organisations, city.units, city.teams)
    for rows in registers:
        codes = [row.code for row in rows]
        assert len(set(codes)) == len(codes)


def test_digest_tells_two_days_apart(city):
    other = generate("S", last_day=date(2026, 3, 5))

    assert digest(other.population) != digest(city.population)
    assert all(a <= b for a, b in pairwise([city.last_day, other.last_day]))
