from __future__ import annotations

import pytest

from assistant.errors import SettingsError
from assistant.retrieval.rerank import CrossEncoderReranker, open_cross_encoder
from assistant.types import Hit, Passage, Query, Span


class ByLength:
    """Scores a pair by how long its passage is."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def predict(self, pairs: list[tuple[str, str]], /) -> list[float]:
        self.pairs = pairs
        return [float(len(text)) for _, text in pairs]


def hit(rank: int, text: str) -> Hit:
    return Hit(Passage("a.md", Span(0, len(text)), text, ("Costs",), title="Taxis"), 1 / rank, rank, "hybrid")


def test_hits_are_ordered_by_the_models_score_and_ranked_anew() -> None:
    model = ByLength()
    hits = [hit(1, "short"), hit(2, "rather long"), hit(3, "longest of them")]
    found = CrossEncoderReranker("any", lambda name: model)(Query("How long?", "How long?"), hits)
    assert [h.passage.text for h in found] == ["longest of them", "rather long", "short"]
    assert [(h.rank, h.found_by) for h in found] == [(1, "rerank"), (2, "rerank"), (3, "rerank")]
    assert model.pairs[0] == ("How long?", "Taxis - Costs\nshort")


def test_equal_scores_keep_the_order() -> None:
    hits = [hit(1, "aa"), hit(2, "bb"), hit(3, "cc")]
    found = CrossEncoderReranker("any", lambda name: ByLength())(Query("q", "q"), hits)
    assert [h.passage.text for h in found] == ["aa", "bb", "cc"]


def test_nothing_to_rerank_asks_no_model() -> None:
    def refuse(name: str) -> ByLength:
        raise AssertionError("loaded")

    assert CrossEncoderReranker("any", refuse)(Query("q", "q"), []) == []


def test_a_reranker_that_is_not_here_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(SettingsError) as refused:
        open_cross_encoder("nobody/has-this-model")
    assert "ASSISTANT_RERANKER_MODEL" in refused.value.hint
