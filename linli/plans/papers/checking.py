"""Reads a printed report again and compares every number with the frozen one."""

from io import BytesIO

from docx import Document
from docx.oxml.ns import qn

from .report import Number, Report


def numbers_in_docx(written: bytes) -> list[Number]:
    """Every number of a .docx with its address, in reading order."""
    document = Document(BytesIO(written))
    links = document.element.body.iter(qn("w:hyperlink"))
    found = []
    for link in links:
        text = "".join(node.text or "" for node in link.iter(qn("w:t")))
        found.append(Number(text, document.part.rels[link.get(qn("r:id"))].target_ref))
    return found


def differences_docx(report: Report, written: bytes) -> list[str]:
    """What a .docx says differently from the report, one sentence each; empty when nothing differs."""
    wanted, found = list(report.numbers()), numbers_in_docx(written)
    told = [
        f"{want.address}：应为 {want.text}，文中为 {have.text}"
        for want, have in zip(wanted, found, strict=False)
        if want != have
    ]
    if len(wanted) != len(found):
        told.append(f"应有 {len(wanted)} 个数，文中有 {len(found)} 个")
    return told
