from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.answering.forms import read_question
from assistant.answering.lacking import counts, lacking
from assistant.types import Candidate, Hit, Passage, Query, Span, Statement

SAID = (
    "The laundry of the Hotel Adler employs twelve people and mispaid thousands of guests in 2010.",
    "A hotel of 80 rooms needs at least three linen changes a week.",
    "The laundry's chief executive said that cost had weighed too much.",
    "India's labour code asks for pay by the 7th of the month.",
)


@pytest.fixture
def told() -> Callable[..., str]:
    def ask(question: str, *, similarity: float = 0.5, coverage: float = 0.5, said: tuple[str, ...] = SAID) -> str:
        candidates = [candidate(text, similarity, coverage) for text in said]
        held = " ".join(said).lower()
        return lacking(Query(question, question), read_question(question), candidates, lambda term: term in held)

    return ask


def candidate(text: str, similarity: float, coverage: float) -> Candidate:
    span = Span(0, len(text))
    passage = Passage("p", "hotel.md", text, span, ("Laundry",), "Hotels", "guidance", "")
    statement = Statement("hotel.md", span, text, ("Laundry",), "text")
    return Candidate(statement, Hit(passage, 1.0, 1, "hybrid"), similarity, similarity, coverage)


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("Which detergent should we buy?", "detergent"),
        ("How much electricity does a laundry use?", "electricity"),
        ("What does Peru's labour code ask for?", "Peru"),
        ("Does Norway ask for pay by the 7th?", "Norway"),
        ("Who is the chief executive of the laundry?", "person"),
        ("How many towels does the Hotel Adler change?", "number"),
        ("What did the Hotel Adler pay its guests?", "amount"),
    ],
)
def test_what_no_near_statement_gives_is_named(told: Callable[..., str], question: str, what: str) -> None:
    assert what in told(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many people does the laundry of the Hotel Adler employ?",
        "How many linen changes does a hotel of 80 rooms need in a week?",
        "What does India's labour code ask for?",
        "Does India ask for pay by the 7th?",
        "What's a good number of linen changes?",
        "What did the chief executive say of cost?",
        "Which hotel mispaid its guests?",
    ],
)
def test_what_a_near_statement_gives_is_answered(told: Callable[..., str], question: str) -> None:
    assert told(question) == ""


def test_a_figure_on_another_matter_does_not_answer(told: Callable[..., str]) -> None:
    question = "How long does it take to register a laundry?"
    said = ("The laundry is closed for two weeks.",)
    assert "duration" in told(question, said=said, similarity=0.4, coverage=0.2)
    assert told(question, said=said, similarity=0.5, coverage=0.2) == ""
    assert told(question, said=said, similarity=0.4, coverage=0.4) == ""


def test_the_nearest_statement_may_call_what_is_counted_by_another_name(told: Callable[..., str]) -> None:
    question = "How many persons work there?"
    assert "number" in told(question, similarity=0.55)
    assert told(question, similarity=0.7) == ""


def test_a_case_may_name_what_the_corpus_does_not_hold(told: Callable[..., str]) -> None:
    assert told("We are a hotel in Lima. Does India ask for pay by the 7th?") == ""


def test_a_name_with_a_digit_is_no_number() -> None:
    assert not counts("The H-1B visas cost more.", frozenset({"visa"}))
    assert counts("The cap is 85,000 new visas.", frozenset({"visa"}))
