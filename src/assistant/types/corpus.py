"""A corpus: documents, their parts, and the passages and statements cut from them."""

from __future__ import annotations

from dataclasses import dataclass
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
    "uncertain",
    "caution",
]
"""What a sentence does in advice; taken from the heading it stands under.

The last two are parts of a decision brief alone: what is not settled, and where an article overclaims.
"""

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
    searchable: bool = True
    """Cut into passages and found by a search; False for what the program alone reads."""


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
