"""The laws of passages and statements, on generated documents."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus.split import embedded_text, passages, statements
from assistant.corpus.worker import parse
from assistant.errors import UnreadableFile
from assistant.types import Document, Passage

LIMIT = 48


def tokens(text: str) -> int:
    return len(re.findall(r"\w{1,8}|[^\w\s]", text))


WORDS = st.sampled_from(
    "Bread flour the oven a baker's e.g. rises. slowly, 3.5 Why? Follow-the-sun: (often) “rye” x naïve 面包。".split()
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
ROWS = st.lists(SENTENCES, min_size=2, max_size=2).map(lambda cells: "| " + " | ".join(cells) + " |")
BLOCKS = st.one_of(
    SENTENCES,
    SENTENCES.map(lambda s: s + " [^k]"),
    st.lists(SENTENCES, min_size=1, max_size=5).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.tuples(st.sampled_from(["##", "###"]), WORDS, WORDS).map(" ".join),
    st.sampled_from(["## Terms", "## Compare", "## Risks"]),
    st.lists(ROWS, min_size=1, max_size=6).map(lambda rows: "\n".join(["| Term | Meaning |", "|---|---|", *rows])),
    st.just("x" * 700),
)
MARKDOWN = st.lists(BLOCKS, min_size=1, max_size=12).map("\n\n".join)


def document(markdown: str) -> Document:
    return parse(markdown.encode(), "guidance/page.md", "0")


@settings(deadline=None, max_examples=150)
@given(MARKDOWN)
def test_passages_are_slices_in_order_that_never_overlap_and_cover_all_statements(markdown: str) -> None:
    source = document(markdown)
    found = passages(source, tokens, limit=LIMIT)
    assert all(p.text == p.span.of(source.text) for p in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    covered = {i for p in found for i in range(p.span.start, p.span.end)}
    for statement in statements(source):
        assert statement.text == statement.span.of(source.text)
        inside = range(statement.span.start, statement.span.end)
        assert all(i in covered or source.text[i].isspace() for i in inside)


@settings(deadline=None, max_examples=150)
@given(MARKDOWN)
def test_no_passage_is_over_the_limit(markdown: str) -> None:
    source = document(markdown)
    for passage in passages(source, tokens, limit=LIMIT):
        assert tokens(embedded_text(passage)) + 2 <= LIMIT


@settings(deadline=None, max_examples=150)
@given(MARKDOWN)
def test_statements_come_in_order_and_are_no_headings(markdown: str) -> None:
    source = document(markdown)
    found = statements(source)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
    headings = {section.span.start for section in source.sections}
    assert not headings & {statement.span.start for statement in found}
    assert all(s.text == s.text.strip() and "\n" not in s.text for s in found)


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=300))
def test_any_text_that_can_be_read_maps_back(text: str) -> None:
    for name in ("x.txt", "x.md"):
        try:
            source = parse(text.encode(), name, "0")
        except UnreadableFile:
            continue
        raw = text.removeprefix("\ufeff")
        assert all(piece.span.of(source.text) == piece.raw.of(raw) for piece in source.origin.pieces)
        assert all(a.span.end <= b.span.start for a, b in pairwise(source.origin.pieces))


def found(markdown: str, *, limit: int = 256) -> list[Passage]:
    return list(passages(document(markdown), tokens, limit=limit))


def test_a_table_that_fits_keeps_its_header_and_its_introduction() -> None:
    (passage,) = found("## Compare\n\nTwo ovens.\n\n| Oven | Heat |\n|---|---|\n| Gas | Quick |\n| Wood | Slow |")
    assert passage.text == "Two ovens.\n\nOven | Heat\nGas | Quick\nWood | Slow"
    assert (passage.headings, passage.table_header) == (("Compare",), "")


def test_rows_cut_off_from_their_header_are_embedded_with_it() -> None:
    rows = "\n".join(f"| Oven {n} | It heats the room in {n} minutes |" for n in range(12))
    parts = found(f"## Compare\n\n| Oven | Heat |\n|---|---|\n{rows}", limit=LIMIT)
    assert len(parts) > 1
    assert parts[0].text.startswith("Oven | Heat\nOven 0")
    assert {part.table_header for part in parts[1:]} == {"Oven | Heat"}
    assert all(line.count("|") == 1 for part in parts for line in part.text.splitlines())
    assert embedded_text(parts[1]) == f"Page\nCompare\nOven | Heat\n{parts[1].text}"


def test_each_definition_is_a_passage_of_its_own() -> None:
    parts = found("## Terms\n\n| Term | Meaning |\n|---|---|\n| Rye | Rye is dark. |\n| Oat | Oat is light. |")
    assert [part.text for part in parts] == ["Term | Meaning\nRye | Rye is dark.", "Oat | Oat is light."]


def test_a_list_stays_with_the_line_that_leads_into_it() -> None:
    prose = "Bread is made of a few things that every baker has at hand at any time of the day and of the night."
    items = "\n".join(f"- {kind} that is kept in the dry cellar" for kind in ("Flour", "Salt", "Yeast"))
    parts = found(f"## Bread\n\n{prose}\n\nThe things are:\n\n{items}", limit=LIMIT)
    assert [part.text for part in parts] == [prose, f"The things are:\n\n{items}"]


@pytest.mark.parametrize(("words", "together"), [(3, True), (60, False)])
def test_only_tiny_second_level_sections_share_a_passage(words: int, together: bool) -> None:
    text = "rye " * words
    parts = found(f"## First\n\n{text}\n\n## Second\n\n{text}")
    assert (len(parts) == 1) is together
    if together:
        assert "Second" in parts[0].text
        assert parts[0].headings == ()


def test_a_passage_is_cut_between_lines_where_it_can_be() -> None:
    lines = [f"Oven {n} bakes bread in the morning and cake in the afternoon." for n in range(8)]
    for part in found("## Ovens\n\n" + "\n\n".join(lines), limit=LIMIT):
        assert all(line in lines for line in part.text.split("\n\n"))


def test_a_token_count_is_asked_about_once_a_line() -> None:
    asked = 0

    def counted(text: str) -> int:
        nonlocal asked
        asked += 1
        return tokens(text)

    lines = [f"Oven {n} bakes bread. It bakes cake." for n in range(100)]
    passages(document("## Ovens\n\n" + "\n\n".join(lines)), counted)
    assert asked <= 110


def test_a_list_item_keeps_its_label_and_loses_its_bullet() -> None:
    source = document("## Steps\n\n1. Mixing: The baker mixes. It takes an hour.\n2. Baking: The baker bakes.")
    assert [s.text for s in statements(source)] == [
        "Mixing: The baker mixes.",
        "It takes an hour.",
        "Baking: The baker bakes.",
    ]
