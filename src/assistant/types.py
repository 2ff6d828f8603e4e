"""The values that flow along the line, from a file to an answer.

One type per state, all frozen: a `Passage` has no score, a `Hit` has one. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["article", "guidance", "file", "record"]
"""What a document is to the reader; a record is one line of a `.jsonl` file."""

Role = Literal[
    "bottom line",
    "fits",
    "does not fit",
    "requirement",
    "risk",
    "cost",
    "comparison",
    "question",
    "next step",
    "change",
    "background",
    "definition",
]
"""What a sentence does in advice; taken from the heading it stands under."""

Form = Literal["fact", "comparison", "decision"]
Status = Literal["answered", "partial", "abstained", "clarify"]
FoundBy = Literal["dense", "sparse", "hybrid", "rerank"]
Checked = Literal["primary", "secondary", "vendor", "named"]

OURS = "ours"
"""The source mark of a sentence that is our own judgement."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of characters (Unicode code points)."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the stretch of `text` that this span names."""
        return text[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        """Return whether `other` lies within this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


# --- the corpus ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence of the guidance comes from, as its front matter says."""

    key: str
    """The name in the mark: `[^cfr-164.410]` has the key `cfr-164.410`."""
    title: str
    publisher: str = ""
    url: str = ""
    checked: Checked = "named"
    volatile: bool = False
    """The content moves (law in the making, a price): shown with its as-of date."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A source mark: which stretch of the text rests on which source."""

    key: str
    span: Span
    """The sentence or table cell that carries the mark, in `Document.text`."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of its level or above."""

    title: str
    level: int
    """2 for `##` and its like in other formats; 1 is the document itself."""
    role: Role
    span: Span
    """From the first character of the heading's own line to the end of its content."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: every cell is an exact slice of the document's text."""

    span: Span
    header: tuple[Span, ...]
    rows: tuple[tuple[Span, ...], ...]
    """Each row has as many cells as the header; a missing cell is an empty span."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that cleaning left as it was: `text` span and raw span match."""

    span: Span
    """In `Document.text`."""
    raw: Span
    """In the decoded raw text: the file's own text, or what its parser extracted."""
    page: int | None = None
    """Page of the raw file, from 1, where it has pages."""


@dataclass(frozen=True, slots=True)
class Origin:
    """How the cleaned text maps back to the raw file."""

    path: str
    """The file below the corpus folder, with `/`; a record's file is shared by many."""
    pieces: tuple[Piece, ...]

    def page(self, offset: int) -> int | None:
        """Return the page of the piece that holds `offset`, or of the last one before it."""
        page = None
        for piece in self.pieces:
            if piece.span.start > offset:
                break
            page = piece.page
        return page


@dataclass(frozen=True, slots=True)
class Document:
    """One document: cleaned text, and everything known about its parts."""

    id: str
    """The path below the corpus folder with `/`; for a record, its `_id`."""
    title: str
    kind: Kind
    text: str
    """Cleaned; every span in the product means this text."""
    sha256: str
    """Of the raw file's bytes (of the line's, for a record)."""
    origin: Origin
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    sources: tuple[Source, ...] = ()
    marks: tuple[Mark, ...] = ()
    as_of: str = ""
    """ISO date up to which the facts were checked, or empty."""
    url: str = ""
    topics: tuple[str, ...] = ()
    function: str = ""
    """The business function that a playbook is about, such as `payroll`, or empty."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item or table row of a document: the smallest thing we quote."""

    document_id: str
    span: Span
    text: str
    """Exactly `span.of(document.text)`."""
    role: Role
    headings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Keys into the document's sources; `ours` is our judgement."""
    is_row: bool = False
    """A whole table row, cells separated as the document separates them."""

    @property
    def judgement(self) -> bool:
        """Whether it is ours rather than a sourced fact."""
        return OURS in self.sources


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document, small enough to embed, quote and check."""

    document_id: str
    span: Span
    text: str
    """Exactly `span.of(document.text)`; `tests/corpus/test_split.py` holds us to it."""
    headings: tuple[str, ...] = ()
    """The headings above it, outermost first, without the document's title."""
    page: int | None = None
    title: str = ""
    """The document's; carried so that a stored passage can be shown alone."""
    kind: Kind = "file"
    as_of: str = ""
    table_header: str = ""
    """For table rows cut off from their header line: that line. Embedded with the text, not part of it."""

    @property
    def id(self) -> str:
        """Address of this passage, stable while the document's text is."""
        return f"{self.document_id}#{self.span.start}-{self.span.end}"


# --- a question ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """What we search for, and what was asked."""

    text: str
    """What this question asks, with pronouns and ordinals resolved where they could be."""
    question: str
    """The person's own words."""
    expansions: tuple[str, ...] = ()
    """Other names of the terms in `text`, from the glossary; searched by words as well."""
    context: tuple[tuple[str, float], ...] = ()
    """What a follow-up leans on: earlier words of the conversation, each with its weight (0..1)."""

    @property
    def standalone(self) -> str:
        """The question completed from the conversation, as it is shown: what was searched for."""
        return " ".join([self.text, *(f"({text})" for text, _ in self.context)])


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its place in one ranking."""

    passage: Passage
    score: float
    """Higher is better; scores compare only within one `found_by`."""
    rank: int
    """From 1."""
    found_by: FoundBy


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that an answer may rest on."""

    query: Query
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that carry a sentence, and where they stand. One number is one quote."""

    number: int  # from 1 as shown; 0 before numbering
    passage: Passage
    quote: Span
    """In the document's text, within the passage's span."""
    source: Source | None = None
    """What the quoted sentence itself names as its source, if anything."""

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.passage.text[self.quote.start - self.passage.span.start : self.quote.end - self.passage.span.start]


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary."""

    name: str
    also: tuple[str, ...]
    """Acronyms, spellings and synonyms."""
    meaning: str
    """One sentence that can be quoted: exactly `span.of(document.text)`."""
    document_id: str
    span: Span


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
class Outline:
    """What the assessment of the evidence decided, before a word is composed."""

    evidence: Evidence
    form: Form
    status: Status
    candidates: tuple[Candidate, ...] = ()
    """The statements of the evidence, best first."""
    confidence: float = 0.0
    """Of the gate that the corpus answers the question, 0..1."""
    reasons: tuple[str, ...] = ()
    """Why it abstains, in plain words."""
    missing: tuple[str, ...] = ()
    """Parts of the question that the evidence does not touch."""
    readings: tuple[str, ...] = ()
    """With status `clarify`: the meanings the question may have."""


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
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall time by stage: rewrite, retrieve, compose, verify, total."""

    @property
    def shown(self) -> tuple[Sentence, ...]:
        """The supported sentences, in reading order."""
        return tuple(s for s in self.sentences if s.supported)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of the shown sentences, each number once, by number."""
        by_number = {c.number: c for s in self.shown for c in s.citations}
        return tuple(by_number[n] for n in sorted(by_number))


# --- a conversation -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer; the answer is text alone when it came from outside."""

    question: str
    answer: Answer | None = None
    answer_text: str = ""
    """What the reader saw, when the `Answer` itself is not at hand (`--history`)."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A value: each browser session, API call and evaluation holds its own."""

    turns: tuple[Turn, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """What the person said of the case, as (name, value)."""

    def with_turn(self, turn: Turn) -> Conversation:
        """Return the conversation with one more turn."""
        return replace(self, turns=(*self.turns, turn))


Step = Query | Evidence | Outline | Sentence | Answer
"""What the line yields while it works; the last one is the `Answer`."""
