"""Preferences, manifest, service worker, error pages, lists and forms, without a browser."""

import json
import re

import pytest
from allauth.core.internal.ratelimit import respond_429
from django import forms
from django.contrib.messages import get_messages
from django.contrib.staticfiles.finders import find
from django.http import Http404, QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from linli.ui import errors
from linli.ui.lists import Choice, Filter, listing, read_filters, read_sort
from linli.ui.look import Look, look_of
from linli.ui.nav import Entry, add_entry
from linli.ui.toasts import say_with_undo, undo_url_of

STATES = Filter("state", "状态", (Choice("new", "待签收"), Choice("done", "已办结")))


@pytest.mark.parametrize(
    ("sent", "cookies"),
    [
        ({"theme": "dark"}, {"linli_theme": "dark"}),
        ({"elder": "1", "language": "en"}, {"linli_elder": "1", "django_language": "en"}),
        ({"theme": "<script>", "elder": "yes", "language": "xx"}, {}),
    ],
)
def test_preferences_remember_only_what_is_on_the_list(client, sent, cookies):
    answer = client.post("/preferences/", sent)
    assert {name: morsel.value for name, morsel in answer.cookies.items()} == cookies


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/gallery/?page=2", "/gallery/?page=2"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
    ],
)
def test_I6_preferences_lead_back_into_the_site_only(client, asked, led_to):
    assert client.post("/preferences/", {"theme": "light", "next": asked}).url == led_to


def test_a_cookie_with_nonsense_is_the_default_look():
    request = RequestFactory(headers={"cookie": "linli_theme=purple; linli_elder=maybe"}).get("/")
    assert look_of(request) == Look("auto", False)


def test_the_manifest_names_icons_that_exist(client):
    said = json.loads(client.get("/manifest.webmanifest").content)
    assert (said["start_url"], said["display"]) == ("/", "standalone")
    names = [icon["src"].removeprefix("/static/") for icon in said["icons"]]
    assert all(find(name) for name in names)


def test_the_service_worker_keeps_the_look_and_only_pages_without_anybody(client):
    said = client.get("/sw.js").content.decode()
    kept = re.search(r"ALWAYS = (\[.*?\])", said)[1]
    assert [one for one in json.loads(kept) if not one.startswith("/static/")] == [
        "/offline/",
        "/reach/walk/",
        "/requests/offline/",
        "/care/round/offline/",
        "/grid/report/offline/",
    ]


@pytest.mark.parametrize("status", errors.WORDS)
def test_an_error_page_says_what_happened_what_to_do_and_a_number(rf, status):
    request = rf.get("/")
    request.reference = "AB12CD34"
    answer = errors.server_error(request) if status == 500 else errors.render_error(request, status)
    page = answer.content.decode()
    assert answer.status_code == status
    assert all(str(words) in page for words in (*errors.WORDS[status], "AB12CD34"))


def test_I13_too_many_sign_ins_are_answered_by_our_page_with_the_time_to_wait():
    request = RequestFactory().get("/accounts/login/")
    answer = respond_429(request)
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert "操作太频繁" in answer.content.decode()


def test_an_unknown_page_is_answered_by_our_page(client):
    answer = client.get("/no/such/page/")
    assert (answer.status_code, "没有找到这一页" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize("path", ["/gallery/nothing/", "/gallery/maps/nothing.json"])
def test_the_gallery_has_no_other_pages(client, path):
    assert client.get(path).status_code == 404


def test_a_filter_takes_its_own_values_only_and_gives_addresses_that_forget_the_page():
    wrong, right = (
        read_filters(QueryDict(f"state={value}&q=灯&page=3"), [STATES])[0] for value in ("x", "done")
    )
    assert (wrong.chosen, right.chosen.title) == (None, "已办结")
    assert [choice.url for choice in right.choices] == ["?state=new&q=%E7%81%AF", "?q=%E7%81%AF"]


def test_a_sort_key_outside_the_list_counts_as_the_default():
    assert [
        read_sort(QueryDict(f"sort={key}"), {"due"}, "-opened") for key in ("due", "-due", "password")
    ] == [
        "due",
        "-due",
        "-opened",
    ]


def test_a_listing_survives_a_page_that_does_not_exist():
    shown = listing(QueryDict("page=99"), range(60))
    assert (shown.page.number, list(shown.page), shown.is_filtered) == (3, list(range(50, 60)), False)


def test_undo_stays_on_the_site(rf):
    request = rf.get("/")
    request._messages = []
    for wrong in ("https://elsewhere.example/", "//elsewhere.example/"):
        with pytest.raises(ValueError, match="path of this site"):
            say_with_undo(request, "已撤回", undo_url=wrong)


def test_a_message_with_undo_offers_the_way_back(client, settings):
    request = RequestFactory().get("/")
    from django.contrib.messages.storage.cookie import CookieStorage

    request._messages = CookieStorage(request)
    say_with_undo(request, "已撤回", undo_url="/requests/1/restore/")
    assert [undo_url_of(message) for message in get_messages(request)] == ["/requests/1/restore/"]


def test_a_second_navigation_entry_for_a_route_is_refused():
    entry = Entry("两次", "no-such-route", icon="house", order=99)
    add_entry("cockpit", entry)
    with pytest.raises(ValueError, match="already has"):
        add_entry("cockpit", entry)


class Form(forms.Form):
    name = forms.CharField(label="称呼", help_text="姓氏也可以")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)


def test_a_form_ties_help_and_error_to_its_field_and_marks_what_may_stay_empty():
    with translation.override("zh-hans"):
        page = str(Form({"kind": "a"}))
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert page.count("（选填）") == 1
    assert "请填写这一项。" in page


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{{ "13812345678"|masked:"phone" }}', "138****5678"),
        ('{{ "张三"|masked:"name" }}', "张*"),
        ("{{ 1240|figure:'位' }}", "1,240 位"),
        ("{{ none|figure }}", "暂无数据"),
        ("{{ 40|share_of:80 }} {{ 90|share_of:80 }} {{ none|share_of:80 }}", "50 100 0"),
    ],
)
def test_filters_say_it_the_same_everywhere(source, said):
    with translation.override("zh-hans"):
        assert Template("{% load ui %}" + source).render(Context({"none": None})) == said


def test_text_of_people_is_escaped_in_every_component():
    listed = Template(
        '{% load ui %}{% include "ui/_chip.html" with title=bad tone=bad %}'
        '{% include "ui/_case_row.html" with item=row %}{% include "ui/_table.html" with columns=columns rows=rows %}'
    )
    bad = '<img src=x onerror=alert(1)>"'
    row = {"title": bad, "url": "/", "number": bad, "place": bad, "state": bad, "tone": bad}
    page = listed.render(
        Context({"bad": bad, "row": row, "columns": [{"title": bad}] * 2, "rows": [[bad, bad]]})
    )
    assert "<img" not in page
    assert 'onerror=alert(1)>"' not in page


def test_gallery_refuses_by_404_not_by_an_exception(rf):
    from linli.ui.views import gallery

    with pytest.raises(Http404):
        gallery(rf.get("/gallery/x/"), page="x")
