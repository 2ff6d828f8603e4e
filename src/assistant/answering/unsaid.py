"""Which parts of a question an answer in a model's own words leaves unsaid."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answering.relevance import FRAMING
from assistant.text import terms
from assistant.types import Answer

TOUCHED = 0.34
"""A part of the question is said if the answer and its sources' headings hold this share of its words."""

_PARTS = re.compile(r"[?;]\s+|,?\s+and\s+(?=(?:who|what|how|when|where|which|why)\b)", re.IGNORECASE)


def with_unsaid(answer: Answer) -> Answer:
    """Return the answer with the parts of its question that no shown sentence touches among what is missing.

    Only a language model leaves out what the evidence holds; other answers are returned as they are.
    """
    if answer.mode != "generative":
        return answer
    said = {
        term
        for s in answer.shown
        for text in (s.text, *(t for c in s.citations for t in (c.text, c.passage.title, *c.passage.headings)))
        for term in terms(text)
    }
    parts = [part.strip(" ?.") for part in _PARTS.split(answer.evidence.query.question)]
    unsaid = [part for part in parts if len(parts) > 1 and _untouched(part, said)]
    missing = tuple(dict.fromkeys((*answer.missing, *unsaid)))
    return replace(answer, missing=missing, status="partial" if missing else answer.status)


def _untouched(part: str, said: set[str]) -> bool:
    asked = set(terms(part)) - FRAMING
    # a part of one word ("and how much?") has its subject in the part before it
    return len(asked) > 1 and len(asked & said) < TOUCHED * len(asked)
