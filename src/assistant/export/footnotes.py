"""Footnotes for a Word document: the part of the file that python-docx has no interface for.

Source of the markup: ECMA-376, "Office Open XML File Formats", part 1, 17.11.
"""

from __future__ import annotations

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.text.paragraph import Paragraph

_SEPARATORS = """
<w:footnotes {namespace}>
  <w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
  <w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>
</w:footnotes>
"""

TEXT, REFERENCE = "footnote text", "footnote reference"
"""Word's own names of the two styles."""


class Footnotes:
    """The footnotes of one document; each is numbered where it is first referred to."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = parse_xml(_SEPARATORS.format(namespace=nsdecls("w")))
        self._shown: dict[int, int] = {}
        text = document.styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        text.base_style = document.styles["Normal"]
        text.font.size, text.paragraph_format.space_after = Pt(8.5), Pt(2)
        mark = document.styles.add_style(REFERENCE, WD_STYLE_TYPE.CHARACTER, builtin=True)
        mark.font.superscript = True
        self._text_id, self._mark_id = text.style_id, mark.style_id

    def refer(self, paragraph: Paragraph, key: int, text: str) -> None:
        """End the paragraph with a reference to the footnote of this key, which says `text`.

        The second reference to a key shows the number of the first: Word itself would count on.
        """
        if key in self._shown:
            self._refer_back(paragraph, key)
            return
        self._shown[key] = number = len(self._shown) + 1
        start = _element("w:bookmarkStart", id=str(number), name=_bookmark(number))
        run = self._run(_element("w:footnoteReference", id=str(number)))
        for part in (start, run, _element("w:bookmarkEnd", id=str(number))):
            paragraph._p.append(part)
        self._root.append(self._footnote(number, text))

    def attach(self) -> None:
        """Put the footnotes into the document; to be called once, at the end."""
        main = self._document.part
        assert main.package is not None  # noqa: S101  a document that is being written has its package
        part = Part(
            PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, serialize_part_xml(self._root), main.package
        )
        main.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    def _footnote(self, number: int, text: str) -> BaseOxmlElement:
        style = _element("w:pPr")
        style.append(_element("w:pStyle", val=self._text_id))
        said = _element("w:t")
        said.text = f" {text}"
        said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        words = _element("w:r")
        words.append(said)
        paragraph = _element("w:p")
        for part in (style, self._run(_element("w:footnoteRef")), words):
            paragraph.append(part)
        footnote = _element("w:footnote", id=str(number))
        footnote.append(paragraph)
        return footnote

    def _refer_back(self, paragraph: Paragraph, key: int) -> None:
        number = self._shown[key]
        shown = _element("w:t")
        shown.text = str(number)
        field = _element("w:fldSimple", instr=f" NOTEREF {_bookmark(number)} \\h ")
        field.append(self._run(shown))
        paragraph._p.append(field)

    def _run(self, content: BaseOxmlElement) -> BaseOxmlElement:
        look = _element("w:rPr")
        look.append(_element("w:rStyle", val=self._mark_id))
        run = _element("w:r")
        run.append(look)
        run.append(content)
        return run


def _bookmark(number: int) -> str:
    return f"_RefNote{number}"


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    return OxmlElement(tag, {qn(f"w:{key}"): value for key, value in attributes.items()})
