"""The file of scorecards: what is read from it, and what it is told to be wrong about."""

from __future__ import annotations

import pytest
from fakes import WordHashEmbedder
from hypothesis import given
from hypothesis import strategies as st
from scorecards import CARD, card, parsed

from assistant.indexing import prepare
from assistant.scorecard_file import Condition, matches, read_sheet
from assistant.types import Fact


def problems(text: str) -> list[str]:
    return [message for _, message in read_sheet(card(text)).problems]


def test_a_subject_takes_from_the_general_one_what_it_does_not_say() -> None:
    general, lunch = read_sheet(card()).subjects
    assert (general.name, lunch.name, lunch.pages) == ("Any meal", "Lunch", ("cooks.md",))
    assert lunch.options == general.options
    assert lunch.criteria == (("Taste", 3.0, "Guests come again"), ("Speed", 1.0, "Lunch at noon"))
    last = {(row.option, row.criterion): row.value for row in lunch.rows if not row.conditions}
    assert last["In-house", "Speed"] == 2
    assert last["In-house", "Taste"] == 5


def test_a_clean_file_has_no_problems() -> None:
    assert problems(CARD) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("| 4.5 |", "| 6 |", "a score from 0 to 5 is needed, not 6"),
        ("| 4.5 |", "|  |", "a score from 0 to 5 is needed, not nothing"),
        ("| 4.5 |", "| nan |", "a score from 0 to 5 is needed, not nan"),
        ("| Taste | 3 |", "| Taste | 2.5 |", "a whole weight from 0 to 5 is needed, not 2.5"),
        ("| In-house | Taste |", "| Cook | Taste |", "no such option or criterion in Any meal: Cook on Taste"),
        ("| In-house | Taste |", "|  | Taste |", "a score without an option"),
        ("scope clarity: high", "mood: high", "no fact that a case has: mood: high"),
        ("scope clarity: high", "scope clarity", "no fact that a case has: scope clarity"),
        ("| Lunch | cooks.md |", "| Dinner | cooks.md |", "the subject Dinner has no section of its own"),
        ("## Lunch", "## Supper", "the section Supper is not among the subjects"),
        ("In other words", "Also", "a table with an unknown header: option, also"),
    ],
)
def test_what_cannot_be_read_is_told(before: str, after: str, told: str) -> None:
    assert told in problems(CARD.replace(before, after, 1))


def test_the_file_is_kept_whole_and_never_searched() -> None:
    prepared = prepare(card(), WordHashEmbedder().tokens)
    assert (prepared.passages, prepared.statements, prepared.passage_texts) == ((), (), ())
    assert prepared.document.tables
    assert prepare(parsed(CARD.replace("searchable: false\n", ""), "a.md"), WordHashEmbedder().tokens).passages


def test_a_condition_names_the_fact_that_meets_it() -> None:
    condition = Condition("jurisdiction", ("Florida", "Texas"))
    texas = Fact("jurisdiction", "texas")
    assert condition.met_by([Fact("core", "Florida"), texas]) is texas
    assert condition.met_by([Fact("jurisdiction", "Ohio")]) is None


@pytest.mark.parametrize(
    ("asked", "value", "met"),
    [
        ("core", "core", True),
        ("core", "not core", False),
        ("under 50 people", "1,200 people", False),
        ("500+ people", "1,200 people", True),
        ("under 50 people", "small firm", False),
        ("cut cost*", "cut cost by 30%", True),
        ("no *", "nobody", False),
        ("30+ engineers", "30+ engineers", True),
    ],
)
def test_values_are_compared_as_words_figures_or_beginnings(asked: str, value: str, met: bool) -> None:
    assert matches(asked, value) is met


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_figures_split_at_the_bound(number: int, bound: int) -> None:
    assert matches(f"under {bound}", f"{number:,} people") is (number < bound)
    assert matches(f"{bound}+", f"{number:,} people") is (number >= bound)
