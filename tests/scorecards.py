"""A file of scorecards about a canteen, with the two pages that it quotes."""

from __future__ import annotations

from pathlib import Path

from assistant.answering.scorecard import Scorecards, read_scorecards
from assistant.corpus.blocks import assemble
from assistant.corpus.read_markdown import read_markdown
from assistant.corpus.split import passages
from assistant.errors import UnknownDocument
from assistant.text import words
from assistant.types import Answer, Citation, Document, Evidence, Fact, Form, Passage, Query, Role, Sentence

COOKS = """\
---
title: Cooks
function: lunch
sources:
  rule-9: {title: Kitchen rule 9, publisher: Food board, checked: primary}
---

## Bottom line

Outsource the cooking to a caterer. [^ours] Keep the menu in your own kitchen. [^ours]

## When it fits

- Own cooks know every guest. [^ours]
- A caterer starts within a week. [^ours]
- Only own cooks may serve fish. [^rule-9]
"""

TABLES = """\
---
title: Tables
---

## Bottom line

Lay the tables before noon. [^ours]
"""

CARD = """\
---
title: Scorecards
searchable: false
---

What is scored, and why.

| Subject | Pages |
|---|---|
| Any meal | tables.md |
| Lunch | cooks.md |

## Any meal

| Option | In other words |
|---|---|
| In-house | keep; own kitchen; own cooks |
| Caterer | caterer; outsource |
| Canned food | cans |

| Criterion | Weight | A high score means |
|---|---|---|
| Taste | 3 | Guests come again |
| Speed | 1 | Lunch at noon |

| Option | Criterion | Score | Because | Page |
|---|---|---|---|---|
| In-house | Taste | 5 | Own cooks know every guest. | cooks.md |
| In-house | Speed | 1 | Somebody has to peel | |
| Caterer | Taste | 3 | A caterer knows few guests | |
| Caterer | Speed | 5 | A caterer starts within a week. | cooks.md |
| Canned food | Taste | 1 | Nobody praised it yet | |
| Canned food | Speed | 5 | A tin opens at once | |

| Fact | Option | Criterion | Score | Because | Page |
|---|---|---|---|---|---|
| scope clarity: high | Caterer | Taste | 4.5 | A caterer cooks what is written down | |
| data class: health data and jurisdiction: Florida | Caterer | Taste | no | Only own cooks may serve fish. | cooks.md |
| size: under 50 people | In-house | Speed | 3 | Few plates are soon full | |

| Fact | Criterion | Weight | Because | Page |
|---|---|---|---|---|
| speed: urgent | Speed | 5 | Guests wait | |

## Lunch

| Option | Criterion | Score | Because | Page |
|---|---|---|---|---|
| In-house | Speed | 2 | Lunch is cold anyway | |
"""


def parsed(text: str, path: str) -> Document:
    """Return a Markdown file as a document of the corpus."""
    return assemble(read_markdown(text.encode(), path), id=path, kind="guidance", sha256="", path=path)


def card(text: str = CARD) -> Document:
    return parsed(text, "scorecard.md")


def document_of(id: str) -> Document:
    if id not in {"cooks.md", "tables.md"}:
        raise UnknownDocument("there is no such page")
    return parsed(COOKS if id == "cooks.md" else TABLES, id)


def passages_of(id: str) -> tuple[Passage, ...]:
    return passages(document_of(id), lambda text: len(words(text)))


def canteen(text: str = CARD) -> Scorecards:
    """Return the canteen's scorecards."""
    return read_scorecards(card(text), document_of, passages_of)


def brief(
    *facts: Fact, lead: str = "cooks.md", form: Form = "decision", question: str = "Should we outsource lunch?"
) -> Answer:
    """Return a decision brief that says the bottom line of a page."""
    page = document_of(lead)
    spans = [mark.span for mark in page.marks if page.sections[0].span.covers(mark.span)]
    role: Role = "bottom line"
    said = tuple(
        Sentence(span.of(page.text), role, (cited,), 1.0, True)
        for n, span in enumerate(spans, start=1)
        for cited in [Citation(n, next(p for p in passages_of(lead) if p.span.covers(span)), span)]
    )
    return Answer(Evidence(Query(question, question, facts=facts), ()), form, "answered", said)


def write_corpus(folder: Path, text: str = CARD) -> Path:
    """Write the canteen's corpus into a folder and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"scorecard.md": text, "cooks.md": COOKS, "tables.md": TABLES}.items():
        (folder / name).write_text(content, "utf-8")
    return folder
