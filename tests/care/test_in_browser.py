"""A visitor's morning at phone width: sealed on the device, written without a network, sent once, wiped."""

import pytest
from django.urls import reverse

from linli.care.models import Visit
from linli.cases.models import CaseEvent
from linli.kernel import clock
from tests.browser import WIDTHS
from tests.conftest import TEST_DAY
from tests.factories.care import Village

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIN = "246810"


@pytest.fixture
def village():
    return Village()


def open_round(site, button, **look):
    page = site.open(reverse("care-round-offline"), width=390, **look)
    page.locator("#care-pin").fill(PIN)
    page.get_by_role("button", name=button).click()
    return page


def kept_on_device(page):
    """Everything in the device's store as text, to look for what must not stand there in the clear."""
    return page.evaluate(
        """async () => {
          const opening = indexedDB.open("linli-care", 1);
          const base = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
          if (!base.objectStoreNames.contains("slots")) return "0";  // signing out removed the store itself
          const asked = base.transaction("slots").objectStore("slots").getAll();
          const all = await new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
          const text = (value) => value?.body ? new TextDecoder("latin1").decode(value.body) : String(value);
          return all.map(text).join("|") + all.length;
        }"""
    )


def test_a_visitors_morning_without_a_network_arrives_whole_and_once(site, village):
    """XA-049, XA-050: six doors, offline, exactly once."""
    cases = [village.visit(cared=village.elder(f"郑桂英{number}")) for number in range(3)]
    site.sign_in(village.visitor)
    page = open_round(site, "取今天的探访，放进手机")
    page.get_by_role("heading", name="郑桂英0").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    site.assert_no_sideways_scroll()
    site.assert_accessible()
    assert "郑桂英" not in kept_on_device(page)

    page.context.set_offline(True)
    page.goto(site.address + reverse("care-round-offline"))  # the phone was put away: the page comes back
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator("#care-pin").fill("000000")
    page.get_by_role("button", name="打开").click()
    page.get_by_text("密码不对").wait_for()
    page.locator("#care-pin").fill(PIN)
    page.get_by_role("button", name="打开").click()
    page.get_by_text("现在没有网络").wait_for()
    assert page.get_by_text("密码不对").count() == 0
    door = page.locator("article", has_text="郑桂英0")
    door.locator("summary").click()
    door.locator("textarea[name=words]").fill("在家，腿疼好些了")
    door.locator("textarea[name=promised]").fill("下次带膏药")
    site.picture("care-offline-390")
    door.get_by_role("button", name="记下这次探访").click()
    door.get_by_text("等待发送").wait_for()
    page.locator("article", has_text="郑桂英1").get_by_role("button", name="没有应答").click()
    page.locator("article", has_text="郑桂英1").get_by_text("等待发送").wait_for()
    assert "腿疼" not in kept_on_device(page)
    assert Visit.objects.filter(happened_at__isnull=False).count() == 0

    page.context.set_offline(False)
    page.get_by_role("button", name="现在发送").click()
    page.get_by_text("已全部发送").wait_for()
    visit = Visit.objects.get(case=cases[0])
    assert (visit.words, visit.promised) == ("在家，腿疼好些了", "下次带膏药")
    assert CaseEvent.objects.filter(case__in=cases, step="record").count() == 1
    states = [type(case).objects.get(pk=case.pk).state for case in cases]
    assert states == ["done", "unanswered", "due"]

    site.open(reverse("care-round"), width=390)
    page.locator("form[action$='/accounts/logout/']").evaluate("form => form.requestSubmit()")
    page.wait_for_url(lambda url: "round" not in url)
    assert kept_on_device(page).endswith("0")


def test_a_conflict_on_the_phone_shows_both_and_keeps_the_second_beside(site, village):
    case = village.visit()
    site.sign_in(village.visitor)
    page = open_round(site, "取今天的探访，放进手机")
    door = page.locator("article", has_text="郑桂英")
    door.locator("summary").click()
    door.locator("textarea[name=words]").fill("我写的话")
    page.context.set_offline(True)
    door.get_by_role("button", name="记下这次探访").click()
    page.get_by_text("现在没有网络").wait_for()
    with clock.at(TEST_DAY):
        village.step(case, "record", by=village.head, words="主任写的话")
    page.context.set_offline(False)
    page.get_by_role("button", name="现在发送").click()
    page.get_by_text("主任写的话").wait_for()
    page.get_by_text("我写的话").wait_for()
    page.get_by_role("button", name="把我的作为补充发送").click()
    page.get_by_text("已全部发送").wait_for()
    assert "我写的话" in Visit.objects.get(case=case).supplements.get().body


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_care_are_usable(site, village, width):
    case = village.visit()
    done = village.visit("done", cared=village.elder("冯秀兰", risk="high"))
    site.sign_in(village.head)
    for name, path in {
        "list": reverse("care-list"),
        "rates": reverse("care-rates"),
        "person": reverse("care-person", args=[case.visit.care_person_id]),
        "rate": reverse("case-step", args=[done.number, "rate"]),
        "board": reverse("case-board"),
    }.items():
        site.open(path, width=width)
        site.assert_accessible()
        site.assert_no_sideways_scroll()
        site.picture(f"care-{name}-{width}")
    site.sign_in(village.visitor)
    for name, path in {
        "round": reverse("care-round"),
        "record": reverse("case-step", args=[case.number, "record"]),
        "case": reverse("case-detail", args=[case.number]),
        "harm": reverse("case-inbox"),
    }.items():
        site.open(path, width=width)
        site.assert_accessible()
        site.assert_no_sideways_scroll()
        site.picture(f"care-{name}-{width}")
