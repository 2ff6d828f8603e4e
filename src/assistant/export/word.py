"""A paper as a Word document: real tables, real footnotes, nothing that a reader's Word would fetch or run."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from assistant.export.compose import write_paper
from assistant.export.footnotes import Footnotes
from assistant.export.paper import Block, Grid, Heading, Items, Line, Paper, Paragraph, footnote
from assistant.markdown import OURS_MARK
from assistant.types import Kept

LEAD, SMALL, CELL = "Lead", "Small print", "Cell"
"""Names of the styles that we add."""

INK, MUTED, SHADE = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x55, 0x55, 0x55), "F0F0EC"

_ANY_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive, so that the same conversation gives the same bytes."""


def to_docx(kept: Kept) -> bytes:
    """Return a conversation, or the part of one, as a Word document with footnotes."""
    paper = write_paper(kept)
    document = docx.Document()
    _set_up(document, paper, kept)
    writer = _Writer(document, paper)
    document.add_heading(paper.title, 0)
    writer.small(Line(paper.date))
    for block in paper.blocks:
        writer.write(block)
    if paper.sources:
        document.add_heading("Sources", 1)
        for line in paper.sources:
            writer.source(line)
    document.add_heading("About this document", 1)
    for line in paper.about:
        writer.small(line)
    writer.footnotes.attach()
    return _bytes(document)


class _Writer:
    """Writes block after block at the end of a document."""

    def __init__(self, document: Document, paper: Paper) -> None:
        self.document = document
        self.footnotes = Footnotes(document)
        self._notes = {note.number: note for note in paper.notes}
        self._styles = {style.name: style.style_id for style in document.styles}

    def write(self, block: Block) -> None:
        """Write one block."""
        if isinstance(block, Heading):
            self.document.add_heading(block.text, block.level)
        elif isinstance(block, Items):
            for line in block.lines:
                self._say(self._begin("List Bullet"), line)
        elif isinstance(block, Grid):
            self._grid(block)
        else:
            self._paragraph(block)

    def small(self, line: Line) -> None:
        """Write a line that is not part of the answer."""
        self._paragraph(Paragraph((line,), small=True))

    def source(self, line: Line) -> None:
        """Write a line of the list of sources; what a document names stands below it."""
        paragraph = self._begin("List Bullet 2" if line.label else "List Bullet")
        if line.url:
            before, address, after = line.text.partition(line.url)
            paragraph.add_run(before)
            _link(paragraph, address or line.url)
            paragraph.add_run(after)
        else:
            paragraph.add_run(line.text)

    def _begin(self, style: str) -> WordParagraph:
        """Return a new paragraph at the end, of the style of this name."""
        paragraph = self.document.add_paragraph()
        paragraph._p.style = self._styles[style]  # python-docx would read all styles again for each paragraph
        return paragraph

    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self._begin(LEAD if block.lead else SMALL if block.small else "Normal")
        for line in block.lines:
            if paragraph.runs:
                paragraph.add_run(" ")
            self._say(paragraph, line)

    def _say(self, paragraph: WordParagraph, line: Line) -> None:
        """Write a line with its label, its mark and its footnotes."""
        if line.label:
            paragraph.add_run(f"{line.label}: ").bold = True
        paragraph.add_run(line.text)
        if line.judgement:
            paragraph.add_run(f"\u00a0{OURS_MARK}")
        elif line.notes and line.text[-1:].isdigit():
            paragraph.add_run("\u00a0")  # 2 and its note 3 are not a power
        for place, number in enumerate(line.notes):
            if place:
                paragraph.add_run(",").font.superscript = True
            self.footnotes.refer(paragraph, number, footnote(self._notes[number]))

    def _grid(self, grid: Grid) -> None:
        table = self.document.add_table(rows=1, cols=len(grid.header), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        rows = [table.rows[0], *(table.add_row() for _ in grid.rows)]
        repeated = OxmlElement("w:tblHeader")
        rows[0]._tr.get_or_add_trPr().append(repeated)
        for number, (row, lines) in enumerate(zip(rows, (grid.header, *grid.rows), strict=True)):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for place, (cell, line) in enumerate(zip(row.cells, lines, strict=True)):
                self._cell(cell, line, head=not number or not place)
        self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def _cell(self, cell: _Cell, line: Line, *, head: bool) -> None:
        paragraph = cell.paragraphs[0]
        paragraph._p.style = self._styles[CELL]
        self._say(paragraph, line)
        if head:
            for run in paragraph.runs:
                run.bold = True
            shade = OxmlElement("w:shd", {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): SHADE})
            cell._tc.get_or_add_tcPr().append(shade)


def _set_up(document: Document, paper: Paper, kept: Kept) -> None:
    """Set the page, the fonts, the page number and the properties of the file."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(5)
    for name, size in (("Title", 22), ("Heading 1", 15), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), INK
    for name, points, after, color in ((LEAD, 12.5, 6, INK), (SMALL, 9, 3, MUTED), (CELL, 9, 2, INK)):
        added = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style = normal
        added.font.size, added.font.color.rgb, added.paragraph_format.space_after = Pt(points), color, Pt(after)
    _page_number(section.footer.paragraphs[0])
    moment = datetime.fromisoformat(kept.updated).astimezone(UTC).replace(microsecond=0)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title[:255], "Sourcing assistant", ""
    properties.created = properties.modified = moment


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple", {qn("w:instr"): " PAGE "})
    run = OxmlElement("w:r")
    field.append(run)
    paragraph._p.append(field)


def _link(paragraph: WordParagraph, url: str) -> None:
    """End the paragraph with an address that can be pressed; Word opens it only then."""
    id = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink", {qn("r:id"): id})
    run = paragraph.add_run(url)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _bytes(document: Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    steady = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(steady, "w") as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _ANY_TIME), source.read(name), zipfile.ZIP_DEFLATED)
    return steady.getvalue()
