"""A conversation from outside: the turns that a caller sends along with a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.errors import BadInput
from assistant.types import Conversation, Turn

_SHAPE = 'a list of {"role": "user" or "assistant", "text": …}'


def conversation_from(history: Sequence[Any]) -> Conversation:
    """Return the conversation that a list of messages tells, oldest first.

    Each message is `{"role": "user"|"assistant", "text": …}`. An answer belongs to the question
    before it; one without a question is dropped. Raises BadInput for any other shape.

    >>> conversation_from([{"role": "user", "text": "Why?"}, {"role": "assistant", "text": "So."}]).turns[0].answer_text
    'So.'
    """
    if not isinstance(history, list | tuple):
        raise BadInput(f"the history is not a list but {type(history).__name__}", hint=f"Give {_SHAPE}.")
    turns: list[Turn] = []
    for number, message in enumerate(history, start=1):
        role, text = _role_and_text(message, number)
        if role == "user":
            turns.append(Turn(text))
        elif turns:
            last = turns[-1]
            turns[-1] = Turn(last.question, answer_text=f"{last.answer_text}\n{text}".strip())
    return Conversation(tuple(turns))


def _role_and_text(message: Any, number: int) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise BadInput(f"message {number} of the history is not an object", hint=f"Give {_SHAPE}.")
    role, text = message.get("role"), message.get("text", message.get("content"))
    if role not in ("user", "assistant"):  # not a set: what came may have no hash
        raise BadInput(f"message {number} of the history has the role {role!r}", hint=f"Give {_SHAPE}.")
    if not isinstance(text, str):
        raise BadInput(f"message {number} of the history has no text", hint=f"Give {_SHAPE}.")
    return str(role), text
