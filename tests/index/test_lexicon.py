from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from assistant.index.lexicon import Lexicon, query_terms
from assistant.text import terms

TEXTS = (
    "A caterer runs the canteen, and a caterer cooks.",
    "The laundry is bought by weight.",
    "The canteen buys its laundry service by weight, not by apron.",
    "",
)


def okapi(query: str, texts: tuple[str, ...], k1: float, b: float) -> list[float]:
    """The formula as it stands in the books, one passage at a time."""
    bags = [terms(text) for text in texts]
    mean = sum(map(len, bags)) / len(bags)
    scores = []
    for bag in bags:
        score = 0.0
        for term in terms(query):
            holds = sum(term in other for other in bags)
            idf = math.log(1 + (len(bags) - holds + 0.5) / (holds + 0.5))
            often = bag.count(term)
            score += idf * often * (k1 + 1) / (often + k1 * (1 - b + b * len(bag) / mean))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["caterer", "canteen laundry", "weight of an apron, apron", "nothing known"])
@pytest.mark.parametrize(("k1", "b"), [(1.2, 0.75), (0.9, 0.4)])
def test_scores_are_those_of_the_formula(query: str, k1: float, b: float) -> None:
    lexicon = Lexicon.build(TEXTS, k1=k1, b=b)
    assert lexicon.scores(query_terms(query)) == pytest.approx(okapi(query, TEXTS, k1, b), rel=1e-5)


def test_a_weight_scales_what_a_term_adds() -> None:
    lexicon = Lexicon.build(TEXTS)
    assert lexicon.scores({"cater": 0.5}) == pytest.approx(0.5 * lexicon.scores({"cater": 1.0}))


def test_a_stored_lexicon_gives_the_same_scores(tmp_path: Path) -> None:
    lexicon = Lexicon.build(TEXTS)
    lexicon.save(tmp_path / "lexicon.npz")
    again = Lexicon.open(tmp_path / "lexicon.npz")
    for query in ("canteen", "laundry by weight"):
        np.testing.assert_array_equal(again.scores(query_terms(query)), lexicon.scores(query_terms(query)))
    assert again.passages == len(TEXTS)


def test_a_rarer_term_tells_more_and_an_unknown_one_most() -> None:
    lexicon = Lexicon.build(TEXTS)
    assert lexicon.idf("unknown") > lexicon.idf("apron") > lexicon.idf("laundri") > 0
    assert (lexicon.frequency("laundri"), lexicon.frequency("unknown")) == (2, 0)


@pytest.mark.parametrize("texts", [(), ("",), ("the of and",)])
def test_texts_without_words_make_a_lexicon_that_finds_nothing(texts: tuple[str, ...], tmp_path: Path) -> None:
    Lexicon.build(texts).save(tmp_path / "lexicon.npz")
    assert Lexicon.open(tmp_path / "lexicon.npz").scores({"soup": 1.0}).tolist() == [0.0] * len(texts)
