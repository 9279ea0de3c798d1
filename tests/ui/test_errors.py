"""No refusal without words (I12): each status a person can meet has a page that says what to do next."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from linli.ui import errors
from linli.ui.middleware import ErrorPages
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_an_address_opened_the_wrong_way_is_explained(client):
    answer = client.post("/offline/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "这个操作不能这样进行" in answer.content.decode()


def test_a_form_beyond_what_is_taken_says_that_it_is_too_large(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = client.post("/preferences/", {"theme": "dark" * 100})
    assert answer.status_code == 413
    assert "文件太大了" in answer.content.decode()


@pytest.mark.parametrize(
    ("status", "words"), [(409, "有人比您早一步"), (413, "文件太大了"), (503, "系统暂时忙不过来")]
)
def test_a_bare_status_gets_its_page_and_one_with_words_keeps_them(status, words, rf: RequestFactory):
    request = rf.get("/")
    bare = ErrorPages(lambda request: HttpResponse(status=status))(request)
    told = ErrorPages(lambda request: HttpResponse("自己的话", status=status))(request)
    assert (words in bare.content.decode(), told.content.decode()) == (True, "自己的话")


def test_below_the_api_a_bare_status_stays_for_problem_json(rf: RequestFactory):
    answer = ErrorPages(lambda request: HttpResponse(status=405))(rf.get("/api/v1/places"))
    assert answer.content == b""


def test_a_database_that_does_not_answer_is_a_503_with_a_time_to_wait(rf: RequestFactory):
    try:
        raise OperationalError
    except OperationalError:
        answer = errors.server_error(rf.get("/"))
    assert (answer.status_code, answer["Retry-After"]) == (503, str(errors.AWAY_RETRY_S))
    assert "系统暂时忙不过来" in answer.content.decode()


def test_the_elder_view_of_the_account_wins_over_the_device_and_is_kept(client):
    """XZ-058: a mother who signs in on another phone finds large type there, and does not leave it behind."""
    user = make_user()
    client.force_login(user)
    answer = client.post("/preferences/", {"elder": "1", "theme": "dark"})
    user.refresh_from_db()
    assert (user.elder_view, sorted(answer.cookies)) == (True, ["linli_theme"])

    client.cookies["linli_elder"] = "0"
    assert " data-elder>" in client.get("/preferences/").content.decode()
    client.logout()
    assert " data-elder>" not in client.get("/preferences/").content.decode()


@pytest.mark.parametrize("address", ["/places/?q=%00", "/?q=a%00b", "/places/?page=%00", "/places/%00/"])
def test_I1_an_address_with_a_null_character_is_refused_before_anything_is_looked_up(client, address):
    answer = client.get(address)

    assert (answer.status_code, "网址里有不能使用的字符" in answer.content.decode()) == (400, True)
