"""WordprocessingML of paragraphs and runs as Word writes them: rsids, proofErr, lang, bookmarks, revisions, boxes."""

from random import Random
from xml.sax.saxutils import escape

from bench.accuracy.blocks import Para, Run

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
REVISION = 'w:author="Văn phòng" w:date="2020-05-20T08:00:00Z"'
PORTRAIT = (
    '<w:pgSz w:w="11907" w:h="16840"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" '
    'w:header="567" w:footer="567" w:gutter="0"/>'
)
LANDSCAPE = (
    '<w:pgSz w:w="16840" w:h="11907" w:orient="landscape"/><w:pgMar w:top="1134" w:right="1134" '
    'w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
)


class ParagraphWriter:
    """Writes paragraphs; keeps the counters and the noise of one file."""

    def __init__(self, rng: Random, split_share: float, size: int) -> None:
        self.rng = rng
        self.split_share = split_share
        self.size = size
        self.ident = 0
        self.numbers: dict[int, int] = {}
        """List of the layout → numId of the file."""

    def next_id(self) -> int:
        """A number no other mark of this file has."""
        self.ident += 1
        return self.ident

    def paragraph(self, para: Para, size: int | None = None, deleted: bool = False) -> str:
        """`<w:p>` with its properties and runs. `deleted`: every run stands in a tracked deletion."""
        runs = "".join(self.run(run, size, deleted) for run in para.runs)
        if para.page_break:
            runs = '<w:r><w:br w:type="page"/></w:r>' + runs
        if runs and self.rng.random() < 0.01:
            ident = self.next_id()
            mark = f'w:id="{ident}"'
            runs = f'<w:bookmarkStart {mark} w:name="_Toc{400000 + ident}"/>{runs}<w:bookmarkEnd {mark}/>'
        return f"<w:p{self._rsid()}>{self._properties(para)}{runs}</w:p>"

    def _properties(self, para: Para) -> str:
        parts = [f'<w:pStyle w:val="{para.style.replace(" ", "")}"/>' if para.style else ""]
        if para.number is not None:
            number, level = para.number
            parts.append(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{self.numbers[number]}"/></w:numPr>')
        if para.align != "left":
            parts.append(f'<w:jc w:val="{para.align}"/>')
        if para.turn:
            parts.append(f"<w:sectPr>{LANDSCAPE if para.turn == 'landscape' else PORTRAIT}</w:sectPr>")
        return f"<w:pPr>{''.join(parts)}</w:pPr>" if any(parts) else ""

    def _rsid(self) -> str:
        return f' w:rsidR="00{self.rng.randrange(16**6):06X}"' if self.rng.random() < 0.6 else ""

    def run(self, run: Run, size: int | None = None, deleted: bool = False) -> str:
        """One run, cut in two as Word's spelling checker leaves it for `split_share` of them."""
        if run.mark == "" and len(run.text) > 1 and self.rng.random() < self.split_share:
            at = self.rng.randrange(1, len(run.text))
            first = self._marked(Run(run.text[:at], run.bold, run.italic, run.font), size, deleted)
            second = self._marked(Run(run.text[at:], run.bold, run.italic, run.font), size, deleted)
            return f'{first}<w:proofErr w:type="spellStart"/>{second}<w:proofErr w:type="spellEnd"/>'
        return self._marked(run, size, deleted)

    def _marked(self, run: Run, size: int | None, deleted: bool) -> str:
        if deleted or run.mark == "del":
            inner = self._plain(run, size, "w:delText")
            return f'<w:del w:id="{self.next_id()}" {REVISION}>{inner}</w:del>'
        inner = self._plain(run, size, "w:t")
        if run.mark == "ins":
            return f'<w:ins w:id="{self.next_id()}" {REVISION}>{inner}</w:ins>'
        if run.mark == "sdt":
            return f'<w:sdt><w:sdtPr><w:alias w:val="Số liệu"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'
        if run.mark == "link":
            return f'<w:hyperlink w:anchor="_GoBack">{inner}</w:hyperlink>'
        if run.mark == "smart":
            return f'<w:smartTag w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="place">{inner}</w:smartTag>'
        if run.mark == "field":
            return (
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> =SUM(LEFT) '
                f'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{inner}'
                '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            )
        return inner

    def _plain(self, run: Run, size: int | None, tag: str) -> str:
        return f"<w:r{self._rsid()}>{self._looks(run, size)}{self._text(run.text, tag)}</w:r>"

    def _looks(self, run: Run, size: int | None) -> str:
        parts = [f'<w:rFonts w:ascii="{run.font}" w:hAnsi="{run.font}" w:cs="{run.font}"/>' if run.font else ""]
        parts.append("<w:b/>" if run.bold else "")
        parts.append("<w:i/>" if run.italic else "")
        parts.append("<w:vanish/>" if run.mark == "hidden" else "")
        parts.append(f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
        parts.append('<w:vertAlign w:val="superscript"/>' if run.mark == "super" else "")
        parts.append('<w:lang w:val="vi-VN"/>' if self.rng.random() < 0.3 else "")
        return f"<w:rPr>{''.join(parts)}</w:rPr>" if any(parts) else ""

    def _text(self, text: str, tag: str) -> str:
        out, soft = [], self.rng.random() < 0.5
        for piece in _pieces(text, soft):
            if piece == "\n":
                out.append("<w:br/>")
            elif piece == "\t":
                out.append("<w:tab/>")
            elif piece == "\u00ad" and soft:
                out.append("<w:softHyphen/>")
            elif piece:
                out.append(f'<{tag} xml:space="preserve">{escape(piece)}</{tag}>')
        return "".join(out)

    def box(self, paras: list[Para]) -> str:
        """A text box in a paragraph of its own, as Word writes it: the drawing and its VML twin."""
        content = "".join(self.paragraph(para) for para in paras)
        ident, height = self.next_id(), 420000 * len(paras)
        drawing = (
            f'<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{ident}" '
            'behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
            '<wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>'
            '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
            f'<wp:extent cx="5700000" cy="{height}"/><wp:wrapTopAndBottom/><wp:docPr id="{ident}" name="Text Box {ident}"/>'
            '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
            '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext cx="5700000" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
            f"<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData>"
            "</a:graphic></wp:anchor></w:drawing>"
        )
        twin = (
            f'<w:pict><v:shape id="box{ident}" style="width:450pt;height:{30 * len(paras)}pt"><v:textbox>'
            f"<w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>"
        )
        return (
            f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice>'
            f"<mc:Fallback>{twin}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )


def _pieces(text: str, soft_hyphens: bool) -> list[str]:
    """The text cut at breaks, tabs and (as Word saves them) soft hyphens."""
    out = [""]
    for letter in text:
        if letter in "\n\t" or (letter == "\u00ad" and soft_hyphens):
            out += [letter, ""]
        else:
            out[-1] += letter
    return out
