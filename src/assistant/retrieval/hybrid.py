"""Search by meaning and by words at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from assistant.index.library import Library
from assistant.retrieval.dense import query_vector
from assistant.retrieval.fuse import best_first, convex_combination, reciprocal_rank_fusion
from assistant.retrieval.sparse import best, term_weights
from assistant.types import Hit, Query

DEPTH = 100
"""Passages taken from each side: one that is 60th by meaning and 40th by words can be the best."""

SAME = 0.97
"""Cosine from which two passages say the same; the second tells the reader nothing new."""


@dataclass(frozen=True, slots=True)
class HybridRetriever:
    """Takes the best of both sides, gives each candidate both scores, and fuses them.

    Every candidate has its exact cosine and its exact BM25 score, whichever side found it; so
    none is punished for having been just below the cut of the other side.
    """

    library: Library
    top_k: int = 8
    fusion: Literal["convex", "rrf"] = "convex"
    dense_weight: float = 0.5

    def __call__(self, query: Query, /) -> list[Hit]:
        """Return at most `top_k` hits, best first, without passages that repeat a better one."""
        return self._distinct(self.search(query, 3 * self.top_k))[: self.top_k]

    def search(self, query: Query, k: int) -> list[Hit]:
        """Return at most `k` hits, best first; empty when the query is blank."""
        if not query.text.strip():
            return []
        depth = max(DEPTH, k)
        vector = query_vector(self.library, query)
        words = self.library.lexicon.scores(term_weights(query))
        near = [number for number, _ in self.library.nearest(vector, depth)]
        numbers = np.union1d(np.array(near, np.int64), best(words, depth))
        fused = self._fuse(self.library.passage_vectors(numbers) @ vector, words[numbers])
        places = best_first(fused, numbers)[:k]
        passages = self.library.passages(numbers[places].tolist())
        scored = zip(passages, fused[places], strict=True)
        return [Hit(p, float(score), rank, "hybrid") for rank, (p, score) in enumerate(scored, start=1)]

    def _fuse(self, dense: np.ndarray, sparse: np.ndarray) -> np.ndarray:
        if self.fusion == "rrf":
            return reciprocal_rank_fusion([dense, sparse])
        return convex_combination(dense, sparse, dense_weight=self.dense_weight)

    def _distinct(self, hits: list[Hit]) -> list[Hit]:
        """Return the hits without those that say the same as a better one, ranked anew."""
        vectors = self.library.passage_vectors([self.library.number(hit.passage) for hit in hits])
        kept: list[int] = []
        for place in range(len(hits)):
            if not kept or float((vectors[kept] @ vectors[place]).max()) < SAME:
                kept.append(place)
        return [Hit(hits[p].passage, hits[p].score, rank, "hybrid") for rank, p in enumerate(kept, start=1)]
