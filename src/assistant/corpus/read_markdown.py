"""Markdown, with the front matter and source marks of docs/corpus.md where a file has them.

markdown-it-py says what the blocks are; each stretch of words is then found again in the raw
text, since its inline tokens do not say where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.corpus.blocks import Block, Parsed
from assistant.corpus.clean import Run, decode, one_line
from assistant.errors import UnreadableFile
from assistant.types import Source, Span

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,80}\]:\s*")
_TAG = re.compile(r"<!--.*?(?:-->|$)|<[^<>]*>", re.DOTALL)
_CHECKED = frozenset({"primary", "secondary", "vendor", "named"})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_markdown(data: bytes, path: str) -> Parsed:
    """Return a Markdown file as blocks; its front matter gives title, date, topics and sources.

    Raises UnreadableFile for a front matter that is not valid YAML.
    """
    raw = decode(data, path)
    front = _FRONT_MATTER.match(raw)
    meta = _meta(front[1], path) if front else {}
    body = front.end() if front and meta else 0
    return Parsed(
        raw,
        tuple(_Reader(raw, body).blocks()),
        title=_text(meta, "title"),
        marks=True,
        sources=_sources(meta.get("sources"), path),
        as_of=_text(meta, "as_of"),
        url=next((u for u in (_text(meta, "url"), _text(meta, "original")) if "://" in u[:10]), ""),
        topics=_topics(meta.get("topics")),
        function=_text(meta, "function"),
        searchable=meta.get("searchable") is not False,
    )


# --- front matter -------------------------------------------------------------------------


def _meta(front: str, path: str) -> dict[Any, Any]:
    """Return the front matter's values; none where `---` was only a line across the page."""
    try:
        meta = yaml.load(front, Loader=_LOADER)  # noqa: S506  (a safe loader, in C where there is one)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        raise UnreadableFile(path, f"its front matter is not valid YAML{where}") from error
    return meta if isinstance(meta, dict) else {}


def _text(values: dict[Any, Any], key: str) -> str:
    value = values.get(key)
    return "" if value is None or isinstance(value, list | dict) else one_line(str(value))


def _topics(value: object) -> tuple[str, ...]:
    topics = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(one_line(str(topic)) for topic in topics if not isinstance(topic, list | dict))


def _sources(value: object, path: str) -> tuple[Source, ...]:
    if value is None:
        return ()
    if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
        raise UnreadableFile(path, "the sources in its front matter must be a title, publisher and url by key")
    return tuple(_source(str(key), entry) for key, entry in value.items())


def _source(key: str, entry: dict[Any, Any]) -> Source:
    checked = _text(entry, "checked")
    return Source(
        key,
        _text(entry, "title") or key,
        publisher=_text(entry, "publisher"),
        url=_text(entry, "url"),
        checked=checked if checked in _CHECKED else "named",  # type: ignore[arg-type]
        volatile=entry.get("volatile") is True,
    )


# --- blocks -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Walks the block tokens and finds their words again in the raw text."""

    raw: str
    body: int
    """Where the front matter ends."""
    starts: list[int] = field(default_factory=list)
    """Of each line of the body, in `raw`."""
    bullet: str = ""
    """Of the list item whose first paragraph is still to come."""
    numbers: list[int | None] = field(default_factory=list)
    """The next number of each open list; None for a list with bullets."""

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the body."""
        # markdown-it replaces NUL and line ends before it counts lines; only the latter can occur here
        lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", self.raw[self.body :])
        self.starts = list(accumulate(map(len, lines), initial=self.body))
        parser = MarkdownIt("commonmark").enable("table").disable(["text_join"])
        tokens = parser.parse(self.raw[self.body :])
        row: list[tuple[Run, ...]] = []
        for i, token in enumerate(tokens):
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                ordered = token.type.startswith("ordered")
                self.numbers.append(int(token.attrGet("start") or 1) if ordered else None)
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                self.numbers.pop()
            elif token.type == "list_item_open":
                self.bullet = self._next_bullet()
            elif token.type in {"th_open", "td_open"}:
                row.append(tuple(self._inline(tokens[i + 1], after=row)))
            elif token.type == "tr_close":
                yield Block("header" if tokens[i - 1].type == "th_close" else "row", tuple(row))
                row = []
            elif token.type in {"heading_open", "paragraph_open"}:
                yield from self._line(token, tokens[i + 1])
            elif token.type in {"fence", "code_block", "html_block"}:
                yield from self._verbatim(token)

    def _next_bullet(self) -> str:
        number = self.numbers[-1]
        if number is None:
            return "- "
        self.numbers[-1] = number + 1
        return f"{number}. "

    def _line(self, token: Token, inline: Token) -> Iterator[Block]:
        runs = tuple(self._inline(inline))
        if token.type == "heading_open":
            yield Block("heading", (runs,), level=int(token.tag[1:]))
        elif self.bullet:
            yield Block("item", (runs,), bullet=self.bullet)
        else:
            yield Block("prose", (runs,))
        self.bullet = ""

    def _verbatim(self, token: Token) -> Iterator[Block]:
        """Yield the lines of code, or the words of a block of HTML."""
        first, last = token.map or (0, 0)
        if token.type == "fence":
            first, last = first + 1, first + 1 + token.content.count("\n")
        start, end = self.starts[first], self.starts[min(last, len(self.starts) - 1)]
        if token.type == "html_block":
            cuts = [(start, start), *[m.span() for m in _TAG.finditer(self.raw, start, end)], (end, end)]
            words = [Span(a[1], b[0]) for a, b in pairwise(cuts)]
            yield Block("prose", (tuple(words),))
            return
        for line in range(first, last):
            yield Block("item", ((Span(self.starts[line], self.starts[line + 1]),),))

    # --- words

    def _inline(self, inline: Token, *, after: Sequence[Sequence[Run]] = ()) -> Iterator[Run]:
        """Yield the words of an inline token as stretches of the raw text, marks of emphasis left out.

        Words that markdown-it changed, such as an entity, are given as they read. A cell is looked
        for after the cells before it in its row.
        """
        first, last = inline.map or (0, 0)
        end = self.starts[min(last, len(self.starts) - 1)]
        cursor = max([self.starts[first], *[run.end for cell in after for run in cell if isinstance(run, Span)]])
        if footnote := _FOOTNOTE.match(inline.content):
            cursor = self.raw.find(footnote[0].rstrip(), cursor, end) + len(footnote[0].rstrip())
        for child in inline.children or []:
            if child.type in {"softbreak", "hardbreak"} or child.content.startswith("<br"):
                yield " "
            elif child.type == "text_special":
                cursor = max(cursor, self.raw.find(child.markup, cursor, end) + len(child.markup))
                yield child.content
            elif child.type in {"text", "code_inline"}:
                words = child.content
                if footnote and child is (inline.children or [])[0]:
                    words = words[footnote.end() :]
                found = self.raw.find(words, cursor, end) if words else -1
                if found < 0:
                    yield words or " "
                else:
                    cursor = found + len(words)
                    yield Span(found, cursor)
            elif child.type == "link_close":
                cursor = self._after_link(cursor, end)

    def _after_link(self, cursor: int, end: int) -> int:
        """Return the place after a link's address, so that words in it are not taken for the text's."""
        address = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*[^()]*\)").match(self.raw, cursor, end)
        return address.end() if address else cursor
