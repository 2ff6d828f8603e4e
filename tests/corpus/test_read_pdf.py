from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from assistant.corpus.split import passages
from assistant.corpus.worker import parse
from assistant.errors import UnreadableFile


def pdf(*pages: str, password: str = "") -> bytes:
    """Return a PDF whose pages hold these lines."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Courier"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(width=595, height=842)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        lines = "".join(f"({line}) Tj T*\n" for line in text.splitlines())
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 10 Tf 12 TL 50 800 Td\n{lines}ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


PAGES = (
    """Handbook of the Mill
The Mill by the River
The mill has stood by the river for two hundred years, and its
wheel still turns when the water is high. Flour from it is sold in the vil-
lage and in two towns, by follow-the-sun trade.
Flour is kept dry.
Opening Hours
The mill opens at seven, and on market days it opens at six, since the
bakers come early. On Sundays it stays
Page 1 of 3""",
    """Handbook of the Mill
closed, but for the feast in spring. Trade goes on in a follow-
the-sun way all year.
- Bring your own sacks.
- Pay in coins.
Page 2 of 3""",
    """Handbook of the Mill
Visitors are welcome in the summer.
Page 3 of 3""",
)


def test_pages_become_paragraphs_without_running_heads_and_hyphens() -> None:
    document = parse(pdf(*PAGES), "mill.pdf", "0")
    assert document.title == "Handbook of the Mill"
    assert [s.title for s in document.sections] == ["Handbook of the Mill", "The Mill by the River", "Opening Hours"]
    assert document.text.split("\n\n")[2] == (
        "The mill has stood by the river for two hundred years, and its wheel still turns when the water is high. "
        "Flour from it is sold in the village and in two towns, by follow-the-sun trade."
    )
    assert "On Sundays it stays closed, but for the feast in spring." in document.text
    assert "in a follow-the-sun way" in document.text
    assert document.text.endswith("- Bring your own sacks.\n- Pay in coins.\n\nVisitors are welcome in the summer.")
    assert document.text.count("Handbook") == 1
    assert "Page" not in document.text


def test_every_place_knows_its_page() -> None:
    document = parse(pdf(*PAGES), "mill.pdf", "0")
    for words, page in (("Flour is kept", 1), ("stays", 1), ("closed", 2), ("Visitors", 3)):
        assert document.origin.page(document.text.index(words)) == page
    assert passages(document, lambda text: len(text.split()))[0].page == 1


def test_the_pieces_of_a_pdf_are_slices_of_its_pages() -> None:
    data = pdf(*PAGES)
    document = parse(data, "mill.pdf", "0")
    raw = "".join(page.extract_text() + "\f" for page in PdfReader(io.BytesIO(data)).pages)
    assert all(piece.span.of(document.text) == piece.raw.of(raw) for piece in document.origin.pieces)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf("", ""), "a scanned PDF without text"),
        (pdf("secret words", password="open"), "an encrypted PDF"),
        (b"%PDF-1.7 and nothing", "a damaged PDF"),
    ],
)
def test_a_pdf_that_gives_no_text_is_reported(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        parse(data, "x.pdf", "0")
