"""Questions that compare get a table, where the corpus has the cells.

A table of the corpus lies one of two ways: options as columns (its first header cell says
`Criterion`, `Feature` …) or options as rows (it says `Option`). Either way the answer is
options by criteria, each cell a quotation of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.quoting import quote_cell
from assistant.stages import DocumentOf
from assistant.text import terms
from assistant.types import Candidate, Cell, Document, Hit, Outline, Sentence, Span, Table

MOST_CRITERIA = 8
"""Rows that a reader takes in at once."""

_PARENTHESES = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Grid:
    """The part of one table that answers the question."""

    document: Document
    hits: tuple[Hit, ...]
    cells: tuple[tuple[Span, Cell], ...]
    """Row by row as the answer shows them."""
    score: float
    """How well the table meets the question; compares within one question."""

    def sentences(self) -> Iterator[Sentence]:
        """Yield each cell that a passage of the evidence holds, as a quotation."""
        for span, cell in self.cells:
            hit = next((h for h in self.hits if h.passage.span.covers(span)), None)
            if hit and len(span):
                yield quote_cell(hit, self.document, span, cell)


def best_grid(outline: Outline, document_of: DocumentOf) -> Grid | None:
    """Return the table of the evidence that answers a comparing question, or None.

    It must hold two of the options that the question names, or the criterion that it asks for.
    """
    asked = frozenset(terms(" ".join((outline.evidence.query.standalone, *outline.evidence.query.expansions))))
    rows = [c for c in outline.candidates[:12] if c.statement.is_row]
    grids = []
    for document_id in dict.fromkeys(hit.passage.document_id for hit in outline.evidence.hits):
        hits = tuple(h for h in outline.evidence.hits if h.passage.document_id == document_id)
        document = document_of(document_id)
        for table in document.tables:
            if any(h.passage.span.overlaps(table.span) for h in hits):
                grid = _grid(document, table, hits, asked, rows)
                grids += [grid] if grid else []
    return max(grids, key=lambda g: g.score, default=None)


def _grid(
    document: Document, table: Table, hits: tuple[Hit, ...], asked: frozenset[str], rows: Sequence[Candidate]
) -> Grid | None:
    """Return what of one table meets the question's terms, or None if too little does."""
    text = document.text
    by_row = _options_are_rows(table, text)
    columns = list(range(1, len(table.header)))
    row_match = [match(row[0].of(text), asked) for row in table.rows]
    column_match = [match(table.header[c].of(text), asked) for c in columns]
    option_match, criterion_match = (row_match, column_match) if by_row else (column_match, row_match)
    options = [i for i, m in enumerate(option_match) if m >= 0.5]
    criteria = [i for i, m in enumerate(criterion_match) if m >= 0.5]
    quoted = sum(table.span.covers(c.statement.span) for c in rows if c.statement.document_id == document.id)
    if len(options) < 2 and not (criteria and quoted):
        return None
    options = options if len(options) >= 2 else list(range(len(option_match)))
    criteria = criteria or list(range(len(criterion_match)))[:MOST_CRITERIA]
    chosen = []
    for option in options:
        for criterion in criteria:
            r, c = (option, columns[criterion]) if by_row else (criterion, columns[option])
            row_label, column_label = table.rows[r][0].of(text), table.header[c].of(text)
            cell = Cell(row_label, column_label) if by_row else Cell(column_label, row_label)
            chosen.append((table.rows[r][c], cell))
    best_hit = max((h.score for h in hits if h.passage.span.overlaps(table.span)), default=0.0)
    named = sum(option_match[i] for i in options) / len(options)
    score = named + (1.0 if any(m >= 0.5 for m in criterion_match) else 0.0) + 0.2 * quoted + best_hit
    return Grid(document, hits, tuple(chosen), score)


def _options_are_rows(table: Table, text: str) -> bool:
    """Return whether the table's rows, not its columns, are the options."""
    first = table.header[0].of(text).strip().lower() if table.header else ""
    return first.startswith(("option", "model", "approach", "location", "country", "who"))


def match(label: str, asked: frozenset[str]) -> float:
    """Return how far a question's terms name a label, 0..1.

    A label's parentheses are another name for it: `Offshoring (captive centre)` answers to both.

    >>> match("Offshoring (Captive Center)", frozenset(terms("what does a captive cost?")))
    0.5
    """
    names = [_PARENTHESES.sub(" ", label), *_PARENTHESES.findall(label), *label.split(":")[:1]]
    shares = [len(t & asked) / len(t) for name in names if (t := set(terms(name)))]
    return max(shares, default=0.0)
