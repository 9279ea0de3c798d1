"""What a resident writes without a network is sent by itself, once, by whichever page is open when there is one."""

import pytest
from django.urls import reverse

from linli.files.models import StoredFile
from linli.requests.models import Request
from tests.browser import WIDTHS
from tests.factories.files import picture
from tests.factories.places import make_community
from tests.factories.requests import Town

from .test_in_browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "幸福路 3 号楼前的路灯不亮，晚上太黑"
OUTBOX = "**/requests/outbox/"


@pytest.fixture
def town():
    return Town()


def to_the_last_screen(site, town):
    page = site.open(reverse("request-start"), width=PHONE)
    page.locator("[name=text]").fill(TEXT)
    page.get_by_role("button", name="下一步").click()
    page.locator("[name=words]").fill(town.place.name)
    page.get_by_role("button", name="下一步").click()
    page.locator("[name=kind][value=help]").check()
    page.get_by_role("button", name="下一步").click()
    page.locator("[name=phone]").fill("13900000000")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("heading", name="看一看，没问题就提交").wait_for()
    page.locator("html[data-ready]").wait_for(state="attached")
    return page


def arrived(page) -> list[str]:
    """Number and secret as the page tells them once the device has sent it."""
    page.locator("#outbox strong").first.wait_for()
    return page.locator("#outbox strong").all_inner_texts()


def test_a_request_pressed_without_a_network_leaves_when_the_tab_is_opened_again_and_once(site, town):
    """ZJ-004, XA-096: kept on the device with an honest sentence, sent once, number and secret told."""
    page = to_the_last_screen(site, town)
    page.context.set_offline(True)
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_text("请不要关掉这个网页").wait_for()
    site.assert_no_sideways_scroll()
    site.assert_accessible()
    site.picture("requests-offline-390")
    assert Request.objects.count() == 0

    page.get_by_role("button", name="这是我自己的手机，关掉也留着").click()
    page.get_by_text("关掉也没关系").wait_for()
    page.close()
    site.page = site.page.context.new_page()
    site.page.context.set_offline(False)
    page = site.open(reverse("request-list"), width=PHONE)
    number, secret = arrived(page)
    request = Request.objects.get()
    assert (request.case.number, request.description, request.channel) == (number, TEXT, "portal")
    assert request.case.reporter.phone == "13900000000"
    site.open(reverse("request-list"), width=PHONE)
    page.get_by_role("button", name="记下了").click()
    page.locator("#outbox strong").first.wait_for(state="detached")
    assert (Request.objects.count(), len(secret)) == (1, 8)


# Everything the browser keeps for the site, as whoever holds the device could read it.
LYING = """async () => {
  const answer = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const legible = (_key, value) => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value);
  const found = [localStorage, sessionStorage].map((shelf) => JSON.stringify({ ...shelf }));
  for (const { name } of await indexedDB.databases()) {
    const base = await answer(indexedDB.open(name));
    for (const store of base.objectStoreNames) {
      const rows = await answer(base.transaction(store).objectStore(store).getAll());
      found.push(...rows.map((row) => JSON.stringify(row, legible)));
    }
    base.close();
  }
  return found.join();
}"""


def test_what_waits_is_sealed_and_ends_with_the_tab_of_a_visitor(site, town):
    """ASVS 14.3.3: nobody reads it on the device, and the next visitor neither sees nor sends it."""
    page = to_the_last_screen(site, town)
    page.context.set_offline(True)
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_text("请不要关掉这个网页").wait_for()
    lying = page.evaluate(LYING)
    assert ("linli-box" in lying, TEXT[:6] in lying, "13900000000" in lying) == (True, False, False)

    page.close()
    site.page = site.page.context.new_page()
    site.page.context.set_offline(False)
    page = site.open(reverse("request-list"), width=PHONE)
    page.wait_for_load_state("networkidle")

    assert (page.locator("#outbox p").count(), Request.objects.count()) == (0, 0)
    lying = page.evaluate(LYING)
    assert (TEXT[:6] in lying, "13900000000" in lying) == (False, False)


def test_a_photo_that_waited_sealed_arrives_as_it_was(site, town):
    """ASVS 14.3.3: bytes and name survive the seal."""
    page = site.open(reverse("request-list"), width=PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(site.address + reverse("request-offline"))
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=words]").fill(town.place.name)
    page.locator("input[type=file]").first.set_input_files(
        {"name": "路灯.png", "mimeType": "image/png", "buffer": picture("PNG")}
    )
    page.get_by_role("button", name="存好，有网络时自动提交").click()
    page.get_by_text("请不要关掉这个网页").wait_for()
    page.context.set_offline(False)

    assert arrived(page)[0] == Request.objects.get().case.number
    assert list(StoredFile.objects.values_list("name", flat=True)) == ["路灯.png"]


def test_an_answer_lost_on_the_way_makes_no_second_request(site, town):
    """L3: the server took it and the device does not know; it asks again under the same key."""
    page = to_the_last_screen(site, town)

    def lose(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(OUTBOX, lose)
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_text("请不要关掉这个网页").wait_for()
    assert Request.objects.count() == 1

    page.unroute(OUTBOX)
    page = site.open(reverse("request-list"), width=PHONE)
    assert arrived(page)[0] == Request.objects.get().case.number


def test_with_a_network_the_last_page_is_the_ordinary_one(site, town):
    page = to_the_last_screen(site, town)
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_role("heading", name="已收到您的诉求").wait_for()
    page.locator("html[data-ready]").wait_for(state="attached")

    assert (Request.objects.count(), page.locator("#outbox strong").count()) == (1, 0)


def test_it_is_written_wholly_without_a_network_and_a_doubtful_place_is_asked(site, town):
    """The page comes from the device; back in the network the open tab sends by itself."""
    make_community(12)  # called 第12社区: the words for the first one fit it too
    page = site.open(reverse("request-list"), width=PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(site.address + reverse("request-start"))
    page.get_by_role("link", name="没有网络也可以写下诉求").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=words]").fill("社区")
    page.get_by_role("button", name="存好，有网络时自动提交").click()
    page.get_by_text("已存在这台设备上，还没有提交").wait_for()

    page.context.set_offline(False)  # the browser says so to the page
    page.get_by_text("没有提交成功：找到了几个地方，请选您说的那一个。").wait_for()
    assert Request.objects.count() == 0
    page.locator("#outbox select").select_option(town.place.code)
    page.get_by_role("button", name="再提交").click()
    assert arrived(page)[0] == Request.objects.get().case.number
    assert Request.objects.get().case.place == town.place


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_without_a_network_is_usable(site, town, width):
    site.open(reverse("request-offline"), width=width)
    site.assert_no_sideways_scroll()
    site.assert_accessible()
    site.picture(f"requests-offline-form-{width}")
