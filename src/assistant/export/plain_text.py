"""A paper as Markdown with footnotes."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.export.compose import write_paper
from assistant.export.paper import Block, Grid, Heading, Items, Line, Note, footnote
from assistant.markdown import OURS_MARK, escape
from assistant.types import Kept


def to_markdown_document(kept: Kept) -> str:
    """Return a conversation, or the part of one, as Markdown; nothing in it acts as Markdown or HTML of its own."""
    paper = write_paper(kept)
    parts = [f"# {escape(paper.title)}", f"*{escape(paper.date)}*", *(_block(block) for block in paper.blocks)]
    if paper.sources:
        parts += ["## Sources", "\n".join(_source(line) for line in paper.sources)]
    parts += ["## About this document", *(escape(line.text) for line in paper.about)]
    if paper.notes:
        parts.append("\n".join(_notes(paper.notes)))
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {escape(block.text)}"
    if isinstance(block, Items):
        return "\n".join(f"- {_line(line)}" for line in block.lines)
    if isinstance(block, Grid):
        return _grid(block)
    return " ".join(_line(line) for line in block.lines)


def _line(line: Line) -> str:
    label = f"**{escape(line.label)}:** " if line.label else ""
    ours = f" {OURS_MARK}" if line.judgement else ""
    return f"{label}{escape(line.text)}{ours}{''.join(f'[^{number}]' for number in line.notes)}"


def _grid(grid: Grid) -> str:
    rows = (grid.header, *grid.rows)
    head, *body = (f"| {' | '.join(_line(line) for line in row)} |" for row in rows)
    return "\n".join([head, "|" + "---|" * len(grid.header), *body])


def _source(line: Line) -> str:
    """Return a line of the list of sources; what a document names stands below it."""
    before, address, after = line.text.partition(line.url) if line.url else (line.text, "", "")
    linked = f"<{address}>" if address else ""
    return f"{'  ' if line.label else ''}- {escape(before)}{linked}{escape(after)}"


def _notes(notes: tuple[Note, ...]) -> Iterator[str]:
    for note in notes:
        yield f"[^{note.number}]: {escape(footnote(note))}"
