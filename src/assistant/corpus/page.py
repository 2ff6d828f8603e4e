"""A guidance page as its curators wrote it: front matter, sentences with their marks, line numbers.

Serves the tools for curators (`lint`, `coverage`), which must see what reading for the index makes
even: raw lines, broken marks, headings that are not ours. Knows no rule itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.text import sentences
from assistant.types import OURS

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_MARKS = re.compile(r"(?:\s*\[\^[^\]\s]+\])+")
_KEY = re.compile(r"\[\^([^\]\s]+)\]")
_LINK = re.compile(r"\[([^\]^][^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line."""

    title: str
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence, or one table cell of a few words, with the marks behind it."""

    text: str
    """Without marks; a link shows its words."""
    marks: tuple[str, ...]
    line: int
    section: str
    """The second-level heading it stands under, or empty."""
    block: int
    """Number of the paragraph, list item or table row that holds it, from 1."""
    column: int = -1
    """Of a table cell, from 0; -1 in prose."""
    mark_inside: bool = False
    """A mark stands before the end of the sentence."""

    @property
    def is_question(self) -> bool:
        """Whether it asks, and so needs no mark."""
        return self.text.endswith("?")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table by its words."""

    header: tuple[str, ...]
    first_column: tuple[str, ...]
    section: str
    line: int


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file of the corpus."""

    path: Path
    text: str
    meta: Mapping[str, Any]
    """The front matter; empty when there is none or it cannot be parsed."""
    meta_error: str
    """Why there is no front matter, or empty."""
    headings: tuple[Heading, ...]
    claims: tuple[Claim, ...]
    grids: tuple[Grid, ...]
    links: tuple[tuple[int, str], ...]
    """Line and target of each link."""
    words: int
    """Of the body, marks left out."""

    @property
    def sources(self) -> Mapping[str, Any]:
        """The sources of the front matter by key; empty when they are not a mapping."""
        found = self.meta.get("sources")
        return found if isinstance(found, dict) else {}

    def under(self, section: str) -> tuple[Claim, ...]:
        """Return the claims under a second-level heading."""
        return tuple(c for c in self.claims if c.section == section)

    def line_of(self, key: str) -> int:
        """Return the line of a front matter key, or of a source's key; 1 where it is not found."""
        found = re.search(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*:", self.text, re.MULTILINE)
        return self.text.count("\n", 0, found.start()) + 1 if found else 1


def guidance_pages(corpus: Path) -> list[Page]:
    """Return the pages of `corpus/guidance`, sorted by path."""
    return [read_page(path) for path in sorted((corpus / "guidance").rglob("*.md"))]


def digest_pages(corpus: Path) -> list[Page]:
    """Return the digests in `corpus/articles`: the Markdown files that say `kind: digest`."""
    pages = (read_page(path) for path in sorted((corpus / "articles").rglob("*.md")))
    return [page for page in pages if page.meta.get("kind") == "digest"]


def read_page(path: Path) -> Page:
    """Return the page in a file; bytes that are no UTF-8 become replacement characters."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    front = _FRONT.match(text)
    meta, meta_error = _read_meta(front[1] if front else None)
    body_start = front.end() if front else 0
    body = _Body(text.count("\n", 0, body_start))
    body.read(_MARKDOWN.parse(text[body_start:]))
    prose = _LINK.sub(r"\1", _MARKS.sub("", text[body_start:]))
    words = sum(1 for word in prose.split() if any(c.isalnum() for c in word))
    return Page(
        path=path,
        text=text,
        meta=meta,
        meta_error=meta_error,
        headings=tuple(body.headings),
        claims=tuple(body.claims),
        grids=tuple(body.grids),
        links=tuple(body.links),
        words=words,
    )


def _read_meta(front: str | None) -> tuple[dict[str, Any], str]:
    if front is None:
        return {}, "no front matter between two lines of ---"
    try:
        meta = yaml.safe_load(front)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        return {}, f"front matter cannot be parsed{where}: {getattr(error, 'problem', error)}"
    return (meta, "") if isinstance(meta, dict) else ({}, "front matter holds no keys")


class _Body:
    """Collects what a page's body holds while its tokens go by."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.headings: list[Heading] = []
        self.claims: list[Claim] = []
        self.grids: list[Grid] = []
        self.links: list[tuple[int, str]] = []
        self._section = ""
        self._block = 0

    def read(self, tokens: list[Token]) -> None:
        """Take in the tokens of the whole body."""
        stream = iter(tokens)
        for token in stream:
            if token.type == "heading_open":
                self._heading(token, next(stream))
            elif token.type == "table_open":
                self._table(token, stream)
            elif token.type == "inline":
                self._block += 1
                self._inline(token, self._line(token))

    def _line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0) + 1

    def _heading(self, opening: Token, inline: Token) -> None:
        level = int(opening.tag[1:])
        self.headings.append(Heading(inline.content.strip(), level, self._line(opening)))
        if level <= 2:
            self._section = inline.content.strip()

    def _inline(self, token: Token, line: int, column: int = -1) -> None:
        self.claims.extend(_claims(token.content, line, self._section, self._block, column))
        for child in token.children or ():
            if child.type == "link_open":
                self.links.append((line, str(child.attrs.get("href", ""))))

    def _table(self, opening: Token, stream: Iterator[Token]) -> None:
        header: list[str] = []
        firsts: list[str] = []
        line, column, in_body = self._line(opening), 0, False
        for token in stream:
            if token.type == "table_close":
                break
            if token.type == "tbody_open":
                in_body = True
            elif token.type == "tr_open":
                line, column = self._line(token), 0
                self._block += 1
            elif token.type == "inline" and not in_body:
                header.append(token.content.strip())
            elif token.type == "inline":
                if column == 0:
                    firsts.append(plain(token.content))
                self._inline(token, line, column)
                column += 1
        self.grids.append(Grid(tuple(header), tuple(firsts), self._section, self._line(opening)))


def plain(text: str) -> str:
    """Return the words of a run of Markdown: no marks, links by their words.

    >>> plain("See [the glossary](glossary.md). [^ours]")
    'See the glossary.'
    """
    return _LINK.sub(r"\1", _MARKS.sub("", text)).strip()


def _claims(content: str, line: int, section: str, block: int, column: int) -> Iterator[Claim]:
    """Yield the sentences of one paragraph, list item or cell."""
    clean, marks = _without_marks(content)
    begin = 0
    for span in sentences(clean):
        own = [(at, key) for at, key in marks if begin <= at <= span.end]
        begin = span.end + 1
        yield Claim(
            text=" ".join(_LINK.sub(r"\1", span.of(clean)).split()),
            marks=tuple(key for _, key in own),
            line=line + clean.count("\n", 0, span.start),
            section=section,
            block=block,
            column=column,
            mark_inside=any(at < span.end for at, _ in own),
        )


def _without_marks(content: str) -> tuple[str, list[tuple[int, str]]]:
    """Return the text without its marks, and where in it each mark stood."""
    marks: list[tuple[int, str]] = []
    parts: list[str] = []
    end = length = 0
    for match in _MARKS.finditer(content):
        parts.append(content[end : match.start()])
        length += match.start() - end
        marks.extend((length, key) for key in _KEY.findall(match[0]))
        end = match.end()
    return "".join([*parts, content[end:]]), marks


def cited_keys(claims: Iterable[Claim]) -> set[str]:
    """Return the source keys that the claims rest on, our own judgement left out."""
    return {key for claim in claims for key in claim.marks} - {OURS}
