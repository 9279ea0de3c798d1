"""政务数据共享条例: whatever leaves or enters in tables is an entry of the register, and its use is logged."""

import re
from pathlib import Path

import pytest

from linli.exchange.pack import ExchangePack
from linli.packs.reading import read_pack
from linli.ui.costs import TABLE
from linli.ui.routes import list_routes

ROOT = Path(__file__).parents[2]
SOURCES = [path for path in sorted((ROOT / "linli").rglob("*.py")) if "migrations" not in path.parts]
CODE = re.compile(
    r"""(?:log_use|count_use|require_registered|feeds)\(\s*["']([a-z-]+)["']"""
    r"""|\bENTRY = ["']([a-z-]+)["']|entry=["']([a-z-]+)["']"""
)
# Tables that go out, by route, with the entry that their use is written under.
GOES_OUT = {
    "facility-export": "export-facilities",
    "reach-export": "export-reach",
    "form-wide": "export-forms",
    "plan-data": "feed-open-data",
    "register-export": "export-…",  # one for each register, entered by the pack of registers
    "exchange-hand-over": "…",  # the entry whose corrections are handed over
}


def stated() -> set[str]:
    pack, problems = read_pack(ROOT / "packs/exchange/platform.yaml")
    assert (problems, isinstance(pack, ExchangePack)) == ([], True)
    return {entry.code for entry in pack.entries}


def named() -> dict[str, str]:
    """{code of an entry: the file that uses it}."""
    found = {}
    for path in SOURCES:
        for groups in CODE.findall(path.read_text("utf-8")):
            found[next(filter(None, groups))] = str(path.relative_to(ROOT))
    return found


def test_every_entry_that_code_uses_stands_in_the_pack():
    """An installation without the entry would refuse the exchange."""
    assert {code: path for code, path in named().items() if code not in stated()} == {}


def test_every_table_that_goes_out_has_an_entry():
    tables = {route.name for route in list_routes() if route.declared and route.declared.cost is TABLE}

    assert tables == set(GOES_OUT)


@pytest.mark.parametrize(("route", "code"), [pair for pair in GOES_OUT.items() if "…" not in pair[1]])
def test_the_entry_of_a_table_is_used_by_the_code(route, code):
    assert code in named()


# --- feeds: doors that give data to other systems ----------------------------------------------------

# Doors for machines that are no exchange with others, each with the reason.
OWN = {
    "api:list_scopes": "says what tokens can be made for",
    "api:list_tokens": "one's own tokens",
    "api:make_token": "one's own tokens",
    "api:withdraw_token": "one's own tokens",
    "api:show_me": "oneself",
    "api:change_me": "oneself",
    "api:list_corrections": "one's own reports",
    "api:report_wrong_fact": "one's own reports",
    "api:list_entries": "the register itself, which everybody reads",
    "api:openapi-json": "describes the doors",
    "api:openapi-view": "describes the doors",
    "api:api-root": "answers 404",
    "plan-data": "writes each use into the log itself, see GOES_OUT",
    "search-suggest": "words under the search field of our pages",
    "gallery-search": "made-up rows of the gallery",
    "manifest": "how a phone installs the pages",
    "metrics": "counters of the machine for its operator",
}
# Maps of our own pages, drawn by our own script: they end so.
OWN_LAYERS = re.compile(r"(map|maps/<str:kind>)\.json$")
FOR_MACHINES = re.compile(
    r"^(GET |POST |PATCH |DELETE |PUT )?api/|open311/|\.(json|xml|ics|csv|rss|geojson)$|"
    r"<slug:(form|shape)>|/feed|^metrics|manifest"
)
# Files that answer in a form for machines: doors of theirs are in the walk, or are for our own pages and papers.
WRITES = re.compile(
    r"""["'](text/calendar|text/csv|text/xml|application/(rss\+xml|atom\+xml|geo\+json|vnd\.sdmx|xml))"""
)
WRITERS = {
    "linli/files/kinds.py": "what may be uploaded",
    "linli/registers/views/__init__.py": "register-export, logged by its verb",
    "linli/exchange/views.py": "exchange-hand-over, logged by its verb",
    "linli/facilities/exports.py": "logs its use",
    "linli/volunteering/exports.py": "logs its use",
    "linli/volunteering/views/public.py": "volunteering-calendar, a feed",
    "linli/requests/open311/answers.py": "the feed of Open311",
    "linli/requests/public_views.py": "request-feed, a feed",
    "linli/plans/views/opening.py": "plan-data, logs its use",
}


def machine_doors():
    routes = [route for route in list_routes() if route.declared and FOR_MACHINES.search(route.pattern)]
    return [route for route in routes if not OWN_LAYERS.search(route.pattern)]


def test_every_door_for_machines_counts_under_an_entry_or_says_why_not():
    silent = {route.name for route in machine_doors() if not route.declared.entry}
    assert silent - OWN.keys() == set()


def test_what_is_called_ones_own_exists_and_is_no_feed():
    known = {route.name: route for route in machine_doors()}
    assert {name for name in OWN if name not in known or known[name].declared.entry} == set()


def test_every_feed_has_its_entry_in_the_pack():
    feeds = {route.declared.entry for route in list_routes() if route.declared and route.declared.entry}
    pack, _problems = read_pack(ROOT / "packs/exchange/platform.yaml")

    assert feeds == {entry.code for entry in pack.entries if entry.kind == "feed"}


def test_every_file_that_writes_a_form_for_machines_is_known():
    found = {str(path.relative_to(ROOT)) for path in SOURCES if WRITES.search(path.read_text("utf-8"))}
    assert found == set(WRITERS)
