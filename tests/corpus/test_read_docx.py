from __future__ import annotations

import io
import zipfile

import docx
import pytest

from assistant.corpus.worker import parse
from assistant.errors import UnreadableFile


def word_file() -> bytes:
    file = docx.Document()
    file.add_heading("Ovens", level=0)
    file.add_heading("Kinds", level=1)
    file.add_paragraph("There are two kinds of ovens.")
    file.add_paragraph("Gas", style="List Bullet")
    file.add_paragraph("Wood", style="List Bullet")
    table = file.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ["Kind", "Heat", "Gas", "Quick"], strict=True):
        cell.text = words
    file.add_heading("Care", level=1)
    file.add_paragraph("Clean them.")
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def test_headings_lists_and_tables_come_out_in_order() -> None:
    document = parse(word_file(), "x.docx", "0")
    assert document.title == "Ovens"
    assert document.text == (
        "Ovens\n\nKinds\n\nThere are two kinds of ovens.\n\n- Gas\n- Wood\n\nKind | Heat\nGas | Quick\n\n"
        "Care\n\nClean them."
    )
    # the title is a first-level heading, and so are Word's chapters
    assert [s.title for s in document.sections] == ["Ovens", "Kinds", "Care"]
    assert len({s.level for s in document.sections[1:]}) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 not really", "a damaged Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest", "an encrypted Word file"),
        (word_file()[:-300], "a damaged Word file"),
    ],
)
def test_a_damaged_or_encrypted_file_is_reported(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        parse(data, "x.docx", "0")


@pytest.mark.parametrize(("entries", "size"), [(1, 60_000_000), (2_001, 1), (1, 2_000_000)])
def test_a_zip_bomb_is_refused_before_it_is_parsed(entries: int, size: int) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(entries):
            archive.writestr(f"word/{number}.xml", b" " * size)
    with pytest.raises(UnreadableFile, match="zip bomb"):
        parse(data.getvalue(), "x.docx", "0")
