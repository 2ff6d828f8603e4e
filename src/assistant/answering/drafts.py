"""From the stream of a language model's words to its sentences, each as soon as it is whole.

A draft is text alone: links, images, HTML, emphasis and invisible characters are gone, and the
numbers of the passages it names stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.text import sentences, strip_invisible, terms

MOST_RANGE = 6
"""A mark such as [1-4] names at most so many passages."""

_NUMBERS = r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*"
_MARK = re.compile(rf"[\[【(]\s*(?:\^|passages?\s+|sources?\s+)?({_NUMBERS})\s*(?:†[^\]】]*)?[\]】)]", re.IGNORECASE)
"""[1], [1, 2], [1-3], [^1], [Passage 1], 【1】; figures in round brackets only with the word."""
_ROUND = re.compile(r"^\(\s*\d")
_LATE_MARKS = re.compile(rf"([.!?…]+[\"'”’)]*)[ \t]*((?:[\[【]\s*\^?{_NUMBERS}\s*[\]】][ \t]*)+)")
"""Marks behind the full stop, which belong to the sentence before it."""

_NO_TEXT = (
    (re.compile(r"!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])?"), " "),  # images
    (re.compile(r"^\s*\[[^\]]+\]:\s*\S+.*$"), ""),  # what a link by reference points to
    (re.compile(r"\[(\d{1,3})\]\([^)]*\)"), r"[\1]"),  # a mark that was made a link
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),  # links
    (re.compile(r"\[([^\]\d][^\]]*)\]\[[^\]]*\]"), r"\1"),  # links by reference
    (re.compile(r"<!--.*?(-->|$)|</?[A-Za-z!][^<>]*(>|$)"), " "),  # HTML, also cut off
    (re.compile(r"\b[a-z][a-z0-9+.-]*://\S+|\b(javascript|data|mailto|file|vbscript):\S+|\bwww\.\S+", re.I), " "),
    (re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}/\S*", re.I), " "),  # an address without its protocol
    (re.compile(r"\*{1,3}|_{2,3}|~~|`+"), ""),  # emphasis
)
_BULLET = re.compile(r"^\s*(?:>\s*)*(?:[-*+•–]\s+|\(?\d{1,2}[.)]\s+)?")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s+(?P<hash>.+?)\s*#*|\*\*(?P<bold>[^*]+?)\*\*\s*:?)\s*$")
_RULE = re.compile(r"^[\s|:=_*`~-]*$")
"""A line without a word: a rule, a fence, the line below a table's header."""
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_HOLD = re.compile(r"^\s*[|#>*`~]|\]\(|!\[|<|://|\]\[\D")
"""A line that begins like this is read when it is whole."""
_THINKING = ("<think>", "</think>")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence as the model wrote it, freed of everything that is not text."""

    text: str
    numbers: tuple[int, ...]
    """Of the passages that it names, each once; they may not exist."""
    heading: str
    """The last heading before it, or empty."""


class DraftReader:
    """Cuts a reply into drafts while it comes."""

    def __init__(self) -> None:
        self._rest = ""
        self._heading = ""
        self._columns: list[str] = []
        self._thinking = True
        """The reply may still begin with what a model thinks, which is no part of it."""

    def read(self, piece: str) -> Iterator[Draft]:
        """Yield the drafts that a further piece completes."""
        self._rest += piece
        if self._thinking and not self._thought():
            return
        *lines, self._rest = self._rest.split("\n")
        for line in lines:
            yield from self._line(line)
        if not _HOLD.search(self._rest):
            ready, self._rest = whole_sentences(self._rest)
            yield from self._sentences(ready)

    def end(self) -> Iterator[Draft]:
        """Yield the drafts of what is left."""
        rest, self._rest = self._rest, ""
        if not (self._thinking and rest.lstrip().startswith(_THINKING[0])):
            yield from self._line(rest)

    def _thought(self) -> bool:
        """Return whether the reply itself has begun; drops what was thought before it."""
        begun, (opening, closing) = self._rest.lstrip(), _THINKING
        if opening.startswith(begun) or (begun.startswith(opening) and closing not in begun):
            return False
        if begun.startswith(opening):
            self._rest = begun.split(closing, 1)[1]
        self._thinking = False
        return True

    def _line(self, line: str) -> Iterator[Draft]:
        """Yield the drafts of a whole line."""
        if _RULE.match(line) or _FENCE.match(line):
            return
        if heading := _HEADING.match(line):
            self._heading = " ".join(_text(heading["hash"] or heading["bold"]).split())
            self._columns = []
        elif line.lstrip().startswith("|"):
            yield from self._row([cell.strip() for cell in line.strip().strip("|").split("|")])
        else:
            self._columns = []
            plain = _LATE_MARKS.sub(r" \2\1 ", _text(line))
            yield from self._sentences([span.of(plain) for span in sentences(plain)])

    def _row(self, cells: list[str]) -> Iterator[Draft]:
        """Yield a draft for each cell of a table's row, with what it stands under."""
        if not self._columns:
            self._columns = cells
            return
        for column, cell in list(zip(self._columns, cells, strict=False))[1:]:
            if cell.strip("-–— "):
                yield from self._sentences([f"{_text(cells[0])}, {_text(column).lower()}: {_text(cell)}"])

    def _sentences(self, texts: list[str]) -> Iterator[Draft]:
        for text in texts:
            plain, numbers = without_marks(_BULLET.sub("", _text(text)))
            if len(terms(plain)) > 1 and not plain.endswith(":"):  # "Yes." and "The risks:" claim nothing
                yield Draft(plain, numbers, self._heading)


def whole_sentences(text: str) -> tuple[list[str], str]:
    """Return the sentences at the start of a text that more text cannot change, and the rest.

    >>> whole_sentences("Linen is washed. [1] Towels are [2] not. Beds")
    (['Linen is washed [1].', 'Towels are [2] not.'], 'Beds')
    >>> whole_sentences("Linen is washed. [1")
    ([], 'Linen is washed. [1')
    """
    moved = _LATE_MARKS.sub(r" \2\1 ", text)
    moved = re.sub(r"[ \t]+", " ", _BEFORE_STOP.sub(r"\1", moved))
    spans = sentences(moved)
    if len(spans) < 2 or moved[spans[-1].start] in "[【":
        return [], text
    return [span.of(moved) for span in spans[:-1]], moved[spans[-1].start :]


def without_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a sentence without its marks, and the numbers they name, each once.

    >>> without_marks("Linen [2] is washed at 60 degrees [1, 3].")
    ('Linen is washed at 60 degrees.', (2, 1, 3))
    """
    numbers: list[int] = []

    def take(match: re.Match[str]) -> str:
        if _ROUND.match(match[0]):
            return match[0]
        numbers.extend(_named(match[1]))
        return " "

    plain = " ".join(_MARK.sub(take, text).split())
    return _BEFORE_STOP.sub(r"\1", plain).strip(), tuple(dict.fromkeys(numbers))


def _named(numbers: str) -> Iterator[int]:
    """Yield the numbers of a mark: `1, 3` and `1-3`."""
    for part in re.split(r"\s*[,;]\s*", numbers):
        first, *last = (int(n) for n in re.split(r"\s*[–-]\s*", part))
        yield from range(first, min(last[-1], first + MOST_RANGE - 1) + 1) if last else (first,)


def _text(line: str) -> str:
    """Return a line without everything that is not text."""
    line = strip_invisible(line)
    for pattern, left in _NO_TEXT:
        line = pattern.sub(left, line)
    return line
