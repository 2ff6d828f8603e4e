from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import hotel
import pytest

from assistant.answering.comparison import MOST_CRITERIA, best_grid, match
from assistant.answering.verify import verify_quote
from assistant.text import terms
from assistant.types import Cell, Evidence, Outline

Assess = Callable[..., Outline]


def grid(outline: Outline) -> dict[Cell, str]:
    found = best_grid(outline, hotel.documents().__getitem__)
    assert found is not None
    said = list(found.sentences())
    assert all(verify_quote(sentence).supported for sentence in said)
    return {sentence.cell: sentence.text for sentence in said if sentence.cell}


def test_a_table_with_options_as_columns_gives_options_by_criteria(assess: Assess) -> None:
    cells = grid(assess("How does the article rate the risk of stains for renting and buying linen?"))
    assert cells == {
        Cell("Renting linen (linen pool)", "Risk of stains"): "Low, the lender pays",
        Cell("Buying linen", "Risk of stains"): "High, the hotel pays",
    }


def test_a_table_with_options_as_rows_gives_options_by_criteria(assess: Assess) -> None:
    cells = grid(assess("Compare the outside laundry and the own laundry on control"))
    assert cells == {
        Cell("Outside laundry (contract laundry)", "Control"): "Low control",
        Cell("Own laundry (in-house)", "Control"): "High control",
    }


def test_the_parentheses_of_an_option_are_another_name_of_it(assess: Assess) -> None:
    cells = grid(assess("Compare a linen pool with buying linen on upfront cost"))
    assert set(cells) == {Cell("Renting linen (linen pool)", "Upfront cost"), Cell("Buying linen", "Upfront cost")}


def test_a_criterion_that_the_table_does_not_know_brings_those_that_it_knows(assess: Assess) -> None:
    cells = grid(assess("Compare renting linen and buying linen by their smell"))
    assert {cell.column for cell in cells} == {"Risk of stains", "Upfront cost", "Wear after a year"}
    assert {cell.row for cell in cells} == {"Renting linen (linen pool)", "Buying linen"}


def test_an_empty_cell_is_left_out_and_never_filled(assess: Assess) -> None:
    cells = grid(assess("What is the difference between contract laundry and in-house laundry?"))
    assert Cell("Outside laundry (contract laundry)", "Notice") in cells
    assert Cell("Own laundry (in-house)", "Notice") not in cells


def test_only_cells_of_passages_that_were_found_are_quoted(assess: Assess) -> None:
    outline = assess("Compare the outside laundry and the own laundry on control")
    evidence = outline.evidence
    hits = tuple(hit for hit in evidence.hits if "High control" not in hit.passage.text)
    fewer = replace(outline, evidence=Evidence(evidence.query, hits))
    found = best_grid(fewer, hotel.documents().__getitem__)
    assert found is None or "High control" not in [s.text for s in found.sentences()]


@pytest.mark.parametrize(
    "question", ["Compare breakfast and banquets", "What is the difference between carts and menus?"]
)
def test_no_table_is_given_for_options_that_no_table_has(assess: Assess, question: str) -> None:
    assert best_grid(assess(question), hotel.documents().__getitem__) is None


def test_a_long_table_is_cut_to_what_a_reader_takes_in(assess: Assess) -> None:
    rows = "\n".join(f"| Point {n} | yes {n} | no {n} |" for n in range(30))
    page = hotel.read("articles/long.md", f"# Long\n\n| Feature | Tea | Coffee |\n|---|---|---|\n{rows}\n")
    outline = assess("Compare tea and coffee")
    hit = outline.evidence.hits[0]
    whole = replace(hit.passage, document_id=page.id, span=page.sections[0].span, text=page.text)
    found = replace(outline, evidence=Evidence(outline.evidence.query, (replace(hit, passage=whole),)))
    table = best_grid(found, {page.id: page}.__getitem__)
    assert table is not None
    assert len({cell.column for _, cell in table.cells}) == MOST_CRITERIA


# --- names of options and criteria --------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "asked", "share"),
    [
        ("Buying linen", "Is buying linen dear?", 1.0),
        ("Buying linen", "Is linen dear?", 0.5),
        ("Renting linen (linen pool)", "What is a linen pool?", 1.0),
        ("Control: who decides", "Who has control?", 1.0),
        ("Buying linen", "Who cooks?", 0.0),
        ("", "Who cooks?", 0.0),
        ("()", "Who cooks?", 0.0),
        ("The one", "Who cooks?", 0.0),
    ],
)
def test_a_label_is_matched_by_its_words_or_by_its_other_name(label: str, asked: str, share: float) -> None:
    assert match(label, frozenset(terms(asked))) == share
