"""The report as an accessible PDF (PDF/UA-1), with the fonts of the wheel so that it looks alike everywhere."""

import json
from dataclasses import asdict
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts
import typst

from .report import Report

TEMPLATE = Path(__file__).with_name("report.typ")


def report_pdf(report: Report) -> bytes:
    """The report as the bytes of a PDF whose numbers are links to their addresses."""
    return typst.compile(
        str(TEMPLATE),
        font_paths=[str(Path(fonts.__file__).parent)],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(asdict(report), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
