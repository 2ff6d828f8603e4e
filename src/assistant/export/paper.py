"""A paper: headings, paragraphs, lists and tables, each line with its notes.

Every text in it is clean: one line, without control characters, and no cell of a table that a
spreadsheet would compute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.text import strip_invisible

_FORMULA = re.compile(r"[=+\-@]")
_UNSAFE = re.compile(r"[\s<>\"'`\\^{|}]")
_NUMBER = re.compile(r"[+-]?[\d.,]+\s?%?")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, item or cell."""

    text: str
    notes: tuple[int, ...] = ()
    """Numbers of its notes."""
    judgement: bool = False
    label: str = ""
    """What stands before it, set off."""
    url: str = ""
    """Of the whole line; http or https alone."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a question."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that follow each other."""

    lines: tuple[Line, ...]
    lead: bool = False
    """The first thing to read."""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of each row names it."""

    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Heading | Paragraph | Items | Grid


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: the words a line rests on, and where they stand."""

    number: int
    quote: str
    place: str
    source: str = ""
    """What the quoted words themselves name as their source, or empty."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written on it, in reading order."""

    title: str
    date: str
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    sources: tuple[Line, ...]
    """Each cited document, and each source that it names, once."""
    about: tuple[Line, ...]
    """How it came about."""


def clean(text: str) -> str:
    r"""Return the text on one line, without what no document can hold.

    >>> clean(" a\x00\u202e\n\tb ")
    'a b'
    """
    return " ".join(strip_invisible(text).split())


def cell(text: str) -> str:
    """Return the text of a cell so that no spreadsheet takes it for a formula.

    >>> cell("=1+1"), cell("-5 %"), cell("@SUM(A1)")
    ("'=1+1", '-5 %', "'@SUM(A1)")
    """
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def web_address(url: str) -> str:
    """Return the address if it leads to a page, else nothing.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)"), web_address("http://[")
    ('https://example.org/a', '', '')
    """
    url = clean(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc and not _UNSAFE.search(url) else ""


def footnote(note: Note) -> str:
    """Return a note as one line: the words, where they stand, and what they rest on."""
    quoted = f"“{note.quote}” " if note.quote else ""
    return f"{quoted}{note.place}." + (f" Source: {note.source}." if note.source else "")
