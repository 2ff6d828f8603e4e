"""The scorecard of a decision: which one goes with an answer, and its scores in this case.

What the numbers are stands in a file of the corpus (`scorecard_file`); what follows from them is
arithmetic (`scorecard_decides`); whether that agrees with the brief is told in `scorecard_note`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from assistant.answering.scorecard_decides import decides, with_weights
from assistant.answering.scorecard_note import lean, note, recommended
from assistant.errors import UnknownDocument
from assistant.places import places_in, with_surroundings
from assistant.scorecard_file import Condition, Row, Subject, read_sheet
from assistant.stages import DocumentOf
from assistant.types import (
    OURS,
    Answer,
    Citation,
    Conversation,
    Criterion,
    Document,
    Fact,
    Passage,
    Score,
    Scorecard,
    Span,
    WhatIf,
)

__all__ = ["Scorecards", "read_scorecards", "with_weights"]

NEW = Conversation()

SEVERAL = frozenset({"jurisdiction", "data class"})
"""Facts that a case may have several of."""

SOURCING = re.compile(
    r"\b(out|in|off|near|on|re|co)-?(sourc|shor)\w*|\bin-?house\b|\bsourc(e|ing)\b|\b(vendor|provider|supplier|captive|agency|freelanc\w+|"
    r"contractors?|EOR|employer\s+of\s+record|MSP|BPO|GCC|build|buy|hire|hiring|automate\w*|AI|replace|abroad|own\s+(team|staff|cent\w+))\b",
    re.IGNORECASE,
)
"""What a question says that is about who does the work, or where."""

PassagesOf = Callable[[str], Sequence[Passage]]
"""The passages of a document, in its order; none for an unknown one."""

Quotes = Mapping[tuple[str, str], Citation]
"""A page and words of it, and where they stand."""


@dataclass(frozen=True, slots=True)
class Scorecards:
    """The scorecards of a corpus."""

    subjects: tuple[Subject, ...] = ()
    """The first one is for any function."""
    by_function: Mapping[str, Subject] = field(default_factory=dict)
    """By the functions that their pages are about, in lower case."""
    by_page: Mapping[str, Subject] = field(default_factory=dict)
    quotes: Quotes = field(default_factory=dict)

    def score(self, answer: Answer, conversation: Conversation = NEW, /) -> Scorecard | None:
        """Return the options of a decision, scored for the facts of its case.

        None for another form, for a refusal, for a question that is not about who does the work or
        where, and where the corpus has no scorecard for it. The citations carry on the numbers of the
        answer's own.
        """
        subject = self._subject(answer)
        if subject is None:
            return None
        facts = with_places(answer.evidence.query.facts)
        card = self._card(subject, facts)
        leaned = recommended(lean(answer), dict(subject.options))
        card = replace(
            numbered(card, answer.citations),
            what_ifs=tuple(self._what_ifs(subject, facts, card)),
            leans=tuple(option for option in card.options if option in leaned),
        )
        return replace(card, decides=decides(card), note=note(card))

    def _subject(self, answer: Answer) -> Subject | None:
        """Return the subject of a decision: the function told, else that of the page it rests on."""
        query = answer.evidence.query
        decided = answer.form == "decision" and answer.status in {"answered", "partial"} and answer.shown
        if not (self.subjects and decided and SOURCING.search(f"{query.question} {query.standalone}")):
            return None
        told = next((fact.value.casefold() for fact in query.facts if fact.name == "function"), "")
        if told:
            return self.by_function.get(told, self.subjects[0])
        pages = Counter(c.passage.document_id for s in answer.shown for c in s.citations if c.passage.kind != "article")
        return self.by_page.get(pages.most_common(1)[0][0]) if pages else None

    def _card(self, subject: Subject, facts: Mapping[Fact, Fact]) -> Scorecard:
        """Return the scores and weights in a case; `facts` gives what was said for each fact that holds."""
        rows = rows_of(subject, facts)
        return Scorecard(
            subject.name,
            tuple(option for option, _ in subject.options),
            tuple(_criterion(*usual, rows.get(("", usual[0]))) for usual in subject.criteria),
            tuple(
                _score(row, because, self.quotes.get((row.page, row.because)))
                for row, because in rows.values()
                if row.option
            ),
        )

    def _what_ifs(self, subject: Subject, facts: Mapping[Fact, Fact], card: Scorecard) -> Iterator[WhatIf]:
        """Yield each fact that the case does not have and that would change something."""
        known = {(s.option, s.criterion): (s.value, s.barred) for s in card.scores}
        for condition in dict.fromkeys(c for row in subject.rows for c in row.conditions):
            value = next((value for value in condition.values if "*" not in value), "")
            if not value or condition.met_by(facts):
                continue
            rows = rows_of(subject, with_fact(facts, condition, value))
            usual = (_criterion(*usual, rows.get(("", usual[0]))) for usual in subject.criteria)
            criteria = tuple(c for c, now in zip(usual, card.criteria, strict=True) if c.weight != now.weight)
            scores = tuple(
                _score(row, because)
                for row, because in rows.values()
                if row.option and (row.value, row.barred) != known[row.option, row.criterion]
            )
            if criteria or scores:
                yield WhatIf(condition.fact, value, criteria, scores)


def read_scorecards(document: Document, document_of: DocumentOf, passages_of: PassagesOf) -> Scorecards:
    """Return the scorecards that a file of the corpus holds.

    Words that do not stand exactly once in the page they are said to be of count as our judgement;
    `assistant corpus lint` tells of them.

    Args:
        document: the file (`scorecard_file.DOCUMENT_ID`).
        document_of: the pages that it quotes.
        passages_of: their passages, which a citation needs.
    """
    subjects = read_sheet(document).subjects
    by_function: dict[str, Subject] = {}
    by_page: dict[str, Subject] = {}
    for subject in subjects:
        by_function.setdefault(subject.name.casefold(), subject)
        for page in subject.pages:
            by_page.setdefault(page, subject)
            if (found := _known(document_of, page)) and found.function:
                by_function.setdefault(found.function.replace("-", " ").casefold(), subject)
    document_of, passages_of = cache(document_of), cache(passages_of)  # a page is quoted many times
    said = {(row.page, row.because) for subject in subjects for row in subject.rows if row.page}
    quotes = {(page, words): cite(page, words, document_of, passages_of) for page, words in sorted(said)}
    return Scorecards(subjects, by_function, by_page, {place: cited for place, cited in quotes.items() if cited})


def cite(page: str, words: str, document_of: DocumentOf, passages_of: PassagesOf) -> Citation | None:
    """Return where words stand in a page, not numbered yet; None unless they do so exactly once."""
    document = _known(document_of, page)
    if document is None or not words or document.text.count(words) != 1:
        return None
    start = document.text.index(words)
    quote = Span(start, start + len(words))
    keys = [mark.key for mark in document.marks if mark.span.overlaps(quote) and mark.key != OURS]
    source = next((s for key in keys for s in document.sources if s.key == key), None)
    holding = (passage for passage in passages_of(page) if passage.span.covers(quote))
    return next((Citation(0, passage, quote, source) for passage in holding), None)


def numbered(card: Scorecard, given: Iterable[Citation]) -> Scorecard:
    """Return the scorecard with its citations numbered on from those given; the same quote keeps its number."""
    numbers = {(c.passage.document_id, c.quote): c.number for c in given}
    following = max(numbers.values(), default=0) + 1

    def number(score: Score) -> Score:
        nonlocal following
        if score.citation is None:
            return score
        place = (score.citation.passage.document_id, score.citation.quote)
        if place not in numbers:
            numbers[place] = following
            following += 1
        return replace(score, citation=replace(score.citation, number=numbers[place]))

    return replace(card, scores=tuple(map(number, card.scores)))


def with_places(facts: Iterable[Fact]) -> dict[Fact, Fact]:
    """Return the facts that hold, each by itself and each place also by the places that it lies in."""
    held = {fact: fact for fact in facts if fact.state != "removed"}
    for fact in [f for f in held if f.name == "jurisdiction"]:
        for place in sorted(with_surroundings(frozenset(places_in(fact.value)))):
            held.setdefault(replace(fact, value=place), fact)
    return held


def with_fact(facts: Mapping[Fact, Fact], condition: Condition, value: str) -> dict[Fact, Fact]:
    """Return the facts with one more, in place of another of its name where a case has only one."""
    kept = {fact: said for fact, said in facts.items() if condition.fact in SEVERAL or fact.name != condition.fact}
    more = Fact(condition.fact, value)
    return {**kept, more: more}


def rows_of(subject: Subject, facts: Mapping[Fact, Fact]) -> dict[tuple[str, str], tuple[Row, str]]:
    """Return the row that counts for each option and criterion, the last one that holds, and what was said for it."""
    rows: dict[tuple[str, str], tuple[Row, str]] = {}
    held = tuple(facts)
    for row in subject.rows:
        if (met := row.met_by(held)) is not None:
            said = dict.fromkeys(facts[fact] for fact in met)
            rows[row.option, row.criterion] = (row, "; ".join(f"{fact.name}: {fact.value}" for fact in said))
    return rows


def _score(row: Row, because: str, citation: Citation | None = None) -> Score:
    return Score(row.option, row.criterion, row.value, citation, because, row.because, row.barred)


def _criterion(name: str, weight: float, about: str, found: tuple[Row, str] | None) -> Criterion:
    row, because = found or (None, "")
    return Criterion(name, row.value if row else weight, about, because)


def _known(document_of: DocumentOf, page: str) -> Document | None:
    try:
        return document_of(page)
    except UnknownDocument:
        return None
