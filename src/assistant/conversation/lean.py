"""Whether a question stands alone, or needs what was said before it to be understood."""

from __future__ import annotations

import re
from typing import Literal

from assistant.text import STOP_WORDS, terms, words

Leaning = Literal["ellipsis", "pronoun", "told", "short", "alone"]
"""How a question leans back: by what it leaves out, by a word that points, as a fact of the case, by its shortness."""

FEW_TERMS = 3
"""A question with at most so many content words leans on what was said before."""

BEFORE = 4
"""Content words that a question may say before a word that points back; after more it points at these."""

_OPENING = re.compile(
    r"^\s*(and|but|or|so|also|then|what\s+about|how\s+about|what\s+if|and\s+if|why\s+(is|are|not|so)|same\s+(for|question)|"
    r"i\s+mean[t]?|no|actually|sorry|ok(ay)?)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|that|those|these|this|he|she|her|his|one|ones|there"
    r"|the\s+(?:first|second|third|last|former|latter|other|same)(?:\s+(?:one|kind|option|model))?)\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(is|was|does|would|will)\s+it\s+(a|an|the|make|worth|good|bad|legal|possible|safe|wise|ok|true|better)\b"
    r"|\b(is|are|was|were)\s+there\b|\bthere\s+(is|are|was|were)\b|\bone\s+(?=[a-z])(?!of\b|be\b|do\b)",
    re.IGNORECASE,
)
_TOLD = re.compile(r"\s*(we|our|i|it|they)\b|\s*we're\b|\s*\d+\s+(people|staff)", re.IGNORECASE)
_DEFINED = re.compile(
    r"^\s*what(?:'s|\s+is|\s+are|\s+does)\s+(?!about\b)(?:an?\s+|the\s+)?(?P<term>[\w/&+.\s-]+?)(?:\s+mean)?\s*\?*$",
    re.I,
)
_ANNOUNCED = re.compile(
    r"^\s*(?:(?:ok(?:ay)?|thanks|thank\s+you|great|good|fine|right)\b[\s,.!]*)?"
    r"(?:"
    r"(?:a\s+|an\s+|one\s+|my\s+)?(?:completely\s+|very\s+|quite\s+)?(?:different|another|new|other|separate|unrelated|next)\s+(?:subject|topic|question|matter|thing|point)\s*[:,.–-]+"
    r"|(?:now\s+)?(?:for\s+|to\s+)?something\s+(?:completely\s+)?(?:else|different)(?:\s+now)?\s*[:,.–-]+"
    r"|on\s+(?:a|an)(?:other|\s+different|\s+unrelated|\s+separate)\s+(?:note|subject|topic|matter)\s*[:,.–-]*"
    r"|(?:to\s+)?chang(?:e|ing)\s+(?:the\s+|of\s+)?(?:subject|topic)s?\s*[:,.–-]*"
    r"|by\s+the\s+way\s*[:,.–-]*"
    r")\s*",
    re.IGNORECASE,
)


def announced(question: str) -> str | None:
    """Return what is asked after words that announce another subject, or None where none do.

    >>> announced("Different topic: who owns source code?")
    'who owns source code?'
    """
    found = _ANNOUNCED.match(question)
    return question[found.end() :] if found else None


def leaning(question: str) -> Leaning:
    """Return how a question leans on what was said before it.

    >>> [leaning(q) for q in ("And in Peru?", "Who owns it?", "Which rights?", "We have ten agents.")]
    ['ellipsis', 'pronoun', 'short', 'told']
    """
    count = len(terms(question))
    if _OPENING.search(question) and count <= 2 * FEW_TERMS:
        return "ellipsis"
    if _points_back(question) and count <= 2 * FEW_TERMS:
        return "pronoun"
    if "?" not in question and _TOLD.match(question):
        return "told"  # a fact of the case, told after the question
    if count <= FEW_TERMS and len(words(question)) <= 9 and not _defines(question):
        return "short"
    return "alone"


def leans_back(question: str) -> bool:
    """Return whether a question needs what was said before it to be understood."""
    return leaning(question) != "alone"


def _defines(question: str) -> bool:
    """Return whether a question asks what a thing is that it names itself."""
    asked = _DEFINED.match(question)
    return bool(asked and terms(asked["term"]) and not _POINTS_BACK.search(asked["term"]))


def _points_back(question: str) -> bool:
    """Return whether a word points at something that the question itself has not named."""
    bare = _EXPLETIVE.sub(" ", question)
    for found in _POINTS_BACK.finditer(bare):
        before = bare[: found.start()]
        if len(terms(before)) <= BEFORE and not (found[0].lower() == "that" and _joins(before)):
            return True
    return False


def _joins(before: str) -> bool:
    """Return whether "that" after these words joins a clause to a noun: `software that screens people`."""
    *_, last = ["", *words(before)]
    return bool(last) and last not in STOP_WORDS
