"""PDF: the text of its pages, put back into paragraphs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from statistics import quantiles

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from assistant.corpus.blocks import Parsed
from assistant.corpus.clean import Run, one_line, visible
from assistant.corpus.read_text import Line, outline
from assistant.errors import UnreadableFile
from assistant.types import Span

_STOP = re.compile(r"[.!?:;][\"'”’)\]]*$")
_BULLET = re.compile(r"[-•‣◦▪·–●*]\s|\(?\d{1,3}[.)]\s|\d{1,2}(?:\.\d{1,2})+\.?\s+[A-Z]")
_NO_TITLE = re.compile(r"microsoft word\b.*|untitled.*|.*\.(?:docx?|pdf|tex|dvi|indd|qxd)", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\W*\d{1,4}\W*(?:(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_EDGE_LINES = 2  # how many lines at the top and the bottom of a page can be its header or footer


def read_pdf(data: bytes, path: str) -> Parsed:
    """Return a PDF as blocks; `raw` is the text of its pages, each ending in a form feed.

    Raises UnreadableFile for an encrypted, damaged or scanned file.
    """
    pages, title = _pages(data, path)
    raw = "".join(page + "\f" for page in pages)
    starts = tuple(accumulate((len(page) + 1 for page in pages), initial=0))[:-1]
    lines = [_lines(page, start) for page, start in zip(pages, starts, strict=True)]
    if not any(lines):
        raise UnreadableFile(path, "a scanned PDF without text")
    body = _without_running_heads(lines)
    if not any(body):
        body = lines
    return Parsed(raw, outline(raw, _paragraphs(raw, body)), title=title, page_starts=starts)


def _pages(data: bytes, path: str) -> tuple[list[str], str]:
    """Return the text of each page and the title that the file gives."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFile(path, "an encrypted PDF")
        title = one_line(str((reader.metadata and reader.metadata.title) or ""))
        title = "" if _NO_TITLE.fullmatch(title) else title
        return [page.extract_text().replace("\f", "\n") for page in reader.pages], title
    except (UnreadableFile, MemoryError):
        raise
    except (DependencyError, FileNotDecryptedError) as error:
        raise UnreadableFile(path, "an encrypted PDF") from error
    except Exception as error:  # a damaged file makes pypdf fail in many ways
        raise UnreadableFile(path, "a damaged PDF") from error


def _lines(page: str, start: int) -> list[Line]:
    lines = []
    for piece in page.splitlines(keepends=True):
        if text := visible(piece):
            lines.append(Line((Span(start, start + len(piece.rstrip())),), text))
        start += len(piece)
    return lines


def _without_running_heads(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Return the pages without page numbers and the lines that repeat at their top or bottom.

    The top of the first page stays: what is repeated from there is the title.
    """
    seen = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    often = max(2, len(pages) // 2)
    kept = []
    for number, page in enumerate(pages):
        edges = {id(line) for line in _edges(page)}
        repeated = edges - {id(line) for line in page[:_EDGE_LINES] if number == 0}
        kept.append(
            [
                line
                for line in page
                if not (id(line) in edges and _PAGE_NUMBER.fullmatch(line.text))
                and not (id(line) in repeated and seen[_key(line)] >= often)
            ]
        )
    return kept


def _edges(page: list[Line]) -> list[Line]:
    return page[:_EDGE_LINES] + page[max(_EDGE_LINES, len(page) - _EDGE_LINES) :]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())


def _paragraphs(raw: str, pages: Sequence[list[Line]]) -> list[Line]:
    """Return the lines with those joined that the page's width had parted, hyphens undone."""
    lines = [line for page in pages for line in page]
    # the width of the text: nearly its longest lines, since a table or a title may stick out
    width = quantiles([len(line.text) for line in lines], n=10)[8] if len(lines) > 1 else 0
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)+", raw))
    joined: list[Line] = []
    last = ""
    for line in lines:
        if joined and not _parts(last, line.text, width):
            joined[-1] = _join(joined[-1], line, words)
        else:
            joined.append(line)
        last = line.text
    return joined


def _parts(before: str, line: str, width: float) -> bool:
    """Return whether a new paragraph, heading or list item begins with `line`."""
    if _BULLET.match(line):
        return True
    if before.endswith("-") or line[0].islower():
        return False
    return len(before) < width * (0.8 if _STOP.search(before) else 0.65)


def _join(before: Line, line: Line, words: Counter[str]) -> Line:
    """Return the two lines as one; a hyphen stays if the compound is written so elsewhere."""
    first = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)
    cut = re.search(r"[^\W\d_]+-$", before.text)
    last = before.runs[-1]
    if not (cut and first and first[0].islower()) or isinstance(last, str):
        return Line((*before.runs, " ", *line.runs), f"{before.text} {line.text}")
    if "-" in first[0] or words[cut[0] + first[0]]:
        return Line((*before.runs, *line.runs), before.text + line.text)
    runs: tuple[Run, ...] = (*before.runs[:-1], Span(last.start, last.end - 1), *line.runs)
    return Line(runs, before.text[:-1] + line.text)
