"""From a statement of the corpus to a sentence of the answer: word for word, with its place."""

from __future__ import annotations

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


def _source(document: Document, keys: tuple[str, ...]) -> Source | None:
    """Return the first source that the keys name, leaving our own judgement aside."""
    return next((s for key in keys for s in document.sources if s.key == key), None)
