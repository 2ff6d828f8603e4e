"""What helps the reader on: questions that the same corpus answers, and the terms explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.answering.relevance import overlap
from assistant.stages import DocumentOf
from assistant.types import Answer, Conversation, Document, Role, Term

NEW = Conversation()

MOST_FOLLOW_UPS = 3
MOST_TERMS = 5

TermsIn = Callable[[str], list[Term]]
"""The glossary's terms that a text names."""

_QUESTIONS: tuple[tuple[Role, str], ...] = (
    ("risk", "What are the main risks of {subject}?"),
    ("requirement", "What do the rules require of {subject}?"),
    ("cost", "What does {subject} cost?"),
    ("next step", "What are the next steps for {subject}?"),
    ("does not fit", "When is {subject} the wrong choice?"),
    ("change", "What would change the advice on {subject}?"),
)
"""One question for each part of a document that the answer has not shown."""


@dataclass(frozen=True, slots=True)
class Suggester:
    """Adds follow-up questions and the meaning of terms to an answer."""

    document_of: DocumentOf
    terms_in: TermsIn = lambda text: []

    def __call__(self, answer: Answer, conversation: Conversation = NEW, /) -> Answer:
        """Return the answer with `follow_ups` and `terms`; a refusal is left as it is."""
        if not answer.shown:
            return answer
        said = " ".join(s.text for s in answer.shown)
        terms = [t for t in self.terms_in(said) if overlap(t.meaning, said) < 1.0][:MOST_TERMS]
        follow_ups = tuple(_without_repeats(self._questions(answer)))[:MOST_FOLLOW_UPS]
        return replace(answer, follow_ups=follow_ups, terms=tuple(terms))

    def _questions(self, answer: Answer) -> Iterator[str]:
        """Yield questions about the parts of the cited guidance that were not shown."""
        shown = {(c.passage.document_id, s.role) for s in answer.shown for c in s.citations}
        cited = dict.fromkeys(c.passage.document_id for c in answer.citations if c.passage.kind == "guidance")
        for document_id in cited:
            document = self.document_of(document_id)
            roles = {section.role for section in document.sections}
            for role, question in _QUESTIONS:
                if role in roles and (document_id, role) not in shown:
                    yield question.format(subject=subject(document))


def subject(document: Document) -> str:
    """Return what a document is about, as it stands within a sentence.

    >>> subject(Document("a", "Outsourcing the patient portal", "guidance", "", "", None))
    'outsourcing the patient portal'
    """
    first, _, rest = document.title.partition(" ")
    keeps = first.isupper() or any(c.isupper() for c in first[1:])
    return f"{first if keeps else first.lower()} {rest}".strip()


def _without_repeats(questions: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(questions))
