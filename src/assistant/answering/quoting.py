"""From a statement of the corpus to a sentence of the answer: word for word, with its place."""

from __future__ import annotations

from dataclasses import replace

from assistant.stages import DocumentOf
from assistant.types import OURS, Candidate, Cell, Citation, Document, Hit, Role, Sentence, Source, Span


def quote(candidate: Candidate, document_of: DocumentOf, *, role: Role | None = None) -> Sentence:
    """Return the candidate's statement as a sentence that cites itself."""
    statement = candidate.statement
    source = _source(document_of(statement.document_id), statement.sources)
    citation = Citation(0, candidate.hit.passage, statement.span, source)
    return Sentence(statement.text, role or statement.role, (citation,), judgement=statement.judgement)


def quote_cell(hit: Hit, document: Document, span: Span, cell: Cell) -> Sentence:
    """Return one cell of a table as a sentence that cites itself; `span` lies in the hit's passage."""
    keys = tuple(m.key for m in document.marks if m.span == span)
    citation = Citation(0, hit.passage, span, _source(document, keys))
    return Sentence(span.of(document.text), "comparison", (citation,), judgement=OURS in keys, cell=cell)


def attributed(sentence: Sentence, document_of: DocumentOf) -> Sentence:
    """Return a written sentence with what its quotes themselves rest on.

    Each citation gets the source that the quoted words name; the sentence is a judgement if all
    that it quotes is marked as one.
    """
    if not (sentence.draft and sentence.supported):
        return sentence
    marks = [_marks(document_of(c.passage.document_id), c.quote) for c in sentence.citations]
    citations = tuple(
        replace(c, source=c.source or _source(document_of(c.passage.document_id), keys))
        for c, keys in zip(sentence.citations, marks, strict=True)
    )
    return replace(sentence, citations=citations, judgement=all(OURS in keys for keys in marks))


def _marks(document: Document, quote: Span) -> tuple[str, ...]:
    return tuple(m.key for m in document.marks if m.span.overlaps(quote))


def _source(document: Document, keys: tuple[str, ...]) -> Source | None:
    """Return the first source that the keys name, leaving our own judgement aside."""
    return next((s for key in keys for s in document.sources if s.key == key), None)
