"""Search by meaning: the passages whose vectors are nearest to the question's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.index.library import Library
from assistant.types import Hit, Query


@dataclass(frozen=True, slots=True)
class DenseRetriever:
    """Nearest passages by cosine; scores are -1..1."""

    library: Library
    top_k: int = 8

    def __call__(self, query: Query, /) -> list[Hit]:
        """Return at most `top_k` hits, best first; empty when the query is blank."""
        if not query.text.strip():
            return []
        found = self.library.nearest(query_vector(self.library, query), self.top_k)
        passages = self.library.passages([number for number, _ in found])
        scored = zip(passages, found, strict=True)
        return [Hit(p, score, rank, "dense") for rank, (p, (_, score)) in enumerate(scored, start=1)]


def query_vector(library: Library, query: Query) -> np.ndarray:
    """Return the unit vector that stands for the query and what pulls on it: float32, `(d,)`.

    The cosine with a sum of vectors is, but for a constant factor, the sum of the cosines; so
    one search with the sum gives the ranking of all the texts together.
    """
    vector = np.array(library.query_vector(query.text))
    for text, weight in query.context:
        vector += weight * library.query_vector(text)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
