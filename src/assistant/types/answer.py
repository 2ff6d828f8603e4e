"""An answer: what is planned, said, checked and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.types.case import Fact
from assistant.types.corpus import Role, Statement
from assistant.types.question import Citation, Evidence, Hit, Term
from assistant.types.scorecard import Scorecard

Form = Literal["fact", "comparison", "decision"]
Status = Literal["answered", "partial", "abstained", "clarify"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a sentence stands in a comparison: which option, by which criterion."""

    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit that is verified, streamed and shown."""

    text: str
    role: Role
    citations: tuple[Citation, ...] = ()
    support: float = 0.0
    """How far the cited quotes carry the text, 0..1; 1 is word for word."""
    supported: bool = False
    judgement: bool = False
    """Marked by the source as its author's judgement, not a fact."""
    cell: Cell | None = None
    """Set for a cell of a comparison table."""
    draft: str = ""
    """What a language model wrote here: shown as it is in `text`, or replaced, or refused; empty for a quotation."""
    refusal: str = ""
    """Why the draft is not shown, in plain words; empty where it is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement of the evidence that might be said, and how well it meets the question."""

    statement: Statement
    hit: Hit
    relevance: float
    """What it is ranked by; compares within one question only."""
    similarity: float
    """Cosine of its vector and the question's, -1..1."""
    coverage: float
    """Share of the question's content words that it holds, weighted by rarity, 0..1."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the composer tells the reader about how the answer comes about."""

    text: str
    restart: bool = False
    """What was said so far is withdrawn; the sentences that follow are the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, what is said, and what cannot be said."""

    evidence: Evidence
    form: Form
    status: Status
    sentences: tuple[Sentence, ...] = ()
    """Those not supported are kept for the trace, never shown."""
    missing: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    """The glossary's terms that the shown sentences use."""
    reasons: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    confidence: float = 0.0
    mode: Literal["extractive", "generative"] = "extractive"
    notice: str = ""
    """One line to the reader about how the answer came about, or empty."""
    facts: tuple[Fact, ...] = ()
    """The facts of the case that this answer used."""
    change: str = ""
    """How and why it differs from what was answered before, in one sentence, or empty."""
    scorecard: Scorecard | None = None
    """The options of the decision, scored; set for a decision that has one."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall time by stage: rewrite, retrieve, compose, verify, total."""

    @property
    def shown(self) -> tuple[Sentence, ...]:
        """The supported sentences, in reading order."""
        return tuple(s for s in self.sentences if s.supported)

    @property
    def refused(self) -> tuple[Sentence, ...]:
        """The sentences that are not shown as they were written, in the order in which they came."""
        return tuple(s for s in self.sentences if s.refusal or not s.supported)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of the shown sentences, each number once, by number."""
        by_number = {c.number: c for s in self.shown for c in s.citations}
        return tuple(by_number[n] for n in sorted(by_number))
