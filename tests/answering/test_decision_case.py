from __future__ import annotations

import pytest

from assistant.answering.decision_case import Case, read_case
from assistant.types import Fact, Query

ELSEWHERE = "TUPE moves agents with their terms in the UK."
FEDERAL = "HIPAA asks for a contract before patient data moves."
FLORIDA = "Florida and Texas keep patient records at home."
NEUTRAL = "Card data need a written agreement."


def case_of(question: str, *facts: Fact, page: tuple[str, ...] = ()) -> Case:
    return read_case(Query(question, question, facts=facts), page)


def place(name: str, words: str = "") -> Fact:
    return Fact("jurisdiction", name, words)


def test_the_law_of_another_place_is_left_out_and_that_above_the_case_kept() -> None:
    case = case_of("Should we outsource the portal?", place("Florida", "in Florida"))
    assert [case.is_elsewhere(t) for t in (ELSEWHERE, FEDERAL, FLORIDA, NEUTRAL)] == [True, False, False, False]
    assert [case.names(t) for t in (ELSEWHERE, FEDERAL, FLORIDA, NEUTRAL)] == [False, False, True, False]
    ohio = case_of("Should we outsource the portal?", place("Ohio"))
    assert [ohio.is_elsewhere(t) for t in (ELSEWHERE, FEDERAL, FLORIDA, NEUTRAL)] == [True, False, True, False]


def test_without_a_place_no_law_is_left_out() -> None:
    case = case_of("Should we outsource the portal?")
    assert not any(case.is_elsewhere(t) for t in (ELSEWHERE, FEDERAL, FLORIDA))


def test_where_work_would_go_is_not_home() -> None:
    case = case_of("Should we offshore support to Poland?", place("Poland"))
    assert case.home == frozenset()
    assert not case.is_elsewhere(FEDERAL)
    both = case_of("We are in Germany. Should we offshore to India?", place("Germany"), place("India"))
    assert both.home == {"Germany", "EU"}
    assert not both.is_elsewhere("An Indian assignment lasts five years.")


def test_a_fact_that_was_taken_away_counts_no_more() -> None:
    gone = Fact("jurisdiction", "Florida", state="removed")
    assert case_of("Should we outsource the portal?", gone) == case_of("Should we outsource the portal?")


@pytest.mark.parametrize(
    ("value", "words", "core"),
    [
        ("core", "core algorithm", True),
        ("not core", "internal tool", False),
        ("not core", "", False),
        ("core", "", True),
    ],
)
def test_whether_the_work_is_core_is_read_from_the_fact(value: str, words: str, core: bool) -> None:
    case = case_of("Outsource or offshore?", Fact("core", value, words))
    assert case.core is core
    assert case.is_beside("Never hand over a core algorithm.") is not core
    assert not case.is_beside("Keep a list of who has access.")


def test_a_word_that_most_of_the_page_holds_tells_nothing() -> None:
    page = (*(f"Rule {n} of the portal." for n in range(9)), "Rule of the pharmacy.")
    case = case_of("Should we outsource the portal of our pharmacy?", page=page)
    assert case.share("A portal for a pharmacy") == 1
