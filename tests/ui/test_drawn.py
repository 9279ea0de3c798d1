"""What is kept between requests belongs to nobody: two people, two languages, two looks, a right that ends."""

import re
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from linli.kernel import clock
from linli.people.accounts import Accounts, signed_in_as
from linli.people.models import Post, User
from linli.people.scope import asker_of
from linli.ui.asked import Rows, asked
from linli.ui.drawn import MARK, draw
from tests.conftest import TEST_DAY
from tests.factories.people import make_person, make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def header(client, address="/places/") -> str:
    page = client.get(address).content.decode()
    return page[page.index("<header") : page.index("<main")]


def test_a_second_person_never_sees_the_name_token_or_address_of_the_first(client):
    first, second = (make_user(name) for name in ("甲一一", "乙二二"))
    seen = []
    for user, words in ((first, "甲找的"), (second, "乙找的"), (first, "甲找的")):
        client.force_login(user)
        page = client.get("/places/", {"q": words}).content.decode()
        tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        seen.append([one in page for one in ("甲一一", "乙二二", "甲找的", "乙找的")] + [len(set(tokens))])
        seen[-1].append(tokens[0])
    assert [row[:5] for row in seen] == [
        [True, False, True, False, 1],
        [False, True, False, True, 1],
        [True, False, True, False, 1],
    ]
    assert len({row[5] for row in seen}) == 3  # masked anew for each page
    client.logout()
    assert ("甲一一" in header(client), "乙二二" in header(client)) == (False, False)


def test_each_language_and_look_has_its_own_header(client):
    def said():
        page = header(client)
        return ["登录" in page, "Sign in" in page, 'value="0" aria-pressed="true">' in page]

    seen = [said()]
    client.cookies["django_language"] = "en"
    seen.append(said())
    client.cookies["linli_elder"] = "1"
    seen.append(said()[:2])
    client.cookies["django_language"] = "zh-hans"
    seen.append(said()[:2])
    assert [row[:2] for row in seen] == [[True, False], [False, True], [False, True], [True, False]]


def test_A4_a_right_that_ends_leaves_navigation_and_lists_at_once(client):
    community = make_community(1)
    worker = make_worker(community, "places.edit")
    client.force_login(worker)
    before = ("/places/stale/" in header(client, "/places/stale/"), client.get("/places/stale/").status_code)
    Post.objects.filter(person=worker.person).delete()
    after = client.get("/places/stale/").status_code
    assert (before, after) == ((True, 200), 403)


def test_P5_rights_are_read_anew_at_each_request_and_a_role_that_lost_one_counts_at_once():
    worker = make_worker(make_community(1), "places.edit", "people.view")
    had = signed_in_as(worker.pk).may("people.view")
    role = worker.person.posts.get().role
    role.permissions = ["places.edit"]
    role.save()
    again = signed_in_as(worker.pk)
    assert (had, again.may("people.view"), again.may("places.edit")) == (True, False, True)


def test_the_account_of_a_session_is_the_account_of_the_model(django_assert_num_queries):
    worker = make_worker(make_community(1), "places.edit")
    with django_assert_num_queries(1):
        found = Accounts().get_user(worker.pk)
        told = (found, str(found), found.person, found.grants, found.may("places.edit"))
    worker.refresh_from_db()
    assert told == (worker, str(worker), worker.person, worker.grants, True)
    found.is_active = False
    found.save()
    assert (Accounts().get_user(worker.pk), Accounts().get_user(0)) == (None, None)


def test_D2_sealed_fields_of_the_person_are_read_only_when_asked_for(django_assert_num_queries):
    user = make_user(person=make_person(phone="13800005678"))
    found = signed_in_as(user.pk)
    assert "phone" not in found.person.__dict__
    with django_assert_num_queries(1):
        assert found.person.phone == "13800005678"


def test_P6_two_people_share_a_kept_statement_only_when_they_may_see_the_same():
    one, two = make_community(1), make_community(2)
    first, second = make_worker(one, "request.view"), make_worker(two, "request.view")
    asker = asker_of(first)
    with clock.at(TEST_DAY.replace(year=TEST_DAY.year + 1)):
        tomorrow = asker_of(first)
    assert (asker == asker_of(first), asker == asker_of(second), asker == tomorrow) == (True, False, False)
    scopes = [str(user.scope("request.view")) for user in (asker.user, first)]
    assert (scopes[0], asker.user.username) == (scopes[1], "")


def test_what_fills_a_hole_is_escaped_and_never_read_as_a_hole():
    with translation.override("zh-hans"):
        shown = draw("ui/_chip.html", {"title": f"<b>{{title}} {MARK}title{MARK}"}, tone="done")
        plain = Template('{% include "ui/_chip.html" with title=words tone="done" %}')
        through = plain.render(Context({"words": f"<b>{{title}} {MARK}title{MARK}"}))
    assert (f"&lt;b&gt;{{title}} {MARK}title{MARK}</span>" in shown, shown == through) == (True, True)


def test_rows_are_read_for_a_page_and_not_at_all_when_there_are_none():
    read = []
    rows = Rows(lambda start, stop: read.append((start, stop)) or ["row"], 30)
    none = Rows(lambda start, stop: read.append("never"), 0)
    assert (rows[25:50], len(rows), rows.count(), none[0:25], read) == (["row"], 30, 30, [], [(25, 50)])


def test_what_changes_from_one_time_to_the_next_is_never_part_of_what_is_kept():
    """The same kept statement, asked at two moments and with words that would end a text of SQL (I7)."""
    for name in ("100% 社区", "O'Brien_村", "乡"):
        make_user(username=name)

    def named(_key, *, words, day):
        return User.objects.filter(username__contains=words, date_joined__lte=day).values_list("username")

    def found(words, day):
        return sorted(name for (name,) in asked("everybody", named, words=words, day=day))

    later, before = clock.now() + timedelta(days=4000), clock.now() - timedelta(days=4000)
    assert [found(words, later) for words in ("%", "'", "_", "'; DROP TABLE places_place; --", "\\")] == [
        ["100% 社区"], ["O'Brien_村"], ["O'Brien_村"], [], []
    ]  # fmt: skip
    assert (len(found("", later)), found("", before)) == (3, [])
