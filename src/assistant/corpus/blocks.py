"""From what a reader found to a document: blocks of raw text in, `Document` out.

A reader knows its format and yields blocks; this module knows none and makes the cleaned text,
in which every block is one line, with its sections, tables, source marks and origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from assistant.corpus.clean import CleanText, Run, one_line
from assistant.corpus.split import sentence_spans
from assistant.types import Document, Kind, Mark, Origin, Role, Section, Source, Span, Table

ROLES: dict[str, Role] = {
    "bottom line": "bottom line",
    "when it fits": "fits",
    "when it does not": "does not fit",
    "what the rules require": "requirement",
    "risks": "risk",
    "costs": "cost",
    "compare": "comparison",
    "questions to ask first": "question",
    "next steps": "next step",
    "what would change this": "change",
    "background": "background",
    "terms": "definition",
}
"""The fixed second-level headings of guidance (docs/corpus.md) and the role they give."""


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the text to be: a heading, a paragraph, a list item or a table row."""

    kind: Literal["heading", "prose", "item", "header", "row"]
    """`header` is the first row of a table and begins it."""
    cells: tuple[tuple[Run, ...], ...]
    """One, but for the rows of a table."""
    level: int = 0
    """Of a heading, from 1."""
    bullet: str = ""
    """What stands before a list item, with its space: `- ` or `3. `."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reader makes of a file."""

    raw: str
    """The decoded text, or what the parser extracted; blocks and pieces point into it."""
    blocks: tuple[Block, ...]
    title: str = ""
    """What the file itself gives as its title, or empty."""
    page_starts: tuple[int, ...] = ()
    """Where each page begins in `raw`."""
    marks: bool = False
    """`[^key]` is a source mark."""
    links: bool = False
    """`[words](address)` is a link even though this is plain text."""
    sources: tuple[Source, ...] = ()
    as_of: str = ""
    url: str = ""
    topics: tuple[str, ...] = ()
    function: str = ""
    searchable: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    """A block in its place in the cleaned text."""

    block: Block
    span: Span
    cells: tuple[Span, ...]
    marks: tuple[tuple[tuple[str, int], ...], ...]
    """Of each cell: key and offset."""


def kind_of(path: str) -> Kind:
    """Return what a file is to the reader, from the folder at the top of its path."""
    top = PurePosixPath(path).parts[0]
    return "article" if top == "articles" else "guidance" if top == "guidance" else "file"


def name_of(path: str) -> str:
    """Return a title for a file that gives none: its name as words."""
    words = PurePosixPath(path).stem.replace("_", " ").replace("-", " ")
    return one_line(words[:1].upper() + words[1:])


def assemble(parsed: Parsed, *, id: str, kind: Kind, sha256: str, path: str) -> Document:
    """Return the document that a reader's blocks make.

    The title is the file's own, or its only first-level heading, or (but for a record) its name.
    """
    clean = CleanText(parsed.raw, marks=parsed.marks, links=parsed.links, page_starts=parsed.page_starts)
    lines = _lines(clean, parsed.blocks)
    text = clean.text
    title, lines = _title_and_levels(text, lines, one_line(parsed.title))
    return Document(
        id=id,
        title=title or ("" if kind == "record" else name_of(path)),
        kind=kind,
        text=text,
        sha256=sha256,
        origin=Origin(path, clean.pieces),
        sections=_sections(text, lines),
        tables=_tables(lines),
        sources=parsed.sources,
        marks=_marks(text, lines),
        as_of=parsed.as_of,
        url=parsed.url,
        topics=parsed.topics,
        function=parsed.function,
        searchable=parsed.searchable,
    )


def _lines(clean: CleanText, blocks: Sequence[Block]) -> list[_Line]:
    """Write the blocks into the text, a line each, and return where they stand."""
    lines: list[_Line] = []
    before: Block | None = None
    for block in blocks:
        line = _write(clean, block, before)
        if line is not None:
            lines.append(line)
            before = block if len(line.span) else before
    return lines


def _write(clean: CleanText, block: Block, before: Block | None) -> _Line | None:
    written = list(block.cells)
    while written and not any(clean.has_words(run) for run in written[-1]):
        written.pop()
    if not written and block.kind == "header":  # its rows are a table all the same
        return _Line(block, Span(clean.length, clean.length), (), ())
    if not written:
        return None
    if before is not None:
        clean.put("\n" if _belong_together(before, block) else "\n\n")
    start = clean.length
    clean.put(block.bullet)
    cells: list[Span] = []
    marks: list[tuple[tuple[str, int], ...]] = []
    for number, cell in enumerate(written):
        if number:
            clean.put(" | ")
        span, found = clean.add(cell)
        cells.append(span)
        marks.append(tuple(found))
    span = Span(start, clean.length)
    return _Line(block, span, tuple(cells), tuple(marks)) if len(span) else None


def _belong_together(before: Block, block: Block) -> bool:
    """Return whether the two blocks stand on neighbouring lines, with no empty line between."""
    if block.kind == "row":
        return before.kind in {"header", "row"}
    return before.kind == "item" and block.kind == "item"


def _title_and_levels(text: str, lines: list[_Line], title: str) -> tuple[str, list[_Line]]:
    """Return the title, and the lines with heading levels such that level 1 is the title alone.

    A file whose first-level headings are several, or are not its title, has them one level down.
    """
    first = [line for line in lines if line.block.kind == "heading" and line.block.level == 1]
    if len(first) == 1 and (not title or title == first[0].span.of(text)):
        return one_line(first[0].span.of(text)), lines
    if not first:
        return title, lines
    return title, [replace(line, block=replace(line.block, level=line.block.level + 1)) for line in lines]


def _sections(text: str, lines: Sequence[_Line]) -> tuple[Section, ...]:
    sections: list[Section] = []
    open_sections: list[int] = []  # indices of the sections that are not closed yet, outermost first
    end = 0
    for line in lines:
        if line.block.kind == "heading":
            while open_sections and sections[open_sections[-1]].level >= line.block.level:
                _close(sections, open_sections.pop(), end)
            above = sections[open_sections[-1]].role if open_sections else "background"
            title = line.span.of(text).rstrip(":").strip()
            role = ROLES.get(title.casefold(), above) if line.block.level == 2 else above
            open_sections.append(len(sections))
            sections.append(Section(title, line.block.level, role, line.span))
        end = line.span.end
    while open_sections:
        _close(sections, open_sections.pop(), end)
    return tuple(sections)


def _close(sections: list[Section], index: int, end: int) -> None:
    section = sections[index]
    sections[index] = replace(section, span=Span(section.span.start, end))


def _tables(lines: Sequence[_Line]) -> tuple[Table, ...]:
    grouped: list[list[_Line]] = []
    for line in lines:
        if line.block.kind == "header":
            grouped.append([line])
        elif line.block.kind == "row":
            grouped[-1].append(line)
    return tuple(_table(header, rows) for header, *rows in grouped if header.cells or rows)


def _table(header: _Line, rows: Sequence[_Line]) -> Table:
    first, last = header if header.cells else rows[0], rows[-1] if rows else header
    names = _fitted(header.cells, len(header.block.cells), at=first.span.start)
    fitted = tuple(_fitted(row.cells, len(names), at=row.span.end) for row in rows)
    return Table(Span(first.span.start, last.span.end), names, fitted)


def _fitted(cells: tuple[Span, ...], width: int, *, at: int) -> tuple[Span, ...]:
    """Return the row with `width` cells: the last ones joined, or empty ones added where it ends."""
    if len(cells) > width:
        return (*cells[: width - 1], Span(cells[width - 1].start, cells[-1].end))
    return (*cells, *[Span(at, at)] * (width - len(cells)))


def _marks(text: str, lines: Sequence[_Line]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for line in lines:
        if not any(line.marks):
            continue
        if line.block.kind == "row":
            marks.extend(_row_marks(line))
        else:
            spans = sentence_spans(text, line.span)
            for key, offset in line.marks[0]:
                before = [span for span in spans if span.start < offset]
                marks.append(Mark(key, before[-1] if before else line.span))
    return tuple(dict.fromkeys(marks))


def _row_marks(line: _Line) -> list[Mark]:
    """Return the marks of a row: a cell's own, or where it has none those of the last cell."""
    return [
        Mark(key, cell)
        for cell, own in zip(line.cells, line.marks, strict=True)
        for key, _ in own or line.marks[-1]
        if len(cell)
    ]
