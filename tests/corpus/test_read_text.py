"""Saved web text: what its lines look like decides what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.corpus.read_text import read_text
from assistant.corpus.worker import parse
from assistant.types import Document

SHARED = Path(__file__).parents[3] / "shared" / "articles"

SAVED_PAGE = """Renting or Buying a Delivery Van
A van is the second largest cost of most small bakeries, and the way it is paid for decides how the money flows.
Many owners mix up two separate questions: who owns the van, and who keeps it running.
Why It Matters
The wrong choice ties up money for years. Here is what to look at first:
Cash Flow
Renting turns one large payment into many small ones, which the bank likes to see.
How It Works
Each way has its own steps.
The Renting Process
Choosing a Class: The owner picks a size by the largest order of the week (e.g., wedding cakes).
Signing: A contract of two to four years is signed.
Return: The van goes back, and scratches are paid for.
The Buying Process
Finding a Dealer: The owner compares three dealers.
Paying: The bank lends up to four fifths of the price.
The Middle Way: Renting First Often, owners rent for a year. Then they buy the same van.
Key Points of Renting:
Low Entry: Little money is needed at the start.
Fixed Cost: The rate does not change.
Side by Side
The table sets the two against each other.
Feature | Renting | Buying |
|---|---|
Who Repairs It? | The lender. | The owner. |
Cost at the Start | Low (One rate). | High (A fifth of the price). |
What Comes Next
The market moves quickly. Two changes stand out:
1. Electric Vans
Batteries have become cheaper, and a bakery drives few miles a day. Charging at night is enough.
2. Renting by the "Hour"
Some towns have vans that wait at a corner and are paid for by the hour, which suits a market stall.
Conclusion
So, should a bakery rent or buy? Rent to start with, and buy when the routes are known.
Looking to find a better van today?
FAQs
Renting suits new bakeries. Buying suits those that stay.
Tags
Mia Weber is the Head of Fleet at Ovenfresh, a maker of vans for bakeries. She has driven for ten years.




Leave a Reply"""


def read(text: str) -> Document:
    return parse(text.encode(), "page.txt", "0")


@pytest.fixture(scope="module")
def page() -> Document:
    return read(SAVED_PAGE)


def test_the_first_line_is_the_title(page: Document) -> None:
    assert page.title == "Renting or Buying a Delivery Van"
    assert page.sections[0].level == 1


def test_short_lines_over_longer_ones_are_headings_and_labels_and_prose_are_not(page: Document) -> None:
    assert [(s.level, s.title) for s in page.sections[1:]] == [
        (2, "Why It Matters"),
        (2, "Cash Flow"),
        (2, "How It Works"),
        (3, "The Renting Process"),
        (3, "The Buying Process"),
        (3, "Key Points of Renting"),
        (2, "Side by Side"),
        (2, "What Comes Next"),
        (3, "1. Electric Vans"),
        (3, '2. Renting by the "Hour"'),
        (2, "Conclusion"),
        (2, "FAQs"),
    ]


def test_a_pipe_table_with_a_crooked_header_has_all_its_cells(page: Document) -> None:
    (table,) = page.tables
    assert [cell.of(page.text) for cell in table.header] == ["Feature", "Renting", "Buying"]
    assert [[cell.of(page.text) for cell in row] for row in table.rows] == [
        ["Who Repairs It?", "The lender.", "The owner."],
        ["Cost at the Start", "Low (One rate).", "High (A fifth of the price)."],
    ]
    assert "Cost at the Start | Low (One rate). | High" in page.text


def test_the_frame_of_the_page_is_left_out_and_nothing_else(page: Document) -> None:
    for frame in ("Tags", "Mia Weber", "Leave a Reply", "Looking to find"):
        assert frame not in page.text
    left_out = re.compile(r"^(Tags|Mia Weber.*|Leave a Reply|Looking to.*|[\s|-]*)$")
    for line in SAVED_PAGE.splitlines():
        if not left_out.match(line):
            assert line.rstrip(" |") in page.text


def test_text_without_headings_has_a_title_alone() -> None:
    document = read("Five habits of good bakers!\n\nThey rise early. They sleep early.\n\nThey count.\n\nShare -\n")
    assert document.title == "Five habits of good bakers!"
    assert [s.level for s in document.sections] == [1]
    assert document.text.endswith("They count.")


def test_hard_wrapped_lines_become_one_paragraph() -> None:
    document = read(
        "The lease of the old mill ends in spring, and so the\nbakers look for a place where the flour can be kept\n"
        "dry and where a lorry can turn.\n\nThey have found two.\n"
    )
    assert document.text.split("\n\n") == [
        "The lease of the old mill ends in spring, and so the bakers look for a place where the flour can be kept dry "
        "and where a lorry can turn.",
        "They have found two.",
    ]


def test_a_list_of_short_lines_is_no_row_of_headings() -> None:
    document = read(
        "We need these things for the new kitchen.\nFlour\nButter\nSugar\nAnd a very large oven with two doors.\n"
    )
    assert document.sections == ()


@pytest.mark.parametrize("text", ["- flour\n- butter", "• flour\n• butter", "* flour\n* butter"])
def test_bullets_of_any_kind_read_alike(text: str) -> None:
    assert read("Buy this today, please:\n" + text).text.endswith("- flour\n- butter")


def test_invisible_characters_go_and_the_rest_maps_back() -> None:
    raw = "A sen\u200btence\u202e with\u00a0hidden \u200b parts.\r\n\r\nAnother\tone.\r\n"
    document = read(raw)
    assert document.text == "A sentence with hidden parts.\n\nAnother one."
    for piece in document.origin.pieces:
        assert piece.span.of(document.text) == piece.raw.of(raw)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the original articles are not here")
def test_the_first_original_article_reads_well() -> None:
    path = SHARED / "outsourcing-vs-offshoring.txt"
    document = parse(path.read_bytes(), path.name, "0")
    lines = path.read_text("utf-8").strip().splitlines()
    titles = [s.title for s in document.sections]

    assert document.title == lines[0]
    assert len(titles) == 30
    assert {"Why It Matters", "The Offshoring Process", "Key Features of Outsourcing", "Key Takeaways"} < set(titles)
    assert [title[0] for title in titles if title[0].isdigit()] == ["1", "2", "3", "4"]
    assert not any(":" in title for title in titles)
    (table,) = document.tables
    assert len(table.header) == 4
    assert len(table.rows) == 8
    assert all(len(row) == 4 and all(len(cell) for cell in row) for row in table.rows)
    assert "Moderate (Requires strict NDAs). | Low (Internal employees)" in document.text
    for line in lines:
        boilerplate = re.match(r"Tags$|Leave a Reply$|Yash Singh is|Looking to build|[\s|-]*$", line)
        assert (line.rstrip(" |") in document.text) != bool(boilerplate) or not line.strip()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the original articles are not here")
def test_the_second_original_article_reads_well() -> None:
    path = SHARED / "offshore-hiring-trends-2026.txt"
    raw = path.read_text("utf-8")
    document = parse(path.read_bytes(), path.name, "0")
    assert document.title == raw.splitlines()[0]
    assert [s.level for s in document.sections] == [1]
    assert document.text == " ".join(raw.split(" ")).replace("\u00a0", " ").strip().removesuffix("\n\nShare -")


def test_the_reader_reports_where_the_blocks_stand() -> None:
    parsed = read_text(b"A title\n\nA sentence that is longer.", "x.txt")
    assert [block.kind for block in parsed.blocks] == ["heading", "prose"]
