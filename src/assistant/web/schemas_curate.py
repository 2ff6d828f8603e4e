"""What the routes of curators answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from assistant.reindexing import State


class ChangeOut(BaseModel):
    """A change of the corpus."""

    kind: Literal["added", "replaced", "removed", "undone"]
    files: list[str] = Field(description="Their paths below the corpus.")
    by: str
    at: str


class TakenOut(BaseModel):
    """A file that is in the corpus now, and what was read of it."""

    id: str
    title: str
    documents: int = Field(description="1, or the records of a .jsonl file.")
    characters: int
    headings: list[str]
    beginning: str = Field(description="The first characters of its text.")


class RefusedOut(BaseModel):
    """A file that was not taken, and why."""

    name: str
    type: str = Field(description="The kind of problem, as an error's `type`.")
    detail: str
    hint: str


class LeftOutOut(BaseModel):
    """A file of the corpus that could not be read."""

    path: str
    reason: str


class BuiltOut(BaseModel):
    """What the last build did."""

    changed: bool
    added: int
    replaced: int
    removed: int
    seconds: float


class IndexStatusOut(BaseModel):
    """How far the index follows the corpus."""

    state: State
    step: str = Field(description="Of the build under way.")
    done: int
    total: int
    waiting: bool = Field(description="Whether another build follows the one under way.")
    message: str = Field(description="Why the last build failed, or empty.")
    hint: str
    finished: str = Field(description="When the last build ended, or empty.")
    generation: str = Field(description="What answers at the moment.")
    documents: int
    passages: int
    left_out: list[LeftOutOut]
    built: BuiltOut | None
    last_change: ChangeOut | None = Field(description="What an undo would take back.")


class CuratedOut(BaseModel):
    """What came of the files that were sent; the index follows."""

    taken: list[TakenOut]
    refused: list[RefusedOut]
    index: IndexStatusOut


class ChangedOut(BaseModel):
    """A change that was made; the index follows."""

    change: ChangeOut
    index: IndexStatusOut


class CutOut(BaseModel):
    """A passage, as it is searched."""

    headings: list[str]
    text: str
    start: int
    end: int
    page: int | None


class PassagesOut(BaseModel):
    """The passages of a document, in its order."""

    id: str
    title: str
    passages: list[CutOut]


class GapOut(BaseModel):
    """Questions alike that the corpus did not answer, or not well."""

    questions: list[str] = Field(description="The latest different wordings.")
    count: int
    refused: int
    thumbed_down: int
    reasons: list[str]
    latest: str


class GapsOut(BaseModel):
    """What to write next, what was asked most often first."""

    gaps: list[GapOut]
