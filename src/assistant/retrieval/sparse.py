"""Search by words: the passages that hold the question's telling words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.index.lexicon import query_terms
from assistant.index.library import Library
from assistant.types import Hit, Query

EXPANSION_WEIGHT = 0.3
"""Of another name for a term of the question, against 1 for the term itself."""


@dataclass(frozen=True, slots=True)
class SparseRetriever:
    """Best passages by BM25 for the question itself; scores are above 0 and without a ceiling."""

    library: Library
    top_k: int = 8

    def __call__(self, query: Query, /) -> list[Hit]:
        """Return at most `top_k` hits, best first; only passages that hold a word of the query."""
        scores = self.library.lexicon.scores(term_weights(query))
        numbers = best(scores, self.top_k)
        passages = self.library.passages(numbers.tolist())
        scored = zip(passages, scores[numbers], strict=True)
        return [Hit(p, float(score), rank, "sparse") for rank, (p, score) in enumerate(scored, start=1)]


def term_weights(query: Query) -> dict[str, float]:
    """Return the weight of each term: of the question and of its other names.

    A term that stands in both counts with the higher weight, not with their sum: that a word
    is repeated by what we added ourselves says nothing about the question.
    """
    weights = query_terms(query.text)
    for text in query.expansions:
        for term in query_terms(text):
            weights[term] = max(weights.get(term, 0.0), EXPANSION_WEIGHT)
    return weights


def best(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the numbers of at most `k` passages with a score above 0, best first."""
    found = np.flatnonzero(scores)
    if len(found) > k:
        # all that tie with the k-th, so that which of them are taken does not depend on chance
        limit = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= limit]
    return found[np.lexsort((found, -scores[found]))][:k]
