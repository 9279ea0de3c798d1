"""What a browser keeps of a form until it is sent, and that it keeps nothing for the next person (ASVS 14.3.3)."""

import re
from base64 import b64decode
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from linli.cases.forms import draft_name
from linli.cases.steps import workflows
from linli.kernel.personal import Sensitivity
from tests.factories.people import make_user

GENERIC = {"ui", "cases"}  # ui only passes the name on; the page of a step asks draft_name()
KEPT = "page => Object.keys(localStorage).filter((key) => key.startsWith('linli-draft:')).length"


def holds_class_3(label: str) -> bool:
    models = apps.get_app_config(label).get_models()
    held = [said for model in models for said in getattr(model, "personal", {}).values()]
    return any(said.sensitivity == Sensitivity.SENSITIVE for said in held)


def apps_with_drafts() -> set[str]:
    found = set()
    for page in Path(settings.BASE_DIR, "linli").glob("*/templates/**/*.html"):
        if re.search(r"\bdraft=|data-draft=", page.read_text("utf-8")):
            found.add(page.relative_to(settings.BASE_DIR).parts[1])
    return found


def test_no_form_of_an_app_with_class_3_keeps_a_draft_on_the_device():
    """D1: health, income and ID numbers are never written to a shared computer."""
    asked = apps_with_drafts() - GENERIC

    assert asked >= {"grid", "requests"}  # the search finds those that do keep one
    assert [label for label in sorted(asked) if holds_class_3(label)] == []


def test_a_step_of_a_kind_with_class_3_keeps_no_draft():
    """D1: the words of a care visit are class 3; those of a resident's request are not."""
    kept = {kind: {draft_name(one, step) for step in one.steps} for kind, one in workflows.items()}

    assert kept["visit"] == {""}
    assert kept["request"] == {step.name for step in workflows["request"].steps}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_draft_lies_sealed_and_a_visitors_opens_in_his_tab_alone(site):
    """ASVS 14.3.3: who holds the device reads nothing, and the next visitor is not shown what the last one typed."""
    page = site.open("/gallery/")
    page.locator("form[data-draft] textarea").first.fill("三楼走廊的灯不亮")
    page.locator("[data-draft-note]").filter(has_text="草稿").wait_for()
    assert page.evaluate("() => JSON.stringify({ ...localStorage }).includes('走廊')") is False
    site.open("/gallery/")
    assert page.locator("form[data-draft] textarea").first.input_value() == "三楼走廊的灯不亮"

    page.close()
    site.page = site.page.context.new_page()
    page = site.open("/gallery/")
    assert page.locator("form[data-draft] textarea").first.input_value() == ""


@pytest.mark.django_db
def test_the_key_around_what_lies_on_a_device_is_told_to_its_account_alone(client):
    """ASVS 14.3.3: the same at every sign-in, another for another account, none for a visitor."""
    keys = []
    for user in (make_user("甲"), make_user("乙")):
        client.force_login(user)
        answers = [client.get("/device-key/") for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        keys.append(answers[0].json()["key"])
        assert "no-store" in answers[0]["Cache-Control"]
    client.logout()

    assert [len(b64decode(key)) for key in keys] == [32, 32]
    assert (keys[0] == keys[1], client.get("/device-key/").status_code) == (False, 302)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_draft_comes_back_to_its_writer_and_to_nobody_else(site):
    """A4: what somebody typed goes at sign-out, and when another person signs in on the same computer."""
    first, second = make_user("甲"), make_user("乙")
    site.sign_in(first)
    page = site.open("/gallery/")
    page.locator("form[data-draft] textarea").first.fill("三楼走廊的灯不亮")
    page.locator("[data-draft-note]").filter(has_text="草稿").wait_for()
    site.open("/gallery/")
    assert page.locator("form[data-draft] textarea").first.input_value() == "三楼走廊的灯不亮"

    site.sign_in(second)
    site.open("/gallery/")
    assert page.locator("form[data-draft] textarea").first.input_value() == ""
    assert page.locator("html").evaluate(KEPT) == 0

    page.locator("form[data-draft] textarea").first.fill("另一件事")
    page.locator("[data-draft-note]").filter(has_text="草稿").wait_for()
    assert page.locator("html").evaluate(KEPT) == 1
    page.locator(".site-tools summary").filter(has_text="乙").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(lambda url: "logout" not in url and "gallery" not in url)
    assert page.locator("html").evaluate(KEPT) == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_that_keeps_what_is_typed_is_ready_only_once_its_seal_is_here(site):
    """What is typed after that can be kept, with a network or without; before that nothing says it will be."""
    held = []
    site.sign_in(make_user("甲"))
    site.page.route("**/device-key/", lambda route: held.append(route))
    with site.page.expect_request("**/device-key/"):
        site.page.goto(site.address + "/gallery/")
    for _ in range(3):
        site.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert site.page.locator("html[data-ready]").count() == 0

    held[0].continue_()
    site.page.locator("html[data-ready]").wait_for(state="attached")
