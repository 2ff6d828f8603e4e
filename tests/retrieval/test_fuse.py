from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.fuse import best_first, convex_combination, min_max, reciprocal_rank_fusion

scores = st.lists(st.floats(-1, 50, width=32), min_size=1, max_size=30).map(lambda s: np.array(s, np.float32))


def test_reciprocal_rank_fusion_adds_the_reciprocal_ranks() -> None:
    fused = reciprocal_rank_fusion([np.array([0.9, 0.5, 0.1]), np.array([0.0, 2.0, 7.0])], k=60)
    assert fused == pytest.approx([1 / 61, 1 / 62 + 1 / 62, 1 / 63 + 1 / 61])


def test_what_a_scoring_did_not_find_gets_nothing_from_it() -> None:
    assert reciprocal_rank_fusion([np.array([0.0, 0.0])]).tolist() == [0.0, 0.0]


def test_a_weight_of_one_or_zero_leaves_one_side_alone() -> None:
    dense, sparse = np.array([0.2, 0.8, 0.5]), np.array([9.0, 1.0, 3.0])
    assert convex_combination(dense, sparse, dense_weight=1) == pytest.approx(min_max(dense))
    assert convex_combination(dense, sparse, dense_weight=0) == pytest.approx(min_max(sparse))


@given(scores)
def test_min_max_keeps_the_order_and_lies_between_0_and_1(given: np.ndarray) -> None:
    scaled = min_max(given)
    assert scaled.min() >= 0
    assert scaled.max() <= 1
    assert np.all(np.diff(scaled[np.argsort(given, kind="stable")]) >= 0)


@given(scores)
def test_the_best_come_first_and_ties_go_to_the_lower_number(given: np.ndarray) -> None:
    numbers = np.arange(len(given))[::-1]
    order = best_first(given, numbers)
    found = [(-float(given[place]), int(numbers[place])) for place in order]
    assert found == sorted(found)


def test_nothing_to_fuse_is_nothing() -> None:
    assert len(convex_combination(np.empty(0), np.empty(0), dense_weight=0.5)) == 0
    assert len(reciprocal_rank_fusion([])) == 0
