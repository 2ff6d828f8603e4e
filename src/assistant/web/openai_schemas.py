"""The messages of the OpenAI protocol, as far as we read and write them.

What we do not know is ignored, as clients send many parameters that mean nothing here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.web.schemas import MOST_MESSAGE, MOST_MESSAGES

MODEL = "sourcing-assistant"


class Lenient(BaseModel):
    """A part of a request; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TextPart(Lenient):
    """A part of a message that is text; the only kind that is read."""

    type: Literal["text", "input_text", "output_text"]
    text: str = Field(max_length=MOST_MESSAGE)


class ChatMessage(Lenient):
    """One message. Instructions (`system`, `developer`) and results of tools are not followed."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: (
        Annotated[str, Field(max_length=MOST_MESSAGE)] | Annotated[list[TextPart], Field(max_length=100)] | None
    ) = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(Lenient):
    """How a stream ends."""

    include_usage: bool | None = Field(None, description="Send a last piece with the counts.")


class ChatBody(Lenient):
    """A request for a completion. The last message of the user is the question."""

    model: str = Field(max_length=200, examples=[MODEL])
    messages: list[ChatMessage] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=1, description="One answer is all there is.")


class UrlCitation(BaseModel):
    """Where in the text a citation stands, and where it leads."""

    start_index: int = Field(description="In characters of `content`; `end_index` is exclusive.")
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation of the message."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class MessageOut(BaseModel):
    """The answer."""

    role: Literal["assistant"]
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one answer."""

    index: int
    message: MessageOut
    logprobs: None = None
    finish_reason: Literal["stop"]


class Usage(BaseModel):
    """Sizes in tokens of the embedding model; nothing is charged by them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """An answer in the OpenAI protocol."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    system_fingerprint: str = Field(description="The generation of the index that answered.")


class ModelOut(BaseModel):
    """The assistant as a model."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsOut(BaseModel):
    """The models there are: one."""

    object: Literal["list"]
    data: list[ModelOut]


class OpenAIError(BaseModel):
    """An error in the OpenAI protocol."""

    error: dict[str, Any]


def documented_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return these statuses for the `responses` of a route."""
    return {status: {"model": OpenAIError, "description": "An error"} for status in statuses}
