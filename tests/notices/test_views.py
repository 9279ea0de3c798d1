"""The pages: 我的消息, letters to print, what could not be delivered."""

import re

import pytest
from django.urls import reverse

from linli.kernel import clock
from linli.notices import queries
from linli.notices.actions import notify
from linli.notices.models import Notice
from tests.factories.people import make_person, make_post, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db


def make_letter(place, name: str = "赵奶奶", **fields) -> Notice:
    return notify(make_person(name, home=place, **fields), "channel-chosen")


@pytest.mark.parametrize("count", [1, 3])
def test_my_notices_show_what_i_was_told_in_a_fixed_number_of_queries(
    client, count, django_assert_num_queries
):
    user, other = make_user(), make_user("别人")
    for number in range(count):
        notify(user, "channel-chosen", channel=f"RQ-{number}")
    notify(other, "channel-chosen", channel="RQ-other")
    client.force_login(user)

    with django_assert_num_queries(4):
        page = client.get(reverse("notice-list")).content.decode()

    assert re.findall(r"RQ-[a-z0-9]+", page) == [f"RQ-{number}" for number in reversed(range(count))]
    assert queries.unread_count(user) == count


def test_text_in_a_notice_is_text_on_the_page(client):
    user = make_user()
    notify(user, "channel-chosen", channel="<script>alert(1)</script>")
    client.force_login(user)

    page = client.get(reverse("notice-list")).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_reading_marks_once_and_leads_on(client):
    user = make_user()
    notice = notify(user, "channel-chosen", path="/places/")
    client.force_login(user)

    answer = client.post(reverse("notice-read", args=[notice.pk]))

    assert (answer.status_code, answer.url) == (302, "/places/")
    assert (Notice.objects.get().read_at, queries.unread_count(user)) == (clock.now(), 0)


def test_P3_somebody_elses_notice_is_not_there(client):
    notice = notify(make_user("别人"), "channel-chosen")
    client.force_login(make_user())

    assert client.post(reverse("notice-read", args=[notice.pk])).status_code == 404
    assert Notice.objects.get().read_at is None


def test_P6_a_notice_whose_right_ended_is_hidden(client):
    community = make_community()
    worker = make_worker(community, "people.view")
    notify(worker, "channel-chosen", needs="people.view", at=community)
    client.force_login(worker)
    assert queries.my_notices(worker).count() == 1

    worker.person.posts.all().delete()
    worker.__dict__.pop("_grants")

    assert queries.my_notices(worker).count() == 0


def test_all_can_be_marked_read_at_once(client):
    user = make_user()
    for _notice in range(3):
        notify(user, "channel-chosen")
    client.force_login(user)
    client.post(reverse("notice-read-all"))

    assert queries.unread_count(user) == 0


def test_a_person_chooses_how_to_be_told_among_what_reaches(client):
    user = make_user(person=make_person(phone="13900000001"))
    client.force_login(user)

    client.post(reverse("notice-channel"), {"channel": "sms"})
    assert Notice.objects.get().channel == "sms"
    client.post(reverse("notice-channel"), {"channel": "letter"})  # no home is known
    user.person.refresh_from_db()
    assert user.person.preferred_channel == "sms"


def test_a_letter_without_a_home_is_a_dead_letter_from_the_start():
    notice = notify(make_person(), "channel-chosen")

    assert (notice.channel, notice.trouble) == ("letter", "no way to reach this person")
    assert list(queries.undelivered(make_worker(make_community(), "notices.operate"))) == [notice]


def test_letters_of_ones_own_place_are_printed_and_count_as_sent(client):
    here, there = make_community(1), make_community(1, street="990102001000")
    building = make_place(f"{here.code}C01", "compound", name="东苑")
    mine, foreign = make_letter(building, room="3-201"), make_letter(there)
    client.force_login(make_worker(here, "notices.print"))

    page = client.get(reverse("letter-list")).content.decode()
    assert re.findall(r'name="letter" value="(\d+)"', page) == [str(mine.pk)]
    answer = client.post(reverse("letter-print"), {"letter": [mine.pk, foreign.pk, "x"]})

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.content.startswith(b"%PDF-")
    assert list(Notice.objects.exclude(sent_at=None)) == [mine]
    again = client.post(reverse("letter-print"), {"letter": [mine.pk]})
    assert again.content.startswith(b"%PDF-")


def test_a_letter_says_name_address_and_text():
    from linli.notices.actions import sheets

    here = make_community(1)
    notice = make_letter(make_place(f"{here.code}C01", "compound", name="东苑"), room="3-201")

    (sheet,) = sheets([Notice.objects.select_related("to__home").get(pk=notice.pk)])

    assert sheet.to == "赵奶奶"
    assert sheet.address == "清江市东岸区桥头街道第1社区东苑3-201"
    assert (sheet.sender, sheet.day, sheet.subject) == ("第1社区", "2026年3月4日", "通知方式已更改")


def test_a_letter_to_somebody_who_died_is_withdrawn(client):
    here = make_community(1)
    notice = make_letter(here)
    notice.to.died_on = clock.today()
    notice.to.save()
    client.force_login(make_worker(here, "notices.print"))

    assert client.post(reverse("letter-print"), {"letter": [notice.pk]}).status_code == 302
    assert Notice.objects.get().withdrawn_at == clock.now()


def test_P3_undelivered_notices_are_shown_masked_and_sent_again_in_ones_own_place_alone(client):
    here, there = make_community(1), make_community(1, street="990102001000")
    mine, foreign = make_letter(here), make_letter(there)
    Notice.objects.update(failed_at=clock.now(), trouble="ConnectionError")
    client.force_login(make_worker(here, "notices.operate"))

    page = client.get(reverse("undelivered-list")).content.decode()
    answers = [
        client.post(reverse("undelivered-try-again", args=[notice.pk])).status_code
        for notice in (mine, foreign)
    ]

    assert ("赵**" in page, "赵奶奶" in page) == (True, False)
    assert answers == [302, 404]
    assert list(Notice.objects.waiting()) == [mine]


@pytest.mark.parametrize("name", ["letter-list", "undelivered-list"])
def test_P1_staff_pages_ask_for_their_permission(client, name):
    assert client.get(reverse(name)).status_code == 302
    user = make_user()
    make_post(user, make_community(), "people.view")
    client.force_login(user)
    assert client.get(reverse(name)).status_code == 403
