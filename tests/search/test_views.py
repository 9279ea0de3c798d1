"""The page and the suggestions."""

import pytest
from django.urls import reverse

from linli.search.actions import rebuild
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def test_the_page_groups_what_was_found(client):
    for number in range(1, 8):
        make_community(number, name=f"和平第{number}社区")
    rebuild()
    page = client.get(reverse("search"), {"q": "和平"})
    assert [(group.label, group.count, len(group.rows)) for group in page.context["groups"]] == [
        ("社区和地点", 7, 5)
    ]
    whole = client.get(reverse("search"), {"q": "和平", "kind": "place"})
    assert [row.title for row in whole.context["listing"].page] == [f"和平第{n}社区" for n in range(1, 8)]


def test_the_page_without_words_and_without_results_says_what_to_do(client):
    assert "您想找什么？" in client.get(reverse("search")).content.decode()
    assert "没有找到" in client.get(reverse("search"), {"q": "无此地"}).content.decode()
    assert client.get(reverse("search"), {"kind": "nonsense", "q": "无"}).status_code == 200


def test_I13_a_question_is_cut_at_eighty_characters(client):
    page = client.get(reverse("search"), {"q": "和" * 5000})
    assert page.context["words"] == "和" * 80


def test_suggestions_are_at_most_ten_and_never_kept(client):
    for number in range(1, 13):
        make_community(number, name=f"和平第{number}社区")
    rebuild()
    answer = client.get(reverse("search-suggest"), {"q": "hp"})
    rows = answer.json()
    assert len(rows) == 10
    assert rows[0] == {
        "value": "/places/990101001001/",
        "title": "和平第1社区",
        "note": "社区和地点 · 社区村 · 桥头街道",
    }
    assert answer["Cache-Control"] == "no-store"
    assert client.get(reverse("search-suggest"), {"q": ""}).json() == []
