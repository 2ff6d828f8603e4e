"""BM25 over the passages: which of them hold the words of a query, and how telling those are.

Knows words and row numbers only. The impact of each term on each passage is worked out when
the index is built, so that a query is a sum over a few sparse columns.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from assistant.text import STOP_WORDS, terms

K1 = 1.2
"""How soon a repeated term stops counting; unitless. Measured in evals/LOG.md."""
B = 0.75
"""How far a long passage is held against its terms, 0..1. Measured in evals/LOG.md."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Okapi BM25 with precomputed impacts, stored by term.

    Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
    2009; the idf is Lucene's, which is never negative. Impacts worked out beforehand: Lù,
    "BM25S", 2024.
    """

    passages: int
    """How many there are; row numbers are below it."""
    columns: dict[str, int]
    """Column of each term."""
    bounds: np.ndarray
    """int64, `(terms + 1,)`: column `c` owns `rows[bounds[c]:bounds[c + 1]]`."""
    rows: np.ndarray
    """int32, `(postings,)`: passage numbers, ascending within a column."""
    impacts: np.ndarray
    """float32, `(postings,)`: what the term adds to the passage's score."""

    def scores(self, query: Mapping[str, float]) -> np.ndarray:
        """Return the score of every passage: float32, `(passages,)`, 0 where no term occurs.

        Args:
            query: weight of each term, as `terms` gives them; unknown terms add nothing.
        """
        scores = np.zeros(self.passages, np.float32)
        for term, weight in query.items():
            if (column := self.columns.get(term)) is not None:
                place = slice(self.bounds[column], self.bounds[column + 1])
                scores[self.rows[place]] += np.float32(weight) * self.impacts[place]
        return scores

    def frequency(self, term: str) -> int:
        """Return how many passages hold the term."""
        column = self.columns.get(term)
        return 0 if column is None else int(self.bounds[column + 1] - self.bounds[column])

    def idf(self, term: str) -> float:
        """Return how telling the term is, at least 0; highest for a term that never occurs."""
        return float(_idf(self.frequency(term), self.passages))

    def save(self, path: Path) -> None:
        """Write the lexicon as one `.npz` file without pickled objects."""
        words = np.frombuffer("\n".join(self.columns).encode(), np.uint8)
        with path.open("wb") as file:
            np.savez(
                file,
                words=words,
                bounds=self.bounds,
                rows=self.rows,
                impacts=self.impacts,
                passages=np.array(self.passages),
            )

    @classmethod
    def open(cls, path: Path) -> Lexicon:
        """Return the lexicon that `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            words = stored["words"].tobytes().decode()
            columns = {word: column for column, word in enumerate(words.split("\n"))} if words else {}
            return cls(int(stored["passages"]), columns, stored["bounds"], stored["rows"], stored["impacts"])

    @classmethod
    def build(cls, texts: Iterable[str], *, k1: float = K1, b: float = B) -> Lexicon:
        """Return the lexicon of the texts; a text's row is its place in the order given."""
        counts = [Counter(terms(text)) for text in texts]
        words = sorted(set(chain.from_iterable(counts)))
        columns = {word: column for column, word in enumerate(words)}
        lengths = np.array([sum(c.values()) for c in counts], np.float32)
        postings = sum(map(len, counts))
        column = np.fromiter((columns[t] for c in counts for t in c), np.int64, postings)
        row = np.repeat(np.arange(len(counts), dtype=np.int32), [len(c) for c in counts])
        often = np.fromiter((n for c in counts for n in c.values()), np.float32, postings)
        order = np.argsort(column, kind="stable")
        column, row, often = column[order], row[order], often[order]
        frequency = np.bincount(column, minlength=len(words))
        bounds = np.concatenate(([0], np.cumsum(frequency))).astype(np.int64)
        relative = lengths[row] / max(float(lengths.mean()) if len(lengths) else 0.0, 1e-9)
        saturated = often * (k1 + 1) / (often + k1 * (1 - b + b * relative))
        impacts = (_idf(frequency, len(counts))[column] * saturated).astype(np.float32)
        return cls(len(counts), columns, bounds, row, impacts)


def version() -> str:
    """Return a mark of all that decides the impacts: the constants, and how words become terms."""
    sample = "The vendor's follow-the-sun SLAs, 24/7, were re-negotiated in Łódź; 3.5 % of them."
    decided = f"{K1} {B} {sorted(STOP_WORDS)} {terms(sample)}"
    return hashlib.sha256(decided.encode()).hexdigest()[:12]


def query_terms(text: str) -> dict[str, float]:
    """Return the terms of a text with how often each occurs."""
    return {term: float(n) for term, n in Counter(terms(text)).items()}


def _idf(frequency: np.ndarray | int, passages: int) -> np.ndarray:
    return np.log1p((passages - np.asarray(frequency) + 0.5) / (np.asarray(frequency) + 0.5))
