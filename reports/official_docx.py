"""Word documents in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I: A4, margins 20/20/30/15 mm, Times New Roman, the
page number in the middle of the top margin, letterhead, signature, appendices with Roman numbers on pages of their own.

Only what stands on the page is decided here; what it says is handed in, and is written as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.docx_tables import Align, clean, element

FONT = "Times New Roman"
BODY, SMALL, AFTER = 14.0, 11.0, 6.0
"""Points: the text, the list of recipients; the space under a paragraph."""
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
PORTRAIT_MM, LANDSCAPE_MM = 210 - 30 - 15, 297 - 20 - 20
"""Width of the text."""
HEADINGS = 5
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip


def roman(value: int) -> str:
    """1 → 'I', 14 → 'XIV'."""
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for worth, letters in signs:
        text, value = text + letters * (value // worth), value % worth
    return text


def new_document(title: str, author: str, made_at: datetime) -> Document:
    """An empty document with the pages and fonts of the decree."""
    document = docx.Document()
    _set_fonts(document)
    _set_page(document.sections[0], landscape=False)
    _number_pages(document.sections[0])
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = clean(title), clean(author), clean(author)
    properties.comments, properties.created, properties.modified = "", made_at, made_at
    return document


def letterhead(document: Document, above: str, office: str, number: str, subject: str, place_and_date: str) -> None:
    """Who writes, the nation's title, number (and subject of a letter), place and date: a table of two columns.

    `above` is the body above the office ('' where there is none), both as they are to be printed.
    """
    left = [_Printed(above, bold=False)] * bool(above) + [_Printed(office), _RULE_SHORT]
    left += [_Printed(number, bold=False, size=13)] + [_Printed(subject, bold=False, size=12)] * bool(subject)
    right = [_Printed(NATION, size=12), _Printed(MOTTO, size=13), _RULE_MOTTO]
    right += [_Printed(place_and_date, bold=False, italic=True, size=13)]
    _side_by_side(document, (68, 97), (left, right))


def report_title(document: Document, kind: str, lines: Sequence[str]) -> None:
    """'BÁO CÁO' and what it is about, in the middle, with a short rule beneath."""
    paragraph(document, kind, align="center", bold=True, before=18, after=0, indent=False)
    for line in lines:
        paragraph(document, line, align="center", bold=True, before=0, after=0, indent=False)
    rule(document, 55)


def rule(document: Document, side_mm: float) -> None:
    """A rule under the text above, `side_mm` away from both margins."""
    line = document.add_paragraph()
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(side_mm)
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(0), Pt(10)
    line.paragraph_format.line_spacing = Pt(4)
    _border_top(line)


def paragraph(
    document: Document,
    text: str,
    *,
    align: Align = "justify",
    bold: bool = False,
    italic: bool = False,
    size: float = BODY,
    before: float = 0,
    after: float = AFTER,
    indent: bool = True,
    lead: str = "",
    keep: bool = False,
) -> Paragraph:
    """A paragraph of the text; `lead` stands bold before it, `keep` holds it on the page of the next one."""
    made = document.add_paragraph()
    form = made.paragraph_format
    made.alignment = _ALIGN[align]
    if before:
        form.space_before = Pt(before)
    if after != AFTER:
        form.space_after = Pt(after)
    if keep:
        form.keep_with_next = True
    if indent:
        form.first_line_indent = Cm(1.27)
    for words, is_bold in ((lead, True), (text, bold)):
        if words:
            _style(made.add_run(clean(words)), is_bold, italic, size)
    return made


def _style(run: Run, bold: bool, italic: bool, size: float) -> None:
    """Only what differs from the document's own: a district's text has thousands of runs."""
    if bold:
        run.bold = True
    if italic:
        run.italic = True
    if size != BODY:
        run.font.size = Pt(size)


def heading(document: Document, text: str, level: int, *, align: Align = "left", italic: bool = False) -> None:
    """A heading that Word's navigation shows, level 1 … HEADINGS."""
    made = document.add_paragraph(style=f"Heading {min(level, HEADINGS)}")
    made.alignment = _ALIGN[align]
    if align != "center":
        made.paragraph_format.first_line_indent = Cm(1.27)
    run = made.add_run(clean(text))
    run.italic = italic or None


def appendix_pages(document: Document, *, landscape: bool) -> None:
    """The pages of one more appendix, numbered for themselves."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _set_page(section, landscape=landscape)
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    section._sectPr.find(qn("w:cols")).addprevious(element("w:pgNumType", start="1"))


def appendix_title(document: Document, number: int, title: str, reference: str) -> None:
    """'Phụ lục I', its title and the document that it goes with."""
    heading(document, f"Phụ lục {roman(number)}", 1, align="center")
    paragraph(document, title.upper(), align="center", bold=True, size=13, after=0, indent=False, keep=True)
    paragraph(document, reference, align="center", italic=True, size=13, after=8, indent=False, keep=True)


def signature(document: Document, recipients: Sequence[str], signer: Sequence[str]) -> None:
    """'Nơi nhận' to the left, who signs to the right; all on one page, with the last lines of the text."""
    left = [_Printed("Nơi nhận:", italic=True, size=12, align="left")]
    left += [_Printed(f"- {line}", bold=False, size=SMALL, align="left") for line in recipients]
    right = [_Printed(line, size=13) for line in signer] + [_Printed("", size=13)] * 4
    gap = document.add_paragraph()
    gap.paragraph_format.space_after = Pt(0)
    for line in document.paragraphs[-2:]:
        line.paragraph_format.keep_with_next = True
    _side_by_side(document, (80, 85), (left, right))
    document.tables[-1].rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


# -- beneath -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Printed:
    """One line of a letterhead or signature."""

    text: str
    bold: bool = True
    italic: bool = False
    size: float = 13
    align: Align = "center"
    rule_mm: float = 0
    """Not a text but a rule, this far from both sides of its column."""


_RULE_SHORT, _RULE_MOTTO = _Printed("", rule_mm=24), _Printed("", rule_mm=22)


def _set_fonts(document: Document) -> None:
    names = ["Normal", *(f"Heading {level}" for level in range(1, HEADINGS + 1))]
    for name in names:
        style: Any = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(BODY)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            if "heme" in attribute:
                del fonts.attrib[attribute]
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(0), Pt(AFTER)
        if name != "Normal":
            style.font.bold, style.font.italic = True, False
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(6), Pt(6)
            style.paragraph_format.keep_with_next = True
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _set_page(section: Section, *, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if landscape else (Mm(30), Mm(15))
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def _number_pages(section: Section) -> None:
    """The number in the top margin, not on the first page; later sections take it over."""
    line = section.header.paragraphs[0]
    line.alignment = _ALIGN["center"]
    for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        run.font.size = Pt(13)
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = code
        run._r.append(mark)


def _border_top(line: Paragraph) -> None:
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = line._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _side_by_side(document: Document, widths_mm: tuple[float, float], columns: Sequence[list[_Printed]]) -> None:
    made = document.add_table(rows=1, cols=2)
    made.autofit = False
    for cell, width, lines in zip(made.rows[0].cells, widths_mm, columns, strict=True):
        cell.width = Mm(width)
        for n, line in enumerate(lines):
            _print_line(cell.paragraphs[0] if n == 0 else cell.add_paragraph(), line)
    for column, width in zip(made.columns, widths_mm, strict=True):
        column.width = Mm(width)


def _print_line(target: Paragraph, line: _Printed) -> None:
    form = target.paragraph_format
    form.space_before = form.space_after = Pt(0)
    target.alignment = _ALIGN[line.align]
    if line.rule_mm:
        form.left_indent = form.right_indent = Mm(line.rule_mm)
        form.line_spacing = Pt(5)
        _border_top(target)
        return
    run = target.add_run(clean(line.text))
    run.bold, run.italic, run.font.size = line.bold, line.italic, Pt(line.size)
