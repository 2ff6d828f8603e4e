"""The last stage: what helps the reader on, added to an answer that is composed and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.answering.change import change
from assistant.answering.used import used_facts
from assistant.stages import Concluder, DocumentOf
from assistant.types import Answer, Conversation, Scorecard

NEW = Conversation()

Scorer = Callable[[Answer, Conversation], Scorecard | None]
"""The options of a decision, scored for its case; None for what has no scorecard."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Adds to an answer, in this order: the scorecard, the facts used, what changed, terms and follow-ups."""

    suggest: Concluder
    document_of: DocumentOf
    score: Scorer = lambda answer, conversation: None

    def __call__(self, answer: Answer, conversation: Conversation = NEW, /) -> Answer:
        """Return the answer with what its parts add; a refusal is left as it is."""
        if not answer.shown:
            return answer
        answer = replace(answer, scorecard=self.score(answer, conversation))
        answer = replace(answer, facts=used_facts(answer, self.document_of))
        answer = replace(answer, change=change(answer, conversation))
        return self.suggest(answer, conversation)
