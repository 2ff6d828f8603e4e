"""The values of an evaluation: what is asked, what was answered, what was measured.

Asking and scoring are apart: an `EvalResult` holds what the system did, and any measure can be
taken from it later. A crash is an error of its result, never a zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.types import Answer, Span

Expect = Literal["answer", "abstain", "clarify", "correct"]
"""What a good system does; `correct` is to contradict a false premise."""


Mode = Literal["extractive", "generative"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation before a question."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document that carries what a good answer says."""

    document_id: str
    quote: str
    """As the author of the set wrote it; white space does not matter."""
    span: Span | None = None
    """Where the quote stands in the cleaned text; None if the index has no such document."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One thing to be found and cited: any one of its places will do."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set, and all that is known of a good answer."""

    id: str
    text: str
    expect: Expect | None = None
    """None where the set does not say; what depends on it is not measured then."""
    history: tuple[Message, ...] = ()
    """The conversation before it, oldest first."""
    gold: tuple[Gold, ...] = ()
    relevant: tuple[tuple[str, int], ...] = ()
    """Judged documents as (document id, grade), as in a BEIR qrels file; grade 0 is not relevant."""
    must_say: tuple[tuple[str, ...], ...] = ()
    """The points of a good answer, each with its acceptable wordings."""
    must_not_say: tuple[str, ...] = ()
    reference: str = ""
    """A good answer in a few words, for a reader and for the judge."""
    tags: tuple[str, ...] = ()
    standalone: str = ""
    """The same question so that it needs no history; empty if there is none."""
    note: str = ""
    """Why the question is here, for whoever reads a failure."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions that are asked together; their ids are unique."""

    name: str
    questions: tuple[Question, ...]
    digest: str
    """SHA-256 of the questions as written; two runs with one digest asked the same."""


Task = Callable[[Question], Answer]
"""What is evaluated: any callable, the assistant and the baseline alike. May raise."""


@dataclass(frozen=True, slots=True)
class EvalResult:
    """What the system did with one question."""

    question_id: str
    answer: Answer | None = None
    """None after a crash; its evidence is cut to the first passages, `ranking` is not."""
    ranking: tuple[str, ...] = ()
    """Ids of the documents that were found, by their best passage, best first."""
    standalone: Answer | None = None
    """The answer to the stand-alone form of a follow-up, where the set has one."""
    inexact: tuple[str, ...] = ()
    """Cited quotes that do not stand where they claim to in the document's text."""
    seconds: float = 0.0
    """Wall time of the answer."""
    error: str = ""
    """What it crashed with, or empty."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """All that is needed to believe a run later."""

    system: str
    """`assistant`, or the name of what stood in its place, such as `baseline`."""
    set_name: str
    set_digest: str
    started: str
    """ISO 8601, UTC."""
    ended: str
    """Empty while the run is not finished."""
    version: str
    commit: str
    """Of the working tree the code ran from; empty where there is none."""
    dirty: bool
    """The working tree had changes that are not in the commit."""
    settings: dict[str, Any]
    index: dict[str, Any]
    """Generation, embedding model, documents, passages."""
    packages: dict[str, str]
    machine: dict[str, str]
    workers: int
    """Questions asked at once; latency means little above 1."""
    mode: Mode = "extractive"
    """Whether a language model wrote the answers."""
    judge: dict[str, str] = field(default_factory=dict)
    """Model, prompt and prompt version, if a judge scored the run."""


Scores = dict[str, float]
"""What was measured on one question, by measure; what does not apply is absent."""


@dataclass(frozen=True, slots=True)
class EvalRun:
    """A stored run: what was asked, what came back, what was measured."""

    info: RunInfo
    questions: tuple[Question, ...]
    results: dict[str, EvalResult]
    """By question id; a question that was not asked yet is absent."""
    scores: dict[str, Scores]
    """By question id; a crashed question is absent."""

    @property
    def crashed(self) -> tuple[EvalResult, ...]:
        """The results that are errors."""
        return tuple(r for r in self.results.values() if r.error)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its uncertainty."""

    value: float
    low: float
    high: float
    """Ends of the 95 % interval (percentile bootstrap over questions)."""
    n: int
    """How many questions it rests on."""
