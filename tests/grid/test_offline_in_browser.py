"""A grid worker presses without a network: the report leaves by itself, once."""

import pytest
from django.urls import reverse

from linli.grid.models import Event

from .test_grid import Ground

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_hazard_settled_without_a_network_arrives_once_when_there_is_one(site):
    """XA-111: kept on the phone, sent when the phone says the network is back; what was pressed counts."""
    ground = Ground()
    site.sign_in(ground.finder)
    page = site.open(reverse("grid-report"), width=390)
    page.locator("[name=kind]").first.check()
    page.locator("[name=text]").fill("楼道堆了纸箱，已请住户搬走")
    page.context.set_offline(True)
    page.get_by_role("button", name="当场解决了").click()
    page.get_by_text("已存在这台设备上，还没有提交").wait_for()
    site.assert_no_sideways_scroll()
    assert Event.objects.count() == 0

    page.context.set_offline(False)
    page.get_by_text("离线写的内容已提交").wait_for()
    assert [event.case.state for event in Event.objects.all()] == ["settled"]
    page.get_by_role("link", name="查看").click()
    page.get_by_role("heading", level=1).wait_for()
    assert (Event.objects.get().case.number in page.url, Event.objects.count()) == (True, 1)


def test_the_page_itself_opens_without_a_network_and_three_taps_later_the_report_waits(site):
    """XA-111: opened once with a network, the page opens without one; each report of a morning leaves once."""
    ground = Ground()
    site.sign_in(ground.finder)
    page = site.open(reverse("grid-report"), width=390)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kinds = page.locator("[name=kind]").count()
    site.open("/", width=390)
    page.context.set_offline(True)
    page.goto(site.address + reverse("grid-report"))
    page.locator("html[data-ready]").wait_for(state="attached")
    assert page.locator("[name=kind]").count() == kinds
    site.assert_no_sideways_scroll()
    site.picture("grid-report-offline-390")
    for waiting, text in enumerate(("井盖松动", "护栏断了一截")):
        page.locator("[name=kind]").first.check()
        page.locator("[name=text]").fill(text)
        page.get_by_role("button", name="上报", exact=True).click()
        page.locator("#outbox .note").nth(waiting).wait_for()  # sealed: without a network its words stay shut
    assert Event.objects.count() == 0

    page.context.set_offline(False)
    page.get_by_text("离线写的内容已提交").nth(1).wait_for()
    told = [event.case.title.partition(" ")[2] for event in Event.objects.order_by("pk")]
    assert told == ["井盖松动", "护栏断了一截"]
    assert {event.case.state for event in Event.objects.all()} == {"reported"}


def test_on_a_device_where_nobody_opened_it_the_page_says_so(site):
    page = site.open(reverse("grid-report-offline"), width=390)

    page.get_by_text("请先在有网络时登录").wait_for()
    site.assert_accessible()
    assert page.locator("form[data-outbox]").count() == 0


def test_with_a_network_the_page_of_the_event_comes_at_once(site):
    ground = Ground()
    site.sign_in(ground.finder)
    page = site.open(reverse("grid-report"), width=390)
    page.locator("[name=kind]").first.check()
    page.get_by_role("button", name="上报", exact=True).click()
    page.get_by_text("结果会告诉您").first.wait_for()

    assert (Event.objects.get().case.state, page.locator("#outbox a").count()) == ("reported", 0)


def test_signing_out_names_what_was_not_sent_and_wipes_it(site):
    """A4: nothing somebody wrote stays on a shared telephone after he left it, and he is asked before it goes."""
    ground = Ground()
    site.sign_in(ground.finder)
    page = site.open(reverse("grid-report"), width=390)
    page.route(
        "**/grid/report/",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    page.locator("[name=kind]").first.check()
    page.get_by_role("button", name="上报", exact=True).click()
    page.get_by_text("已存在这台设备上，还没有提交").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator("form[action$='/accounts/logout/']").evaluate("form => form.requestSubmit()")
    page.wait_for_url(lambda url: "grid" not in url)
    site.sign_in(ground.finder)
    page = site.open("/", width=390)

    assert [message.partition("，")[0] for message in asked] == ["这台设备上还有没发送的内容"]
    assert (page.locator("#outbox p").count(), Event.objects.count()) == (0, 0)
