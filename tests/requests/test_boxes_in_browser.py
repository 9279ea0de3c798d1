"""Boxes are drawn on the photo: by mouse, by finger and by keyboard; and typed where there is no script."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from linli.cases.actions import attach
from linli.cases.models import Attachment
from linli.files.actions import store
from linli.requests.forms import PHOTOS
from tests.browser import WIDTHS
from tests.factories.files import picture
from tests.factories.people import make_post
from tests.factories.requests import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town():
    town = Town()
    make_post(town.leader, town.place.parent, "requests.redact", role="moderator")
    return town


@pytest.fixture
def case(town):
    case = town.submit().request.case
    upload = SimpleUploadedFile("路灯.jpg", picture(size=(400, 300)))
    attach(case, files=[store(upload, by=None, purpose=PHOTOS)], kind="report", by=None)
    return case


def open_photos(site, town, case, width=390):
    site.sign_in(town.leader)
    page = site.open(reverse("request-photos", args=[case.number]), width=width)
    page.locator("[data-tools]").wait_for()
    page.locator("[data-stage] img").scroll_into_view_if_needed()
    return page


def lines(page):
    return [
        tuple(float(part) for part in line.split())
        for line in page.locator("[name=boxes]").input_value().splitlines()
    ]


def point(page, across, down):
    stage = page.locator("[data-stage]").bounding_box()
    return stage["x"] + stage["width"] * across / 100, stage["y"] + stage["height"] * down / 100


def drag(page, start, end):
    page.mouse.move(*point(page, *start))
    page.mouse.down()
    page.mouse.move(*point(page, *end), steps=4)
    page.mouse.up()


def near(found, wanted):
    return len(found) == len(wanted) and all(
        abs(one - other) < 1.5
        for box, wish in zip(found, wanted, strict=True)
        for one, other in zip(box, wish, strict=True)
    )


def test_a_box_is_drawn_moved_and_stretched_with_the_mouse_and_covers_the_photo(site, town, case):
    page = open_photos(site, town, case)
    drag(page, (20, 20), (50, 60))
    assert near(lines(page), [(20, 20, 50, 60)])
    drag(page, (30, 30), (40, 30))  # from inside: it moves
    assert near(lines(page), [(30, 20, 60, 60)])
    drag(page, (60, 60), (70, 80))  # from its corner: it grows
    assert near(lines(page), [(30, 20, 70, 80)])
    page.get_by_role("button", name="加一个框").click()
    page.get_by_role("button", name="去掉最后一个").click()
    site.assert_accessible()
    site.assert_no_sideways_scroll()
    site.picture("requests-boxes-390")

    page.locator("[name=reason]").fill("路人的脸")
    page.get_by_role("button", name="遮挡", exact=True).click()
    page.get_by_text("已遮挡，原件只有获授权的人能看").wait_for()
    with Image.open(Attachment.objects.get().file.path) as seen:
        assert seen.getpixel((200, 150)) == (40, 40, 40)
        assert seen.getpixel((20, 20)) != (40, 40, 40)


def test_a_box_is_added_moved_stretched_and_removed_with_the_keyboard(site, town, case):
    page = open_photos(site, town, case)
    page.get_by_role("button", name="加一个框").press("Enter")
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert lines(page) == [(34, 33, 65, 63)]
    page.get_by_text("已画 1 个遮挡框").wait_for()
    page.keyboard.press("Delete")
    assert lines(page) == []


def test_a_finger_draws_a_box(site, town, case):
    page = open_photos(site, town, case)
    touch = page.context.new_cdp_session(page)

    def finger(kind, *at):
        points = [dict(zip("xy", point(page, *at), strict=True))] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", 10, 10)
    finger("touchMove", 30, 30)
    finger("touchMove", 40, 50)
    finger("touchEnd")

    assert near(lines(page), [(10, 10, 40, 50)])


def test_typed_numbers_are_drawn_and_work_without_a_script(site, town, case, browser):
    page = open_photos(site, town, case)
    page.locator("[name=boxes]").fill("10 10 30 30\n50 50 90 90")
    assert page.locator(".cover").count() == 2
    cookies = page.context.cookies()
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(site.address + reverse("request-photos", args=[case.number]))
    page.locator("[name=boxes]").fill("0 0 100 100")
    page.locator("[name=reason]").fill("车牌")
    page.get_by_role("button", name="遮挡", exact=True).click()
    page.get_by_text("已遮挡，原件只有获授权的人能看").wait_for()
    plain.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_photos_is_usable(site, town, case, width):
    open_photos(site, town, case, width)
    site.assert_accessible()
    site.assert_no_sideways_scroll()
    site.picture(f"requests-photos-{width}")
