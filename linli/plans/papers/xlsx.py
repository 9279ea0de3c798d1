"""The report as .xlsx: the tables on sheets, and a sheet that gives the address of every number."""

from io import BytesIO

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from .report import Number, Report

WIDTH = 16
FORBIDDEN = str.maketrans("", "", r"[]:*?/\ ")


def report_xlsx(report: Report) -> bytes:
    """The report as the bytes of a .xlsx file; numbers stay the texts that were printed."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"title": report.title, "author": "Linli 邻里"})
    faces = _faces(book)
    addresses = []
    for section in report.sections:
        for table in section.tables:
            name = _sheet_name(book, table.title)
            addresses += _table(book.add_worksheet(name), name, report, table, faces)
    _addresses(book.add_worksheet("地址"), addresses, faces)
    book.close()
    return written.getvalue()


def _faces(book):
    line = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center"}),
        "note": book.add_format({"font_color": "#50605A"}),
        "head": book.add_format({**line, "bold": True, "bg_color": "#E3F1EE"}),
        "word": book.add_format(line),
        "number": book.add_format({**line, "align": "right"}),
    }


def _sheet_name(book, title):
    name = title.translate(FORBIDDEN)[:24] or "表"
    taken = {sheet.get_name() for sheet in book.worksheets()}
    return name if name not in taken else f"{name}{len(taken)}"


def _table(sheet, name, report, table, faces):
    last = len(table.heads) - 1
    if last:
        sheet.merge_range(0, 0, 0, last, table.title, faces["title"])
        sheet.merge_range(1, 0, 1, last, f"{report.subtitle} {report.as_of}", faces["note"])
    sheet.set_column(0, last, WIDTH)
    sheet.set_column(1, 1, 2 * WIDTH)
    sheet.write_row(2, 0, table.heads, faces["head"])
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    found = []
    for at, row in enumerate(table.rows, 3):
        for column, cell in enumerate(row):
            number = isinstance(cell, Number)
            text = cell.text if number else cell
            sheet.write_string(at, column, text, faces["number" if number else "word"])
            if number:
                found.append((f"{name}!{xl_rowcol_to_cell(at, column)}", text, cell.address))
    return found


def _addresses(sheet, rows, faces):
    sheet.set_column(0, 1, WIDTH)
    sheet.set_column(2, 2, 8 * WIDTH)
    sheet.write_row(0, 0, ("单元格", "数值", "地址"), faces["head"])
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text, faces["word"])
