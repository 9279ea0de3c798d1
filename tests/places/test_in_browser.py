"""The pages of the house's own records in Chromium: every width, 长辈版, English, axe; read aloud; language kept."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from linli.packs.actions import install_packs
from linli.places import actions
from linli.places.models import Place, PopulationFigure
from tests.browser import WIDTHS
from tests.factories.people import make_post, make_role, make_unit, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PACKS = Path(__file__).parents[2] / "packs"
LOOKS = [{}, {"elder": True}, {"language": "en", "theme": "dark"}]
RIGHTS = ("places.edit", "places.reorganise", "people.view", "people.edit", "calendar.edit")


@pytest.fixture
def village(site):
    """A village to be helped first, with an office, a grid and figures; its keeper is signed in."""
    install_packs(PACKS / "places")
    install_packs(PACKS / "calendar")
    made = make_community(
        201, urban_rural="220", committee="villagers", tags=["重点帮扶"], name="柳树湾生态移民集中安置村"
    )
    make_place(f"{made.code}G001", "grid", "一号网格")
    office = make_unit(made, "柳树湾村民委员会", kind="committee", phone="0990-1234567")
    make_post(make_user("周主任"), made, role=make_role("community-head", name="社区负责人"), unit=office)
    for definition in ("resident", "registered"):
        PopulationFigure.objects.create(
            place=made,
            year=2025,
            definition=definition,
            people=2400,
            households=810,
            aged_60=520,
            source="2025 年末统计",
        )
    Place.objects.filter(pk=made.pk).update(confirmed_on=date(2026, 1, 5))
    site.sign_in(make_worker(made.parent, *RIGHTS))
    return made


def check(site, picture):
    site.assert_accessible()
    site.assert_no_sideways_scroll()
    site.picture(picture)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("look", LOOKS, ids=["plain", "elder", "english-dark"])
def test_the_profile_and_its_forms_are_usable(site, village, width, look):
    address = f"/places/{village.code}/"
    pages = ["", "add/", "boundary/", "figures/", "figures/new/", "services/", "edit/"]
    for page in pages:
        site.open(address + page, width=width, **look)
        check(
            site,
            f"place-{page.strip('/').replace('/', '-') or 'profile'}-{width}-{'-'.join(look) or 'plain'}",
        )
    site.open("/places/look/?what=services", width=width, **look)
    check(site, f"place-look-{width}-{'-'.join(look) or 'plain'}")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("look", LOOKS, ids=["plain", "elder", "english-dark"])
def test_the_tree_of_a_day_is_usable_and_opened_by_keyboard(site, village, width, look):
    two = make_community(2)
    by = make_worker(two.parent.parent, "places.reorganise")
    actions.merge([two], into=make_community(3), by=by, on=date(2026, 2, 1), reason="优化布局")
    address = f"/places/tree/?on=2026-01-15&under={two.parent.parent.code}"
    page = site.open(address, width=width, **look)
    page.locator(".day-tree summary").first.press("Enter")
    page.locator(".day-tree details[open]").first.wait_for()
    assert page.get_by_role("link", name="第2社区").first.is_visible()
    check(site, f"place-tree-{width}-{'-'.join(look) or 'plain'}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_calendar_the_newcomers_page_and_proxies_are_usable(site, village, width):
    for page in (
        "/calendar/?start=2026-02-13&workdays=5",
        "/calendar/2026/edit/",
        "/newcomers/",
        "/me/proxies/",
    ):
        for look in LOOKS:
            site.open(page, width=width, **look)
            check(
                site, f"{page.strip('/').split('?')[0].replace('/', '-')}-{width}-{'-'.join(look) or 'plain'}"
            )


def test_a_form_that_was_refused_names_its_fields_and_stays_accessible(site, village):
    page = site.open(f"/places/{village.code}/add/", width=390)
    page.get_by_label("名称").fill("新网格")
    page.get_by_label("代码", exact=True).fill("1")
    page.get_by_role("button", name="添加").click()
    page.get_by_role("alert").first.wait_for()
    check(site, "place-add-refused-390")


def test_XZ_058_a_page_is_read_aloud_sentence_by_sentence_without_its_navigation_and_stops(site, village):
    """XZ-058: the browser's own voice; nothing leaves the device."""
    site.page.add_init_script(
        "window.told = []; window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"
        "Object.defineProperty(window, 'speechSynthesis', { value: { speaking: false,"
        " speak(one) { this.speaking = true; window.told.push(one); }, cancel() { this.speaking = false; } } });"
    )
    page = site.open(f"/places/{village.code}/", width=390, elder=True)
    button = page.locator("[data-read-aloud]:visible").first
    button.click()
    told = page.evaluate("() => window.told.map((one) => [one.text, one.lang, one.rate])")

    assert told[0][1:] == ["zh-CN", 0.85]
    assert village.name in "".join(text for text, _lang, _rate in told)
    assert "跳到" not in told[0][0]
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert page.evaluate("() => speechSynthesis.speaking") is False


def test_PD_020_the_language_that_was_chosen_is_kept_and_the_guide_is_english(site, village):
    """PD-020: the front end in English for who does not read Chinese; the choice stays on the device."""
    page = site.open("/", width=390)
    page.goto(site.address + reverse("preferences"))
    page.locator("main").get_by_role("button", name="English").click()
    page.goto(f"{site.address}/newcomers/")

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", name="Say that you live here").is_visible()
