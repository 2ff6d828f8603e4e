"""A follow-up is found in its conversation, and a new subject in spite of it, over the corpus that comes with it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from assistant.build import LiveAssistant
from assistant.conversation.history import conversation_from
from assistant.evaluation.questions import read_questions
from assistant.evaluation.systems import text_of
from assistant.evaluation.types import Question
from assistant.types import Conversation

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTIONS = Path(__file__).parents[1] / "evals" / "questions"
FIRST = 5
"""Passages whose documents are compared."""


def read(live: LiveAssistant, name: str) -> list[Question]:
    return [q for q in read_questions(QUESTIONS / name, text_of(live)).questions if q.standalone]


def documents(live: LiveAssistant, text: str, conversation: Conversation = Conversation()) -> set[str]:  # noqa: B008
    _, hits = live.search(text, FIRST, conversation)
    return {hit.passage.document_id for hit in hits}


def talk(question: Question) -> Conversation:
    return conversation_from([asdict(message) for message in question.history])


def test_after_a_change_of_subject_history_does_no_harm(mission: LiveAssistant) -> None:
    asked = read(mission, "subject-change.jsonl")
    assert len(asked) == 30
    harmed = [q.id for q in asked if documents(mission, q.text, talk(q)) != documents(mission, q.standalone)]
    assert len(harmed) <= 1, harmed  # none when written


def test_follow_ups_find_most_of_what_their_stand_alone_forms_find(mission: LiveAssistant) -> None:
    shares = []
    for question in read(mission, "core.jsonl"):
        alone = documents(mission, question.standalone)
        shares.append(len(alone & documents(mission, question.text, talk(question))) / len(alone))
    assert sum(shares) / len(shares) >= 0.6  # 0.66 when written, 0.42 by the last question alone
