"""The text of passages and documents as HTML, line by line, with the quoted words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.types import Document, Passage, Span, Table
from assistant.ui.elements import Html, element, join

MOST_SHOWN = 150_000
"""Characters of a document shown on each side of the quote; a longer one says that it goes on."""

_BULLET = re.compile(r"[-•*] ")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Quote:
    """Words to mark, and the name that a citation finds them by."""

    key: str
    span: Span
    """In the document's text."""


def marked(text: str, start: int, quotes: Sequence[Quote]) -> Html:
    """Return `text`, which begins at `start` of its document, with the quoted words in `mark`s.

    Quotes may overlap: each stretch carries the keys of all the quotes that cover it.
    """
    edges = {0, len(text)}
    for quote in quotes:
        edges.update(min(max(edge - start, 0), len(text)) for edge in (quote.span.start, quote.span.end))
    pieces: list[str] = []
    for begin, end in pairwise(sorted(edges)):
        stretch = Span(start + begin, start + end)
        keys = " ".join(q.key for q in quotes if q.span.covers(stretch))
        pieces.append(element("mark", text[begin:end], data_quote=keys) if keys else text[begin:end])
    return join(*pieces)


def passage_html(passage: Passage, quotes: Sequence[Quote]) -> Html:
    """Return the passage's text with its quotes marked."""
    headings = set(passage.headings)
    return join(
        *(
            _line(line, start, quotes, heading=5 if line.strip() in headings else 0)
            for start, line in _lines(passage.text, passage.span.start)
        )
    )


def document_html(document: Document, quotes: Sequence[Quote]) -> Html:
    """Return the document's text with headings, tables and the quotes marked.

    Of a very long document, what stands within `MOST_SHOWN` characters of the first quote.
    """
    around = quotes[0].span if quotes else Span(0, 0)
    window = Span(around.start - MOST_SHOWN, around.end + MOST_SHOWN)
    levels = {section.span.start: section.level for section in document.sections}
    tables = {table.span.start: table for table in document.tables}
    parts: list[str] = []
    table_end = 0
    for start, line in _lines(document.text, 0):
        if start < table_end or not window.overlaps(Span(start, start + len(line))):
            continue
        if table := tables.get(start):
            parts.append(_table(document, table, quotes))
            table_end = table.span.end
        else:
            parts.append(_line(line, start, quotes, heading=levels.get(start, 0) + 2 if start in levels else 0))
    if window.start > 0 or window.end < len(document.text):
        parts.append(element("p", "The document is long; only the part around the quote is shown.", class_="note"))
    return join(*parts)


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield each line that is not blank, with its offset in the document."""
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _line(line: str, start: int, quotes: Sequence[Quote], *, heading: int) -> Html:
    """Return one line as a heading of the given level, a list item or a paragraph."""
    if heading:
        return element(f"h{min(heading, _DEEPEST)}", marked(line, start, quotes))
    if bullet := _BULLET.match(line):
        return element("p", marked(line[bullet.end() :], start + bullet.end(), quotes), class_="item")
    return element("p", marked(line, start, quotes), class_="row" if " | " in line else None)


def _table(document: Document, table: Table, quotes: Sequence[Quote]) -> Html:
    """Return a table of the document, cell by cell."""

    def cells(name: str, row: Sequence[Span]) -> Html:
        shown = (marked(span.of(document.text), span.start, quotes) for span in row)
        return element("tr", *(element(name, cell) for cell in shown))

    head = element("thead", cells("th", table.header))
    body = element("tbody", *(cells("td", row) for row in table.rows))
    return element("div", element("table", head, body), class_="wide", tabindex="0")
