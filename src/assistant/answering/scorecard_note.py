"""Whether a scorecard says the same as the brief above it, and if not, why not.

By rule: an option is recommended where a clause of the lean has one of its words and neither
denies nor conditions it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assistant.types import Answer, Scorecard

LEAN = 2
"""Sentences that give the lean."""

_CLAUSE = re.compile(r"[,;:.]\s+|\s+(?:but|and\s+then)\s+")
_DENIED = re.compile(
    r"\b(not(?!\s+yet)|never|neither|nor|no|avoid|rather\s+than|instead\s+of|too\s+big|wrong|without|whoever|whichever)\b",
    re.I,
)
_CONDITION = re.compile(r"^\s*(unless|if|when|until|where|while|except)\b|\bonly\s+(if|when|from|for)\b", re.I)


def note(card: Scorecard) -> str:
    """Return why a scorecard puts another option first than the brief leans to; empty where it does not.

    A lean that is split, such as "outsource the building and keep the ownership", names several
    options; any of them may lead. A lean that names none is not contradicted.
    """
    if not card.options or not card.leans or (first := card.ranking[0]) in card.leans:
        return ""
    rival = next(option for option in card.ranking if option in card.leans)
    if rival in card.barred:
        return f"The brief leans to {rival}, which this case rules out; {first} is the best of what is left."
    because = " and ".join(_reasons(card, first, rival)) or "the order of the file alone"
    return f"The brief leans to {rival}; the scorecard puts {first} first for {because}."


def lean(answer: Answer) -> str:
    """Return the sentences of an answer that say which way to go."""
    return " ".join([s.text for s in answer.shown if s.role == "bottom line"][:LEAN])


def recommended(text: str, words: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the options that a text recommends; `words` gives for each the words that do so.

    >>> sorted(recommended("Outsource the bar, and keep the kitchen.", {"A": ["outsource"], "B": ["keep"]}))
    ['A', 'B']
    >>> recommended("Do not outsource the bar unless a vendor is near.", {"A": ["outsource", "vendor"]})
    set()
    """
    found: set[str] = set()
    for clause in _CLAUSE.split(text):
        if not (_DENIED.search(clause) or _CONDITION.search(clause)):
            found |= {option for option, names in words.items() if any(_says(clause, name) for name in names)}
    return found


def _says(clause: str, name: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}(?:s|d|ed|ing)?\b", clause, re.I))


def _reasons(card: Scorecard, first: str, rival: str) -> Iterator[str]:
    """Yield the two criteria that put the first option ahead of the other the most, with their figures."""
    scores = {(s.option, s.criterion): s for s in card.scores}
    gain = {
        c: c.weight * (scores[first, c.name].value - scores[rival, c.name].value)
        for c in card.criteria
        if (first, c.name) in scores and (rival, c.name) in scores
    }
    for criterion in sorted(gain, key=lambda c: -gain[c])[:2]:
        if gain[criterion] > 0:
            ours, theirs = scores[first, criterion.name], scores[rival, criterion.name]
            rests = next((s.because for s in (ours, theirs) if s.because), criterion.because)
            case = f", in a case with {rests}" if rests else ""
            yield f"{criterion.name} ({ours.value:g} against {theirs.value:g}, weight {criterion.weight:g}{case})"
