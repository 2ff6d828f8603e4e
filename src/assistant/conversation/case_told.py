"""What one question tells of the person's case, and what it denies.

Rather one fact less than one that nobody told: what is said of others, of the past or in a
definition is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.conversation.case_places import Level, Part, places
from assistant.conversation.case_words import Rule, rules
from assistant.types import Fact, FactName

SEVERAL: frozenset[FactName] = frozenset({"jurisdiction", "data class"})
"""What a case may have several of; of the others it has one."""

ANYWHERE: frozenset[FactName] = frozenset({"function", "industry", "data class", "size"})
"""What a question is about also where nobody says "we"; the other words tell only of whoever asks."""

SELF_DENYING: frozenset[FactName] = frozenset({"team", "vendor", "core", "scope clarity", "speed"})
"""Their patterns tell "no" and "not" apart themselves."""

GENERAL = "software product development"
"""Staff of this function is spoken of with any other, so it never takes another's place."""

BEFORE = 80
"""Characters before a mention that may deny it or say whose it is."""

_CLAUSE = re.compile(r"(?:[^.?!;\n]|\.(?=[\w-]))+[.?!;\n]*")
_OWN = re.compile(
    r"\b(?:we|our|ours|us|i|my|mine)\b|(?:^|[.?!;] )(?:it|this|that|these|they)(?: is| are| has| have| must|.s)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:competitors?|rivals?|a friend|friend.s|my friend|used to|for example|e\.g\.|case stud\w+"
    r"|other (?:compan\w+|firms?|banks?|hospitals?|people|fintechs?|startups?|businesses)"
    r"|(?:some|most|many) (?:\w+ )?(?:companies|firms|banks|hospitals|people|fintechs|startups|vendors)"
    r"|(?:my|our) (?:last|previous|former|old) (?:employer|company|firm|job|vendor|supplier|provider)"
    r"|the (?:articles?|report|study|news)|imagine|suppose|hypothetical\w*)\b",
    re.IGNORECASE,
)
"""A clause with one of these tells of somebody else, of the past or of nobody."""
_DEFINES = re.compile(
    r"^\W*(?:(?:what|who)(?:.s| is| are| does| do| counts)|define|explain|tell me (?:about|what)|compare)\b",
    re.IGNORECASE,
)
_DEFINITION = 7
"""A question for a meaning has at most so many words; a longer one has a case in it."""

_FILLERS = (
    "a an the any our be been being in at on of for to from about with based located really actually yet currently "
    "longer in-house mean meant want wants need needs have has hold store stores process handle handles handling see "
    "touch touches involve involves involving contain contains include includes using moving move going go"
).replace(" ", "|")
_DENIES = re.compile(
    r"(?:(?<!must )(?<!can )(?<!should )(?<!may )(?<!could )(?<!why )(?<!or )(?<!we )(?<!it )\bnot(?! only| just)"
    r"|\b(?:no|never|neither|nor|without|outside(?: of)?|except(?: for| in)?|excluding"
    r"|(?:instead|rather|other) (?:of|than))"
    r"|\b(?:do|does|did|is|are|was|were|have|has|wo)n.t|\bmoved(?: our \w+)?(?: away)? from|\brelocated from|\bleft"
    rf"|\b(?:forget(?: about)?|ruled? out|against|dropped))(?: +(?:{_FILLERS})\b){{0,4}} +$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^ (?:is|was|are|were) (?:now )?(?:out\b|off the table|(?:no|not an) option|wrong|a mistake|excluded|ruled out)",
    re.IGNORECASE,
)
_AND_NOT = re.compile(r"^\s*,?\s*(?:or|nor)\s+(?:the |in |any |a )?$", re.IGNORECASE)

_SEAT = re.compile(
    r"\b(?:we|we.re|i|i.m|company|hospital|bank|firm|hq|headquarters)\b[^.?!;]{0,24}\b(?:in|from|based|located)\W*$",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?:\b(?:a|an|our|my|this|the|as|for|at|run|in|we.re|we are|\d+[- ]\w+)(?: [\w-]+){0,2} +"
    r"|^\W*(?:[\w-]+ )?|, *(?:an? )?(?:[\w-]+ )?)$",
    re.IGNORECASE,
)
"""What stands before the one firm that is spoken of; many firms are spoken of in general."""
_NOT_OURS = re.compile(
    r"\b(?:vendor|supplier|provider|contractor|agency|auditor)s?(?: (?:is|was|to|with|for|of)\b[^,;]{0,20})? *$"
    r"|\bsell(?:s|ing)? to an? $",
    re.IGNORECASE,
)
_NO_SPEED = re.compile(
    r"\b(?:notify|notice|report|reported|breach|pay|paid|invoice|delete|respond|response)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as a question tells it, with what decides which earlier ones it takes the place of."""

    fact: Fact
    denied: bool = False
    start: int = 0
    level: Level | None = None
    part: Part | None = None
    asked: bool = False
    """A place that is named in a question, as an option."""
    seat: bool = False
    """A place that the firm says it is in."""


@lru_cache(maxsize=1024)
def told(question: str, number: int) -> tuple[Told, ...]:
    """Return the facts that one question tells and those that it denies, in its order.

    Of a fact that a case has one of, the first value counts. Where core work and other work are
    both spoken of, it is not said which of them is asked about.
    """
    found = sorted(_mentions(question, number), key=lambda t: t.start)
    teams = [range(t.start, t.start + len(t.fact.words)) for t in found if t.fact.name == "team"]
    found = [t for t in found if not (t.denied and any(t.start in team for team in teams))]  # "no payroll staff"
    kept = [t for t in found if t.denied or t.fact.name in SEVERAL]
    for name in dict.fromkeys(t.fact.name for t in found if t.fact.name not in SEVERAL):
        own = [t for t in found if t.fact.name == name and not t.denied]
        if name == "function":
            own = [t for t in own if t.fact.value != GENERAL] or own
        unclear = name == "core" and len({t.fact.value for t in own}) > 1
        kept += [] if unclear else own[:1]
    return tuple(sorted(kept, key=lambda t: t.start))


def _mentions(question: str, number: int) -> Iterator[Told]:
    """Yield every mention of a fact in the clauses that tell of the person's own case."""
    text = question.replace("\u2019", "'")  # of the same length, so that offsets hold
    own = bool(_OWN.search(text)) or "?" not in text
    for clause in _CLAUSE.finditer(text):
        said = clause[0]
        defines = _DEFINES.search(said) and not _OWN.search(said) and len(said.split()) <= _DEFINITION
        if not _OTHERS.search(said):
            if not defines:
                yield from _words(question, text, clause, number, own=own)
            yield from _places(question, text, clause, number)


def _words(question: str, text: str, clause: re.Match[str], number: int, *, own: bool) -> Iterator[Told]:
    denied_to = len(text)
    for start, end, rule, value in sorted(_matches(text, clause, own=own), key=lambda m: m[0]):
        before = text[max(clause.start(), start - BEFORE) : start]
        denied = rule.name not in SELF_DENYING and _is_denied(before, text[end : clause.end()], text[denied_to:start])
        denied_to = end if denied else len(text)
        if _fits(rule.name, before, clause[0]):
            yield Told(Fact(rule.name, value, question[start:end], number), denied, start)


def _matches(text: str, clause: re.Match[str], *, own: bool) -> Iterator[tuple[int, int, Rule, str]]:
    """Yield place, rule and value of what the table finds in a clause; two lines of one fact never share a word."""
    taken: dict[FactName, list[tuple[int, int]]] = {}
    for rule in rules():
        if own or rule.name in ANYWHERE:
            spans = taken.setdefault(rule.name, [])
            for value, start, end in rule.read(text, *clause.span()):
                if not any(start < e and s < end for s, e in spans):
                    spans.append((start, end))
                    yield start, end, rule, value


def _places(question: str, text: str, clause: re.Match[str], number: int) -> Iterator[Told]:
    denied_to = len(text)
    for place in places(text, *clause.span()):
        before = text[max(clause.start(), place.start - BEFORE) : place.start]
        denied = _is_denied(before, text[place.end : clause.end()], text[denied_to : place.start])
        denied_to = place.end if denied else len(text)
        fact = Fact("jurisdiction", place.value, question[place.start : place.end], number)
        asked = clause[0].rstrip().endswith("?")
        yield Told(fact, denied, place.start, place.level, place.part, asked, bool(_SEAT.search(before)))


def _fits(name: FactName, before: str, clause: str) -> bool:
    """Return whether a mention tells of the case, from the words around it."""
    if name in {"industry", "size"} and _NOT_OURS.search(before):
        return False
    if name == "industry":
        return bool(_ONE.search(before))
    return name != "speed" or not _NO_SPEED.search(clause)


def _is_denied(before: str, after: str, since_denied: str) -> bool:
    """Return whether a mention is denied: by the words before it, after it, or along with the one before."""
    return bool(_DENIES.search(before) or _DENIED_AFTER.search(after) or _AND_NOT.search(since_denied))
