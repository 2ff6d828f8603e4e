"""What was said before pulls on a search, the more the less the question finds by itself.

A follow-up such as "and in Mexico?" is near to nothing in the corpus, and a question that
begins another subject is near to what answers it: that tells them apart where words do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.index.library import Library
from assistant.retrieval.sparse import term_weights
from assistant.types import Query

UNSURE, SURE = 0.5, 0.7
"""Cosine of the best passage up to which history pulls fully, and from which not at all (evals/LOG.md)."""

BEGINNING = 200
"""Characters of an earlier answer that are embedded: more costs time and finds no more; its words are read whole."""

Weighted = tuple[tuple[str, float], ...]
"""Texts, each with its weight (0..1)."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a search goes for, in meaning and in words."""

    vector: np.ndarray
    """Unit vector: float32, `(d,)`."""
    near: list[tuple[int, float]]
    """The passages nearest to it as (number, cosine), best first."""
    pulling: Weighted = ()
    """What was said before and pulls on the words, by as much as it does."""


def aim(library: Library, query: Query, depth: int) -> Aim:
    """Return what to search for and the `depth` nearest passages; one look if nothing was said before."""
    own = library.query_vector(query.text)
    alone = library.nearest(own, depth)
    share = room(alone[0][1]) if alone and (query.context or query.answered) else 0.0
    if not share:
        return Aim(own, alone)
    vector = pulled(library, query, context=share, answered=share)
    pulling = tuple((text, weight * share) for text, weight in (*query.context, *query.answered))
    return Aim(vector, library.nearest(vector, depth), pulling)


def room(cosine: float) -> float:
    """Return how much of its weight history has beside a question whose best passage is so near, 0..1.

    >>> [round(room(cosine), 1) for cosine in (0.4, 0.6, 0.8)]
    [1.0, 0.5, 0.0]
    """
    return float(np.clip((SURE - cosine) / (SURE - UNSURE), 0.0, 1.0))


def pulled(library: Library, query: Query, *, context: float = 1.0, answered: float = 1.0) -> np.ndarray:
    """Return the unit vector that stands for a query and what pulls on it: float32, `(d,)`.

    The cosine with a sum of vectors is, but for a constant factor, the sum of the cosines; so
    one search with the sum gives the ranking of all the texts together.

    Args:
        library: embeds the texts.
        query: with what it leans on.
        context: share of their weight that earlier questions keep, 0..1.
        answered: the same of earlier answers.
    """
    vector = np.array(library.query_vector(query.text))
    for text, weight in query.context:
        vector += context * weight * library.query_vector(text)
    for text, weight in query.answered:
        vector += answered * weight * library.query_vector(text[:BEGINNING])
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)


def word_scores(library: Library, query: Query, pulling: Weighted) -> np.ndarray:
    """Return the BM25 score of every passage, with those of what pulls on it: float32, `(passages,)`.

    Each text counts by its weight against the best passage of the question, however many words
    it has: by the plain sum a long answer would outweigh the question.
    """
    scores = library.lexicon.scores(term_weights(query))
    best = float(scores.max(initial=0.0)) or 1.0
    for text, weight in pulling:
        said = library.lexicon.scores(term_weights(Query(text, text)))
        if (most := float(said.max(initial=0.0))) > 0:
            scores += np.float32(weight * best / most) * said
    return scores
