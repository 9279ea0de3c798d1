"""Results in the formats that other programs ask for: GeoPackage and xlsx, by libraries of the extras."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from linli_compute.errors import InputError
from linli_compute.files.writing import file_written_whole

FORMATS = ("gpkg", "xlsx")


def formats_in(text: str) -> list[str]:
    """The formats of “gpkg,xlsx”. InputError: one that nobody writes."""
    wanted = [word for word in text.split(",") if word]
    if unknown := [word for word in wanted if word not in FORMATS]:
        raise InputError(f"--formats 不认识“{unknown[0]}”；可用的有：{'、'.join(FORMATS)}。")
    return wanted


def write_formats(
    room: Path, formats: list[str], gaps: tuple[np.ndarray, dict[str, list[Any]]], sheets: dict[str, Any]
) -> None:
    """`gaps.gpkg` (no squares, no file) and `study.xlsx` of a study, as far as they are asked for."""
    if "gpkg" in formats and len(gaps[0]):
        write_geopackage(room / "gaps.gpkg", *gaps, layer="gaps")
    if "xlsx" in formats:
        write_workbook(room / "study.xlsx", sheets)


def write_geopackage(
    path: Path, geometry: np.ndarray, columns: Mapping[str, list[Any]], *, layer: str
) -> None:
    """One layer of WGS 84 features; None becomes null. InputError where pyogrio is not installed."""
    try:
        from pyogrio.raw import write
    except ImportError as wrong:
        raise InputError("写 GeoPackage 需要 pyogrio：请安装 linli[plan]。") from wrong
    kinds = {str(one) for one in np.unique([g.geom_type for g in geometry])}
    with file_written_whole(path) as room:
        write(
            room, geometry=shapely.to_wkb(geometry), geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
            field_data=[_column(values) for values in columns.values()], fields=np.array(list(columns)),
            crs="EPSG:4326", layer=layer, driver="GPKG",
        )  # fmt: skip


def _column(values: list[Any]) -> np.ndarray:
    if any(isinstance(value, str) for value in values):
        return np.array(values, dtype=object)
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def write_workbook(path: Path, sheets: Mapping[str, tuple[list[str], list[list[Any]]]]) -> None:
    """A sheet for each table: its header in bold and frozen; text stays text, whatever it begins with."""
    import xlsxwriter

    with file_written_whole(path) as room:
        book = xlsxwriter.Workbook(str(room), {"strings_to_formulas": False, "strings_to_urls": False})
        bold = book.add_format({"bold": True})
        for title, (header, rows) in sheets.items():
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate([header, *rows]):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell, bold if not number else None)
        book.close()
