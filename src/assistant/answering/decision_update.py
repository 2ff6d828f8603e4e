"""A later turn of a decision: the lean as it now stands, and what is new for the fact that was told.

The survey of the first turn is not said again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.answering.decision_case import Case, read_case
from assistant.answering.decision_lead import leading_document, leans
from assistant.answering.decision_parts import FEWEST_UPDATE, MOST_UPDATE, UPDATE, Part, belongs
from assistant.answering.quoting import quote
from assistant.answering.relevance import overlap
from assistant.stages import DocumentOf
from assistant.types import Candidate, Conversation, Outline, Role, Sentence

NEAR = 0.65
"""Another document's statement needs this share of the best relevance to be said."""

SAME = 0.6
"""Two statements that share this part of their words say the same."""

OF_DECISION = 0.12
"""How much nearer a statement of the document that a decision followed is to a later question of detail."""

IN_HEADING, OF_LEAD, OF_PLACE = 0.5, 0.5, 2.0
"""What a told word in the headings, the leading document and the very place of the case count beside a told word."""


def is_later_turn(outline: Outline) -> bool:
    """Return whether the question leans on a decision that was answered before in its conversation."""
    decided = any(
        turn.answer and turn.answer.form == "decision" and turn.answer.shown for turn in outline.conversation.turns
    )
    return decided and bool(outline.evidence.query.context)


def of_case(outline: Outline) -> Outline:
    """Return the outline for a question of detail in a decision's conversation.

    The document that the decision followed is nearer to it than another, another place's law is left out,
    and so is what the brief said.
    """
    decided = [t.answer for t in outline.conversation.turns if t.answer and t.answer.form == "decision"]
    led = {s.citations[0].passage.document_id for answer in decided for s in answer.shown[:1]}
    case = read_case(outline.evidence.query, ())
    said = {s.text for answer in decided for s in answer.shown}
    new = (c for c in outline.candidates if c.statement.text not in said)
    kept = [c for c in new if not case.is_elsewhere(c.statement.text, c.statement.headings)]
    nearer = (replace(c, relevance=c.relevance + OF_DECISION) if c.statement.document_id in led else c for c in kept)
    ranked = tuple(sorted(nearer, key=lambda c: -c.relevance))
    return replace(outline, candidates=ranked or outline.candidates)


def compose_update(outline: Outline, document_of: DocumentOf) -> Iterator[Sentence]:
    """Yield the lean, then what bears on the fact that was told and was not said before: 60 to 250 words."""
    lead = leading_document(outline, document_of)
    page = [c.statement.text for c in outline.candidates if c.statement.document_id == lead.id]
    case = read_case(outline.evidence.query, page)
    before = list(told_before(outline.conversation))
    ranked = _ranked(outline, case, lead.id, before)
    planned: dict[Role, list[Candidate]] = {}
    advice = [c for score, c in ranked if score >= 1 and belongs(c.statement.text, c.statement.role, UPDATE[1])]
    lean = min(advice, key=lambda c: c.statement.document_id != lead.id, default=None)
    if lean := lean or next(iter(leans(outline, lead, case, document_of)), None):
        planned["bottom line"] = [lean]
    _fill(planned, ranked)
    for part in UPDATE:
        for candidate in planned.get(part.role, ()):
            yield quote(candidate, document_of, role=part.role)


def told_before(conversation: Conversation) -> Iterator[str]:
    """Yield every sentence that was shown in the conversation."""
    for turn in conversation.turns:
        if turn.answer:
            yield from (sentence.text for sentence in turn.answer.shown if not sentence.cell)


def _ranked(outline: Outline, case: Case, lead_id: str, before: list[str]) -> list[tuple[float, Candidate]]:
    """Return the statements that were not said before, with how much of what was told each bears on, most first."""
    best = outline.candidates[0].relevance
    found = []
    for candidate in outline.candidates:
        statement = candidate.statement
        text = statement.text
        guidance = not statement.is_row and candidate.hit.passage.kind == "guidance" and not text.endswith("?")
        if not guidance or case.is_elsewhere(text, statement.headings) or case.is_beside(text):
            continue
        far = statement.document_id != lead_id and candidate.relevance < best * NEAR
        if far or any(overlap(text, said) >= SAME for said in before):
            continue
        own = case.share(text) + IN_HEADING * case.share(" ".join(statement.headings))
        own += (OF_LEAD if statement.document_id == lead_id else 0.0) + (OF_PLACE if case.names(text) else 0.0)
        found.append((own, candidate))
    return sorted(found, key=lambda pair: (-pair[0], -pair[1].relevance))


def _fill(planned: dict[Role, list[Candidate]], ranked: list[tuple[float, Candidate]]) -> None:
    """Put each statement into its part while there is room; what bears on nothing told, only up to the fewest words."""
    room = {part.role: part.most - len(planned.get(part.role, ())) for part in UPDATE}
    said = [c for chosen in planned.values() for c in chosen]
    length = sum(len(c.statement.text.split()) for c in said)
    for score, candidate in ranked:
        part = _part_of(candidate)
        words = len(candidate.statement.text.split())
        if not part or not room[part.role] or length + words > MOST_UPDATE or (score < 1 and length >= FEWEST_UPDATE):
            continue
        if any(overlap(candidate.statement.text, c.statement.text) >= SAME for c in said):
            continue
        planned.setdefault(part.role, []).append(candidate)
        said.append(candidate)
        room[part.role] -= 1
        length += words


def _part_of(candidate: Candidate) -> Part | None:
    statement = candidate.statement
    return next((p for p in UPDATE[1:] if belongs(statement.text, statement.role, p)), None)
