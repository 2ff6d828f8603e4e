"""Documents become passages (small enough to embed) and statements (small enough to quote).

Every line of a document's text is one heading, paragraph, list item or table row; passages are
cut between lines, or between sentences where one line is too long. Both are exact slices.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil

from assistant.text import sentences
from assistant.types import Document, Passage, Role, Span, Statement, Table

SPLITTER_VERSION = "1"
"""Changes whenever the same document would give other passages or statements."""

_SPECIAL_TOKENS = 2  # the model puts one before and one after the text
_CHARACTERS_A_TOKEN = 16  # a "word" longer than this is no word; counted so that it cannot hide its length
_CHARACTERS_USUAL = 4  # of a token in English prose
_BULLET = re.compile(r"- |\(?\d{1,3}[.)] ")
_MEANING = frozenset({"meaning", "definition"})


# --- statements ---------------------------------------------------------------------------


def sentence_spans(text: str, line: Span) -> list[Span]:
    """Return the sentences of one line of a document's text, without its list bullet or number."""
    bullet = _BULLET.match(text, line.start, line.end)
    start = bullet.end() if bullet else line.start
    return [Span(start + s.start, start + s.end) for s in sentences(text[start : line.end])]


def statements(document: Document) -> tuple[Statement, ...]:
    """Return each sentence and table row of the document, in its order; headings are not among them.

    A row is one statement; in a table of terms it is the meaning alone, a sentence each. The role
    is that of the enclosing section, and "comparison" for a row in a section without one.
    """
    # marks stand on sentences and cells, so in order of their start they are in order of their end
    marks = sorted(document.marks, key=lambda mark: mark.span)
    starts, ends = [mark.span.start for mark in marks], [mark.span.end for mark in marks]

    def keys(span: Span) -> tuple[str, ...]:
        within = marks[bisect_right(ends, span.start) : bisect_left(starts, span.end)]
        return tuple(dict.fromkeys(mark.key for mark in within))

    return tuple(
        Statement(
            document.id,
            span,
            span.of(document.text),
            _role(document, line),
            _headings(document, line.path),
            keys(span),
            is_row,
        )
        for line in _lines(document)
        for span, is_row in _quotable(document, line)
    )


def _quotable(document: Document, line: _Line) -> Iterator[tuple[Span, bool]]:
    """Yield the stretches of a line that are statements, each with whether it is a whole row."""
    if line.table is None:
        yield from ((span, False) for span in sentence_spans(document.text, line.span))
    elif line.row is not None:
        meaning = _meaning_column(document, line.table)
        if meaning is not None and _role(document, line) == "definition":
            yield from ((span, False) for span in sentence_spans(document.text, line.row[meaning]))
        else:
            filled = [cell for cell in line.row if len(cell)]
            yield Span(filled[0].start, filled[-1].end), True


def _meaning_column(document: Document, table: Table) -> int | None:
    names = [cell.of(document.text).casefold() for cell in table.header]
    return next((i for i, name in enumerate(names) if name in _MEANING), None)


def _role(document: Document, line: _Line) -> Role:
    role = document.sections[line.path[-1]].role if line.path else "background"
    return "comparison" if line.table is not None and role == "background" else role


def _headings(document: Document, path: Sequence[int]) -> tuple[str, ...]:
    return tuple(document.sections[i].title for i in path)


# --- the lines of a document --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the text that is not a heading."""

    span: Span
    path: tuple[int, ...]
    """Indices of the sections that hold it, outermost first, without the document itself."""
    table: Table | None = None
    row: tuple[Span, ...] | None = None
    """The cells; none for prose and for a table's header."""


def _lines(document: Document) -> Iterator[_Line]:
    sections = document.sections
    heading_at = {section.span.start: i for i, section in enumerate(sections)}
    tables = {table.span.start: table for table in document.tables if table.rows}
    rows = {row[0].start: row for table in document.tables for row in table.rows}
    path: list[int] = []
    table: Table | None = None
    for match in re.finditer(r"[^\n]+", document.text):
        start = match.start()
        while path and sections[path[-1]].span.end <= start:
            path.pop()
        if start in heading_at:
            path.append(heading_at[start])
            continue
        table = tables.get(start) or (table if table and start < table.span.end else None)
        outer = tuple(i for i in path if sections[i].level > 1)
        yield _Line(Span(start, match.end()), outer, table, rows.get(start) if table else None)


# --- passages -----------------------------------------------------------------------------


def embedded_text(passage: Passage) -> str:
    """Return what is embedded for a passage: title and headings (and a table's header), then the text."""
    lines = (passage.title, *passage.headings, passage.table_header, passage.text)
    return "\n".join(line for line in lines if line)


def passages(document: Document, tokens: Callable[[str], int], *, limit: int = 256) -> tuple[Passage, ...]:
    """Return passages that hold every statement of the document once, in its order.

    A passage stays under one heading unless what stands there is tiny, keeps table rows whole
    (with the header line where the table fits, else with `table_header`), and keeps a list
    with the line that leads into it. A line is cut between sentences, and a sentence between words,
    only where it does not fit alone.

    Args:
        document: any document; one without statements gives no passage.
        tokens: counts the model's tokens of a text, special ones left out. The count of a text
            must not be above the sum over its lines. Asked once a line, heading or long sentence.
        limit: the most tokens of a passage's embedded text, with two special tokens.
    """
    scale = _Scale(document, tokens, limit, [section.span.start for section in document.sections])
    parts: list[_Part] = []
    for _, group in groupby(_lines(document), key=lambda line: (line.path, line.table)):
        parts.extend(_parts(scale, list(group)))
    pieces = document.origin.pieces
    ends = [piece.span.end for piece in pieces]

    def page(start: int) -> int | None:
        place = bisect_right(ends, start)
        return pieces[place].page if place < len(pieces) else None

    return tuple(_passage(scale, part, page(part.span.start)) for part in _joined(scale, parts))


@dataclass(frozen=True, slots=True)
class _Part:
    """A passage to be: neighbouring lines, or sentences of one line."""

    span: Span
    cost: int
    """Tokens of the stretch itself."""
    path: tuple[int, ...]
    header: Span | None = None
    """Of the table that it begins in the middle of."""
    alone: bool = False
    """Never joined with a neighbour: a definition is found by itself."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """What a stretch of the document costs, in tokens."""

    document: Document
    tokens: Callable[[str], int]
    limit: int
    starts: Sequence[int]
    """Of the sections."""
    _headings: dict[int, int] = field(default_factory=dict)

    @property
    def tiny(self) -> int:
        """A stretch below this is too small to be found by itself."""
        return self.limit // 6

    def cost(self, span: Span) -> int:
        """Return the tokens of a stretch."""
        return self.count(span.of(self.document.text))

    def count(self, text: str) -> int:
        """Return the tokens of a text."""
        return max(self.tokens(text), len(text) // _CHARACTERS_A_TOKEN)

    def heading(self, section: int) -> int:
        """Return the tokens of a section's heading; -1 is the document's title."""
        if section not in self._headings:
            title = self.document.sections[section].title if section >= 0 else self.document.title
            self._headings[section] = self.count(title) if title else 0
        return self._headings[section]

    def shown(self, path: tuple[int, ...]) -> tuple[int, ...]:
        """Return the headings to embed: the outer ones go where they would take half of the room."""
        while path and self._above(path) > self.limit // 2:
            path = path[1:]
        return path

    def room(self, path: tuple[int, ...]) -> int:
        """Return the tokens left for text under these headings."""
        taken = self._above(self.shown(path)) + _SPECIAL_TOKENS
        return max(self.limit - taken, self.limit // 4)

    def _above(self, path: tuple[int, ...]) -> int:
        return self.heading(-1) + sum(self.heading(section) for section in path)

    def is_tiny_section(self, part: _Part) -> bool:
        """Return whether the whole second-level section of a part is tiny."""
        if part.cost > self.tiny:
            return False
        return not part.path or self.cost(self.document.sections[part.path[0]].span) <= self.tiny

    def headings_between(self, start: int, end: int) -> int:
        """Return the tokens of the headings that stand between two places."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return sum(self.heading(section) for section in range(first, last))


def _parts(scale: _Scale, lines: list[_Line]) -> list[_Part]:
    """Return the lines of one section, or of one table in it, as parts that fit."""
    path, table = lines[0].path, lines[0].table
    if table is not None:
        return _table_parts(scale, lines, table)
    room = scale.room(path)
    units: list[_Part] = []
    for line in lines:
        # a line that will hardly fit is counted by its sentences at once, not twice
        cost = scale.cost(line.span) if len(line.span) < room * _CHARACTERS_USUAL else room + 1
        units.extend([_Part(line.span, cost, path)] if cost <= room else _sentence_parts(scale, line, room))
    return _packed(scale.document.text, units, room)


def _table_parts(scale: _Scale, lines: list[_Line], table: Table) -> list[_Part]:
    """Return the table as one part if it fits, else as groups of rows; a definition stands alone."""
    path, room = lines[0].path, scale.room(lines[0].path)
    costs = [scale.cost(line.span) for line in lines]
    defines = _role(scale.document, lines[0]) == "definition"
    if sum(costs) <= room and not defines:
        return [_Part(Span(lines[0].span.start, lines[-1].span.end), sum(costs), path)]
    header, header_cost = lines[0].span, costs[0]
    rows = list(zip(lines, costs, strict=True))[1:]
    if lines[0].row is not None or header_cost > room // 2:  # none, or one that leaves no room for rows
        header, header_cost = Span(header.start, header.start), 0
        rows = [(line, cost) for line, cost in zip(lines, costs, strict=True) if line.row is not None]
    units: list[_Part] = []
    for line, cost in rows:
        pieces = [line.span] if cost <= room - header_cost else _cut(scale, line.span, cost, room - header_cost)
        for piece in pieces:
            piece_cost = cost if piece == line.span else scale.cost(piece)
            units.append(_Part(piece, piece_cost, path, header, defines))
    if len(header):
        first = units[0]
        units[0] = _Part(Span(header.start, first.span.end), first.cost + header_cost, path, None, defines)
    return units if defines else _packed(scale.document.text, units, room - header_cost)


def _sentence_parts(scale: _Scale, line: _Line, room: int) -> list[_Part]:
    """Return a line that does not fit as its sentences, and as words what still does not."""
    spans = sentence_spans(scale.document.text, line.span)
    if spans:  # the bullet goes with the first
        spans[0] = Span(line.span.start, spans[0].end)
    units: list[_Part] = []
    for span in spans or [line.span]:
        cost = scale.cost(span)
        if cost <= room:
            units.append(_Part(span, cost, line.path))
        else:
            units += [_Part(s, scale.cost(s), line.path) for s in _cut(scale, span, cost, room)]
    return _packed(scale.document.text, units, room)


def _packed(text: str, units: Sequence[_Part], room: int) -> list[_Part]:
    """Return neighbouring units joined into as few parts of about the same size as fit the room.

    A line that ends in a colon leads into what follows, so no part ends with it.
    """
    total = sum(unit.cost for unit in units)
    target = total / max(1, ceil(total / room))
    groups: list[list[_Part]] = []
    size = done = 0
    for unit in units:
        full = size + unit.cost > room or done + unit.cost / 2 > target * len(groups)
        done += unit.cost
        if groups and not full:
            groups[-1].append(unit)
            size += unit.cost
            continue
        lead = groups[-1][-1] if groups else None
        if lead and len(groups[-1]) > 1 and lead.span.of(text).endswith(":") and lead.cost + unit.cost <= room:
            groups[-1].pop()
            groups.append([lead, unit])
        else:
            groups.append([unit])
        size = sum(member.cost for member in groups[-1])
    return [_merged(group) for group in groups]


def _merged(group: Sequence[_Part]) -> _Part:
    first = group[0]
    span = Span(first.span.start, group[-1].span.end)
    return _Part(span, sum(unit.cost for unit in group), first.path, first.header, first.alone)


def _cut(scale: _Scale, span: Span, cost: int, room: int) -> list[Span]:
    """Return a stretch that is too long, cut between words (within a word that does not fit alone)."""
    text = scale.document.text
    step = max(1, int(len(span) * room / cost * 0.9))
    cuts: list[Span] = []
    start = span.start
    while start < span.end:
        end = min(span.end, start + step)
        if end < span.end:
            space = max(text.rfind(" ", start + 1, end + 1), text.rfind("\n", start + 1, end + 1))
            end = space if space > start else end
        while end - start > 1 and scale.cost(Span(start, end)) > room:
            middle = start + (end - start) // 2
            space = text.rfind(" ", start + 1, middle + 1)
            end = space if space > start else middle
        cuts.append(Span(start, end))
        start = end
        while start < span.end and text[start].isspace():
            start += 1
    return cuts


def _joined(scale: _Scale, parts: Sequence[_Part]) -> list[_Part]:
    """Return the parts with those that are too small to be found by themselves joined to a neighbour."""
    joined: list[_Part] = []
    for part in parts:
        pair = _pair(scale, joined[-1], part) if joined else None
        if pair is None:
            joined.append(part)
        else:
            joined[-1] = pair
    return joined


def _pair(scale: _Scale, first: _Part, second: _Part) -> _Part | None:
    """Return the two as one part, or none where they do not belong together or do not fit."""
    if first.alone or second.alone:
        return None
    if first.path[:1] != second.path[:1]:
        if not (scale.is_tiny_section(first) and scale.is_tiny_section(second)):
            return None
    elif first.path != second.path and min(first.cost, second.cost) > scale.tiny:
        return None
    path = tuple(a for a, b in zip(first.path, second.path, strict=False) if a == b)
    between = scale.headings_between(first.span.end, second.span.start)
    header = scale.cost(first.header) if first.header else 0
    cost = first.cost + between + second.cost
    if header + cost > scale.room(path):
        return None
    return _Part(Span(first.span.start, second.span.end), cost, path, first.header)


def _passage(scale: _Scale, part: _Part, page: int | None) -> Passage:
    document = scale.document
    return Passage(
        document.id,
        part.span,
        part.span.of(document.text),
        _headings(document, scale.shown(part.path)),
        page,
        document.title,
        document.kind,
        document.as_of,
        part.header.of(document.text) if part.header else "",
    )
