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

FRESH = 8
"""Statements that are embedded for one question where their vectors are not stored; each costs as much time as the
question itself."""

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

    def similarities(self, query: Query, statements: Sequence[Statement], worth: Sequence[float]) -> np.ndarray:
        """Return the cosine of the query and each statement: float32, `(statements,)`.

        Of statements whose vectors are not stored, as those of records, the `FRESH` that are `worth` most are
        embedded; the others count as no nearer than the farthest of all that were compared.
        """
        first = sorted(range(len(statements)), key=lambda place: -worth[place])
        found = np.empty(len(statements), np.float32)
        found[first] = self.vectors([statements[place] for place in first]) @ self._vector(query)
        unknown = np.isnan(found)
        found[unknown] = found[~unknown].min(initial=1.0)
        return found

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
        """Return the unit vectors of statements: float32, `(statements, d)`.

        Of those that are not stored, the first `FRESH` are embedded; the rows of the others are not a number.
        """
        known = self._vectors
        new = [s for s in statements if (s.document_id, s.span) not in known]
        if new:
            vectors = self.library.statement_vectors(new, fresh=FRESH)
            there = ~np.isnan(vectors[:, 0])
            fetched = {
                (s.document_id, s.span): v for s, v, is_there in zip(new, vectors, there, strict=True) if is_there
            }
            known = {**known, **fetched}
            self._vectors = known if len(known) <= MOST else fetched
        nothing = np.full(self.library.manifest.dimension, np.nan, np.float32)
        return np.array([known.get((s.document_id, s.span), nothing) for s in statements], np.float32)
