"""What a caller gets: the shapes that the description of the API shows.

Answers are written from `payload` as they are; these models describe them and a test holds that
both agree.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from assistant.types import FactName, FactState, Form, FoundBy, Kind, Role, Status, Thumb


class CellOut(BaseModel):
    """Where a sentence stands in a table."""

    row: str
    column: str


class SentenceOut(BaseModel):
    """One sentence of an answer."""

    text: str
    role: Role
    citations: list[int] = Field(description="Numbers of its citations.")
    support: float = Field(ge=0, le=1, description="How far the quotes carry it; 1 is word for word.")
    judgement: bool = Field(description="Our judgement rather than a sourced fact.")
    cell: CellOut | None = None


class CitationOut(BaseModel):
    """The exact words that carry a sentence."""

    number: int
    document_id: str
    title: str
    kind: Kind
    headings: list[str]
    page: int | None
    as_of: str
    quote: str = Field(description="Exactly the characters `start` to `end` of the document's text.")
    start: int
    end: int
    url: str = Field(description="Of what the quoted sentence names as its source, or empty.")
    source: str


class HitOut(BaseModel):
    """A passage that was found."""

    document_id: str
    start: int
    end: int
    text: str
    score: float
    rank: int
    found_by: FoundBy
    title: str
    headings: list[str]


class TermOut(BaseModel):
    """An entry of the glossary."""

    term: str
    meaning: str
    document_id: str
    start: int
    end: int


class IndexOut(BaseModel):
    """What was answered from."""

    generation: str
    embedding_model: str
    documents: int
    passages: int


class FactOut(BaseModel):
    """A fact of the case."""

    name: FactName
    value: str
    words: str
    turn: int
    state: FactState


class OptionOut(BaseModel):
    """An option of a scorecard."""

    option: str
    total: float = Field(description="The weighted mean of its scores, 0 to 5.")
    barred: bool = Field(description="The case rules it out.")


class CriterionOut(BaseModel):
    """What options are judged by."""

    criterion: str
    weight: float
    about: str
    because: str


class ScoreOut(BaseModel):
    """How well one option does on one criterion in this case."""

    option: str
    criterion: str
    value: float = Field(description="0 (bad) to 5 (good).")
    citation: int | None = Field(description="A number of the scorecard's citations; null for our own judgement.")
    reason: str
    because: str = Field(description="The facts of the case that it rests on; empty for the usual score.")
    barred: bool


class ScorecardOut(BaseModel):
    """The options of a decision, scored; best first."""

    subject: str
    options: list[OptionOut]
    criteria: list[CriterionOut]
    scores: list[ScoreOut]
    citations: list[CitationOut]
    decides: str
    note: str


class RefusedOut(BaseModel):
    """What a language model wrote and is not shown."""

    text: str
    reason: str
    instead: str = Field(description="The source's own sentence that is shown in its place, or empty.")


class AnswerOut(BaseModel):
    """An answer, as `assistant ask --json` prints it."""

    question: str
    query: str = Field(description="What was searched for.")
    status: Status
    form: Form
    mode: Literal["extractive", "generative"]
    text: str = Field(description="Markdown with [n] marks.")
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    evidence: list[HitOut]
    missing: list[str]
    follow_ups: list[str]
    terms: list[TermOut]
    reasons: list[str]
    readings: list[str]
    confidence: float
    notice: str
    refused: list[RefusedOut] = Field(description="For a trace, never to be shown as part of the answer.")
    change: str = Field(
        description="How and why it differs from the decision before, in one or two sentences, or empty."
    )
    case: list[FactOut] = Field(description="The facts of the case that hold with this question.")
    facts: list[FactOut] = Field(description="Those of them that the answer used.")
    scorecard: ScorecardOut | None = Field(description="The options scored; null where there is none.")
    index: IndexOut
    seconds: dict[str, float]


class SavedAnswer(AnswerOut):
    """An answer, and where it is kept if it is."""

    conversation_id: str | None = Field(None, description="Set where the turn was kept.")
    turn: int | None = Field(None, description="Of the conversation, from 1; set where the turn was kept.")
    not_kept: str | None = Field(None, description="Why it was not kept although it should have been.")


class SearchOut(BaseModel):
    """What a search found."""

    query: str
    hits: list[HitOut]


class DocumentListed(BaseModel):
    """One document of the list."""

    id: str
    title: str
    kind: Kind
    as_of: str
    passages: int
    url: str


class DocumentsOut(BaseModel):
    """The documents of the index."""

    generation: str
    documents: list[DocumentListed]


class SectionOut(BaseModel):
    """A section of a document."""

    title: str
    level: int
    role: Role
    start: int
    end: int


class MarkedOut(BaseModel):
    """The stretch of the text that was asked for."""

    start: int
    end: int
    text: str
    headings: list[str]
    page: int | None


class DocumentOut(BaseModel):
    """A document as it was read."""

    id: str
    title: str
    kind: Kind
    as_of: str
    topics: list[str]
    url: str
    text: str = Field(description="What every `start` and `end` means: Unicode code points, end exclusive.")
    sections: list[SectionOut]
    marked: MarkedOut | None = None


class RatingOut(BaseModel):
    """What the reader said of an answer."""

    thumb: Thumb
    reason: str


class TurnOut(BaseModel):
    """One question of a saved conversation with its answer."""

    number: int
    asked_at: str
    version: str
    question: str
    answer: AnswerOut | None = Field(description="None where the answer came from outside as text.")
    answer_text: str
    rating: RatingOut


class ConversationListed(BaseModel):
    """One conversation of the list."""

    id: str
    title: str
    created: str
    updated: str
    turns: int


class ConversationsOut(BaseModel):
    """The asker's conversations, the one that was changed last first."""

    conversations: list[ConversationListed]


class ConversationOut(BaseModel):
    """A saved conversation."""

    id: str
    title: str
    created: str
    updated: str
    facts: list[FactOut]
    turns: list[TurnOut]


class HealthOut(BaseModel):
    """The server answers."""

    status: Literal["ok"]
    generation: str
    version: str


class ReadyOut(BaseModel):
    """Questions can be answered."""

    status: Literal["ready"]
    index: IndexOut
    chroma: Literal["folder", "server", "away"] = Field(
        description="Where Chroma searches; while its server is `away`, every passage is compared instead."
    )


class QualityOut(BaseModel):
    """The last measured figures, or that there are none."""

    model_config = {"extra": "allow", "json_schema_extra": {"additionalProperties": True}}

    measured: Any = Field(description="When it was measured, or false.")
