"""便民服务手册: what fits on two sheets, and what large print takes."""

import re

import pytest

from linli.reach.handbook import handbook_pdf
from linli.reach.queries.circles import Handbook, HandbookLine


def book(count: int) -> Handbook:
    """A made-up community with `count` services in five groups, some of long names."""
    line = HandbookLine(
        "幸福里老年助餐点（居家养老服务综合服务中心东区分站）", "幸福里小区3号楼一层", "027-88880000",
        "周一至周五 8:30-17:30", True,
    )  # fmt: skip
    short = HandbookLine("桥头便利店", "桥头路12号", "", "", None)
    groups = [(f"第{n}类", [line, short] * (count // 10)) for n in range(5)]
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 520"><text x="9" y="9">1</text></svg>'
    return Handbook("桥头社区", "江桥街道", "2026年11月29日", groups, drawn)


def sides(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("count", [0, 20, 60, 120])
def test_a_community_s_handbook_fits_on_two_sheets(count):
    """XF-010: 一手册. Four sides of A4, whatever a large community has."""
    assert 1 <= sides(handbook_pdf(book(count), address="https://linli.test/reach/circles/99")) <= 4


def test_large_print_takes_the_pages_it_needs_and_is_another_edition():
    """XF-010: 18 pt in one column for those who read with difficulty."""
    plain, large = (
        handbook_pdf(book(60), address="https://linli.test/reach/circles/99", large=size)
        for size in (False, True)
    )
    assert sides(large) > 2 * sides(plain)


def test_what_people_wrote_is_data_and_never_markup():
    line = HandbookLine('#panic() $x$ *粗* [链接] \\ "引号"', "#set page(width: 1cm)", "", "", None)
    assert (
        sides(handbook_pdf(Handbook("甲", "", "今天", [("类", [line])]), address="https://linli.test")) == 1
    )
