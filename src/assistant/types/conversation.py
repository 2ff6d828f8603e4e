"""A conversation, and what the line yields while it works on a question."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.types.answer import Answer, Candidate, Form, Notice, Sentence, Status
from assistant.types.case import Fact
from assistant.types.question import Evidence, Query


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer; the answer is text alone when it came from outside."""

    question: str
    answer: Answer | None = None
    answer_text: str = ""
    """What the reader saw, when the `Answer` itself is not at hand (`--history`)."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A value: each browser session, API call and evaluation holds its own."""

    turns: tuple[Turn, ...] = ()
    facts: tuple[Fact, ...] = ()
    """What is known of the case, as the reader left it: drawn from what was said, edited, removed."""

    def with_turn(self, turn: Turn) -> Conversation:
        """Return the conversation with one more turn, and the facts of the case as they stand with it."""
        facts = self.facts
        if turn.answer:
            facts = (*(f for f in facts if f.state == "removed"), *turn.answer.evidence.query.facts)
        return replace(self, turns=(*self.turns, turn), facts=facts)


@dataclass(frozen=True, slots=True)
class Outline:
    """What the assessment of the evidence decided, before a word is composed."""

    evidence: Evidence
    form: Form
    status: Status
    candidates: tuple[Candidate, ...] = ()
    """The statements of the evidence, best first."""
    confidence: float = 0.0
    """Of the gate that the corpus answers the question, 0..1."""
    reasons: tuple[str, ...] = ()
    """Why it abstains, in plain words."""
    missing: tuple[str, ...] = ()
    """Parts of the question that the evidence does not touch."""
    readings: tuple[str, ...] = ()
    """With status `clarify`: the meanings the question may have."""
    conversation: Conversation = Conversation()
    """What was said before; an answer does not repeat it."""


Step = Query | Evidence | Outline | Notice | Sentence | Answer
"""What the line yields while it works; the last one is the `Answer`."""
