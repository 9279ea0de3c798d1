from datetime import date

import pytest
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from linli.people.models import Person
from tests.factories.people import make_person, make_post, make_role, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db


def test_a_post_reaches_every_place_within_and_no_other():
    here, elsewhere = make_community(1), make_community(1, street="990102001000")
    worker = make_worker(here.parent, "people.view")

    assert [worker.may("people.view", at=place) for place in (here, here.parent, elsewhere)] == [
        True,
        True,
        False,
    ]
    assert worker.may("people.edit", at=here) is False


def test_a_grid_post_reaches_the_buildings_assigned_to_the_grid():
    community = make_community(1)
    grid = make_place(f"{community.code}G001", "grid")
    inside = make_place(f"{community.code}B0001", "building", grid=grid)
    outside = make_place(f"{community.code}B0002", "building")
    worker = make_worker(grid, "people.view")
    make_person("甲", home=inside)
    make_person("乙", home=outside)

    assert [worker.may("people.view", at=place) for place in (inside, outside)] == [True, False]
    assert [p.name for p in Person.objects.visible_to(worker).exclude(pk=worker.person_id)] == ["甲"]


def test_of_posts_within_one_another_the_outermost_alone_is_asked_for_and_it_stays_an_index_question():
    """A worker of a community who has a grid in it too: two conditions and a grid's join read a city of people."""
    community, other = make_community(1), make_community(2)
    grid = make_place(f"{community.code}G001", "grid")
    home = make_place(f"{community.code}B0001", "building", grid=grid)
    user = make_user()
    make_post(user, grid, "people.view", role="grid")
    make_post(user, community, "people.view", role="community")
    make_post(user, other, "people.edit", role="editor")
    for name, place in (("甲", home), ("乙", community), ("丙", other)):
        make_person(name, home=place)

    asked = Person.objects.filter(user.scope("people.view", "home"))

    assert sorted(person.name for person in asked) == ["乙", "甲"]
    assert (str(asked.query).count("LIKE"), "OUTER JOIN" in str(asked.query)) == (1, False)
    assert list(Person.objects.filter(user.scope("people.purge", "home"))) == []


def test_a_post_grants_nothing_before_it_begins_and_after_it_ends():
    community, user = make_community(1), make_user()
    make_post(user, community, "people.view", during=DateRange(date(2020, 1, 1), date(2026, 3, 4)))
    make_post(user, community, "people.view", role="next", during=DateRange(date(2026, 3, 5), None))

    assert user.may("people.view", at=community) is False


def test_a_deactivated_account_may_nothing():
    community = make_community(1)
    worker = make_worker(community, "people.view")
    worker.is_active = False

    assert worker.may("people.view", at=community) is False


@pytest.mark.database
def test_A7_administrator_roles_never_meet_in_one_person():
    community, user = make_community(1), make_user()
    system = make_role("system-administrator", apart_from="administrators")
    audit = make_role("audit-administrator", apart_from="administrators")
    make_post(user, community, role=system)

    with pytest.raises(IntegrityError, match="post_administrator_roles_never_meet"), transaction.atomic():
        make_post(user, community, role=audit)


def test_rights_are_read_in_one_query(django_assert_num_queries):
    community = make_community(1)
    worker = make_worker(community, "people.view")
    make_post(worker, community, "people.edit", role="second")
    with django_assert_num_queries(1):
        assert worker.may("people.view", at=community)
        assert worker.may("people.edit", at=community)
