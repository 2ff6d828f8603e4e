"""The decision brief: a lean first, then what supports it and what would change it.

The order is that of advice, not of relevance. Each part takes what the leading document says
under its role, the case's own place and words first, each subheading once before any twice, up
to its length; so a fact of the case moves the sentences it bears on and leaves the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.decision_case import Case, read_case
from assistant.answering.decision_lead import leading_document, leans
from assistant.answering.decision_options import options_table
from assistant.answering.decision_parts import BRIEF, ENOUGH, GIVES, LEAN_WORDS, MOST_WORDS, Part, belongs
from assistant.answering.decision_update import compose_update, is_later_turn
from assistant.answering.quoting import quote
from assistant.answering.relevance import overlap
from assistant.markdown import PART_TITLES
from assistant.stages import DocumentOf
from assistant.types import Candidate, Document, Outline, Role, Sentence, Span

NEAR_LEAD = 0.8
"""Another document's statement needs this share of the best relevance to be said."""

NEAR_ENOUGH = 0.6
"""The same for what is said of an article, which is about the same subject or of no use."""

MOST_BORROWED = 2
"""Statements from documents other than the leading one, each document once."""

ALWAYS: frozenset[Role] = frozenset({"change", "question"})
"""Roles that speak of core work also where it is not core: they say when it would be."""

TABLE = next(part for part in BRIEF if part.role == "comparison")

SAME = 0.6
"""Two statements that share this part of their words say the same."""


def compose_decision(outline: Outline, document_of: DocumentOf) -> Iterator[Sentence]:
    """Yield the brief's sentences, in the order of advice; on a later turn, what is new."""
    if is_later_turn(outline):
        yield from compose_update(outline, document_of)
        return
    lead = leading_document(outline, document_of)
    page = [c.statement.text for c in outline.candidates if c.statement.document_id == lead.id]
    brief = Brief(outline, lead, read_case(outline.evidence.query, page), document_of)
    table = list(options_table(outline, lead, document_of, TABLE))
    planned = shortened(brief.plan(), MOST_WORDS - words_of(table))
    for part in BRIEF:
        if part.role == "comparison":
            yield from table
        chosen = planned.get(part.role, [])
        if part.role != "bottom line":
            chosen = sorted(chosen, key=lambda c: (c.statement.document_id != lead.id, c.statement.span))
        for candidate in chosen:
            yield quote(candidate, document_of, role=part.role)
    if not planned.get("caution"):
        yield from _articles_view(outline, document_of, brief.said)


def words_of(table: Sequence[Sentence]) -> int:
    """Return the words of a table's cells, with its labels."""
    labels = {label for s in table if s.cell for label in (s.cell.row, s.cell.column)}
    return sum(len(text.split()) for text in [*labels, *(s.text for s in table)])


def shortened(planned: dict[Role, list[Candidate]], most: int) -> dict[Role, list[Candidate]]:
    """Return the parts with at most so many words in all: whichever is farthest above its least gives up its last."""
    kept = {role: list(chosen) for role, chosen in planned.items()}
    spare = {part.role: part.least for part in BRIEF}

    def gives(role: Role) -> int:
        return GIVES.index(role) if role in GIVES else len(GIVES)

    def length() -> int:
        titles = sum(len(PART_TITLES[role].split()) for role in kept)
        lengths = {r: sum(len(c.statement.text.split()) for c in chosen) for r, chosen in kept.items()}
        return titles + sum(lengths.values()) + max(0, LEAN_WORDS - lengths["bottom line"])

    while length() > most:
        role = max(sorted(kept, key=gives), key=lambda role: len(kept[role]) - spare[role])
        if len(kept[role]) <= spare[role]:
            break
        last = kept[role].pop()
        while role == "question" and not last.statement.text.endswith("?"):
            last = kept[role].pop()
    return kept


@dataclass(slots=True)
class Brief:
    """The brief while it is planned: what is said already is not said again."""

    outline: Outline
    lead: Document
    case: Case
    document_of: DocumentOf
    said: list[str] = field(default_factory=list)
    borrowed: set[str] = field(default_factory=set)

    def plan(self) -> dict[Role, list[Candidate]]:
        """Return the statements of each part, by its role; parts without any are left out."""
        planned: dict[Role, list[Candidate]] = {
            "bottom line": self._take(leans(self.outline, self.lead, self.case, self.document_of), BRIEF[0])
        }
        for part in BRIEF[1:]:
            if chosen := self._chosen(part):
                planned[part.role] = chosen
        return planned

    def _chosen(self, part: Part) -> list[Candidate]:
        """Return the statements of one part, what matters most first."""
        own = [c for c in self.outline.candidates if self._may_say(c)]
        of_lead = sorted((c for c in own if c.statement.document_id == self.lead.id), key=in_document)
        if part.role == "question":
            return self._take_questions(of_lead, part)
        owed = [next((c for c in of_lead if pattern.search(c.statement.text)), None) for pattern in part.owes]
        due = [c for c in owed if c]
        fit = [c for c in of_lead if belongs(c.statement.text, c.statement.role, part) and c not in due]
        others = [
            c
            for c in own
            if c.statement.document_id != self.lead.id and belongs(c.statement.text, c.statement.role, part)
        ]
        here = [c for c in fit if self.case.names(c.statement.text)][: max(1, part.most // 3)]
        if part.role == "caution" and (elsewhere := [c for c in others if self._is_of_articles(c)]):
            return self._take(elsewhere, part)
        first = [*due, *here]
        chosen = self._take([*first, *by_heading([c for c in fit if c not in here], self.case)], part, first)
        return [*chosen, *self._borrow(others, part, chosen)]

    def _may_say(self, candidate: Candidate) -> bool:
        """Return whether a statement is guidance for this case; what an article says is told apart."""
        statement = candidate.statement
        foreign = self.case.is_elsewhere(statement.text, statement.headings)
        beside = statement.role not in ALWAYS and self.case.is_beside(statement.text)
        return not (statement.is_row or candidate.hit.passage.kind == "article" or foreign or beside)

    def _take(self, candidates: Sequence[Candidate], part: Part, beside: Sequence[Candidate] = ()) -> list[Candidate]:
        """Return the first candidates that say something new, as many as the part has room for.

        Those `beside` the usual ones, owed or of the case's place, take no subheading's turn.
        """
        chosen: list[Candidate] = []
        headed: set[tuple[str, ...]] = set()
        room = part.words
        for candidate in candidates:
            text, headings = candidate.statement.text, candidate.statement.headings
            length = len(text.split())
            fits = length <= room or not chosen
            first = len(headings) < 2 or headings not in headed or len(chosen) < ENOUGH
            if len(chosen) < part.most and fits and first and self._is_new(text):
                chosen.append(candidate)
                headed.update([headings] if candidate not in beside else [])
                self.said.append(text)
                room -= length
        return chosen

    def _is_of_articles(self, candidate: Candidate) -> bool:
        """Return whether a statement is near and from a page that is no other function's playbook."""
        near = candidate.relevance >= NEAR_ENOUGH * self._best
        return near and not self.document_of(candidate.statement.document_id).function

    @property
    def _best(self) -> float:
        return self.outline.candidates[0].relevance

    def _is_new(self, text: str) -> bool:
        return all(overlap(text, other) < SAME for other in self.said)

    def _borrow(self, others: Sequence[Candidate], part: Part, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return statements of other documents: of the very place of the case, or where the part is empty."""
        near = [c for c in others if c.relevance >= self._best * NEAR_LEAD or self.case.names(c.statement.text)]
        wanted = [c for c in near if not chosen or self.case.names(c.statement.text)]
        taken: list[Candidate] = []
        for candidate in wanted:
            document_id = candidate.statement.document_id
            room = len(self.borrowed) < MOST_BORROWED and document_id not in self.borrowed
            if room and len(taken) < 1 and self._is_new(candidate.statement.text):
                self.borrowed.add(document_id)
                self.said.append(candidate.statement.text)
                taken.append(candidate)
        return taken

    def _take_questions(self, of_lead: Sequence[Candidate], part: Part) -> list[Candidate]:
        """Return the first questions of the document, each with the sentences up to the next."""
        asked: list[list[Candidate]] = []
        for candidate in of_lead:
            if candidate.statement.role != "question":
                continue
            if candidate.statement.text.endswith("?"):
                asked.append([candidate])
            elif asked:
                asked[-1].append(candidate)
        chosen: list[Candidate] = []
        room = part.words
        for group in asked[: part.most]:
            room -= sum(len(c.statement.text.split()) for c in group)
            if room >= 0 or not chosen:
                chosen += group
        self.said += [c.statement.text for c in chosen]
        return chosen


def in_document(candidate: Candidate) -> Span:
    """Return what puts candidates of one document in its order."""
    return candidate.statement.span


def by_heading(own: Sequence[Candidate], case: Case) -> list[Candidate]:
    """Return statements with the best of each subheading before the second of any.

    Under one subheading, what holds more of the case's words comes first; else the document's
    order decides, which is its author's.
    """
    ranked = sorted(own, key=lambda c: (-case.share(c.statement.text), in_document(c)))
    depth: Counter[tuple[str, ...]] = Counter()
    placed = []
    for candidate in ranked:
        headings = candidate.statement.headings
        placed.append((depth[headings], in_document(candidate), candidate))
        depth[headings] += 1
    return [c for *_, c in sorted(placed, key=lambda p: p[:2])]


def _articles_view(outline: Outline, document_of: DocumentOf, said: Sequence[str]) -> Iterator[Sentence]:
    """Yield the one statement of an article that meets the question best, if it is near."""
    best = outline.candidates[0].relevance
    for candidate in outline.candidates:
        near = candidate.relevance >= best * NEAR_LEAD
        if near and candidate.hit.passage.kind == "article" and not candidate.statement.is_row:
            if all(overlap(candidate.statement.text, text) < SAME for text in said):
                yield quote(candidate, document_of, role="background")
            return
