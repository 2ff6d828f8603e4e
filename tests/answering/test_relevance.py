from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.assess import Assessor
from assistant.answering.forms import read_question
from assistant.answering.relevance import Ranker, coverage, overlap
from assistant.pipeline import Assistant
from assistant.types import Candidate, Evidence, Query, Span, Statement

Find = Callable[..., Evidence]


@pytest.fixture(scope="module")
def rank(line: Assistant) -> Ranker:
    assert isinstance(line.assess, Assessor)
    return line.assess.rank


def ranked(rank: Ranker, find: Find, question: str) -> list[Candidate]:
    return rank(find(question), read_question(question))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Which temperature is linen of sick guests washed at?",
            "Linen of sick guests is washed at 60 degrees or more.",
        ),
        ("How does clean linen travel?", "Clean and used linen travel in separate carts."),
        ("Who declares allergens?", "Allergens are declared on the menu, whoever cooks."),
        ("What is a linen pool?", "A linen pool is linen that several hotels rent together."),
    ],
)
def test_the_statement_that_says_it_comes_first(rank: Ranker, find: Find, question: str, text: str) -> None:
    assert ranked(rank, find, question)[0].statement.text.endswith(text)


def test_every_statement_of_the_evidence_is_ranked_once_best_first(rank: Ranker, find: Find) -> None:
    evidence = find("How is linen washed?")
    twice = Evidence(evidence.query, evidence.hits + evidence.hits)
    candidates = rank(twice, read_question("How is linen washed?"))
    places = [(c.statement.document_id, c.statement.span) for c in candidates]
    assert len(set(places)) == len(places)
    assert {s for hit in evidence.hits for s in rank.statements_of(hit)} == {c.statement for c in candidates}
    relevance = [c.relevance for c in candidates]
    assert relevance == sorted(relevance, reverse=True)
    assert all(0 <= c.coverage <= 1 and -1.001 <= c.similarity <= 1.001 for c in candidates)
    assert all(c.hit.passage.span.covers(c.statement.span) for c in candidates)


def test_nothing_found_ranks_nothing(rank: Ranker) -> None:
    query = Query("laundry", "laundry")
    assert rank(Evidence(query, ()), read_question("laundry")) == []


def test_a_question_for_the_articles_is_not_answered_from_the_guidance(rank: Ranker, find: Find) -> None:
    kinds = {c.hit.passage.kind for c in ranked(rank, find, "What does the article say about lost towels?")}
    assert kinds == {"article"}
    kinds = {c.hit.passage.kind for c in ranked(rank, find, "What is said about lost towels?")}
    assert kinds == {"article", "guidance"}


def bare(rank: Ranker, by_kind: dict[str, Statement]) -> Ranker:
    """The ranker where a hit of each kind holds one statement, all as near in meaning."""
    return replace(
        rank,
        statements_of=lambda hit: [by_kind[hit.passage.kind]],
        similarities=lambda query, found, worth: np.full(len(found), 0.5, np.float32),
    )


def test_guidance_comes_before_an_article_that_says_the_same(rank: Ranker, find: Find) -> None:
    text = "Lost towels are the most frequent quarrel."
    saying = {kind: Statement(kind, Span(0, len(text)), text, "background") for kind in ("article", "guidance")}
    evidence = find("What is the most frequent quarrel?")
    hit = evidence.hits[0]
    hits = tuple(replace(hit, passage=replace(hit.passage, kind=kind)) for kind in ("article", "guidance"))
    said = bare(rank, saying)(Evidence(evidence.query, hits), read_question("What is the most frequent quarrel?"))
    assert [c.statement.document_id for c in said] == ["guidance", "article"]


def test_a_question_of_the_corpus_ranks_below_a_statement_of_the_same_words(rank: Ranker, find: Find) -> None:
    asks, says = (
        Statement("x", Span(n, n + 1), f"There is a drying room{mark}", "fits") for n, mark in enumerate("?.")
    )
    evidence = find("Is there a drying room?")
    only = replace(bare(rank, {}), statements_of=lambda hit: [asks, says])
    assert [c.statement for c in only(evidence, read_question("Is there a drying room?"))] == [says, asks]


# --- coverage -----------------------------------------------------------------------------


def statement(text: str, *headings: str) -> Statement:
    return Statement("d", Span(0, len(text)), text, "background", headings)


def test_coverage_is_the_weighted_share_of_the_words_that_are_held() -> None:
    weights = {"towel": 3.0, "room": 1.0}
    assert coverage(weights, statement("Towels lie in each room.")) == 1.0
    assert coverage(weights, statement("Towels are white.")) == 0.75
    assert coverage(weights, statement("The room is white.")) == 0.25
    assert coverage(weights, statement("The wall is white.")) == 0.0
    assert coverage({}, statement("Towels")) == 0.0


def test_a_heading_counts_less_than_the_text_and_more_than_nothing() -> None:
    weights = {"towel": 1.0}
    in_text, above = coverage(weights, statement("Towels are white.")), coverage(weights, statement("White.", "Towels"))
    assert 0 < above < in_text


def test_a_rare_word_weighs_more_than_a_frequent_one_and_framing_nothing(rank: Ranker) -> None:
    weights = rank.weights(Query("What does the article say about the receptionist and the laundry?", ""))
    assert set(weights) == {"receptionist", "laundri"}
    assert weights["receptionist"] > weights["laundri"]


def test_what_was_said_before_weighs_less_than_the_question(rank: Ranker) -> None:
    weights = rank.weights(Query("towels?", "towels?", context=(("receptionist", 0.5),)))
    alone = rank.weights(Query("receptionist", "receptionist"))
    assert weights["receptionist"] == pytest.approx(alone["receptionist"] / 2)


def test_a_question_of_framing_words_alone_still_weighs_them(rank: Ranker) -> None:
    assert rank.weights(Query("Name the steps", "Name the steps"))


@given(st.text(), st.text())
def test_overlap_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= overlap(one, other) == overlap(other, one) <= 1


def test_overlap_is_measured_on_the_shorter_text() -> None:
    assert overlap("clean towels", "Clean towels are white.") == 1.0
    assert overlap("clean towels", "clean carts and sheets") == 0.5
    assert overlap("", "clean towels") == 0.0
