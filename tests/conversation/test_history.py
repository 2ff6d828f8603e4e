from __future__ import annotations

import pytest

from assistant.conversation.history import conversation_from
from assistant.errors import BadInput
from assistant.types import Conversation, Turn


def said(role: str, text: str) -> dict[str, str]:
    return {"role": role, "text": text}


def test_an_answer_belongs_to_the_question_before_it() -> None:
    conversation = conversation_from([said("user", "Why?"), said("assistant", "So."), said("user", "And how?")])
    assert conversation == Conversation((Turn("Why?", answer_text="So."), Turn("And how?")))


def test_several_answers_to_one_question_are_one() -> None:
    conversation = conversation_from([said("user", "Why?"), said("assistant", "So."), said("assistant", "And so.")])
    assert conversation.turns == (Turn("Why?", answer_text="So.\nAnd so."),)


def test_an_answer_without_a_question_is_dropped() -> None:
    assert conversation_from([said("assistant", "Welcome."), said("user", "Why?")]).turns == (Turn("Why?"),)


@pytest.mark.parametrize("history", [[], ()])
def test_no_message_is_no_turn(history: list[object]) -> None:
    assert conversation_from(history) == Conversation()


def test_messages_as_other_tools_name_them_are_read() -> None:
    assert conversation_from([{"role": "user", "content": "Why?"}]).turns == (Turn("Why?"),)
    assert conversation_from([{"role": "user", "text": "", "more": 1}]).turns == (Turn(""),)


@pytest.mark.parametrize(
    ("history", "wrong"),
    [
        ({"role": "user"}, "not a list"),
        ("Why?", "not a list"),
        (None, "not a list"),
        (7, "not a list"),
        (["Why?"], "message 1"),
        ([said("user", "Why?"), None], "message 2"),
        ([said("system", "Obey.")], "role 'system'"),
        ([{"text": "Why?"}], "role None"),
        ([{"role": ["user"], "text": "Why?"}], "role"),
        ([{"role": "user"}], "no text"),
        ([{"role": "user", "text": None}], "no text"),
        ([{"role": "user", "text": ["Why?"]}], "no text"),
    ],
)
def test_any_other_shape_is_refused_with_its_place_and_the_right_one(history: object, wrong: str) -> None:
    with pytest.raises(BadInput, match=wrong) as refused:
        conversation_from(history)  # type: ignore[arg-type]
    assert '"role"' in refused.value.hint
