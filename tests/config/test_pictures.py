"""Every page is pictured or says why not; every picture a document shows lies in the tree and is taken by the tool."""

import re
from pathlib import Path

from tools.pictures import AT_FULL_SIZE, name_of
from tools.steps import CODE, STEPS, address, code_of, in_a_letter, read
from tools.walk import LEFT_OUT, STARTS, kind_of, routes, takes_get

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
SHOWN = re.compile(r"pictures/([a-z0-9_-]+\.webp)")
LISTED = re.compile(r"^- `(?P<kind>[^`]+)`.* — \[(?P<file>[^]]+)\]", re.MULTILINE)


def listed() -> list[tuple[str, str]]:
    """(route, file) of each picture in the index."""
    index = (FOLDER / "README.md").read_text("utf-8")
    return [(found["kind"].split()[0], found["file"]) for found in LISTED.finditer(index)]


def test_every_picture_of_readme_and_manuals_is_there_and_is_taken_by_the_tool():
    papers = [*ROOT.glob("README*.md"), *(ROOT / "docs" / "manual").glob("*.md")]
    shown = {name for paper in papers for name in SHOWN.findall(paper.read_text("utf-8"))}
    taken = {f"{name_of(role, address)}-{width}.webp" for role, address, width in AT_FULL_SIZE}
    there = {one.name for one in FOLDER.glob("*.webp")}
    assert (len(shown) >= 7, shown - taken, shown - there, taken - there) == (True, set(), set(), set())


def test_every_route_somebody_can_open_is_pictured_or_says_why_not():
    """Walked from the URLconf itself: a new page without a picture, a reason for a route that is gone, both fail."""
    open_to_somebody = {name for _pattern, name, _view in routes()}
    pictured = {route for route, _file in listed()}
    assert sorted(open_to_somebody ^ (pictured | LEFT_OUT.keys())) == []
    assert sorted(LEFT_OUT.keys() & pictured) == []
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())


def test_every_picture_of_the_index_is_there_and_no_other_and_they_stay_small():
    there = {one.name: one.stat().st_size for one in FOLDER.glob("*.webp")}
    full = {f"{name_of(role, address)}-{width}.webp" for role, address, width in AT_FULL_SIZE}
    assert there.keys() == {*(file for _route, file in listed()), *full}
    assert sum(there.values()) < 10_000_000


def test_a_kind_of_page_is_its_route_with_the_word_by_which_pages_differ():
    assert [kind_of(one) for one in ("/", "/doors/services/", "/cases/20260302-7/?x=1", "/nowhere/")] == [
        "home",
        "door services",
        "case-detail",
        "",
    ]


def test_a_route_that_only_takes_what_is_sent_is_no_page():
    by_name = {name for _pattern, name, _view in routes()}
    assert ("notice-read" in by_name, "notice-list" in by_name) == (False, True)
    assert takes_get(None) is True


def test_the_steps_of_the_walk_belong_to_its_accounts_and_read_letters_and_codes(tmp_path):
    """The code is the last six digits of the first example of RFC 6238, appendix B."""
    old, new, other = (tmp_path / name for name in ("old.txt", "new.txt", "other.txt"))
    old.write_text("验证码 111111", "utf-8")
    before = read(tmp_path)
    other.write_text("您有一条新消息", "utf-8")
    new.write_text(
        "请打开 http://localhost:8000/accounts/confirm-email/Mg:1w/ 确认。\n验证码 042137，5 分钟内有效。",
        "utf-8",
    )
    assert STEPS.keys() <= STARTS.keys()
    assert (
        in_a_letter(address("/accounts/confirm-email/"), tmp_path, before) == "/accounts/confirm-email/Mg:1w/"
    )
    assert in_a_letter(CODE, tmp_path, before) == "042137"
    assert code_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59) == "287082"
