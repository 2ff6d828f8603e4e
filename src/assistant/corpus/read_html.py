"""HTML: the words of a page's main part, with its headings, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from assistant.corpus.blocks import Block, Parsed
from assistant.corpus.clean import Run, boilerplate, decode, one_line
from assistant.errors import UnreadableFile
from assistant.types import Span

_LEFT_OUT = frozenset(
    """aside audio button canvas dialog footer form head iframe input link menu meta nav noscript object script
    select style svg template textarea title video""".split()
)
_BLOCKS = frozenset(
    """address article blockquote body caption center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6
    header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul""".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])")


def read_html(data: bytes, path: str) -> Parsed:
    """Return a page as blocks; scripts, navigation, forms and hidden elements are left out.

    `raw` is the text of the page as the parser found it, an element after the other.
    """
    soup = BeautifulSoup(decode(data, path), "lxml")
    title = one_line(soup.title.get_text()) if soup.title else ""
    walk = _Walk()
    walk.element(_main_part(soup))
    walk.flush()
    raw = "".join(walk.raw)
    texts = [" ".join(run.of(raw) for cell in b.cells for run in cell if isinstance(run, Span)) for b in walk.blocks]
    left_out = boilerplate([" ".join(text.split()) for text in texts])
    blocks = tuple(block for i, block in enumerate(walk.blocks) if i not in left_out)
    if not blocks:
        raise UnreadableFile(path, "no text in it")
    first = [b for b in blocks if b.kind == "heading" and b.level == 1]
    # a page's title often carries the site's name; the only first-level heading is the better one
    return Parsed(raw, blocks, title="" if len(first) == 1 else title)


def _main_part(soup: BeautifulSoup) -> Tag:
    for name in ("main", "article"):
        found = soup.find_all(name)
        if len(found) == 1 and isinstance(found[0], Tag) and found[0].get_text(strip=True):
            return found[0]
    return soup.body or soup


@dataclass(slots=True)
class _Walk:
    """Goes through the elements in order and closes a block where a block element begins or ends."""

    raw: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    words: list[Run] = field(default_factory=list)
    bullet: str = ""

    def element(self, tag: Tag) -> None:
        """Add what stands in an element."""
        for child in tag.children:
            if isinstance(child, Tag):
                self._child(child)
            elif type(child) is NavigableString:
                self._say(str(child))

    def _child(self, tag: Tag) -> None:
        name = tag.name
        if name in _LEFT_OUT or _is_hidden(tag):
            return
        if name == "br":
            self._say(" ")
        elif name == "table" and _is_data(tag):
            self.flush()
            self._table(tag)
        elif name in _BLOCKS:
            self.flush()
            if name == "li":
                self.bullet = _bullet(tag)
            self.element(tag)
            self.flush(level=int(name[1]) if re.fullmatch("h[1-6]", name) else 0)
            self.bullet = "" if name == "li" else self.bullet
        else:
            self.element(tag)

    def _say(self, words: str) -> None:
        self.words.append(Span(self.length, self.length + len(words)))
        self.raw.append(words)
        self.length += len(words)

    def flush(self, *, level: int = 0) -> None:
        """Close the block that is open, if it has words; with a level, as a heading."""
        said = "".join(self.raw[len(self.raw) - len(self.words) :]) if self.words else ""
        if any(c.isalnum() for c in said):
            runs = (tuple(self.words),)
            if level:
                self.blocks.append(Block("heading", runs, level=level))
            elif self.bullet:
                self.blocks.append(Block("item", runs, bullet=self.bullet))
                self.bullet = ""
            else:
                self.blocks.append(Block("prose", runs))
        if self.words:
            self.words = []
            self.raw.append("\n")
            self.length += 1

    def _table(self, table: Tag) -> None:
        for number, row in enumerate(_rows(table)):
            cells: list[tuple[Run, ...]] = []
            for cell in row:
                words = " ".join(_shown(cell))
                cells.append((Span(self.length, self.length + len(words)),))
                self.raw.append(words + "\n")
                self.length += len(words) + 1
            self.blocks.append(Block("row" if number else "header", tuple(cells)))


def _rows(table: Tag) -> list[list[Tag]]:
    rows = [tr for tr in table.find_all("tr") if isinstance(tr, Tag)]
    cells = [[c for c in tr.find_all(["th", "td"], recursive=False) if isinstance(c, Tag)] for tr in rows]
    return [row for row in cells if row]


def _is_data(table: Tag) -> bool:
    """Return whether a table holds data: two columns and rows or more, and no table in it."""
    rows = _rows(table)
    return len(rows) >= 2 and max(map(len, rows)) >= 2 and table.find("table") is None


def _shown(element: PageElement) -> Iterator[str]:
    """Yield the words of an element that a reader sees."""
    if isinstance(element, Tag):
        if element.name not in _LEFT_OUT and not _is_hidden(element):
            for child in element.children:
                yield from _shown(child)
    elif type(element) is NavigableString and (words := " ".join(element.split())):
        yield words


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "").lower()
    return tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or bool(_HIDDEN.search(style))


def _bullet(item: Tag) -> str:
    """Return what stands before a list item: its number in an ordered list."""
    parent = item.parent
    if parent is None or parent.name != "ol":
        return "- "
    place = sum(isinstance(s, Tag) and s.name == "li" for s in item.previous_siblings)
    start = str(parent.get("start") or "1")
    return f"{place + (int(start) if start.isdigit() else 1)}. "
