"""The two stories of requests at phone width: from filing to rating, and a whistle with two departments."""

import pytest
from django.urls import reverse

from linli.cases.models import Case, CaseLink
from tests.factories.requests import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = 390


@pytest.fixture
def town():
    return Town()


def sound(site, name):
    site.assert_no_sideways_scroll()
    site.assert_accessible()
    site.picture(f"requests-{name}-{PHONE}")


def open_case(site, case):
    return site.open(reverse("case-detail", args=[case.number]), width=PHONE)


def take(site, case, step, told="", **fields):
    """Open a step from the page of the case as a worker does, fill it in, send it and read what is `told`."""
    page = open_case(site, case)
    page.get_by_role("group", name="可以办理的步骤").get_by_text(step, exact=True).click()
    if fields:
        page.locator("form.form-narrow").wait_for()
    for name, value in fields.items():
        field = page.locator(f"[name={name}]").first
        if field.get_attribute("type") in ("radio", "checkbox"):
            page.locator(f"[name={name}][value='{value}']").check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    if fields:
        page.locator("form.form-narrow .form-actions button").click()
    page.get_by_text(told or f"“{step}”已完成").first.wait_for()
    case.refresh_from_db()
    return page


def file_by_phone(site, town):
    """A visitor without an account; number and secret stand on the last page."""
    page = site.open(reverse("request-start"), width=PHONE)
    sound(site, "what")
    page.locator("[name=text]").fill("幸福路 3 号楼前的路灯不亮，晚上太黑")
    page.get_by_role("button", name="下一步").click()
    page.locator("[name=words]").fill(town.place.name)
    sound(site, "where")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("按您写的").wait_for()
    sound(site, "which")
    page.locator("[name=kind][value=help]").check()
    page.get_by_role("button", name="下一步").click()
    page.locator("[name=phone]").fill("13900000000")
    page.get_by_role("button", name="下一步").click()
    sound(site, "send")
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_role("heading", name="已收到您的诉求").wait_for()
    sound(site, "sent")
    number, secret = page.locator("dd strong").all_inner_texts()
    return number, secret


def look_up(site, number, secret):
    site.page.context.clear_cookies()
    page = site.open(reverse("request-look-up"), width=PHONE)
    page.locator("[name=number]").fill(number)
    page.locator("[name=secret]").fill(secret)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("heading", level=1).wait_for()
    page.locator("html[data-ready]").wait_for(state="attached")
    return page


def test_a_resident_files_on_a_phone_and_rates_what_was_done(site, town):
    """ZJ-004: from filing to rating, without an account, at 390 pixels."""
    number, secret = file_by_phone(site, town)
    case = Case.objects.get(number=number)
    for user, step, fields in (
        (town.dispatcher, "派单", {"unit": town.city_management.pk}),
        (town.worker, "签收", {}),
        (town.worker, "办结", {"result": "solved", "outcome": "灯泡已更换。"}),
    ):
        site.page.context.clear_cookies()
        site.sign_in(user)
        take(site, case, step, **fields)
    assert case.state == "resolved"

    page = look_up(site, number, secret)
    page.get_by_text("灯泡已更换。").wait_for()
    sound(site, "answered")
    take(site, case, "评价", stars=5, comment="很快")

    assert (case.state, case.ratings.get().stars, case.ratings.get().comment) == ("closed", 5, "很快")
    sound(site, "rated")


def test_a_whistle_calls_two_departments_and_the_lead_waits_for_both(site, town):
    """吹哨报到: two helpers arrive and reply; only then the lead answers."""
    case = town.request("working")
    site.sign_in(town.worker)
    page = open_case(site, case)
    page.get_by_role("group", name="可以办理的步骤").get_by_text("吹哨", exact=True).click()
    page.locator("html[data-ready]").wait_for(state="attached")
    for unit in (town.housing, town.power):
        page.locator(f"[name=units][value='{unit.pk}']").check()
    page.locator("[name=task]").fill("请协助断电和登高")
    sound(site, "whistle")
    page.locator("form.form-narrow .form-actions button").click()
    page.get_by_text("关联事项").wait_for()
    helpers = [link.result for link in CaseLink.objects.filter(origin=case, kind="helper").order_by("pk")]
    assert {helper.unit for helper in helpers} == {town.housing, town.power}

    take(site, case, "办结", told="还有协办单位没有反馈", result="solved", outcome="好了")
    assert case.state == "working"

    for helper in helpers:
        site.page.context.clear_cookies()
        site.sign_in(town.helper if helper.unit == town.housing else town.power_worker)
        take(site, helper, "报到")
        sound(site, "arrived")
        take(site, helper, "反馈", reply="已到场处理")
        assert helper.state == "replied"

    site.page.context.clear_cookies()
    site.sign_in(town.worker)
    take(site, case, "办结", result="solved", outcome="两家一起修好了。")
    assert (case.state, case.request.outcome) == ("resolved", "两家一起修好了。")
    sound(site, "whistle-done")
