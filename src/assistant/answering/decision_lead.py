"""The document that a decision follows, and the sentence that leans.

A playbook is asked for by its function or by one of its topics; where none is, the page on how
to decide leads, so that a far page's advice never does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.answering.decision_case import Case, about_core
from assistant.answering.decision_parts import ACCOUNTABLE, COUNSEL, FLIPS, OVERCLAIMED, PENDING, WHO_AND_WHERE
from assistant.stages import DocumentOf
from assistant.text import terms
from assistant.types import Candidate, Document, Outline, Query, Role

ADVISES: frozenset[Role] = frozenset({"bottom line", "fits", "does not fit"})
"""The roles of sentences that say what to do."""

GENERAL = "guidance/how-to-decide.md"
"""The page that leads a decision on a function that no playbook is about."""

FUNCTION_NAMED, TOPIC_NAMED, PAGE_NAMED, IS_ADVICE = 2.0, 1.2, 0.8, 0.5
"""What speaks for a document as leader besides the relevance of its best five statements (up to about 4.5)."""

CLEARLY = 0.1
"""By so much another sentence must be nearer to the question than the lean that a page gives first."""

_LEANS = re.compile(
    r"\b(outsourc\w*|insourc\w*|keeps?|hold|buy|build|automate|hire|use|should|neither|choose|start|not yet|never"
    r"|do not|lean)\b",
    re.I,
)
_NO_LEAN = (ACCOUNTABLE, WHO_AND_WHERE, PENDING, COUNSEL, OVERCLAIMED, re.compile(r"\barticles?\b", re.I))


def leading_document(outline: Outline, document_of: DocumentOf) -> Document:
    """Return the document that the brief follows: the playbook of what is asked about, if any."""
    scores = _scores(outline.candidates)
    query = outline.evidence.query
    for words in (query.text, query.standalone):
        named = {i: weight for i in scores if (weight := _named(document_of(i), words, query))}
        if named:
            return document_of(max(named, key=lambda i: scores[i] + named[i] + _advice(document_of(i))))
    if GENERAL in scores:
        return document_of(GENERAL)
    return document_of(max(scores, key=lambda i: scores[i] + _advice(document_of(i))))


def to_read(outline: Outline, document_of: DocumentOf) -> tuple[str, ...]:
    """Return the documents that a decision needs whole: the leading one, and the general page where it is no playbook.

    The general page leads a decision that no page is about, and has the options for a page without any.
    """
    lead = leading_document(outline, document_of)
    has_options = any(t.header and t.header[0].of(lead.text).strip().lower() == "option" for t in lead.tables)
    return (lead.id,) if has_options and is_named(lead, outline.evidence.query) else (lead.id, GENERAL)


def is_named(document: Document, query: Query) -> bool:
    """Return whether a question, or the conversation it leans on, names what a document advises on."""
    return any(_named(document, words, query) for words in (query.text, query.standalone))


def _scores(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Return the summed relevance of the best five statements of each document."""
    best: dict[str, list[float]] = {}
    for candidate in candidates:
        best.setdefault(candidate.statement.document_id, []).append(candidate.relevance)
    return {document_id: sum(sorted(scores)[-5:]) for document_id, scores in best.items()}


def _named(document: Document, words: str, query: Query) -> float:
    """Return how plainly a question, or a fact of its case, names what a document advises on."""
    if not _advice(document):
        return 0.0
    asked = set(terms(words))
    told = {term for fact in query.facts if fact.name == "function" for term in terms(fact.value)}
    function = set(terms(document.function.replace("-", " ")))
    if function and (function <= asked or function <= told):
        return FUNCTION_NAMED
    topics = (set(terms(topic)) for topic in document.topics)
    if any(topic and topic <= asked for topic in topics):
        return TOPIC_NAMED if function else PAGE_NAMED
    return 0.0


def _advice(document: Document) -> float:
    return IS_ADVICE if any(section.role == "bottom line" for section in document.sections) else 0.0


def leans(outline: Outline, lead: Document, case: Case, document_of: DocumentOf) -> list[Candidate]:
    """Return the sentences that say which way to go, the first one the lean; empty where nothing advises.

    The page's own order decides, unless another of its sentences is clearly nearer to the case, or
    one of a page on its trade is nearer still; another playbook's advice is on other work.
    """
    advice = [c for c in outline.candidates if _advises(c, case)]
    own = sorted((c for c in advice if c.statement.document_id == lead.id), key=lambda c: c.statement.span)
    first = [c for c in own if c.statement.role == "bottom line"] or own
    leaning = [c for c in first if _LEANS.search(c.statement.text)]
    if not leaning:
        return advice[:1]
    lean = _nearer(leaning[0], leaning, CLEARLY)
    lean = _nearer(lean, (c for c in advice if _of_another_page(c, lead, document_of)), 2 * CLEARLY)
    return [lean, *(c for c in first if c is not lean and not FLIPS.search(c.statement.text))]


def _of_another_page(candidate: Candidate, lead: Document, document_of: DocumentOf) -> bool:
    statement = candidate.statement
    leans_too = statement.role == "bottom line" and bool(_LEANS.search(statement.text))
    return leans_too and statement.document_id != lead.id and not document_of(statement.document_id).function


def _advises(candidate: Candidate, case: Case) -> bool:
    """Return whether a statement may say what to do in this case: guidance that is no rule and no remark."""
    statement = candidate.statement
    text = statement.text
    advises = statement.role in ADVISES and not statement.is_row and candidate.hit.passage.kind != "article"
    of_case = not case.is_elsewhere(text, statement.headings) and (
        case.core is None or about_core(text) is not (not case.core)
    )
    return advises and of_case and not case.is_beside(text) and not any(p.search(text) for p in _NO_LEAN)


def _nearer(lean: Candidate, others: Iterable[Candidate], margin: float) -> Candidate:
    best = max(others, key=lambda c: c.relevance, default=lean)
    return best if best.relevance >= lean.relevance + margin else lean
