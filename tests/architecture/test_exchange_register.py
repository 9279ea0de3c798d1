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
    r"""(?:log_use|require_registered)\(\s*["']([a-z-]+)["']|\bENTRY = ["']([a-z-]+)["']|entry=["']([a-z-]+)["']"""
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
