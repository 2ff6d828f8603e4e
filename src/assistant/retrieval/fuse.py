"""Two rankings of the same passages become one. Pure functions; knows numbers and passages only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

RRF_K = 60
"""Damping of reciprocal rank fusion, unitless; 60 in the paper."""


def reciprocal_rank_fusion(scores: Iterable[np.ndarray], *, k: int = RRF_K) -> np.ndarray:
    """Return the sum of `1 / (k + rank)` over several scorings of the same candidates.

    Rank alone counts, so scores on different scales can meet. Ranks count from 1; a candidate
    with score 0 or less was not found by that scoring and gets nothing from it.

    Args:
        scores: any number of arrays, each `(candidates,)`, higher is better.
        k: damping constant, unitless.

    Source: Cormack, Clarke & Büttcher, "Reciprocal Rank Fusion", SIGIR 2009.
    """
    arrays = list(scores)
    fused = np.zeros(len(arrays[0]) if arrays else 0, np.float32)
    for array in arrays:
        ranks = np.empty(len(array), np.float32)
        ranks[np.argsort(-array, kind="stable")] = np.arange(1, len(array) + 1)
        fused += np.where(array > 0, 1 / (k + ranks), 0).astype(np.float32)
    return fused


def convex_combination(dense: np.ndarray, sparse: np.ndarray, *, dense_weight: float) -> np.ndarray:
    """Return the weighted sum of both scorings, each brought to 0..1 over the candidates.

    How much better one candidate is than the next counts, which ranks throw away.

    Args:
        dense: cosine of each candidate, `(candidates,)`.
        sparse: BM25 of each candidate, `(candidates,)`.
        dense_weight: share of the dense score, 0..1; the sparse score has the rest.

    Source: Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023.
    """
    return dense_weight * min_max(dense) + (1 - dense_weight) * min_max(sparse)


def min_max(scores: np.ndarray) -> np.ndarray:
    """Return the scores moved and stretched to 0..1; all 0 where they are all the same."""
    if not len(scores):
        return scores
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def best_first(scores: np.ndarray, numbers: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return the places of the candidates by score, the best first; ties go to the lower number."""
    return np.lexsort((np.asarray(numbers), -scores))
