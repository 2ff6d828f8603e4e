"""Search by meaning: the passages whose vectors are nearest to the question's."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.index.library import Library
from assistant.retrieval.pull import aim
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
        found = aim(self.library, query, self.top_k).near
        passages = self.library.passages([number for number, _ in found])
        scored = zip(passages, found, strict=True)
        return [Hit(p, score, rank, "dense") for rank, (p, (_, score)) in enumerate(scored, start=1)]
