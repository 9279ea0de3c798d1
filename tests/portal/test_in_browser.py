"""The first pages of the three faces in Chromium: every width, 长辈版, English, keyboard, axe."""

import pytest
from django.urls import reverse

from linli.people.actions import claim_residence, verify_residence
from linli.places.models import Place
from linli.portal.queries import COOKIE
from linli.search.actions import rebuild
from tests.browser import WIDTHS
from tests.factories.people import make_post, make_role, make_user, make_worker
from tests.portal.made import make_aged, make_cases, make_served_community

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [{"elder": False}, {"elder": True}, {"language": "en"}, {"theme": "dark"}]


@pytest.fixture
def resident(site):
    """A visitor with a verified residence and two open cases, signed in."""
    community, user = make_served_community(workers=2, grids=3), make_user("王小丽")
    residence = claim_residence(user.person, community=community)
    verify_residence(residence, by=make_worker(community, "people.verify"))
    make_cases(user, community, 2)
    rebuild()
    site.sign_in(user)
    return user


def check(site, picture):
    site.assert_accessible()
    site.assert_no_sideways_scroll()
    site.picture(picture)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_home_is_usable_at_every_width_and_look(site, resident, width, look):
    """XZ-058: large type, contrast and targets hold on every width."""
    site.open("/", width=width, **look)
    check(site, f"home-{width}-{'-'.join(f'{k}-{v}' for k, v in look.items())}")


@pytest.mark.parametrize("width", WIDTHS)
def test_home_doors_choice_and_search_are_usable_without_an_account(site, width):
    community = make_served_community()
    rebuild()
    site.open("/", width=width)
    check(site, f"home-anonymous-{width}")
    site.open(reverse("community-choice"), width=width)
    check(site, f"community-choice-{width}")
    site.page.get_by_role("button", name=community.name).click()
    site.page.get_by_role("heading", name=community.name).wait_for()
    assert [cookie["value"] for cookie in site.page.context.cookies() if cookie["name"] == COOKIE] == [
        community.code
    ]
    site.open(reverse("door", args=["services"]), width=width)
    check(site, f"door-{width}")
    site.open(reverse("search") + "?q=社区", width=width)
    check(site, f"search-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_my_page_is_usable(site, resident, width):
    site.open(reverse("me"), width=width)
    check(site, f"me-{width}")
    site.open(reverse("me"), width=width, elder=True, language="en")
    check(site, f"me-elder-en-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bench_is_usable(site, width):
    community = make_served_community()
    worker = make_worker(community, "people.verify", "places.edit", "notices.print", "errand.view")
    make_cases(make_user(), community, 3)
    claim_residence(make_user().person, community=community)
    site.sign_in(worker)
    site.open(reverse("bench") + "?queue=open", width=width)
    check(site, f"bench-{width}")
    site.open(reverse("bench") + "?queue=open", width=width, language="en", theme="dark")
    check(site, f"bench-en-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_cockpit_is_usable(site, width):
    for number, aged in enumerate((80, 120, 180, 230, None, 320), 1):
        make_aged(number, 1000, aged)
    user = make_user("周规划")
    make_post(user, Place.objects.get(code="990101000000"), role=make_role("planner", "portal.view_cockpit"))
    site.sign_in(user)
    site.open(reverse("cockpit"), width=width)
    site.page.locator("linli-map[data-drawn]").wait_for(state="attached")
    check(site, f"cockpit-{width}")
    site.open(reverse("cockpit"), width=width, language="en")
    check(site, f"cockpit-en-{width}")


def test_suggestions_are_reached_by_keyboard_alone(site, resident):
    page = site.open("/", width=820)
    box = page.get_by_role("combobox")
    box.focus()
    page.keyboard.type("第1")
    page.get_by_role("option").first.wait_for()
    site.assert_accessible()
    site.picture("home-suggestions")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "site-words-option-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/990101001001/")


def test_enter_without_a_choice_searches(site, resident):
    page = site.open("/", width=390)
    page.get_by_role("combobox").fill("第1社区")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert page.get_by_role("link", name="第1社区").first.is_visible()


def test_the_doors_come_in_the_order_of_the_keyboard(site):
    page = site.open("/", width=1440)
    page.get_by_role("button", name="搜索").focus()
    seen = []
    for _turn in range(4):
        page.keyboard.press("Tab")
        seen.append(page.locator(":focus strong").inner_text())
    assert seen == ["办事", "反映问题", "找服务", "参与"]
