from __future__ import annotations

import hotel
import pytest

from assistant.answering.quoting import quote, quote_cell
from assistant.answering.verify import verify_quote
from assistant.corpus.split import passages, statements
from assistant.text import words
from assistant.types import Candidate, Cell, Document, Hit, Span, Statement

DOCUMENT = hotel.documents()["guidance/laundry.md"]


def document_of(document_id: str) -> Document:
    return hotel.documents()[document_id]


def hits(document: Document) -> list[Hit]:
    cut = passages(document, lambda text: len(words(text)), limit=60)
    return [Hit(passage, 1.0, 1, "hybrid") for passage in cut]


def candidate(statement: Statement) -> Candidate:
    hit = next(h for h in hits(document_of(statement.document_id)) if h.passage.span.covers(statement.span))
    return Candidate(statement, hit, 1.0, 1.0, 1.0)


def stated(start: str) -> Candidate:
    return candidate(next(s for s in statements(DOCUMENT) if s.text.startswith(start)))


@pytest.mark.parametrize("document_id", hotel.documents())
def test_every_statement_of_every_document_quotes_itself(document_id: str) -> None:
    for statement in statements(document_of(document_id)):
        sentence = verify_quote(quote(candidate(statement), document_of))
        assert sentence.supported
        assert sentence.text == statement.text == sentence.citations[0].text
        assert sentence.role == statement.role


def test_a_sourced_fact_names_its_source_and_a_judgement_says_that_it_is_one() -> None:
    fact = quote(stated("Clean and used linen"), document_of)
    assert fact.citations[0].source is not None
    assert fact.citations[0].source.url == "https://example.org/h4"
    assert not fact.judgement
    ours = quote(stated("A spa"), document_of)
    assert ours.judgement
    assert ours.citations[0].source is None


def test_a_role_that_is_given_is_taken_in_place_of_the_heading() -> None:
    assert quote(stated("A spa"), document_of, role="bottom line").role == "bottom line"


def test_every_cell_of_a_table_quotes_itself_with_its_source_and_its_place() -> None:
    (table,) = DOCUMENT.tables
    for row in table.rows:
        for head, span in list(zip(table.header, row, strict=True))[1:]:
            if not len(span):
                continue
            hit = next(h for h in hits(DOCUMENT) if h.passage.span.covers(span))
            cell = Cell(row[0].of(DOCUMENT.text), head.of(DOCUMENT.text))
            sentence = verify_quote(quote_cell(hit, DOCUMENT, span, cell))
            assert sentence.supported
            assert sentence.text == span.of(DOCUMENT.text)
            assert (sentence.role, sentence.cell) == ("comparison", cell)
            assert sentence.judgement == ("control" in sentence.text)
            assert (sentence.citations[0].source is None) == sentence.judgement


def test_a_cell_outside_the_hits_passage_is_quoted_but_not_verified() -> None:
    (table,) = DOCUMENT.tables
    hit = next(h for h in hits(DOCUMENT) if not h.passage.span.overlaps(table.span))
    sentence = quote_cell(hit, DOCUMENT, Span(table.rows[0][1].start, table.rows[0][1].end), Cell("a", "b"))
    assert not verify_quote(sentence).supported
