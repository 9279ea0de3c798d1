"""What is found, by whom, with how many queries; and that the index follows its rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.purging import remove_copies
from linli.people.models import Person
from linli.places.actions import rename
from linli.search.actions import rebuild, touch
from linli.search.declaring import searchables
from linli.search.models import SearchEntry
from linli.search.queries import groups_of, matching, suggestions
from tests.factories.people import make_person, make_unit, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Nobody:
    is_authenticated = False


def titles(user, words):
    return {group.name: [row.title for row in group.rows] for group in groups_of(user, words)}


def make_case(place, title, *, number=1, reporter=None):
    return Case.objects.create(
        kind="errand",
        number=f"ER-2026-{number:06}",
        title=title,
        state="asked",
        place=place,
        reporter=reporter or make_person("丁诉求"),
        unit=make_unit(place),
        opened_at=clock.now(),
    )


@pytest.mark.parametrize(
    "words", ["翠湖", "东苑", "湖东", "苑小区", "苑", "翠湖东苑小区", "小区 翠湖", "chdyxq", "CHD"]
)
def test_any_two_characters_and_pinyin_initials_find_a_name(words):
    compound = make_place("990101001001C001", "compound", "翠湖东苑小区")
    rebuild()
    assert titles(Nobody(), words).get("place") == [compound.name]


@pytest.mark.parametrize("words", ["翠苑", "hdx", "滨江", "'", "翠湖 滨江"])
def test_words_that_are_not_there_find_nothing(words):
    make_place("990101001001C001", "compound", "翠湖东苑小区")
    rebuild()
    assert titles(Nobody(), words) == {}


def test_the_spelling_of_a_middle_dot_makes_no_difference():
    community = make_community()
    worker = make_worker(community, "people.view")
    make_person("买买提·吐尔逊", home=community)
    rebuild()
    for spelling in ("买买提吐尔逊", "买买提•吐尔逊", "吐尔逊", "mmttex"):
        assert titles(worker, spelling)["person"] == ["买买提·吐尔逊"]


def test_P6_residents_are_found_by_workers_of_their_ground_alone():
    here, there = make_community(1), make_community(2)
    make_person("欧阳海棠", home=here)
    make_person("欧阳海棠", home=there)
    rebuild()
    worker, neighbour = make_worker(here, "people.view"), make_user("邻居")
    assert [(group.name, group.count) for group in groups_of(worker, "欧阳海棠")] == [("person", 1)]
    for stranger in (Nobody(), neighbour, make_worker(here, "places.edit")):
        assert titles(stranger, "欧阳海棠") == {}
        assert suggestions(stranger, "欧阳海棠") == []
        assert matching(searchables["person"], stranger, "欧阳海棠").count() == 0


def test_P6_a_case_is_found_by_its_requester_and_not_by_others():
    community = make_community()
    mine, other = make_user("甲"), make_user("乙")
    make_case(community, "声控灯不亮", reporter=mine.person)
    rebuild()
    assert titles(mine, "声控灯") == {"case": ["声控灯不亮"]}
    assert titles(mine, "er-2026") == {"case": ["声控灯不亮"]}
    assert titles(other, "声控灯") == {}


def test_a_unit_is_found_with_its_phone():
    make_unit(make_community(), "桥头街道办事处", phone="0999-5550123")
    rebuild()
    (group,) = groups_of(Nobody(), "0999-5550123")
    assert (group.label, group.rows[0].note) == ("单位", "第1社区 · 0999-5550123")


def test_a_title_comes_before_a_text():
    make_community(1, name="安宁社区", tags=["和平"])
    make_community(2, name="和平社区")
    rebuild()
    assert titles(Nobody(), "和平")["place"] == ["和平社区", "安宁社区"]


def test_the_action_that_renames_a_place_touches_the_index():
    community = make_community(1, name="安宁社区")
    rebuild()
    officer = make_worker(community.parent, "places.reorganise")
    rename(community, by=officer, name="枫林社区", on=clock.today())
    assert (titles(Nobody(), "安宁社区"), titles(Nobody(), "枫林")) == ({}, {"place": ["枫林社区"]})


def test_D8_entries_of_a_purged_person_go_with_the_purge_and_do_not_come_back():
    person = make_person("欧阳海棠", home=make_community())
    touch(person)
    assert SearchEntry.objects.filter(kind="person").count() == 1
    remove_copies(Person, [person.pk])  # what the purge of a person calls
    Person.objects.filter(pk=person.pk).update(purged_at=clock.now())
    rebuild()
    assert SearchEntry.objects.filter(kind="person").count() == 0


def test_rebuild_drops_what_has_no_row_and_is_the_same_a_second_time():
    make_community()
    first = rebuild()
    SearchEntry.objects.create(kind="place", key="0", words="x", written_at=clock.now() - timedelta(days=1))
    SearchEntry.objects.create(kind="gone", key="0", words="x", written_at=clock.now())
    before = set(SearchEntry.objects.exclude(key="0").values_list("kind", "key", "words"))
    assert rebuild() == first
    assert set(SearchEntry.objects.values_list("kind", "key", "words")) == before


def test_touching_what_is_not_declared_says_so():
    with pytest.raises(LookupError, match="SearchEntry is not declared"):
        touch(SearchEntry())


def queries(call):
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_the_number_of_queries_does_not_follow_the_number_of_rows(count):
    for number in range(1, count + 1):
        make_community(number, name=f"和平第{number}社区")
    rebuild()
    assert queries(lambda: suggestions(Nobody(), "和平")) == 5
    assert queries(lambda: groups_of(Nobody(), "和平")) == (6 if count >= 5 else 5)
