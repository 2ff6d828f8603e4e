"""What a caller sends: checked here, so that nothing behind it needs to doubt its input."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.conversation.history import conversation_from
from assistant.text import MOST_CHARACTERS, strip_invisible
from assistant.types import Conversation, Fact, FactName, Kind, Thumb

MOST_MESSAGES = 200
MOST_FACTS = 40
MOST_CHOSEN = 200
MOST_MESSAGE = 100_000


def _readable(text: str) -> str:
    """Return the text without hidden characters. Raises ValueError if nothing is left."""
    text = strip_invisible(text).strip()
    if not text:
        raise ValueError("it holds no words")
    return text


Words = AfterValidator(_readable)
"""Text that is cleaned, and holds a word."""

QuestionText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MOST_CHARACTERS,
        description="What is asked, in plain words.",
        examples=["Should we outsource payroll?"],
    ),
    Words,
]


class Sent(BaseModel):
    """A body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Message(Sent):
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    text: Annotated[str, Field(max_length=MOST_MESSAGE), AfterValidator(strip_invisible)]


class SentFact(Sent):
    """One fact of the case, as the caller knows it."""

    name: FactName
    value: Annotated[str, Field(min_length=1, max_length=200, examples=["Florida"]), Words]
    state: Literal["edited", "removed"] = Field(
        "edited", description="`removed` keeps a fact from being drawn from the conversation."
    )

    def fact(self) -> Fact:
        """Return it as a fact that was entered by hand."""
        return Fact(self.name, self.value, state=self.state)


History = Annotated[
    list[Message], Field(max_length=MOST_MESSAGES, description="The messages before the question, oldest first.")
]
Facts = Annotated[list[SentFact], Field(max_length=MOST_FACTS, description="What is known of the case.")]
Chosen = Annotated[list[str], Field(min_length=1, max_length=MOST_CHOSEN)]


class Filters(Sent):
    """The part of the corpus that may be answered from: a document must meet every condition that is given."""

    documents: Chosen | None = Field(None, description="Ids of documents.")
    kinds: list[Kind] | None = Field(None, min_length=1, max_length=4)
    topics: Chosen | None = Field(None, description="Topics, in any case; a document needs one of them.")


class AskBody(Sent):
    """A question, with what was said before it."""

    question: QuestionText
    history: History | None = Field(None, description="Instead of `conversation_id`.")
    conversation_id: str | None = Field(None, max_length=100, description="Of a saved conversation; goes on with it.")
    facts: Facts | None = None
    filters: Filters | None = None
    save: bool | None = Field(
        None, description="Whether the turn is kept; without it, only what has a `conversation_id` is."
    )

    @property
    def kept(self) -> bool:
        """Whether the turn is to be kept."""
        return bool(self.conversation_id) if self.save is None else self.save


class SearchBody(Sent):
    """Words to search the corpus for."""

    question: QuestionText
    k: int = Field(10, ge=1, le=1000, description="Passages to return at most.")
    history: History | None = None


class ChangeBody(Sent):
    """What to change of a saved conversation; what is not given stays."""

    title: Annotated[str, Field(min_length=1, max_length=120), Words] | None = None
    facts: Facts | None = None


class FeedbackBody(Sent):
    """What a reader says of one answer."""

    conversation_id: str = Field(max_length=100)
    turn: int = Field(ge=1, le=10_000, description="Of the conversation, from 1.")
    thumb: Thumb = Field(description="Empty takes a rating back.")
    reason: str = Field("", max_length=500, description="Kept with a thumb down.")


def conversation_of(history: list[Message] | None, facts: list[SentFact] | None = None) -> Conversation:
    """Return the conversation that a caller tells."""
    messages: list[dict[str, Any]] = [message.model_dump() for message in history or ()]
    told = conversation_from(messages)
    return Conversation(told.turns, tuple(fact.fact() for fact in facts or ()))
