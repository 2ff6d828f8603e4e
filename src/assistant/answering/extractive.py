"""Composing without a language model: the corpus's own sentences, the right ones, in order.

Each form has its composer; all yield quotations only, so that verification is an identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.comparison import best_grid
from assistant.answering.decision import compose_decision
from assistant.answering.decision_lead import ADVISES
from assistant.answering.decision_update import is_later_turn, of_case
from assistant.answering.forms import Ask, read_question
from assistant.answering.quoting import quote
from assistant.answering.relevance import FRAMING, overlap
from assistant.stages import DocumentOf
from assistant.text import terms
from assistant.types import Candidate, Outline, Sentence

MOST_SENTENCES = 4
"""A direct question gets one to four sentences."""

MOST_SOURCES = 3
"""Documents that are set beside each other when a question asks what each says."""

MOST_ITEMS = 10
"""A list is given whole up to this length."""

NAMED_BY = 0.6
"""A heading names the list that is asked for if it holds this share of the question's words."""

NEAR_ROWS = 8
"""Beside a table, only sentences among the best few say something of their own."""

NEAR_BEST = 0.78
"""A further sentence is said only if its relevance is this share of the best one's."""

QUESTION = terms("question")[0]
"""Who asks for questions gets them."""

SAME = 0.75
"""Two statements that share this part of their words say the same."""


@dataclass(frozen=True, slots=True)
class ExtractiveComposer:
    """Answers with quotations; the best first, near-duplicates dropped."""

    document_of: DocumentOf

    def __call__(self, outline: Outline, /) -> Iterator[Sentence]:
        """Yield the sentences of the answer; none if the outline says not to answer.

        A decision on which no document advises gets the best statements, as a fact does.
        """
        if outline.status not in {"answered", "partial"}:
            return
        ask = read_question(outline.evidence.query.question)
        if outline.form == "fact" and is_later_turn(outline):
            outline = of_case(outline)
        if outline.form == "decision" and any(c.statement.role in ADVISES for c in outline.candidates):
            yield from compose_decision(outline, self.document_of)
        elif not (outline := replace(outline, candidates=answers(outline))).candidates:
            return
        elif outline.form == "comparison":
            yield from self._comparison(outline, ask)
        else:
            yield from self._fact(outline, ask)

    def _fact(self, outline: Outline, ask: Ask) -> Iterator[Sentence]:
        """Yield the best statements; a whole list or table row where that is the answer."""
        best = outline.candidates[0]
        if best.statement.is_row and (grid := best_grid(outline, self.document_of)):
            for candidate in distinct((c for c in outline.candidates[:NEAR_ROWS] if not c.statement.is_row), 2):
                yield quote(candidate, self.document_of)
            yield from grid.sentences()
            return
        if ask.each_source:
            yield from self._of_each_source(outline)
            return
        chosen = list_asked_for(outline.evidence.query.text, outline.candidates) if ask.listing else []
        room = 0 if chosen else MOST_SENTENCES
        enough = best.relevance * NEAR_BEST
        prose = (c for c in outline.candidates if not c.statement.is_row)
        further = [c for c in prose if c.relevance >= enough and c not in chosen]
        for candidate in [*chosen, *distinct(further, room, besides=chosen)]:
            yield quote(candidate, self.document_of)

    def _of_each_source(self, outline: Outline) -> Iterator[Sentence]:
        """Yield the best statements of each document that has some, the better document first."""
        documents = list(dict.fromkeys(c.statement.document_id for c in outline.candidates[:40]))[:MOST_SOURCES]
        for document_id in documents:
            own = (c for c in outline.candidates if c.statement.document_id == document_id and not c.statement.is_row)
            for candidate in distinct(own, 2):
                yield quote(candidate, self.document_of)

    def _comparison(self, outline: Outline, ask: Ask) -> Iterator[Sentence]:
        """Yield the sentences that state the difference, then the table's cells."""
        grid = best_grid(outline, self.document_of)
        room = 3 if grid else 6
        enough = outline.candidates[0].relevance * (NEAR_BEST if grid else 0.7)
        prose = [c for c in outline.candidates if c.relevance >= enough and not c.statement.is_row]
        for candidate in distinct(prose, room):
            yield quote(candidate, self.document_of)
        if grid:
            yield from grid.sentences()


def answers(outline: Outline) -> tuple[Candidate, ...]:
    """Return the candidates that answer: a question of the corpus does not, unless questions are asked for."""
    if QUESTION in terms(outline.evidence.query.text):
        return outline.candidates
    return tuple(c for c in outline.candidates if not c.statement.text.endswith("?"))


def distinct(candidates: Iterable[Candidate], most: int, *, besides: Sequence[Candidate] = ()) -> list[Candidate]:
    """Return the first candidates that do not say the same as an earlier one, at most `most`."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if len(kept) == most:
            break
        said = (other.statement.text for other in [*besides, *kept])
        if not any(overlap(candidate.statement.text, text) >= SAME for text in said):
            kept.append(candidate)
    return kept


def list_asked_for(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the statements of the section whose heading the question names, in document order.

    Empty when no heading holds most of the question's words, or when what stands under it is one
    statement or more than a list's length: then the section is prose about many things.
    """
    asked = {term for term in terms(question) if term not in FRAMING}
    sections: dict[tuple[str, tuple[str, ...]], list[Candidate]] = {}
    for candidate in candidates:
        place = (candidate.statement.document_id, candidate.statement.headings)
        sections.setdefault(place, []).append(candidate)
    best: tuple[float, list[Candidate]] = (0.0, [])
    for (_, headings), members in sections.items():
        named = set(terms(headings[-1])) if headings else set()
        share = len(named & asked) / max(len(asked), 1)
        if share >= NAMED_BY and 1 < len(members) <= MOST_ITEMS:
            score = share + members[0].relevance
            best = max(best, (score, members), key=lambda found: found[0])
    return sorted(best[1], key=lambda c: c.statement.span)
