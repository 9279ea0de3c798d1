"""The pages of planning in Chromium: the formula editor by keyboard, and every new page at three widths."""

from datetime import date

import pytest

from linli.places.models import Boundary, Place
from linli.plans import actions
from linli.plans.models import MeasureValue
from linli.plans.queries import drafts
from linli.services.actions import begin_survey
from tests.browser import WIDTHS
from tests.factories.files import make_file
from tests.factories.people import make_worker
from tests.factories.places import make_community

from .shelves import install_small, plan_pack
from .test_cockpit import BOX, SQUARE
from .test_drafts import HEAD, SPAN
from .test_works import CARD, PILOT, PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONTH = 2026 * 12 + 2
RIGHTS = ("plans.view", "plans.assign", "plans.draft", "services.survey")


@pytest.fixture
def desk(site, monkeypatch):
    """A planner of the city signed in, with a draft, a project, a pilot and a method."""
    place = make_community(1)
    pack = plan_pack()
    install_small(monkeypatch, plan=pack)
    monkeypatch.setattr("linli.plans.queries.drafts.plan_packs", lambda: [pack])
    monkeypatch.setattr("linli.plans.naming.plan_packs", list)
    city = place.parent.parent.parent
    by = make_worker(city, *RIGHTS)
    document = drafts.document_of("ts-2025", place=city, **SPAN)
    draft = actions.start_draft(by=by, place=city, document=document, **HEAD)
    project = actions.enter_project(by=by, place=city, **PROJECT)
    actions.tell_project(project, by=by, done=12, told="已开12个，剩下的在装修。")
    pilot = actions.begin_pilot(by=by, place=place, **PILOT)
    actions.assess_pilot(pilot, by=by, result="worked", findings="响应快了一天")
    card = actions.publish_method(pilot, by=by, **CARD)
    actions.adopt_method(card, by=by, place=place, note="全社区推开")
    actions.add_project_photo(project, by=by, file=make_file(by), caption="新开的一处")
    survey = begin_survey(
        by=by, place=city, title="社区服务满意度调查", way="open", questions=["总的来说，您满意吗？", "办到了吗？"],
        least_valid=10, opens_on=date(2026, 1, 1), closes_on=date(2026, 12, 31),
    )  # fmt: skip
    site.sign_in(by)
    base = f"/plans/drafts/{draft.pk}/"
    return {
        "drafts": "/plans/drafts/", "draft": base, "draft-head": f"{base}head/",
        "draft-indicator": f"{base}indicators/facility-30/", "draft-task": f"{base}tasks/t3-1/",
        "livelihood": "/plans/livelihood/", "livelihood-tell": f"/plans/livelihood/{project.pk}/",
        "pilots": "/plans/pilots/", "pilot-new": "/plans/pilots/new/", "pilot": f"/plans/pilots/{pilot.pk}/",
        "method": f"/plans/methods/{card.pk}/", "scorecard": "/plans/ts-2025/scorecard/",
        "public": "/plans/ts-2025/", "departments": "/plans/ts-2025/departments/", "matrix": "/plans/ts-2025/matrix/",
        "photo-new": f"/plans/livelihood/{project.pk}/photos/new/", "reports": "/plans/reports/",
        "surveys": "/surveys/", "survey": f"/surveys/{survey.pk}/", "survey-new": "/surveys/new/",
        "survey-enter": f"/surveys/{survey.pk}/enter/",
    }  # fmt: skip


def test_a_formula_is_completed_and_checked_while_it_is_written(site, desk):
    page = site.open(desk["draft-indicator"])
    area = page.locator("textarea[name=formula]")
    area.fill("")
    area.press_sequentially("sum(设施")
    option = page.locator("[role=listbox] [role=option]").first
    option.wait_for()
    assert option.inner_text().startswith("设施面积")
    area.press("ArrowDown")
    assert area.get_attribute("aria-activedescendant") == option.get_attribute("id")
    area.press("Enter")
    assert area.input_value() == "sum(设施面积"
    told = page.locator("[data-formula-told]")
    page.get_by_text("第 1 行第").wait_for()
    assert area.get_attribute("aria-invalid") == "true"
    area.press_sequentially(") / sum(户数) * 100")
    page.get_by_text("公式的意思：").wait_for()
    assert "设施面积" in told.inner_text()
    area.press("Escape")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("公式改为 sum(设施面积) / sum(户数) * 100").first.wait_for()
    page.get_by_text("与指标本身的公式相同").first.wait_for()  # a reading of the small plan says the same now


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_drafts_projects_and_pilots_are_usable_at_every_width(site, desk, width):
    """XZ-058"""
    for name, address in desk.items():
        site.open(address, width=width)
        site.picture(f"{name}-{width}")
        site.assert_no_sideways_scroll()
        site.assert_accessible()


def test_the_pages_stand_large_dark_and_in_english(site, desk):
    for name in ("draft", "draft-indicator", "livelihood", "pilots"):
        site.open(desk[name], width=390, theme="dark", elder=True, language="en")
        site.picture(f"{name}-elder")
        site.assert_no_sideways_scroll()
        site.assert_accessible()


def test_a_chart_prints_dark_on_white_as_wide_as_the_sheet_with_its_numbers_whatever_the_screen_shows(
    site, desk
):
    """Charts that print: from the dark view too; afterwards the screen is as it was."""
    place = Place.objects.get(level="city")
    for number, month in enumerate(range(MONTH - 5, MONTH + 1)):
        for measure, value in (("t.area", 1_000 + 500 * number), ("t.households", 100)):
            MeasureValue.objects.create(
                measure=measure,
                place=Place.objects.get(level="community"),
                month=month,
                value=value,
                source="records",
            )
    address = f"/plans/ts-2025/indicators/facility-30/trend/?place={place.code}&period=2026-03"
    page = site.open(address, theme="dark")
    drawing = page.locator("linli-chart svg").first
    drawing.wait_for()
    on_screen = drawing.evaluate(LOOK)

    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    on_paper = drawing.evaluate(LOOK)
    site.picture("trend-print")
    sheet = page.pdf(format="A4")
    page.emulate_media(media="screen")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")

    assert on_paper["width"] == 640
    assert on_paper["ink"] == ["#333"]
    assert on_screen["width"] > 640
    assert on_screen["ink"] != on_paper["ink"]
    assert page.locator("linli-chart svg").first.evaluate(LOOK) == on_screen
    assert sheet.startswith(b"%PDF-")


def test_the_numbers_of_a_chart_stand_on_the_paper_and_what_steers_the_page_does_not(site, desk):
    place = Place.objects.get(level="city")
    page = site.open(f"/plans/ts-2025/indicators/facility-30/trend/?place={place.code}&period=2026-03")
    numbers = page.locator(".chart-table table").first
    assert not numbers.is_visible()
    page.emulate_media(media="print")
    assert numbers.is_visible()
    for hidden in ("form.filters", ".site-header", ".chart-table > summary"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_the_map_is_moved_through_time_and_its_colours_go_on_meaning_what_they_meant(site, desk):
    """The time slider: the list beside the map says the month; the arrow keys move it; the page stays."""
    first, second = Place.objects.get(level="community"), make_community(2)
    for place, by_month in ((first, (2_000, 4_000)), (second, (2_000, 2_000))):
        Boundary.objects.create(place=place, geometry=SQUARE, as_of="2026-01-01", **BOX)
        for month, area in zip((MONTH - 1, MONTH), by_month, strict=True):
            told = {"place": place, "month": month, "source": "records"}
            MeasureValue.objects.create(measure="t.area", value=area, **told)
            MeasureValue.objects.create(measure="t.households", value=100, **told)
    page = site.open(
        f"/plans/ts-2025/indicators/facility-30/trend/?place={first.parent.code}&period=2026-03", width=390
    )
    listed, legend = page.locator(".map-list li"), page.locator(".map-legend")
    listed.get_by_text("100%").wait_for()
    assert listed.all_inner_texts() == ["第1社区\n100%", "第2社区\n0%"]
    scale, handle = legend.inner_text(), page.get_by_role("slider", name="时间")

    handle.press("ArrowLeft")
    listed.get_by_text("100%").wait_for(state="detached")

    assert (page.locator(".time-slider output").inner_text(), handle.get_attribute("aria-valuetext")) == (
        "2026-02", "2026-02",
    )  # fmt: skip
    earlier = ["第1社区\n0%", "第2社区\n0%"]
    assert (listed.all_inner_texts(), legend.inner_text()) == (earlier, scale)
    site.assert_accessible()
    site.assert_no_sideways_scroll()
    site.picture("trend-slider-390")
    page.context.set_offline(True)
    handle.press("ArrowLeft")
    page.get_by_text("2026-01 没有读到，请再试一次").wait_for()
    page.context.set_offline(False)
    handle.press("ArrowRight")
    page.locator(".time-slider output").get_by_text("2026-02", exact=True).wait_for()
    assert listed.all_inner_texts() == earlier


# The width of a drawing, and the colours of the words on its axes.
LOOK = """(svg) => ({
  width: svg.getBoundingClientRect().width,
  ink: [...new Set([...svg.querySelectorAll("text")].map((one) => one.getAttribute("fill")))].slice(0, 1),
})"""
