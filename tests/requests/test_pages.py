from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from linli.cases.models import Case
from linli.kernel.clock import at
from linli.requests.models import Request
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANSWERS = (
    ("what", {"text": "3 号楼前路灯不亮，晚上太黑"}),
    ("where", {"words": "第1社区", "address": "3 号楼东侧"}),
    ("which", {"kind": "help", "category": "street-lights", "urgency": "normal"}),
    ("who", {"wants_reply": "on", "name": "周大爷", "phone": "13800001111"}),
)


def answer_screens(client, answers=ANSWERS):
    return [client.post(f"/requests/new/{screen}/", told).status_code for screen, told in answers]


def test_a_visitor_files_without_an_account_and_reads_it_with_number_and_secret(client, town):
    assert answer_screens(client) == [302, 302, 302, 302]
    shown = client.post("/requests/new/send/", {}, follow=True)

    number, secret = shown.context["number"], shown.context["secret"]
    request = Request.objects.get()
    assert (request.case.number, request.case.reporter.name, request.address) == (
        number,
        "周大爷",
        "3 号楼东侧",
    )
    client.cookies.clear()
    assert client.get(f"/cases/{number}/").status_code == 302  # number alone opens nothing
    opened = client.post("/requests/look-up/", {"number": number, "secret": secret}, follow=True)
    assert (opened.status_code, opened.context["page"].reporter) == (200, "您本人")


@pytest.mark.parametrize(("more", "kept"), [(-1, True), (1, False)])
def test_what_a_visitor_left_half_written_is_not_shown_to_the_next_at_the_device(client, town, more, kept):
    """ASVS 14.3.3: as long as a session may lie unused a filing goes on where it was; then it begins anew."""
    idle = timedelta(minutes=settings.ENVIRONMENT.idle_minutes + more)
    with at(NINE):
        answer_screens(client, ANSWERS[:2])
    with at(NINE + idle):
        shown = client.get("/requests/new/what/").content.decode()

    assert ("3 号楼前路灯不亮" in shown) is kept


def test_number_and_secret_are_shown_once(client, town):
    answer_screens(client)
    client.post("/requests/new/send/", {}, follow=True)

    assert client.get("/requests/sent/").status_code == 302


def test_the_holder_of_the_secret_rates(client, town):
    """XZ-062: a rating needs no account."""
    answer_screens(client)
    client.post("/requests/new/send/", {})
    case = Case.objects.get()
    for name in ("dispatch", "sign", "resolve"):
        case = town.step(case, name)

    client.post(f"/cases/{case.number}/rate/", {"stars": "5", "version": case.version})

    case.refresh_from_db()
    line = case.events.last()
    assert (case.state, line.by, line.on_behalf_of) == ("closed", None, case.reporter)


def test_a_screen_left_out_leads_back_to_it(client, town):
    answer = client.get("/requests/new/send/")

    assert (answer.status_code, answer.url) == (302, "/requests/new/what/")
    assert client.get("/requests/new/nonsense/").status_code == 404


def test_a_wrong_answer_says_what_to_do_and_keeps_what_was_typed(client, town):
    client.post("/requests/new/what/", ANSWERS[0][1])
    answer = client.post("/requests/new/where/", {"words": "没有这个地方", "address": "东侧"})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == ["没有找到这个地点，请换几个字，如小区或社区的名称。"]
    assert answer.context["form"]["address"].value() == "东侧"


def test_the_category_is_suggested_with_the_words_that_speak_for_it(client, town):
    answer_screens(client, ANSWERS[:2])
    field = client.get("/requests/new/which/").context["form"].fields["category"]

    assert (field.initial, field.help_text) == (
        "street-lights",
        "按您写的“路灯、不亮、太黑”选了“路灯照明”，不对可以改。",
    )


def test_the_code_on_a_wall_fills_in_the_place(client, town):
    """C05: the sign is printed by who registers there; its address opens a request about that place."""
    client.force_login(town.clerk)
    found = client.get("/requests/poster/", {"q": town.place.name})
    sign = client.get("/requests/poster/", {"place": town.place.code}).context["poster"]
    client.logout()
    scanned = urlsplit(sign.address)
    client.get(f"{scanned.path}?{scanned.query}")
    client.post("/requests/new/what/", ANSWERS[0][1])
    answer = client.post("/requests/new/where/", {})

    assert (town.place.name in found.content.decode(), sign.picture.startswith("data:image/svg")) == (
        True,
        True,
    )
    assert answer.url == "/requests/new/which/"
    assert client.session["request_draft"]["channel"] == "qr"


def test_no_sign_is_printed_for_a_place_of_others(client, town):
    client.force_login(town.clerk)
    elsewhere = make_community(2)

    assert client.get("/requests/poster/", {"place": elsewhere.code}).status_code == 404
    assert (
        elsewhere.name
        not in client.get("/requests/poster/", {"q": elsewhere.name}).content.decode().split("</form>")[-1]
    )


def test_a_wrong_secret_and_an_unknown_number_are_answered_alike(client, town):
    sent = town.submit()
    answers = [
        client.post("/requests/look-up/", {"number": number, "secret": "AAAAAAAA"})
        for number in (sent.request.case.number, "RQ-2026-999999")
    ]

    assert [(a.status_code, a.context["form"].non_field_errors()) for a in answers] == [
        (422, ["编号和查询码对不上，请核对后再试。"])
    ] * 2


def test_too_many_tries_are_told_when_to_come_back(client, town):
    for number in range(20):
        client.post("/requests/look-up/", {"number": f"RQ-2026-9{number:05}", "secret": "AAAAAAAA"})
    answer = client.post("/requests/look-up/", {"number": "RQ-2026-000001", "secret": "AAAAAAAA"})

    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")


def test_the_public_list_shows_neither_text_nor_person_nor_what_is_kept_quiet(client, town):
    town.submit("路灯不亮，请联系王小明")
    town.submit("物业乱收费", kind="complaint")
    town.submit("想悄悄说一件事", anonymous=True)

    answer = client.get("/requests/")

    assert [row["title"] for row in answer.context["listing"].page] == ["路灯照明"]
    text = answer.content.decode()
    assert ("王小明" in text, "RQ-2026" in text) == (False, False)


def test_ones_own_requests_and_those_of_nobody_else(client, town):
    mine = town.submit().request
    town.submit(reporter=town.stranger.person, by=town.stranger)
    client.force_login(town.resident)

    assert [row.number for row in client.get("/requests/mine/").context["listing"].page] == [mine.case.number]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/requests/mine/", 3), ("/requests/", 6)])
def test_list_query_count(client, town, count, address, queries, django_assert_num_queries):
    for _ in range(count):
        town.submit()
    client.force_login(town.resident)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


def test_a_clerk_enters_what_somebody_says_on_the_phone(client, town):
    """XA-096: who does not write online is heard at the desk and on the phone."""
    client.force_login(town.clerk)
    told = {
        "text": "家里停水了两天",
        "words": "第1社区",
        "channel": "phone",
        "kind": "help",
        "urgency": "urgent",
    }

    answer = client.post("/requests/enter/", {**told, "name": "周大爷"})

    request = Request.objects.get()
    assert (answer.status_code, request.channel, request.category.code) == (302, "phone", "water-supply")
    assert (request.case.events.get().by, request.case.reporter.name) == (town.clerk, "周大爷")


def test_a_clerk_of_another_place_does_not_enter_it_here(client, town):
    client.force_login(make_worker(make_community(1, street="990102001000"), "requests.enter"))
    told = {
        "text": "家里停水了两天",
        "words": "第1社区",
        "channel": "phone",
        "kind": "help",
        "urgency": "urgent",
    }

    answer = client.post("/requests/enter/", {**told, "place": town.place.code})

    assert (answer.status_code, Request.objects.count()) == (422, 0)


@pytest.mark.parametrize(("kind", "anonymous"), [("help", True), ("complaint", False), ("report", False)])
def test_P9_the_unit_does_not_learn_who_complained(client, town, kind, anonymous):
    case = town.request("working", kind=kind, anonymous=anonymous)
    seen = {}
    for user in (town.worker, town.caller):
        client.force_login(user)
        answer = client.get(f"/cases/{case.number}/")
        seen[user.person.name] = (answer.context["page"].reporter, "钱居民" in answer.content.decode())

    assert seen == {"陈城管": ("已为诉求人保密", False), "杨回访": ("钱**", False)}


@pytest.mark.parametrize("state", ["submitted", "working", "resolved"])
def test_every_step_offered_has_a_page_that_opens(client, town, state):
    case = town.request(state)
    opened = {}
    for user in (town.dispatcher, town.worker, town.leader, town.caller, town.resident):
        client.force_login(user)
        page = client.get(f"/cases/{case.number}/").context["page"]
        for step in page.form_steps:
            opened[step.name] = client.get(f"/cases/{case.number}/{step.name}/").status_code

    assert set(opened.values()) == {200}


def test_before_sending_one_hears_of_the_same_matter_and_may_send_it_even_so(client, town):
    """XA-096: the hint names kind, day and state of an open request alike; never its words."""
    first = town.submit("3 号楼前路灯不亮，晚上太黑，我摔了一跤").request
    town.submit("3 号楼前路灯不亮，晚上太黑", anonymous=True)
    answer_screens(client)
    page = client.get("/requests/new/send/").content.decode()

    assert page.count("路灯照明 ·") == 1
    assert first.case.state_label in page
    assert "摔了一跤" not in page
    client.post("/requests/new/send/", {}, follow=True)
    assert Request.objects.count() == 3
