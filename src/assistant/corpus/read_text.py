"""Plain text: saved web pages, notes, and what a PDF's pages say.

Plain text has no marks for headings, lists or tables; they are told by how lines look and by
what stands around them. No rule knows a particular text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.corpus.blocks import Block, Parsed
from assistant.corpus.clean import Run, boilerplate, decode, visible
from assistant.types import Span

_BULLET = re.compile(r"(?P<sign>[-*+•‣◦▪·–●]|\(?(?P<number>\d{1,3})[.)])\s+(?=\S)")
_NUMBER = re.compile(r"\d{1,2}(?P<inner>(?:\.\d{1,2})*)[.)]?\s+(?=\S)")
_LABEL = re.compile(r"[^\W\d_][^.:?!|]{1,60}: +\S")
_RULE = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")
_MOST_COLUMNS = 50  # of a table that people wrote
_TITLE_END = (".", ":", ";", ",", "…")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a reader sees it; in hard-wrapped text, a whole paragraph."""

    runs: tuple[Run, ...]
    text: str
    """What the runs say, for looking at."""


def read_text(data: bytes, path: str) -> Parsed:
    """Return a plain text file as blocks, with the headings, lists and tables that it seems to have."""
    raw = decode(data, path)
    lines = lines_of(raw)
    left_out = boilerplate([line.text for line in lines])
    kept = [line for i, line in enumerate(lines) if i not in left_out]
    return Parsed(raw, outline(raw, kept), links=True)


def lines_of(raw: str) -> list[Line]:
    """Return the lines of a text that hold a letter or digit, hard-wrapped paragraphs made one line."""
    return [line for block in _blocks_of_lines(raw) for line in _unwrapped(block)]


def _blocks_of_lines(raw: str) -> Iterator[list[Line]]:
    """Yield the runs of lines that no empty line parts; lines without a letter or digit are empty."""
    block: list[Line] = []
    start = 0
    for piece in raw.splitlines(keepends=True):
        text = visible(piece)
        if any(c.isalnum() for c in text) or "|" in text:
            indent = len(piece) - len(piece.lstrip())
            block.append(Line((Span(start + indent, start + len(piece.rstrip())),), text))
        elif block:
            yield block
            block = []
        start += len(piece)
    if block:
        yield block


def _unwrapped(lines: list[Line]) -> list[Line]:
    """Return the lines with those joined that were one paragraph before it was wrapped at a width.

    Wrapped text shows in its continuation lines: a third of them or more begin in lower case.
    """
    follow = lines[1:]
    lower = sum(line.text[0].islower() for line in follow)
    if not follow or lower * 3 < len(follow) or len(lines[0].text) < 40 or "|" in lines[0].text:
        return lines
    paragraphs: list[list[Line]] = []
    for line in lines:
        if not paragraphs or _BULLET.match(line.text):
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
    return [_joined(paragraph) for paragraph in paragraphs]


def _joined(lines: Sequence[Line]) -> Line:
    runs: list[Run] = list(lines[0].runs)
    for line in lines[1:]:
        runs += [" ", *line.runs]
    return Line(tuple(runs), " ".join(line.text for line in lines))


# --- from lines to blocks -----------------------------------------------------------------


def outline(raw: str, lines: Sequence[Line]) -> tuple[Block, ...]:
    """Return the lines as blocks: the title, headings with their levels, tables, lists and prose."""
    tables = _table_rows(lines)
    levels = _levels([line.text for line in lines], tables)
    blocks: list[Block] = []
    for i, line in enumerate(lines):
        if i in tables:
            if kind := tables[i]:
                blocks.append(Block(kind, cells(raw, line)))
        elif i in levels:
            blocks.append(Block("heading", (line.runs,), level=levels[i]))
        elif _is_labelled(lines, i):
            blocks.append(Block("item", (line.runs,)))
        else:
            blocks.append(paragraph(raw, line))
    return tuple(blocks)


def paragraph(raw: str, line: Line) -> Block:
    """Return a line as prose, or as a list item where it begins with a bullet or a number."""
    first, *rest = line.runs
    bullet = None if isinstance(first, str) else _BULLET.match(raw, first.start, first.end)
    if not bullet or isinstance(first, str):
        return Block("prose", (line.runs,))
    sign = f"{bullet['number']}. " if bullet["number"] else "- "
    return Block("item", ((Span(bullet.end(), first.end), *rest),), bullet=sign)


def cells(raw: str, line: Line) -> tuple[tuple[Run, ...], ...]:
    """Return the cells of a row; a pipe at either end of the line opens or closes it."""
    run = line.runs[0]
    if isinstance(run, str):
        return (line.runs,)
    found: list[tuple[Run, ...]] = []
    start = run.start
    for end in [i for i in range(run.start, run.end) if raw[i] == "|"] + [run.end]:
        if (start, end) != (run.start, run.start) and start < run.end:
            found.append((Span(start, end),))
        start = end + 1
    return tuple(found)


def _is_labelled(lines: Sequence[Line], i: int) -> bool:
    """Return whether a line and a neighbour both open with a label: "Handover: the team …"."""
    if not _LABEL.match(lines[i].text):
        return False
    return any(_LABEL.match(lines[j].text) for j in (i - 1, i + 1) if 0 <= j < len(lines))


# --- tables -------------------------------------------------------------------------------


def _table_rows(lines: Sequence[Line]) -> dict[int, Literal["header", "row"] | None]:
    """Return what the lines of pipe tables are; None for the rule under a header."""
    found: dict[int, Literal["header", "row"] | None] = {}
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and 0 < lines[end].text.count("|") <= _MOST_COLUMNS:
            end += 1
        rules = {j for j in range(i, end) if _RULE.fullmatch(lines[j].text)}
        # without a rule, two lines with a pipe may be prose: "Mon | Fri"
        if i + 1 in rules or end - i >= 3:
            found |= {j: None if j in rules else "header" if j == i else "row" for j in range(i, end)}
        i = max(end, i + 1)
    return found


# --- headings -----------------------------------------------------------------------------


def _headings(texts: Sequence[str], tables: Container[int]) -> list[int]:
    """Return the lines that are headings: short, without a final stop, above something longer.

    Of three or more such lines in a row none is one: that is a list.
    """
    seeming = [i for i, text in enumerate(texts) if i not in tables and _seems_heading(texts, i)]
    runs: list[list[int]] = []
    for i in seeming:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return [i for run in runs if len(run) <= 2 and _leads(texts, run[-1], tables) for i in run]


def _seems_heading(texts: Sequence[str], i: int) -> bool:
    text = texts[i]
    number = _NUMBER.match(text)
    title = text[number.end() :] if number else text
    if not title or len(text) > 80 or len(text.split()) > 12 or not (title[0].isupper() or title[0] in "\"“‘'"):
        return False
    if text.endswith(":"):
        return len(text.split()) <= 6 and _is_title_case(title)
    if title.rstrip("\"'”’)").endswith((*_TITLE_END, "!")) or "://" in text or "@" in text:
        return False
    neighbours = [*texts[max(0, i - 1) : i], *texts[i + 1 : i + 2]]
    if number:
        return not any(_NUMBER.match(near) for near in neighbours)
    return not (_LABEL.match(text) and any(_LABEL.match(near) for near in neighbours))


def _is_title_case(text: str) -> bool:
    long = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    return bool(long) and all(word[0].isupper() for word in long)


def _leads(texts: Sequence[str], i: int, tables: Container[int]) -> bool:
    """Return whether a line has something under it that it can be the heading of."""
    if i + 1 >= len(texts):
        return False
    return i + 1 in tables or bool(_BULLET.match(texts[i + 1])) or len(texts[i + 1]) > len(texts[i])


def _levels(texts: Sequence[str], tables: Container[int]) -> dict[int, int]:
    """Return the level of each heading; 1 for a title at the very top.

    All are of level 2, but one level down are: a title that ends in a colon; numbered titles
    under a text that ends in a colon; and titles that vary a pattern, such as "Costs of renting"
    and "Costs of buying", under the heading before them.
    """
    levels: dict[int, int] = {}
    if texts and _is_title(texts):
        levels[0] = 1
    listed = False  # within numbered headings that a colon announced
    rest = [i for i in _headings(texts, tables) if i not in levels]
    for place, i in enumerate(rest):
        number = _NUMBER.match(texts[i])
        listed = bool(number) and (listed or (i > 0 and texts[i - 1].endswith(":")))
        near = [texts[j] for j in rest[max(0, place - 1) : place] + rest[place + 1 : place + 2]]
        below = listed or texts[i].endswith(":") or any(_vary(texts[i], other) for other in near)
        depth = number["inner"].count(".") if number else 0
        levels[i] = 2 + depth + (1 if below and place else 0)
    return levels


def _is_title(texts: Sequence[str]) -> bool:
    return len(texts) > 1 and len(texts[0]) <= 150 and not texts[0].endswith(_TITLE_END)


def _vary(title: str, other: str) -> bool:
    """Return whether two titles of two words or more differ in one word only."""
    a, b = title.rstrip(":").split(), other.rstrip(":").split()
    return len(a) == len(b) > 1 and sum(x != y for x, y in zip(a, b, strict=True)) == 1
