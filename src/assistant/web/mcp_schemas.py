"""What the tools give: an answer without its trace, for the model that asks has to read it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from assistant.types import Form, Kind, Status
from assistant.web.schemas_answer import CitationOut, HitOut


class Told(BaseModel):
    """An answer and the quotes that carry it."""

    status: Status
    form: Form
    query: str = Field(description="What was searched for.")
    text: str = Field(description="Markdown with [n] marks.")
    citations: list[CitationOut]
    missing: list[str]
    reasons: list[str] = Field(description="Why there is no answer.")
    readings: list[str] = Field(description="What the question may mean, where it is too open.")
    follow_ups: list[str]


class Found(BaseModel):
    """What a search found."""

    query: str
    hits: list[HitOut]


class DocumentPart(BaseModel):
    """A stretch of a document's text."""

    id: str
    title: str
    kind: Kind
    as_of: str
    start: int
    end: int
    characters: int = Field(description="Of the whole text.")
    text: str
