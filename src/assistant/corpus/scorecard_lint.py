"""The rules for a corpus's file of scorecards: it can be read, and says nothing that its pages do not.

A finding is a line of the file and what is wrong there, as in `lint`, which runs these rules too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.corpus.blocks import assemble
from assistant.corpus.read_markdown import read_markdown
from assistant.errors import UnreadableFile
from assistant.scorecard_file import DOCUMENT_ID, Row, Sheet, read_sheet
from assistant.types import Document

LONGEST_REASON = 16
"""Words of a reason of our own; it is shown in a table's cell."""


def scorecard_remarks(corpus: Path) -> Iterator[tuple[int, str]]:
    """Yield line and message of every breach in `scorecard.md`; nothing where the corpus has none."""
    if not (corpus / DOCUMENT_ID).is_file():
        return
    try:
        document = _read(corpus, DOCUMENT_ID)
    except UnreadableFile as error:
        yield 1, error.reason
        return
    if document.searchable:
        yield 1, "its front matter needs `searchable: false`, or its numbers are found and quoted as text"
    sheet = read_sheet(document)
    for place, message in sheet.problems:
        yield _line(corpus, document, place), message
    for message in _gaps(sheet):
        yield 1, message
    yield from _unsupported(corpus, document, sheet)


def _gaps(sheet: Sheet) -> Iterator[str]:
    """Yield what a subject lacks: scores, in-house among its options, a weight above 0."""
    if not sheet.subjects:
        yield "it holds no subject"
    for subject in sheet.subjects:
        usual = {(row.option, row.criterion) for row in subject.rows if not row.conditions}
        for option, _ in subject.options:
            for criterion, *_ in subject.criteria:
                if (option, criterion) not in usual:
                    yield f"{subject.name}: no score of {option} on {criterion}"
        if not any("in-house" in option.casefold() for option, _ in subject.options):
            yield f"{subject.name}: in-house is not among the options"
        if not any(weight for _, weight, _ in subject.criteria):
            yield f"{subject.name}: no criterion has a weight"


def _unsupported(corpus: Path, document: Document, sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Yield the rows whose words do not stand exactly once in their page, and subjects whose pages are missing."""
    texts: dict[str, str] = {}
    for subject in sheet.subjects:
        for page in subject.pages:
            if not (corpus / page).is_file():
                yield 1, f"{subject.name}: there is no page {page}"
    for row in {row.place: row for subject in sheet.subjects for row in subject.rows}.values():
        for message in _row(corpus, row, texts):
            yield _line(corpus, document, row.place.start), message


def _row(corpus: Path, row: Row, texts: dict[str, str]) -> Iterator[str]:
    if not row.because:
        yield "a number without a reason"
    elif not row.page:
        if (count := len(row.because.split())) > LONGEST_REASON:
            yield f"{count} words in a reason, at most {LONGEST_REASON}: {row.because}"
    elif not (corpus / row.page).is_file():
        yield f"there is no page {row.page}"
    else:
        if row.page not in texts:
            texts[row.page] = _read(corpus, row.page).text
        if (count := texts[row.page].count(row.because)) != 1:
            yield f"these words stand {count} times in {row.page}, not once: {row.because}"


def _read(corpus: Path, path: str) -> Document:
    data = (corpus / path).read_bytes()
    return assemble(read_markdown(data, path), id=path, kind="file", sha256="", path=path)


def _line(corpus: Path, document: Document, place: int) -> int:
    """Return the line of the file that a place in the document's text comes from."""
    raw = next(
        (p.raw.start + place - p.span.start for p in document.origin.pieces if p.span.start <= place < p.span.end), 0
    )
    text = (corpus / DOCUMENT_ID).read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    return text.count("\n", 0, raw) + 1
