"""Which ideas of residents were taken up is told to everybody (XA-096): the matter, never the person."""

import pytest
from django.urls import reverse

from linli.cases.actions import WrongState
from linli.requests.models import Adopted
from tests.factories.places import make_place

pytestmark = pytest.mark.django_db
TEXT = "在小广场加装两盏路灯，五月底前完成。"


def idea(town, result="planned", **fields):
    case = town.request("working", kind="advice", **fields)
    return town.step(case, "resolve", result=result, outcome="已列入今年的改造计划。")


def test_an_adopted_idea_stands_on_the_public_page_in_the_words_of_staff(client, town):
    """XA-096: heard, answered, and what was taken up of it is published with its community and nobody's name."""
    building = make_place(f"{town.place.code}B0001", "building", name="幸福小区 3 号楼")
    case = town.step(idea(town, place=building), "publish", by=town.dispatcher, text=TEXT)
    page = client.get(reverse("request-adopted")).content.decode()

    assert (TEXT in page, town.place.name in page, "列入计划" in page) == (True, True, True)
    assert ("钱居民" in page, "太黑" in page, "3 号楼" in page, case.number in page) == (False,) * 4


def test_told_again_it_stands_there_once_in_the_newer_words(town):
    case = town.step(idea(town), "publish", by=town.dispatcher, text=TEXT)
    town.step(case, "publish", by=town.caller, text="灯已装好。")

    assert [one.text for one in Adopted.objects.all()] == ["灯已装好。"]


def test_what_is_no_idea_or_was_not_taken_up_is_not_published(town):
    for case in (town.request("resolved"), idea(town, result="explained")):
        with pytest.raises(WrongState, match="采纳"):
            town.step(case, "publish", by=town.dispatcher, text=TEXT)
    assert Adopted.objects.count() == 0


@pytest.mark.parametrize("count", [1, 6])
def test_list_query_count(client, town, count, django_assert_num_queries):
    for number in range(count):
        town.step(idea(town), "publish", by=town.dispatcher, text=f"第 {number} 条")
    client.get(reverse("request-adopted"))
    with django_assert_num_queries(3):
        client.get(reverse("request-adopted"))


def test_the_code_on_the_receipt_leads_back_and_still_asks_for_the_secret(client, town):
    """XZ-062: who scans it rates after showing the secret; the code itself opens nothing."""
    number = town.submit().request.case.number
    page = client.get(reverse("request-look-up"), {"number": number})

    assert page.context["form"]["number"].value() == number
    assert (
        client.post(reverse("request-look-up"), {"number": number, "secret": "XXXXXXXX"}).status_code == 422
    )
