"""The annual report on paper: one frozen Report → .docx, .xlsx, PDF; and a checker that reads them again."""

from .checking import differences_docx
from .docx import report_docx
from .package import edition_package
from .pdf import report_pdf
from .report import KINDS, Number, Report, report_of
from .xlsx import report_xlsx

__all__ = [
    "KINDS",
    "Number",
    "Report",
    "differences_docx",
    "edition_package",
    "report_docx",
    "report_of",
    "report_pdf",
    "report_xlsx",
]
