"""Every picture a document shows lies in the tree and is one that the tool takes."""

import re
from pathlib import Path

from tools.pictures import AT_FULL_SIZE, name_of

ROOT = Path(__file__).resolve().parents[2]
SHOWN = re.compile(r"pictures/([a-z0-9-]+\.webp)")


def test_every_picture_of_readme_and_manuals_is_there_and_is_taken_by_the_tool():
    papers = [*ROOT.glob("README*.md"), *(ROOT / "docs" / "manual").glob("*.md")]
    shown = {name for paper in papers for name in SHOWN.findall(paper.read_text("utf-8"))}
    taken = {f"{name_of(role, address)}-{width}.webp" for role, address, width in AT_FULL_SIZE}
    there = {one.name for one in (ROOT / "docs" / "pictures").glob("*.webp")}
    assert (len(shown) >= 7, shown - taken, shown - there, taken - there) == (True, set(), set(), set())
