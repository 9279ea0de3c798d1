"""Each map has a list beside it that says the same: for who cannot see it, and where it cannot be drawn."""

import json
import re
from pathlib import Path

import pytest

from linli.ui.gallery import gallery_map_of

ROOT = Path(__file__).resolve().parents[2] / "linli"
SCRIPTS = ROOT / "ui/assets/js"
TEMPLATES = {
    str(path).split("/templates/")[1]: path.read_text("utf-8")
    for path in ROOT.rglob("*.html")
    if "/templates/" in str(path)
}
DRAWN = re.compile(r"<linli-map\b[^>]*>")
# The list of the page itself, there without script too: rows, a table, or the way to one.
LISTED = re.compile(r'class="rows|<table|<noscript>')
PART = re.compile(r'include "([^"]+)"')


def is_part(name: str) -> bool:
    return name.split("/")[-1].startswith("_")


def shown_on(name: str) -> list[str]:
    """The templates that show the part `name`, through other parts too."""
    found = []
    for other, text in TEMPLATES.items():
        if f'"{name}"' in text:
            found += shown_on(other) if is_part(other) else [other]
    return found


def whole(name: str) -> str:
    """The text of a template with that of its parts."""
    text = TEMPLATES.get(name, "")
    return text + "".join(whole(part) for part in PART.findall(text))


def test_maps_are_drawn_by_the_one_element_that_writes_a_list():
    makers = [
        path.name
        for path in SCRIPTS.rglob("*.js")
        if re.search(r"\bnew (?:MapLibre|Map)\(\{", path.read_text("utf-8"))
    ]
    assert makers == ["map.js"]


def test_every_map_names_its_list_for_who_hears_the_page():
    unnamed = {
        name: tag
        for name, text in TEMPLATES.items()
        for tag in DRAWN.findall(text)
        if "label=" not in tag and "picks=" not in tag
    }
    assert unnamed == {}


def test_every_page_with_a_map_has_its_list_without_script_too():
    pages = set()
    for name, text in TEMPLATES.items():
        if any("picks=" not in tag for tag in DRAWN.findall(text)):
            pages |= set(shown_on(name) if is_part(name) else [name])
    bare = [page for page in pages if not LISTED.search(whole(page))]
    assert (sorted(bare), len(pages) > 10) == ([], True)


def lines_of(kind: str) -> dict:
    told = gallery_map_of("areas" if kind == "lines" else kind)
    told["layers"][0]["kind"] = kind
    return told


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["areas", "met", "points", "lines"])
def test_the_list_names_everything_the_map_draws(site, kind):
    """Also of an outline alone; and it is there before the map is drawn, and where it cannot be."""
    told = lines_of(kind)
    site.page.route(
        "**/gallery/maps/*.json",
        lambda route: route.fulfill(body=json.dumps(told), content_type="application/json"),
    )
    page = site.open("/gallery/", width=390)
    region = page.locator("linli-map:not([picks]) .map-list").first
    region.locator("li").first.wait_for()
    listed = region.locator("li > :first-child > :first-child").all_inner_texts()
    drawn = [feature["properties"]["title"] for feature in told["layers"][0]["features"]["features"]]
    assert (sorted(listed), region.get_attribute("aria-label") != "") == (sorted(drawn), True)
