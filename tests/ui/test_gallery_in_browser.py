"""Every component in a real browser: reachable, readable, inside the window, without a single error."""

import pytest

from tests.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["/gallery/", "/gallery/home/", "/gallery/workbench/", "/gallery/cockpit/"]
LOOKS = {
    "light": {},
    "dark": {"theme": "dark"},
    "elder": {"elder": True},
    "english": {"language": "en"},
}


def wait_until_drawn(page):
    for drawn in page.locator("linli-chart, linli-map:not([picks])").all():
        drawn.scroll_into_view_if_needed()
        drawn.locator("xpath=self::*[@data-drawn]").wait_for(state="attached")


@pytest.mark.parametrize("look", LOOKS)
def test_components_have_no_serious_fault_in_any_look(site, look):
    page = site.open("/gallery/", width=390, **LOOKS[look])
    wait_until_drawn(page)
    site.assert_accessible()
    site.picture(f"gallery-390-{look}")


@pytest.mark.parametrize("path", PAGES[1:])
def test_faces_have_no_serious_fault(site, path):
    page = site.open(path, theme="dark")
    wait_until_drawn(page)
    site.assert_accessible()
    site.picture(f"{path.strip('/').replace('/', '-')}-1440-dark")


@pytest.mark.parametrize("look", ["light", "elder", "english"])
def test_no_page_scrolls_sideways(site, look):
    for path in [*PAGES, "/preferences/", "/accounts/login/"]:
        page = site.open(path, **LOOKS[look])
        for width in (320, *WIDTHS):
            page.set_viewport_size({"width": width, "height": 900})
            site.assert_no_sideways_scroll()


def test_200_percent_zoom_keeps_everything_in_the_window(site):
    site.open("/gallery/", width=640)  # 1280 px at 200 %
    site.assert_no_sideways_scroll()


def test_sign_in_preferences_and_offline_pages_are_accessible(site):
    for path in (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/preferences/",
        "/offline/",
    ):
        site.open(path, width=390, elder=True)
        assert (path, site.faults()) == (path, [])


def test_dialog_opens_by_keyboard_says_the_consequence_and_gives_focus_back(site):
    page = site.open("/gallery/")
    opener = page.locator("[data-dialog-open=withdraw]")
    opener.focus()
    page.keyboard.press("Enter")
    assert "撤回后社区不再办理" in page.get_by_role("dialog").inner_text()
    site.assert_accessible()
    page.keyboard.press("Escape")
    assert opener.evaluate("button => button === document.activeElement")


def test_explanation_drawer_is_accessible(site):
    page = site.open("/gallery/", theme="dark")
    page.locator("[data-dialog-open=explain]").click()
    page.get_by_role("dialog").wait_for()
    site.assert_accessible()


def test_list_moves_by_j_and_k_and_slash_goes_to_the_search(site):
    page = site.open("/gallery/")
    focused = page.locator("*:focus")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = focused.inner_text()
    page.keyboard.press("k")
    first = focused.inner_text()
    page.keyboard.press("/")
    assert [first[:4], second, focused.get_attribute("name")] == ["关于翠湖", "3号楼2单元声控灯不亮", "q"]


def test_skip_link_is_the_first_stop_and_leads_to_the_content(site):
    page = site.open("/gallery/home/")
    page.keyboard.press("Tab")
    assert page.locator("*:focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    assert page.locator("*:focus").get_attribute("id") == "main"


def test_rows_that_are_chosen_bring_up_the_bulk_bar(site):
    page = site.open("/gallery/workbench/")
    bar = page.locator(".bulk-bar")
    hidden = bar.is_hidden()
    page.locator("[data-choose]").first.check()
    page.locator("[data-choose]").nth(1).check()
    assert (hidden, bar.is_visible(), bar.locator("[data-chosen]").inner_text()) == (True, True, "2")


def test_place_picker_finds_by_two_characters_and_is_chosen_by_keyboard(site):
    page = site.open("/gallery/")
    field = page.get_by_role("combobox", name="地点")
    field.fill("翠湖")
    page.locator("#place_list").get_by_role("option").first.wait_for()
    site.assert_accessible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = page.locator("input[type=hidden][name=place]").input_value()
    assert (field.input_value(), chosen) == ("翠湖东苑小区", "990101001002")


def test_theme_and_large_print_change_at_once_and_are_remembered(site):
    page = site.open("/gallery/home/")
    page.get_by_text("显示", exact=True).click()
    with page.expect_response("**/preferences/"):
        page.get_by_role("button", name="深色").click()
    with page.expect_response("**/preferences/"):
        page.locator(".menu-panel").get_by_role("button", name="长辈版").click()
    html = page.locator("html")
    at_once = (html.get_attribute("data-bs-theme"), html.get_attribute("data-elder"))
    page.reload()
    assert at_once == ("dark", "")
    assert (html.get_attribute("data-bs-theme"), html.get_attribute("data-elder")) == ("dark", "")


def test_a_draft_survives_leaving_the_page(site):
    page = site.open("/gallery/")
    page.get_by_label("发生了什么").first.fill("楼道的灯坏了三天")
    page.locator("[data-draft-note]").get_by_text("草稿已存在这台设备上").wait_for()
    page.goto(site.address + "/offline/")
    page.go_back()
    assert page.get_by_label("发生了什么").first.input_value() == "楼道的灯坏了三天"


def test_a_file_that_is_too_large_is_named_before_it_is_sent(site, tmp_path):
    large = tmp_path / "大照片.png"
    large.write_bytes(b"0" * (11 * 1024 * 1024))
    page = site.open("/gallery/")
    page.locator("#photos").set_input_files(large)
    line = page.locator(".drop-list li")
    assert "文件太大" in line.inner_text()
    line.get_by_role("button").click()
    assert page.locator("#photos").evaluate("field => field.files.length") == 0


def test_without_the_network_the_offline_page_says_so(site):
    page = site.open("/gallery/home/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(site.address + "/gallery/")
    assert page.get_by_role("heading", level=1).inner_text() == "现在没有网络"
    page.context.set_offline(False)


@pytest.mark.parametrize("browser_context_args", [{"java_script_enabled": False, "locale": "zh-CN"}])
def test_preferences_work_without_script(site, browser_context_args):
    site.page.goto(site.address + "/preferences/")
    site.page.locator("main").get_by_role("button", name="长辈版").click()
    assert site.page.locator("html[data-elder]").count() == 1


def test_targets_of_large_print_are_at_least_44_px(site):
    page = site.open("/gallery/home/", width=390, elder=True)
    sizes = page.locator("main :is(a.btn, button, a.door, .form-control, summary)").evaluate_all(
        "found => found.map(one => one.getBoundingClientRect()).filter(box => box.width).map(box => box.height)"
    )
    size = page.locator("body").evaluate("body => parseFloat(getComputedStyle(body).fontSize)")
    assert (min(sizes) >= 44, size) == (True, 20)
