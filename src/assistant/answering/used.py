"""Which facts of the case an answer used.

A fact is used where a reader can see that the answer hangs on it: a shown sentence, or the page or
heading it was cited from, names it (a place also by its law, or by the law of what it lies in); a
cited page is the playbook of the function; a sentence speaks of core or of other work where the case
says which it is; or a score rests on it. Figures such as a headcount count by a score alone: the
same figure in a sentence may be of something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.answering.decision_case import about_core
from assistant.places import places_in, with_surroundings
from assistant.stages import DocumentOf
from assistant.text import stems
from assistant.types import Answer, Fact, FactName

BY_NAME: frozenset[FactName] = frozenset({"function", "industry", "data class", "vendor"})
"""Facts that a sentence names in so many words."""


def used_facts(answer: Answer, document_of: DocumentOf) -> tuple[Fact, ...]:
    """Return the facts of the query that the shown sentences or the scorecard depend on, in the query's order."""
    said = list(_said(answer))
    words = frozenset(stems(" ".join(said)))
    places = frozenset().union(*map(places_in, said)) if said else frozenset()
    cited = {c.passage.document_id for c in answer.citations if c.passage.kind == "guidance"}
    functions = {document_of(document_id).function for document_id in cited} - {""}
    scored = {score.because for score in answer.scorecard.scores} if answer.scorecard else set()

    def used(fact: Fact) -> bool:
        if fact.name == "jurisdiction" and with_surroundings(frozenset({fact.value})) & places:
            return True
        if fact.name == "core" and any(about_core(text) is not None for text in said):
            return True
        if fact.name in BY_NAME and (fact.value in functions or _named(fact, words)):
            return True
        return any(f"{fact.name}: {fact.value}" in because.split("; ") for because in scored)

    return tuple(fact for fact in answer.evidence.query.facts if used(fact))


def _said(answer: Answer) -> Iterator[str]:
    """Yield the shown sentences, and the title and headings that each is cited from."""
    for sentence in answer.shown:
        yield sentence.text
        for citation in sentence.citations:
            yield " ".join((citation.passage.title, *citation.passage.headings))


def _named(fact: Fact, words: frozenset[str]) -> bool:
    return any(text and set(stems(text)) <= words for text in (fact.value, fact.words))
