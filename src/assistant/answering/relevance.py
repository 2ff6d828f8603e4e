"""Which statements of the evidence meet the question, and how well.

A statement's relevance is what a careful reader weighs: how near its meaning is to the
question (cosine of the sentence vectors), how many of the question's rarer words it holds
(coverage), how good the passage around it is, and whether its role is the one asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.answering.forms import Ask
from assistant.stages import StatementsOf
from assistant.text import terms, words
from assistant.types import Candidate, Evidence, Hit, Query, Statement

Similarities = Callable[[Query, Sequence[Statement], Sequence[float]], NDArray[np.float32]]
"""The cosine of the query and each statement, shape (statements,); the numbers say which are worth most by their words,
so that of statements whose vectors are not stored the rest need not be embedded."""

Rarity = Callable[[str], float]
"""The inverse document frequency of a stemmed term in the corpus; highest for one it does not hold."""

Holds = Callable[[str], bool]
"""Whether a stemmed term occurs in the corpus at all."""

MEANING, WORDS, PASSAGE = 0.55, 0.35, 0.10
"""Shares of the three parts of relevance; chosen on the development questions, see evals/LOG.md."""

KNOWN = 20_000
"""Statements of which is kept what holds for every question."""

GUIDANCE_FIRST = 0.04
"""Guidance is preferred to an article that says the same."""


FRAMING = frozenset(
    terms(
        "article articles source sources text author page document corpus guidance say says said state "
        "states mention mentioned mentions name named names list cite cited cites recommend recommends describe "
        "described explain example examples question answer tell according refer refers figure step steps give given "
        "mean means meaning define definition idea ideas thing things way ways kind kinds vs versus "
        "good bad really actually"
    )
)
"""Words that frame a question and say nothing of its subject."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """Ranks the statements of the evidence by relevance to the question."""

    statements_of: StatementsOf
    similarities: Similarities
    rarity: Rarity
    holds: Holds

    def __call__(self, evidence: Evidence, ask: Ask) -> list[Candidate]:
        """Return every statement of the evidence once, best first."""
        pairs = _distinct(evidence.hits, self.statements_of)
        if ask.articles_only and any(hit.passage.kind == "article" for _, hit in pairs):
            pairs = [(s, hit) for s, hit in pairs if hit.passage.kind != "guidance" or _OF_ARTICLE.search(s.text)]
        if not pairs:
            return []
        weights = self.weights(evidence.query)
        best = max((hit.score for _, hit in pairs), default=1.0) or 1.0
        held = [coverage(weights, statement) for statement, _ in pairs]
        worth = [
            WORDS * covered
            + PASSAGE * hit.score / best
            + (GUIDANCE_FIRST if hit.passage.kind == "guidance" and not ask.articles_only else 0.0)
            + _fitness(ask, statement, weights)
            for (statement, hit), covered in zip(pairs, held, strict=True)
        ]
        meaning = self.similarities(evidence.query, [statement for statement, _ in pairs], worth).tolist()
        found = [
            Candidate(statement, hit, MEANING * similarity + rest, similarity, covered)
            for (statement, hit), similarity, covered, rest in zip(pairs, meaning, held, worth, strict=True)
        ]
        return sorted(found, key=lambda c: -c.relevance)

    def weights(self, query: Query) -> dict[str, float]:
        """Return the content terms of the query with their rarity; a rare word tells most."""
        asked = [term for term in terms(query.text) if term not in FRAMING]
        weights = {term: self.rarity(term) for term in asked or terms(query.text)}
        for text, weight in query.context:
            for term in terms(text):
                if term not in FRAMING:
                    weights.setdefault(term, weight * self.rarity(term))
        return weights


def coverage(weights: dict[str, float], statement: Statement) -> float:
    """Return the share of the weighted terms that the statement or its headings hold, 0..1.

    Headings count for three quarters: they say what the statement is about, not what it says.
    """
    total = sum(weights.values())
    if not total:
        return 0.0
    said, above = _words_of(statement.text, statement.headings)
    return sum(w * (1.0 if t in said else 0.75 if t in above else 0.0) for t, w in weights.items()) / total


@lru_cache(maxsize=KNOWN)
def _words_of(text: str, headings: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the terms of a statement and those of its headings; the same statements are met by many questions."""
    return frozenset(terms(text)), frozenset(terms(" ".join(headings)))


def overlap(one: str, other: str) -> float:
    """Return the share of the smaller word set that both texts have, 0..1."""
    a, b = set(words(one)), set(words(other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _distinct(hits: Sequence[Hit], statements_of: StatementsOf) -> list[tuple[Statement, Hit]]:
    seen: dict[tuple[str, int], tuple[Statement, Hit]] = {}
    for hit in hits:
        for statement in statements_of(hit):
            seen.setdefault((statement.document_id, statement.span.start), (statement, hit))
    return list(seen.values())


_SIGNPOST = re.compile(
    r"\b(this|the)\s+(expert\s+)?(guide|section|post|blog)\b|^here\s+(is|are)\b|:$|^(to|when)\s.*\b(we\s+must|it\s+is\s+highly)\b"
    r"|^(each|both)\s+\w+\s+(offers?|has|have)\s+(distinct|different)\b|\brefer\s+to\s+this\b",
    re.IGNORECASE,
)
"""A sentence that announces what others say."""
_OF_ARTICLE = re.compile(r"\barticles?\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(not|no|never|neither|nothing|cannot|only a bill)\b", re.IGNORECASE)
_CONTRAST = re.compile(
    r"\b(whereas|while|differs?|difference|against|rather than|instead|better|unlike|but|both)\b", re.IGNORECASE
)
_DEFINES = re.compile(
    r"^(?:an?\s+|the\s+)?(?P<term>[\w()/&\s-]{2,60}?)\s+(?:is|are|means|refers\s+to|describes)\s+(?!about\b|not\b)",
    re.IGNORECASE,
)


def _fitness(ask: Ask, statement: Statement, asked: Collection[str]) -> float:
    """Return a bonus or malus for the kind of sentence, apart from its subject."""
    text = statement.text
    if statement.role == "question" or text.rstrip().endswith("?"):
        return -0.2  # a question is no answer; the decision brief takes its own
    if _is_signpost(text):
        return -0.15
    bonus = 0.0
    if ask.premise and _DENIES.search(text):
        bonus = 0.12  # what is taken for granted is put right before anything else is said
    elif ask.expected == "definition":
        bonus = 0.15 if _defines(statement, asked) else 0.0
    elif ask.expected not in {"any", "list"}:
        bonus = 0.08 if ask.holds(text) else -0.05
    elif ask.form == "comparison" and _CONTRAST.search(text):
        bonus = 0.06
    elif statement.role == "bottom line":
        bonus = 0.02
    return bonus


@lru_cache(maxsize=KNOWN)
def _is_signpost(text: str) -> bool:
    return bool(_SIGNPOST.search(text))


def _defines(statement: Statement, asked: Collection[str]) -> bool:
    """Return whether the statement says what a term of the question is."""
    defines = _DEFINES.match(statement.text)
    names = set(terms(defines["term"])) if defines else set()
    return statement.role == "definition" or bool(names and names <= set(asked))
