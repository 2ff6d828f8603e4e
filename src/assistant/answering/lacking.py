"""What a question asks for that no near statement gives.

A near miss is the error that costs most trust: the subject is in the corpus, the detail asked
for is not, and a sentence on the subject looks like an answer. What the detail is can be read
from the question: a figure, a number of something, a person, the head noun after "which", what
a place or a firm is said to have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answering.forms import Ask
from assistant.text import stems, terms
from assistant.types import Candidate, Query

Holds = Callable[[str], bool]
"""Whether a stemmed term occurs in the corpus at all."""

NEAR = 10
"""How many of the best statements may give what is asked for."""

CLOSE = 0.12
"""A statement that gives the figure asked for must be nearly as near to the question as the nearest one."""

ALIKE, SHARED = 0.45, 0.3
"""A figure answers if its statement is as near as this in meaning, or holds this share of the question's words."""

TWIN = 0.6
"""A statement as near as this may call what is asked for by another name."""

WITHIN = 4
"""Words between a number and what it counts, or a name and what its bearer is."""

_NAME = re.compile(r"(?<=[a-z,;:'’\d] )(?:[A-Z][a-z]+[\w&-]*|[A-Z]{3,})\b")
_OF_NAME = re.compile(r"\b(?P<name>[A-Z][a-z]+)(?:'s|’s)\s+\w")
_SUBJECT = re.compile(r"^\s*(?i:does|do|did|is|are|can|may|must|has|have|will)\s+(?P<name>[A-Z][a-z]+)\b")
_COUNTED = re.compile(r"\bhow\s+many\s+(?:of\s+\w+(?:'s|’s)\s+)?(?P<what>[\w-]+(?:['’]s?\s+\w+)?)", re.IGNORECASE)
_CHOSEN = re.compile(
    r"^\s*(?:(?:and|so|in|of|at|to)\s+)*(?:which|what|how\s+many|how\s+much)\s+(?P<what>[\w-]+)", re.IGNORECASE
)
"""The noun of which one is asked for, or how many: `which cipher`, `how much electricity`."""
_NUMBER = re.compile(
    r"^\W*(?:US|A|C)?\W?\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty|dozens?|"
    r"hundreds?|thousands?|millions?|no|none|several)$",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:(?i:who)\s+(?:is|are|was|runs?|leads?|heads?|chairs?|founded)|name\s+of|named?)\b.*?"
    r"\b(?P<role>(?i:chief\s+\w+|ceo|cfo|cio|cto|founders?|chair(?:man|woman)?|directors?|presidents?|judges?|ministers?|heads?))\b"
    r"|\b(?i:who)\s+(?P<does>runs|leads|heads|chairs|founded)\s(?=[^?]*\b[A-Z])",
)
_PERSON_NAME = re.compile(r"\b[A-Z][a-z]+\s+(?:[A-Z]\.\s+)?[A-Z][a-z]+\b")
_NOTES_A_GAP = re.compile(
    r"\barticles?\b.*\b(no|not|none|without|neither)\b|\b(no|not|none|without|neither)\b.*\barticles?\b", re.I
)
_FIGURES = frozenset({"percentage", "money", "count", "score"})
"""A figure belongs to what the question names; another one's figure is a wrong answer."""

_CALLED = {"score": "figure", "money": "amount", "count": "number"}


def lacking(query: Query, ask: Ask, candidates: Sequence[Candidate], holds: Holds) -> str:
    """Return what the question asks for that no near statement gives, as a sentence, or empty."""
    where = "the articles do" if ask.articles_only else "the corpus does"
    asked = [c for c in candidates if c.hit.passage.kind == "article"] if ask.articles_only else list(candidates)
    asked = asked[:NEAR] or list(candidates[:NEAR])
    most = max(c.similarity for c in asked)
    near = [c for c in asked if c.similarity >= most - CLOSE]
    if not _giving(query.question, ask, near):
        return f"{where} not give the {_CALLED.get(ask.expected, ask.expected)} asked for{_noted(candidates)}"
    if ask.superlative and not any(ask.superlative in c.statement.text.lower() for c in near):
        return f"{where} not say which is the {ask.superlative}{_noted(candidates)}"
    if ask.form != "fact" or ask.articles_only:
        return ""
    if unknown := _not_held(query, most, holds):
        return f"{where} not speak of {unknown}"
    if (person := _person(query.question)) and not any(_names(c.statement.text, person) for c in near):
        return f"{where} not name the person asked for"
    return ""


def _giving(question: str, ask: Ask, near: Sequence[Candidate]) -> list[Candidate]:
    """Return the statements that give the kind of figure asked for, of what the question names."""
    giving = [c for c in near if ask.holds(c.statement.text)]
    if ask.expected in {"any", "definition", "list"}:
        return giving
    if ask.expected in _FIGURES and (names := set(terms(" ".join(_NAME.findall(question))))):
        giving = [c for c in giving if c.similarity >= TWIN or names & set(terms(_with_headings(c)))]
    if ask.form != "fact" or ask.articles_only or ask.premise:
        return giving
    giving = [c for c in giving if c.similarity >= ALIKE or c.coverage >= SHARED]
    counted = _COUNTED.search(question)
    what = frozenset(terms(counted["what"])) if counted else frozenset()
    return [c for c in giving if not what or c.similarity >= TWIN or counts(c.statement.text, what)]


def counts(text: str, what: frozenset[str]) -> bool:
    """Return whether a number stands next to one of the stemmed terms that are counted.

    >>> counts("Round-the-clock shifts take at least five people.", frozenset({"peopl"}))
    True
    >>> counts("The payroll mispaid its people for 12 months.", frozenset({"peopl"}))
    False
    """
    said = text.replace(",", "").split()
    numbers = [at for at, word in enumerate(said) if _NUMBER.search(word.strip(".;:()"))]
    return any(what <= set(terms(" ".join(said[at : at + WITHIN + 1]))) for at in numbers)


def _not_held(query: Query, most: float, holds: Holds) -> str:
    """Return what the question asks about that stands nowhere in the corpus, or empty.

    A name only where its bearer's doing or having is asked for ("Kenya's privacy act", "Does
    Norway …"): elsewhere it tells the case, and what holds for a firm in Krakow is told of
    Poland. A noun only where one of its kind is asked for ("which cipher"), and no statement
    is so near (`most`) that it may use another word for it.
    """
    for found in (*_SUBJECT.finditer(query.question), *_OF_NAME.finditer(query.question)):
        if (name := terms(found["name"])) and not any(map(holds, name)):
            return found["name"]
    chosen = _CHOSEN.match(query.text)
    if chosen and most < TWIN and (noun := terms(chosen["what"])) and not any(map(holds, noun)):
        return f"\u201c{chosen['what']}\u201d"
    return ""


def _person(question: str) -> str:
    """Return what the person is whose name is asked for, or empty."""
    asked = _PERSON.search(question)
    return (asked["role"] or asked["does"] or "") if asked else ""


def _names(text: str, role: str) -> bool:
    """Return whether a person's name stands next to what they are."""
    wanted = stems(role)[0]
    said = text.split()
    places = [at for at, word in enumerate(said) if wanted in stems(word)]
    return any(_PERSON_NAME.search(" ".join(said[max(0, at - WITHIN) : at + WITHIN + 1])) for at in places)


def _noted(candidates: Sequence[Candidate]) -> str:
    """Return what the guidance says of the gap itself, where a near statement does."""
    for candidate in candidates[: NEAR // 2]:
        text = candidate.statement.text
        if candidate.hit.passage.kind == "guidance" and _NOTES_A_GAP.search(text):
            return f"; the guidance notes: \u201c{text}\u201d"
    return ""


def _with_headings(candidate: Candidate) -> str:
    statement = candidate.statement
    return " ".join((statement.text, *statement.headings, candidate.hit.passage.title))
