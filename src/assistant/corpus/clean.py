"""Cleaning: raw text becomes the text that is quoted, and every kept character keeps its place.

`CleanText` copies stretches of the raw text and remembers where they came from; `boilerplate`
says which lines of a saved web page are not its content. Nothing here knows a file format.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from assistant.errors import UnreadableFile
from assistant.text import strip_invisible
from assistant.types import Piece, Span

Run = Span | str
"""A stretch of the raw text, or words that the reader puts in its place (a decoded entity)."""

_SPACE = r"(?P<space>[^\S ]\s*| \s+)"
_MARK = r"\[\^(?P<mark>[^\]\s]{1,80})\]"
_LINK = r"\[(?P<link>[^\[\]\n]{1,300})\]\((?:https?://|mailto:|/|#)[^()\s]*\)"
_NO_SPACE_BEFORE = tuple(".,;:!?)]")


def decode(data: bytes, path: str) -> str:
    """Return the text of a file: UTF-8 with or without a mark, or UTF-16 with one.

    Raises UnreadableFile where there is nothing to read or the bytes are of another encoding.
    """
    if not data.strip():
        raise UnreadableFile(path, "empty file")
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(path, "wrong encoding; save it as UTF-8") from error
    if "\0" in text:
        raise UnreadableFile(path, "wrong encoding; save it as UTF-8")
    if not any(c.isprintable() and not c.isspace() for c in text):
        raise UnreadableFile(path, "empty file")
    return text


def visible(text: str) -> str:
    """Return the text without invisible characters and without white space around it."""
    text = text.strip()
    return text if text.isprintable() else strip_invisible(text).strip()


def one_line(text: str, *, limit: int = 200) -> str:
    """Return a title or name on one line, without invisible characters, cut at `limit` characters."""
    return " ".join(strip_invisible(" ".join(text.split())).split())[:limit]


@lru_cache(maxsize=64)
def _cuts(invisible: str, marks: bool, links: bool) -> re.Pattern[str]:
    parts = [_SPACE]
    if invisible:
        parts.append(f"[{re.escape(invisible)}]+")
    if marks:
        parts.append(_MARK)
    if links:
        parts.append(_LINK)
    return re.compile("|".join(parts))


def _invisible(text: str) -> str:
    """Return the invisible characters that occur in the text, each once."""
    if text.isascii() and text.isprintable():
        return ""
    present = {c for c in set(text) if not c.isspace()}
    return "".join(sorted(present - set(strip_invisible("".join(present)))))


class CleanText:
    """The cleaned text while it grows, with the pieces that map it back to the raw text.

    White space becomes one space, invisible characters go, source marks go and are noted,
    and a link in plain text becomes its words. Text is added a line at a time.
    """

    def __init__(self, raw: str, *, marks: bool = False, links: bool = False, page_starts: Sequence[int] = ()) -> None:
        self._raw = raw
        self._cuts = _cuts(_invisible(raw), marks, links)
        self._page_starts = page_starts
        self._parts: list[str] = []
        self._pieces: list[tuple[int, int, int]] = []  # start, end, raw start
        self._gap = ""  # what was put in since the last piece
        self._spaced = True  # a space here would be the second, or the first of a line
        self.length = 0

    @property
    def text(self) -> str:
        """Everything added so far."""
        return "".join(self._parts)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The stretches that the cleaned and the raw text share, in order; none crosses a page."""
        return tuple(self._split_at_pages())

    def has_words(self, run: Run) -> bool:
        """Return whether the run holds anything that can be seen."""
        text = run if isinstance(run, str) else run.of(self._raw)
        return any(c.isprintable() and not c.isspace() for c in text)

    def put(self, text: str) -> None:
        """Add characters that are not in the raw text."""
        if text:
            self._parts.append(text)
            self._gap += text
            self.length += len(text)
            self._spaced = text[-1].isspace()

    def add(self, runs: Iterable[Run]) -> tuple[Span, list[tuple[str, int]]]:
        """Add one line or cell; return its span and the source marks with their places in it."""
        start = self.length
        marks: list[tuple[str, int]] = []
        self._spaced = True
        for run in runs:
            if isinstance(run, str):
                words = " ".join(strip_invisible(run).split())
                self._put_spaced(" " + words if run[:1].isspace() else words)
                if run[-1:].isspace():
                    self._put_spaced(" ")
            else:
                self._add_raw(run, marks)
        self._trim(start)
        return Span(start, self.length), marks

    def _add_raw(self, run: Span, marks: list[tuple[str, int]]) -> None:
        position = run.start
        for cut in self._cuts.finditer(self._raw, run.start, run.end):
            self._copy(position, cut.start())
            position = cut.end()
            if cut.lastgroup == "space":
                self._put_spaced(" ")
            elif cut.lastgroup == "mark":
                marks.append((cut["mark"], self.length))
            elif cut.lastgroup == "link":
                self._copy(*cut.span("link"))
        self._copy(position, run.end)

    def _put_spaced(self, text: str) -> None:
        self.put(text[1:] if self._spaced and text.startswith(" ") else text)

    def _copy(self, start: int, end: int) -> None:
        """Copy raw characters, without a space where there is one already."""
        if self._spaced and start < end and self._raw[start] == " ":
            start += 1
        if start >= end:
            return
        copied = self._raw[start:end]
        if self._pieces and self._gap_is_raw(start):
            self._pieces[-1] = (self._pieces[-1][0], self.length + len(copied), self._pieces[-1][2])
        else:
            self._pieces.append((self.length, self.length + len(copied), start))
        self._gap = ""
        self._parts.append(copied)
        self.length += len(copied)
        self._spaced = copied[-1] == " "

    def _gap_is_raw(self, start: int) -> bool:
        """Return whether the raw text up to `start` reads as the cleaned text does since the last piece."""
        piece_start, piece_end, raw_start = self._pieces[-1]
        raw_end = raw_start + piece_end - piece_start
        return start - raw_end == len(self._gap) and self._raw[raw_end:start] == self._gap

    def _trim(self, start: int) -> None:
        """Take back a space at the end of the line that began at `start`."""
        while self.length > start and self._parts[-1].endswith(" "):
            self._parts[-1] = self._parts[-1][:-1]
            self.length -= 1
            if self._gap:
                self._gap = self._gap[:-1]
            else:
                piece_start, piece_end, raw_start = self._pieces.pop()
                if piece_start < piece_end - 1:
                    self._pieces.append((piece_start, piece_end - 1, raw_start))
            if not self._parts[-1]:
                self._parts.pop()

    def _split_at_pages(self) -> Iterator[Piece]:
        for start, end, raw_start in self._pieces:
            offset = raw_start - start
            while start < end:
                page = bisect_right(self._page_starts, start + offset)
                stop = end
                if page < len(self._page_starts):
                    stop = min(end, self._page_starts[page] - offset)
                yield Piece(Span(start, stop), Span(start + offset, stop + offset), page or None)
                start = stop


# --- saved web pages ----------------------------------------------------------------------

_FRAME = frozenset(
    """advertisement, cancel reply, comments, copy link, follow us, leave a comment, leave a reply, next post,
    post a comment, previous post, print, read more, related articles, related posts, save my name, share, share on,
    share this, share this article, share this post, sign in, skip to content, subscribe, subscribe now,
    table of contents, tags, tweet, you may also like""".replace("\n    ", " ").split(", ")
)
"""Whole lines, lower case and without punctuation around them, that belong to a page's frame."""

_AUTHOR_FOLLOWS = frozenset({"tags", "about the author", "about author", "author", "written by", "posted by"})
_BIOGRAPHY = re.compile(
    r"(?:[A-Z][\w.'’-]+ ){1,4}is (?:the|a|an|our|currently) [^.]{0,120}\b(?:at|of|for|with|writer|author|expert)\b"
)
_CALL_TO_ACTION = re.compile(
    r"(?:(?:looking|ready|want|wish|need|interested|planning) (?:to|in|for|help|a|an)\b.{3,90}[?!]"
    r"|(?:contact|call|talk to|get in touch with|reach out to) (?:us|our)\b.{0,60}[.!]?"
    r"|(?:book|schedule|request|get) (?:a|your) (?:free )?(?:demo|call|consultation|quote)\b.{0,40}[.!]?)",
    re.IGNORECASE,
)


def boilerplate(lines: Sequence[str]) -> set[int]:
    """Return the indices of lines that frame a saved web page and are not its content.

    Left out are the phrases of comment and share boxes, a call to action with nothing under
    it near the end, and the author's biography after a line such as "Tags". All else stays.
    """
    found = {i for i, line in enumerate(lines) if _phrase(line) in _FRAME}
    last_third = len(lines) * 2 // 3
    for i in range(last_third, len(lines)):
        if _phrase(lines[i]) in _AUTHOR_FOLLOWS:
            found |= _author(lines, i)
        elif _CALL_TO_ACTION.fullmatch(lines[i]) and _ends_here(lines, i + 1):
            found.add(i)
    return found


def _phrase(line: str) -> str:
    return line.strip(" \t-–—:|.!•·»«>").lower()


def _author(lines: Sequence[str], marker: int) -> set[int]:
    """Return the marker's line and the names and biographies that follow it."""
    found = {marker}
    for i in range(marker + 1, len(lines)):
        is_name = len(lines[i].split()) <= 4 and not lines[i].endswith((".", "?", "!"))
        if not (is_name or _BIOGRAPHY.match(lines[i])):
            break
        found.add(i)
    # a marker that nothing of the kind follows is a heading of the page's own
    return found if len(found) > 1 or _phrase(lines[marker]) in _FRAME else set()


def _ends_here(lines: Sequence[str], following: int) -> bool:
    """Return whether what follows is no text of its own: the end, or another short line."""
    return following >= len(lines) or len(lines[following].split()) <= 6
