"""The statements of passages and their vectors, kept at hand once they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from assistant.index.library import Library
from assistant.retrieval.pull import pulled
from assistant.types import Hit, Passage, Query, Span, Statement

ANSWERED = 0.5
"""Share of its weight that an earlier answer keeps when statements are compared with a question."""

MOST = 20_000
"""Vectors of statements kept, 1.5 kB each; the passages that people ask about are few."""


class Statements:
    """Statements of one generation of the index; safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._of_passage = lru_cache(maxsize=MOST // 4)(library.statements_of)
        self._vectors: dict[tuple[str, Span], np.ndarray] = {}

    def of(self, hit: Hit) -> tuple[Statement, ...]:
        """Return the statements of a hit's passage, in document order."""
        return self._of_passage(hit.passage)

    def similarities(self, query: Query, statements: Sequence[Statement]) -> np.ndarray:
        """Return the cosine of the query and each statement: float32, `(statements,)`."""
        return np.asarray(self.vectors(statements) @ self._vector(query))

    def nearness(self, query: Query, passages: Sequence[Passage]) -> np.ndarray:
        """Return the cosine of the query and each passage: float32, `(passages,)`."""
        numbers = [self.library.number(passage) for passage in passages]
        return np.asarray(self.library.passage_vectors(numbers) @ self._vector(query))

    def _vector(self, query: Query) -> np.ndarray:
        """Return the unit vector of a query and what it leans on: float32, `(d,)`.

        Earlier answers count for less than in the search, since an answer is not said again.
        """
        return pulled(self.library, query, answered=ANSWERED)

    def vectors(self, statements: Sequence[Statement]) -> np.ndarray:
        """Return the unit vectors of statements: float32, `(statements, d)`."""
        known = self._vectors
        new = [s for s in statements if (s.document_id, s.span) not in known]
        if new:
            places = [(s.document_id, s.span) for s in new]
            fetched = dict(zip(places, self.library.statement_vectors(new), strict=True))
            known = {**known, **fetched}
            self._vectors = known if len(known) <= MOST else fetched
        return np.array([known[s.document_id, s.span] for s in statements], np.float32)
