"""Search by meaning and by words at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from assistant.index.library import Library
from assistant.retrieval.fuse import best_first, convex_combination, reciprocal_rank_fusion
from assistant.retrieval.pull import aim, word_scores
from assistant.retrieval.sparse import best
from assistant.types import Hit, Query

DEPTH = 100
"""Passages taken from each side: one that is 60th by meaning and 40th by words can be the best."""

SAME = 0.97
"""Cosine from which two passages say the same; the second tells the reader nothing new."""

CURATED = ("guidance", "article")
"""Kinds of documents that belong to the corpus; others are files of somebody's own."""


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
        numbers, scores = self._ranked(query, DEPTH)
        places = self._distinct(numbers, 2 * self.top_k)
        return without_copies(self._hits(numbers[places], scores[places]))[: self.top_k]

    def search(self, query: Query, k: int) -> list[Hit]:
        """Return at most `k` hits, best first; empty when the query is blank."""
        numbers, scores = self._ranked(query, max(DEPTH, k))
        return self._hits(numbers[:k], scores[:k])

    def _ranked(self, query: Query, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of all candidates and their scores, best first."""
        if not query.text.strip():
            return np.empty(0, np.int64), np.empty(0, np.float32)
        aimed = aim(self.library, query, depth)
        words = word_scores(self.library, query, aimed.pulling)
        numbers = np.union1d(np.array([number for number, _ in aimed.near], np.int64), best(words, depth))
        fused = self._fuse(self.library.passage_vectors(numbers) @ aimed.vector, words[numbers])
        places = best_first(fused, numbers)
        return numbers[places], fused[places]

    def _fuse(self, dense: np.ndarray, sparse: np.ndarray) -> np.ndarray:
        if self.fusion == "rrf":
            return reciprocal_rank_fusion([dense, sparse])
        return convex_combination(dense, sparse, dense_weight=self.dense_weight)

    def _distinct(self, numbers: np.ndarray, count: int) -> list[int]:
        """Return the places of the first passages that do not say the same as a better one, at most `count`."""
        kept: list[int] = []
        for compared in (numbers[: 2 * count], numbers):  # seldom are more than twice as many looked at
            vectors = self.library.passage_vectors(compared)
            same = vectors @ vectors.T >= SAME
            kept = []
            for place in range(len(compared)):
                if len(kept) == count:
                    return kept
                if not same[place, kept].any():
                    kept.append(place)
        return kept

    def _hits(self, numbers: np.ndarray, scores: np.ndarray) -> list[Hit]:
        passages = self.library.passages(numbers.tolist())
        scored = zip(passages, scores, strict=True)
        return [Hit(p, float(score), rank, "hybrid") for rank, (p, score) in enumerate(scored, start=1)]


def without_copies(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits without those whose text is, letter for letter, that of a better one.

    Their vectors may still differ, by the title of the document. Where the better one is of a file that somebody put
    there and the other of a page of the corpus, the page's stands in its place: who copies a page does not take its
    place by that.
    """
    first: dict[str, Hit] = {}
    for hit in hits:
        text = hit.passage.text
        better = first.setdefault(text, hit)
        if better.passage.kind == "file" and hit.passage.kind in CURATED:
            first[text] = replace(better, passage=hit.passage)
    if len(first) == len(hits):
        return list(hits)
    return [replace(hit, rank=rank) for rank, hit in enumerate(first.values(), start=1)]
