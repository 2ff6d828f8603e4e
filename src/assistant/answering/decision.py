"""The decision brief: a lean first, then what supports it and what would change it.

The order is that of advice, not of relevance: each part takes the statements whose role is
its own, from the document that leads, then from others that say something of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.quoting import quote, quote_cell
from assistant.answering.relevance import overlap
from assistant.stages import DocumentOf
from assistant.text import terms
from assistant.types import Candidate, Cell, Document, Outline, Role, Sentence


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the brief."""

    role: Role
    lead: int
    """Statements from the leading document, at most."""
    others: int
    """Statements from the other documents, at most."""


BRIEF = (
    Part("bottom line", 4, 0),
    Part("fits", 4, 0),
    Part("does not fit", 2, 0),
    Part("requirement", 6, 2),
    Part("risk", 4, 1),
    Part("cost", 2, 0),
    Part("question", 3, 0),
    Part("next step", 4, 0),
    Part("change", 2, 1),
)
"""The parts in reading order; the options table stands after the reasons."""

ADVISES: frozenset[Role] = frozenset({"bottom line", "fits", "does not fit"})
"""The roles of sentences that say what to do."""

OWN_LEAN = 0.05
"""How much a bottom line is preferred to another sentence of advice."""

NEAR_LEAD = 0.8
"""Another document's statement needs this share of the best relevance to be said."""

SAME = 0.6
"""Two statements that share this part of their words say the same."""


def compose_decision(outline: Outline, document_of: DocumentOf) -> Iterator[Sentence]:
    """Yield the brief's sentences, in the order of advice."""
    lead = leading_document(outline, document_of)
    said: list[str] = []
    if lean := _lean(outline):
        said.append(lean.statement.text)
        yield quote(lean, document_of, role="bottom line")
    best = outline.candidates[0].relevance
    for part in BRIEF:
        own = [c for c in outline.candidates if c.statement.role == part.role and not c.statement.is_row]
        of_lead = _from_lead([c for c in own if c.statement.document_id == lead.id], part)
        of_others = [
            c
            for c in own
            if c.statement.document_id != lead.id
            and c.relevance >= best * NEAR_LEAD
            and c.hit.passage.kind != "article"
        ]
        for candidate in [*of_lead, *of_others[: part.others]]:
            if part.role == "question" or all(overlap(candidate.statement.text, text) < SAME for text in said):
                said.append(candidate.statement.text)
                yield quote(candidate, document_of)
        if part.role == "does not fit":
            yield from options_table(outline, lead)
    yield from _articles_view(outline, document_of, said)


def _lean(outline: Outline) -> Candidate | None:
    """Return the statement of advice that is nearest to the question, whichever page it stands on.

    A page's own bottom line speaks for the whole subject; a case that was asked about ("a
    hospital in Florida") may have its answer in a sentence further down.
    """
    advice = [c for c in outline.candidates if c.statement.role in ADVISES and not c.statement.is_row]
    guided = [c for c in advice if c.hit.passage.kind == "guidance"] or advice
    return max(guided, key=lambda c: c.relevance + (OWN_LEAN if c.statement.role == "bottom line" else 0), default=None)


def _from_lead(own: Sequence[Candidate], part: Part) -> list[Candidate]:
    """Return the leading document's statements for a part, in the document's order.

    The best of each heading comes before the second of any, so that no subject of the part is
    left out; a question keeps the sentence that says how its answer changes the advice.
    """
    if part.role == "question":
        return _questions(sorted(own, key=lambda c: c.statement.span), part.lead)
    depth: Counter[tuple[str, ...]] = Counter()
    ranked = []
    for candidate in own:
        ranked.append((depth[candidate.statement.headings], candidate))
        depth[candidate.statement.headings] += 1
    chosen = [candidate for _, candidate in sorted(ranked, key=lambda pair: pair[0])][: part.lead]
    return sorted(chosen, key=lambda c: c.statement.span)


def _questions(own: Sequence[Candidate], most: int) -> list[Candidate]:
    """Return the first questions of a document, each with the sentences up to the next."""
    chosen: list[Candidate] = []
    for candidate in own:
        asks = candidate.statement.text.endswith("?")
        if asks and sum(c.statement.text.endswith("?") for c in chosen) == most:
            break
        if asks or chosen:
            chosen.append(candidate)
    return chosen


def leading_document(outline: Outline, document_of: DocumentOf) -> Document:
    """Return the document that the brief follows: the playbook of the function asked about, if any."""
    asked = set(terms(outline.evidence.query.standalone))
    scores: dict[str, float] = {}
    counted: dict[str, int] = {}
    for candidate in outline.candidates:
        document_id = candidate.statement.document_id
        if counted.get(document_id, 0) < 5:
            counted[document_id] = counted.get(document_id, 0) + 1
            scores[document_id] = scores.get(document_id, 0.0) + candidate.relevance
    return max((document_of(i) for i in scores), key=lambda d: scores[d.id] + _preference(d, asked))


def _preference(document: Document, asked: set[str]) -> float:
    """Return what speaks for a document as leader besides its statements' relevance."""
    function = set(terms(document.function.replace("-", " ")))
    named = len(function & asked) / len(function) if function else 0.0
    advises = any(section.role == "bottom line" for section in document.sections)
    return (1.0 * named if named >= 0.5 else 0.0) + (0.5 if advises else 0.0)


def options_table(outline: Outline, lead: Document) -> Iterator[Sentence]:
    """Yield the cells of the leading document's options table, options as rows."""
    hits = [h for h in outline.evidence.hits if h.passage.document_id == lead.id]
    for table in lead.tables:
        if table.header[0].of(lead.text).strip().lower() != "option":
            continue
        for row in table.rows:
            for column, span in list(zip(table.header, row, strict=True))[1:]:
                hit = next((h for h in hits if h.passage.span.covers(span)), None)
                if hit and len(span):
                    cell = Cell(row[0].of(lead.text), column.of(lead.text))
                    yield quote_cell(hit, lead, span, cell)
        return


def _articles_view(outline: Outline, document_of: DocumentOf, said: Sequence[str]) -> Iterator[Sentence]:
    """Yield the one statement of an article that meets the question best, if it is near."""
    best = outline.candidates[0].relevance
    for candidate in outline.candidates:
        near = candidate.relevance >= best * NEAR_LEAD
        if near and candidate.hit.passage.kind == "article" and not candidate.statement.is_row:
            if all(overlap(candidate.statement.text, text) < SAME for text in said):
                yield quote(candidate, document_of, role="background")
            return
