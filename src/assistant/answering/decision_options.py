"""The options of a decision, by criteria: a table of the corpus, the rows that the question calls for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answering.comparison import match
from assistant.answering.decision_lead import GENERAL
from assistant.answering.decision_parts import Part
from assistant.answering.quoting import quote_cell
from assistant.stages import DocumentOf
from assistant.text import terms
from assistant.types import Cell, Document, Hit, Outline, Sentence, Span, Table

BASELINE = re.compile(r"\b(in-?house|own\s+(staff|team|laundry)|keep|improve)\b", re.I)
"""Keeping or improving what there is: an option of every decision."""

NAMED = 0.3
"""A row is asked for if the question holds this share of its label's words."""

FEWEST = 3
"""Options that are shown also where they need more words."""


def options_table(outline: Outline, lead: Document, document_of: DocumentOf, part: Part) -> Iterator[Sentence]:
    """Yield the cells of the options table, options as rows; none where no document has one.

    The leading document's own, else that of the general page, else one of the evidence that keeps
    in-house among its options.
    """
    found = [hit.passage.document_id for hit in outline.evidence.hits]
    ids = dict.fromkeys([lead.id, *([GENERAL] if GENERAL in found else []), *found])
    for document in map(document_of, ids):
        hits = [h for h in outline.evidence.hits if h.passage.document_id == document.id]
        for table in document.tables:
            if _is_options(table, document, any_table=document.id == lead.id):
                rows = [row for row in table.rows if any(h.passage.span.covers(s) for h in hits for s in row[1:])]
                if cells := list(_cells(document, table, _chosen(outline, document, rows, part), hits)):
                    yield from cells
                    return


def _is_options(table: Table, document: Document, *, any_table: bool) -> bool:
    if not table.header or table.header[0].of(document.text).strip().lower() != "option":
        return False
    return any_table or any(BASELINE.search(row[0].of(document.text)) for row in table.rows)


def _chosen(
    outline: Outline, document: Document, rows: Sequence[tuple[Span, ...]], part: Part
) -> list[tuple[Span, ...]]:
    """Return the rows to show, in the table's order: the baseline, those that are asked for, then the first others."""
    asked = frozenset(terms(outline.evidence.query.standalone)) - set(
        terms(f"{document.title} {document.function} vendor")
    )
    text = document.text

    def rank(row: tuple[Span, ...]) -> int:
        label = row[0].of(text)
        return 0 if BASELINE.search(label) else 1 if match(label, asked) >= NAMED else 2

    chosen: list[tuple[Span, ...]] = []
    room = part.words
    for row in sorted(rows, key=rank)[: part.most]:
        room -= sum(len(span.of(text).split()) for span in row)
        if room >= 0 or len(chosen) < FEWEST:
            chosen.append(row)
    return [row for row in rows if row in chosen]


def _cells(
    document: Document, table: Table, rows: Sequence[tuple[Span, ...]], hits: Sequence[Hit]
) -> Iterator[Sentence]:
    """Yield each cell that a passage of the evidence holds, as a quotation."""
    for row in rows:
        for column, span in list(zip(table.header, row, strict=True))[1:]:
            hit = next((h for h in hits if h.passage.span.covers(span)), None)
            if hit and len(span):
                yield quote_cell(hit, document, span, Cell(row[0].of(document.text), column.of(document.text)))
