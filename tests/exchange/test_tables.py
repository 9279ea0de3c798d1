"""Tables in and out: office habits are read, hostile files are refused, nothing written runs (I8, I10)."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from linli.exchange.tables import Column, Sheet, TableRefused, read_table, write_csv, write_xlsx
from linli.exchange.tables.layout import find_table

TITLES = {"name": ("姓名",), "sex": ("性别",), "home": ("现住址", "住址"), "old": ("60岁以上",)}


def book(tmp_path, *sheets, name="表.xlsx") -> Path:
    """A workbook; a sheet is (rows, hidden)."""
    path = tmp_path / name
    with xlsxwriter.Workbook(path) as made:
        for rows, hidden in sheets:
            page = made.add_worksheet()
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
            if hidden:
                page.hide()
        made.worksheets()[-1].activate()
        made.worksheets()[-1].set_first_sheet()
    return path


OFFICIAL = [
    ["青山社区老年人台账", None, None, None, None],
    ["单位：人", None, None, "2026年1月5日", None],
    ["序号", "姓名", "基本情况", None, "备注"],
    [None, None, "性别", "现住址（门牌）", None],
    ["甲", 1, 2, 3, 4],
    [1, "张三", "男", "1-101", None],
    [2, "李四", "女", "1-102", "空巢"],
    ["合计", None, 2, None, None],
    ["注：本表每月25日前报送。", None, None, None, None],
    ["填表人：王五", None, None, "负责人：赵六", None],
]


def test_an_official_table_is_found_under_its_title_and_above_its_notes(tmp_path):
    table = read_table(book(tmp_path, (OFFICIAL, False)), "表.xlsx")

    found = find_table(table, TITLES, required=["name", "home"])

    assert found.columns == {"name": 1, "sex": 2, "home": 3}
    assert [(number, row[1]) for number, row in found.rows] == [(6, "张三"), (7, "李四")]


def test_a_missing_column_is_named(tmp_path):
    table = read_table(book(tmp_path, (OFFICIAL, False)), "表.xlsx")
    with pytest.raises(TableRefused, match="60岁以上"):
        find_table(table, TITLES, required=["old"])


def test_hidden_sheets_are_passed_over(tmp_path):
    path = book(tmp_path, ([["秘密"]], True), ([["姓名"], ["张三"]], False))

    assert read_table(path, "表.xlsx").rows == [(1, ["姓名"]), (2, ["张三"])]


def test_of_a_formula_only_its_last_value_is_read(tmp_path):
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet().write_formula(0, 0, "=HYPERLINK(1)", None, 42)

    assert read_table(path, "f.xlsx").rows == [(1, [42.0])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_with_the_marks_in_use(tmp_path, encoding, mark):
    path = tmp_path / "表.csv"
    path.write_bytes(f"姓名{mark}电话\r\n\r\n㐂三{mark}无\r\n".encode(encoding))

    assert read_table(path, "表.csv").rows == [(1, ["姓名", "电话"]), (3, ["㐂三", "无"])]


def _bomb(unpacked: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b" " * unpacked)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.xlsx", _bomb(30_000_000)),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
        ("a.ods", b"not an archive"),
        ("a.csv", b"a,b\n\xff\xfe\x00"),
        ("a.csv", b"a\0b"),
        ("a.csv", b",".join([b"x"] * 1_000)),
        ("a.csv", b'"' + b"x" * 200_000),
        ("a.numbers", b"x"),
    ],
)
def test_a_hostile_or_broken_table_is_refused_with_a_sentence(tmp_path, name, content):
    path = tmp_path / "upload"
    path.write_bytes(content)

    with pytest.raises(TableRefused) as refused:
        read_table(path, name)
    assert str(refused.value)


def test_a_sheet_of_a_thousand_columns_is_refused(tmp_path):
    with pytest.raises(TableRefused, match="1000 列"):
        read_table(book(tmp_path, ([list(range(1_000))], False)), "a.xlsx")


def test_a_far_away_cell_cannot_blow_the_memory_up(tmp_path):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet()
        page.write(0, 0, "x")
        page.write(200_000, 16_383, "y")

    with pytest.raises(TableRefused):
        read_table(path, "far.xlsx")


def written(sheet, rows):
    out = io.BytesIO()
    write_xlsx(out, sheet, rows)
    out.seek(0)
    return out


def test_a_written_table_has_title_unit_day_two_headers_and_signatures():
    sheet = Sheet(
        "青山社区人口表",
        [Column("序号"), Column("社区"), Column("男", group="人口"), Column("女", group="人口"), Column("日期")],
        unit="人", as_of=date(2026, 1, 5), note="含流动人口",
    )  # fmt: skip

    rows = (
        CalamineWorkbook.from_filelike(written(sheet, [[1, "青山", 10, 12, date(2026, 1, 5)]]))
        .get_sheet_by_index(0)
        .to_python()
    )

    assert [row[:5] for row in rows[:6]] == [
        ["青山社区人口表", "", "", "", ""],
        ["单位：人\u3000截至 2026-01-05", "", "", "", ""],
        ["序号", "社区", "人口", "", "日期"],
        ["", "", "男", "女", ""],
        [1.0, "青山", 10.0, 12.0, date(2026, 1, 5)],
        ["注：含流动人口", "", "", "", ""],
    ]
    assert [cell for row in rows[6:] for cell in row if cell] == [
        "填报单位（盖章）：", "负责人：", "审核人：", "填表人：", "联系电话：", "填报日期："
    ]  # fmt: skip


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "=cmd|' /C calc'!A0", "http://x/", " =1"]


def test_I10_hostile_text_stays_text_in_a_workbook():
    out = written(Sheet("表", [Column("内容")], signatures=()), [[text] for text in HOSTILE])

    with zipfile.ZipFile(out) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
        names = archive.namelist()
    assert (xml.count(b"<f>"), xml.count(b"hyperlink"), [n for n in names if "comment" in n]) == (0, 0, [])


def test_I10_hostile_text_is_neutralised_in_csv_and_numbers_are_not():
    out = io.BytesIO()
    write_csv(out, ["内容", "数"], [[text, -1] for text in HOSTILE])

    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))[1:]
    assert [row for row in rows if row[0][0] != "'" and row[0] != "http://x/"] == []
    assert {row[1] for row in rows} == {"-1"}


@pytest.mark.parametrize(("encoding", "opening"), [("utf-8-sig", b"\xef\xbb\xbf"), ("gb18030", b"\xd0\xd5")])
def test_csv_is_written_in_both_encodings(encoding, opening):
    out = io.BytesIO()
    write_csv(out, ["姓名"], [["㐂三"]], encoding=encoding)

    assert out.getvalue().startswith(opening)
    assert out.getvalue().decode(encoding).splitlines() == ["姓名", "㐂三"]
