"""Opens a workbook in a process of its own, with limits of memory and time; prints rows as JSON lines.

Run as a script: opening.py PATH MOST_ROWS MOST_COLUMNS MOST_CELLS SECONDS BYTES LIBRARY. Only visible
worksheets are read, and of a formula only the value it last had. The first line is {"sheet": name} or
{"refused": sentence}; each row follows as a list whose dates are ["d", "2026-01-05"]; {"end": true} comes last.
"""

import datetime
import json
import resource
import sys
import zipfile

MOST_UNPACKED = 1024 * 1024 * 1024
STEEPEST = 400  # a long column of one value packs better than text does
MOST_MEMBERS = 5_000


class Refused(Exception):
    """A sentence for the person who sent the table."""


def check_archive(path: str) -> None:
    """Measure a packed workbook by its directory, before anything of it is unpacked."""
    if not zipfile.is_zipfile(path):
        return  # .xls: no archive
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise Refused("表格解开后太大，没有读取。")
    if unpacked > STEEPEST * packed + 1024 * 1024:
        raise Refused("表格压缩得不正常，没有读取。")


def first_visible(workbook):
    """The first worksheet a person sees that holds something."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for sheet in workbook.sheets_metadata:
        if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        found = workbook.get_sheet_by_name(sheet.name)
        if found.end is not None:
            return found
    raise Refused("表格里没有看得见的、有内容的工作表。")


def plain(value):
    """A cell as JSON."""
    if isinstance(value, datetime.datetime):
        return ["d", value.date().isoformat()]
    if isinstance(value, datetime.date):
        return ["d", value.isoformat()]
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    return value


def read(path: str, most_rows: int, most_columns: int, most_cells: int) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        check_archive(path)
        sheet = first_visible(CalamineWorkbook.from_path(path))
        height, width = sheet.end[0] + 1, sheet.end[1] + 1
        if width > most_columns:
            raise Refused(f"表格有 {width} 列，超过 {most_columns} 列。")
        if height > most_rows or height * width > most_cells:
            raise Refused(f"表格有 {height} 行，超过 {most_rows} 行，请分开导入。")
        say({"sheet": sheet.name})
        for row in sheet.iter_rows():
            say([plain(value) for value in row])
        say({"end": True})
    except Refused as refused:
        say({"refused": str(refused)})
    except PasswordError:
        say({"refused": "表格加了密码，请去掉密码后再导入。"})
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError):
        say({"refused": "表格已损坏或不是有效的 xlsx、xls、ods 文件。"})


def say(line) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def main(path: str, *bounds: str) -> None:
    most_rows, most_columns, most_cells, seconds, most_bytes = map(int, bounds[:5])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.append(bounds[5])
    sys.stdout.reconfigure(encoding="utf-8")
    read(path, most_rows, most_columns, most_cells)


if __name__ == "__main__":
    main(*sys.argv[1:])
