from __future__ import annotations

import pytest

from assistant.corpus.split import statements
from assistant.corpus.worker import parse
from assistant.errors import UnreadableFile
from assistant.types import Document

PAGE = """---
title: Baking at night
topics: [baking, "24/7", night shift]
as_of: 2026-07-31
function: bakery
sources:
  noise-3: {title: "Noise act, section 3", publisher: Town, url: "https://example.org/3", checked: primary}
  rent-1: {title: Rents, checked: secondary, volatile: true}
---

## Bottom line

Bake at **night** if the [street](https://example.org/a) allows it. [^ours] The town
wants quiet after 22:00 & before 6:00. [^noise-3] [^ours]

## Risks

### Neighbours

- A baker's *noise* wakes a street. [^noise-3] A letter helps. [^ours]
- Fines reach 3.5 thousand a year. [^noise-3]

## Compare

| Option | Cost | Quiet |
|---|---|---|
| Night | Low [^rent-1] | No |
| Day | High | Yes; always [^ours] |

## Questions to ask first

- Who lives above? A neighbour with a child decides it. [^ours]

## Terms

| Term | Also written | Meaning |
|---|---|---|
| Proof | proving | Proof is the last rest of the dough. [^ours] |
"""


@pytest.fixture(scope="module")
def page() -> Document:
    return parse(PAGE.encode(), "guidance/night.md", "0")


def said(document: Document, start: str) -> tuple[str, tuple[str, ...], bool]:
    (statement,) = [s for s in statements(document) if s.text.startswith(start)]
    return statement.role, statement.sources, statement.is_row


def test_the_front_matter_fills_the_document(page: Document) -> None:
    assert (page.title, page.kind, page.as_of, page.function) == ("Baking at night", "guidance", "2026-07-31", "bakery")
    assert page.topics == ("baking", "24/7", "night shift")
    first, second = page.sources
    assert (first.key, first.publisher, first.checked, first.volatile) == ("noise-3", "Town", "primary", False)
    assert (second.url, second.checked, second.volatile) == ("", "secondary", True)


def test_marks_and_syntax_are_gone_and_words_stay(page: Document) -> None:
    assert page.text.startswith(
        "Bottom line\n\nBake at night if the street allows it. The town wants quiet after 22:00 & before 6:00.\n\nRisks"
    )
    for syntax in ("[^", "**", "](", "##", "---"):
        assert syntax not in page.text


def test_each_sentence_has_the_role_of_its_section_and_its_own_sources(page: Document) -> None:
    assert said(page, "Bake at") == ("bottom line", ("ours",), False)
    assert said(page, "The town") == ("bottom line", ("noise-3", "ours"), False)
    assert said(page, "A baker's noise") == ("risk", ("noise-3",), False)
    assert said(page, "A letter") == ("risk", ("ours",), False)
    assert said(page, "Who lives") == ("question", (), False)
    assert said(page, "A neighbour") == ("question", ("ours",), False)


def test_a_mark_in_a_cell_is_the_cells_and_one_in_the_last_is_the_rows(page: Document) -> None:
    marks = [(mark.key, mark.span.of(page.text)) for mark in page.marks]
    assert ("rent-1", "Low") in marks
    assert ("rent-1", "Night") not in marks
    assert {("ours", "Day"), ("ours", "High"), ("ours", "Yes; always")} <= set(marks)
    assert said(page, "Night |") == ("comparison", ("rent-1",), True)
    assert said(page, "Day |") == ("comparison", ("ours",), True)


def test_a_term_is_stated_by_its_meaning_alone(page: Document) -> None:
    assert said(page, "Proof") == ("definition", ("ours",), False)
    assert [s.text for s in statements(page)][-1] == "Proof is the last rest of the dough."


def test_headings_are_a_path_and_no_statements(page: Document) -> None:
    statement = next(s for s in statements(page) if s.text.startswith("Fines"))
    assert statement.headings == ("Risks", "Neighbours")
    assert statement.text == "Fines reach 3.5 thousand a year."
    assert not {"Risks", "Neighbours"} & {s.text for s in statements(page)}


def test_everything_but_what_was_put_in_maps_back(page: Document) -> None:
    for piece in page.origin.pieces:
        assert piece.span.of(page.text) == piece.raw.of(PAGE)
    assert sum(len(piece.span) for piece in page.origin.pieces) > 0.9 * len(page.text)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("1. one\n2. two\n\n   more of two\n\n5) five", "1. one\n2. two\n\nmore of two\n\n5. five"),
        ("- a\n  - b\n- c", "- a\n- b\n- c"),
        ("> quoted\n> words", "quoted words"),
        ("fish &amp; \\*chips\\* &copy; `co de`", "fish & *chips* © co de"),
        ("see [this](https://e.org/this_(x)) or <https://e.org>", "see this or https://e.org"),
        ("![picture](x.png) words<br>on <b>and</b> on", "words on and on"),
        ("<div hidden>\nwords\n</div>\n\nmore", "words\n\nmore"),
        ("```py\na = 1\nb = 2\n```", "a = 1\nb = 2"),
        ("| A | B |\n|---|---|\n| x \\| y | `z` |\n| only |", "A | B\nx | y | z\nonly"),
        ("a note.[^1]\n\n[^1]: The note's text.", "a note.\n\nThe note's text."),
    ],
)
def test_markdown_reads_as_plain_words(markdown: str, text: str) -> None:
    assert parse(markdown.encode(), "x.md", "0").text == text


def test_the_only_first_level_heading_is_the_title_and_several_are_sections() -> None:
    one = parse(b"# Bread\n\n## Rye\n\nIt is dark.", "a-b.md", "0")
    assert (one.title, [s.level for s in one.sections]) == ("Bread", [1, 2])
    two = parse(b"# Rye\n\nIt is dark.\n\n# Wheat\n\nIt is not.", "a-b.md", "0")
    assert (two.title, [s.level for s in two.sections]) == ("A b", [2, 2])


def test_front_matter_that_is_not_yaml_is_reported_with_its_line() -> None:
    with pytest.raises(UnreadableFile, match="not valid YAML at line 3"):
        parse(b"---\ntitle: a\ntopics: [a: b: c\n---\ntext", "x.md", "0")


def test_a_line_across_the_page_is_not_front_matter() -> None:
    assert parse(b"---\n\nwords\n\n---\n\nmore", "x.md", "0").text == "words\n\nmore"


def test_a_table_with_an_empty_header_is_a_table_all_the_same() -> None:
    document = parse(b"Words.\n\n| | |\n|---|---|\n| Rye | dark |\n| | light |\n\nMore.", "x.md", "0")
    assert document.text == "Words.\n\nRye | dark\n | light\n\nMore."
    (table,) = document.tables
    assert [[cell.of(document.text) for cell in row] for row in (table.header, *table.rows)] == [
        ["", ""],
        ["Rye", "dark"],
        ["", "light"],
    ]
    assert [s.text for s in statements(document) if s.is_row] == ["Rye | dark", "light"]
