"""Word files: headings, paragraphs, lists and tables, in their order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from assistant.corpus.blocks import Block, Parsed
from assistant.corpus.clean import Run, one_line
from assistant.errors import UnreadableFile
from assistant.types import Span

MAX_ENTRIES = 2_000
MAX_UNPACKED = 50_000_000
MAX_RATIO = 100
"""Above these a zip archive is taken for a bomb: entries, bytes unpacked, unpacked to packed."""

_OLE = b"\xd0\xcf\x11\xe0"  # what Office wraps an encrypted file in, and what .doc files begin with
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


def read_docx(data: bytes, path: str) -> Parsed:
    """Return a Word file as blocks; `raw` is its paragraphs and cells, a line each.

    Raises UnreadableFile for an encrypted, damaged or suspiciously packed file, and for one without text.
    """
    _check_archive(data, path)
    try:
        file = docx.Document(io.BytesIO(data))
        found = _under_title(list(_found(file)))
        title = one_line(file.core_properties.title or "")
    except MemoryError:
        raise
    except Exception as error:  # python-docx lets errors of zipfile, lxml and its own through
        raise UnreadableFile(path, "a damaged Word file") from error
    raw = "".join(text + "\n" for _, _, texts in found for text in texts)
    blocks: list[Block] = []
    start = 0
    for kind, level, texts in found:
        cells: list[tuple[Run, ...]] = []
        for text in texts:
            cells.append((Span(start, start + len(text)),))
            start += len(text) + 1
        blocks.append(_block(kind, level, tuple(cells)))
    if not raw.strip():
        raise UnreadableFile(path, "no text in it")
    has_title = any(block.kind == "heading" and block.level == 1 for block in blocks)
    return Parsed(raw, tuple(blocks), title="" if has_title else title)


def _check_archive(data: bytes, path: str) -> None:
    if data.startswith(_OLE):
        raise UnreadableFile(path, "an encrypted Word file, or one of the old .doc format")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFile(path, "a damaged Word file") from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data):
        raise UnreadableFile(path, "packed like a zip bomb: it unpacks to far more than a document holds")


def _block(kind: str, level: int, cells: tuple[tuple[Run, ...], ...]) -> Block:
    if kind == "heading":
        return Block("heading", cells, level=level)
    if kind == "item":
        return Block("item", cells, bullet="- ")
    if kind == "header":
        return Block("header", cells)
    return Block("row" if kind == "row" else "prose", cells)


def _found(file: object) -> Iterator[tuple[str, int, list[str]]]:
    """Yield kind, level and the texts of each paragraph and table row, in order."""
    for element in file.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(element, Paragraph):
            yield _paragraph(element.text, str(element.style.name) if element.style else "")
        elif isinstance(element, Table):
            for number, row in enumerate(element.rows):
                # a merged cell is given once for each column that it covers
                cells = list({id(cell._tc): cell for cell in row.cells}.values())
                yield "row" if number else "header", 0, [" ".join(cell.text.split()) for cell in cells]


def _under_title(found: list[tuple[str, int, list[str]]]) -> list[tuple[str, int, list[str]]]:
    """Return the blocks with Word's chapters one level below its title, where it has one."""
    if not any(kind == "heading" and level == 0 for kind, level, _ in found):
        return found
    return [(kind, level + 1, texts) for kind, level, texts in found]


def _paragraph(text: str, style: str) -> tuple[str, int, list[str]]:
    text = " ".join(text.split())
    if heading := _HEADING.match(style):
        return "heading", int(heading[1]), [text]
    if style == "Title":
        return "heading", 0, [text]
    return "item" if style.startswith("List") else "prose", 0, [text]
