"""The report as .docx in the layout of GB/T 9704: margins, faces, 22 lines a page, page number — 1 —."""

from io import BytesIO

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .report import Number, Report

SONG, HEI, KAI, FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
TITLE, BODY, SMALL, FOOT = Pt(22), Pt(16), Pt(10.5), Pt(14)  # 2号, 3号, 5号 (tables), 4号
LINE = Pt(29)  # 22 lines between margins of 37 and 35 mm


def report_docx(report: Report) -> bytes:
    """The report as the bytes of a .docx file."""
    document = Document()
    _page(document.sections[0])
    _defaults(document, report)
    _paragraph(document, (report.title,), SONG, TITLE, centred=True)
    _paragraph(document, (report.subtitle,), KAI, BODY, centred=True)
    _paragraph(document, (report.as_of,), KAI, BODY, centred=True)
    for section in report.sections:
        _paragraph(document, (section.heading,), HEI, BODY, style="Heading 1", indent=True)
        for words in section.paragraphs:
            _paragraph(document, words, FANG, BODY, indent=True)
        for table in section.tables:
            _paragraph(document, (table.title,), HEI, Pt(12), centred=True, keep=True)
            _table(document, table)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _page(section):
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _face(foot.add_run("— "), "宋体", FOOT)
    number = foot.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        number._r.append(part)
    _face(number, "宋体", FOOT)
    _face(foot.add_run(" —"), "宋体", FOOT)


def _defaults(document, report):
    document.core_properties.title = report.title
    document.core_properties.language = "zh-CN"
    document.core_properties.author = "Linli 邻里"
    style = document.styles["Normal"]
    style.font.name, style.font.size = FANG, BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FANG)


def _face(run, name, size):
    run.font.name, run.font.size = name, size
    run.font.bold, run.font.italic = False, False
    run.font.color.rgb = None
    properties = run._r.get_or_add_rPr()
    properties.rFonts.set(qn("w:eastAsia"), name)


def _paragraph(document, words, face, size, *, style=None, centred=False, indent=False, keep=False):
    paragraph = document.add_paragraph(style=style)
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    layout.space_before = layout.space_after = Pt(0)
    layout.keep_with_next = keep
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        layout.first_line_indent = Pt(2 * size.pt)
    for part in words:
        _part(paragraph, part, face, size)


def _part(paragraph, part, face, size):
    """Words as a run; a number as a link to its address, printed like the words around it."""
    if not isinstance(part, Number):
        _face(paragraph.add_run(part), face, size)
        return
    key = paragraph.part.relate_to(part.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), key)
    run = paragraph.add_run(part.text)
    _face(run, face, size)
    link.append(run._r)
    paragraph._p.append(link)


def _table(document, table):
    made = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    head = made.rows[0]
    repeat = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeat)
    for cell, text in zip(head.cells, table.heads, strict=True):
        _cell(cell, text, HEI)
    for row in table.rows:
        for cell, part in zip(made.add_row().cells, row, strict=True):
            _cell(cell, part, FANG)


def _cell(cell, part, face):
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if isinstance(part, Number):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _part(paragraph, part, face, SMALL)
