"""What cells say, by the habits of offices (domain notes §17, I3, I4)."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.exchange.tables import cells
from linli.exchange.tables.cells import WrongCell

FIRST = date(2026, 1, 5)


@pytest.mark.parametrize(
    "written",
    [
        *["2026-01-05", "2026.1.5", "2026/1/5", "2026年1月5日", "20260105", "２０２６．１．５"],
        "2026-01-05 00:00:00",
        46027.0,
        FIRST,
    ],
)
def test_every_style_of_date_is_the_same_day(written):
    assert cells.day(written) == FIRST


@pytest.mark.parametrize("written", ["2026-02-30", "昨天", "2026-1", "0026-01-01", "2026-13-01", True, 1e300])
def test_what_is_no_date_is_told(written):
    with pytest.raises(WrongCell):
        cells.day(written)


@pytest.mark.parametrize("written", ["", "无", "/", "／", "—", "-", None, "  "])
def test_nothing_is_written_in_many_ways(written):
    assert (cells.text(written), cells.day(written), cells.whole(written)) == ("", None, None)


@pytest.mark.parametrize(("written", "read"), [("１２", 12), ("1,234", 1234), (3.0, 3), (" 7 ", 7)])
def test_whole_numbers_are_read_as_people_write_them(written, read):
    assert cells.whole(written) == read


@pytest.mark.parametrize("written", ["1e3", "3.5", "NaN", "∞", "12人", True, -1, "9" * 20])
def test_I4_other_numbers_are_refused(written):
    with pytest.raises(WrongCell):
        cells.whole(written)


def test_a_spreadsheets_own_number_loses_its_binary_tail_alone():
    told = [cells.number(cell) for cell in (110.00011111111111, 0.1 + 0.2, 612.5, 3.0, -0.25)]
    assert told == [Decimal(text) for text in ("110.0001111111", "0.3", "612.5", "3", "-0.25")]


def test_decimals_stay_exact():
    assert cells.number("1,234.10") == Decimal("1234.10")


def test_codes_stay_text_and_a_lost_identity_number_is_noticed():
    assert [cells.code("９９０ １０１"), cells.code(990101.0)] == ["990101", "990101"]
    with pytest.raises(WrongCell, match="已丢失"):
        cells.code(9.90101199001011e17)


def test_blanks_that_fill_a_column_of_names_go_and_other_names_stay():
    assert [cells.name("张　三"), cells.name("买买提 · 吐尔逊"), cells.name("Li Lei")] == [
        "张三",
        "买买提 · 吐尔逊",
        "Li Lei",
    ]


def test_hidden_characters_are_refused():
    with pytest.raises(WrongCell, match="控制字符"):
        cells.text("张\u202e三")


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.dates()))
def test_any_cell_is_read_or_refused_with_a_reason(cell):
    for read in (cells.text, cells.code, cells.name, cells.day, cells.number, cells.whole, cells.flag):
        with contextlib.suppress(WrongCell):
            read(cell)
