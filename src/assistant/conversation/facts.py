"""The facts of a case, drawn by rule from what the person said over the turns.

Rather one fact less than one that nobody told: what is denied, said of others or asked in
general is left out. Every fact has the exact words that it came from, and can be changed or
taken away by hand (`edit`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from assistant.conversation.case_places import Level, Part, Place, places
from assistant.conversation.case_words import rules
from assistant.types import Conversation, Fact, FactName

SEVERAL: frozenset[FactName] = frozenset({"jurisdiction", "data class"})
"""What a case may have several of; of the others the last one told counts."""

GENERIC = "software product development"
"""Staff of this function are spoken of with any other, so it never takes another's place."""

_ORDER: dict[str, int] = {name: place for place, name in enumerate(get_args(FactName))}

_CLAUSE = re.compile(r"(?:[^.?!;\n]|(?<=\d)[.](?=\d)|[.](?=\w))+[.?!;\n]*")
_OWN = re.compile(r"\b(?:we|we're|we've|we'd|our|ours|us|i|i'm|my|mine)\b", re.I)
_OTHERS = re.compile(
    r"\b(?:competitors?|rivals?|peers?|(?:a|my) friend|friend's|other (?:compan\w+|firms?|banks?|hospitals?|people|fintechs?|startups?|businesses)|"
    r"(?:some|most|many) (?:\w+ )?(?:companies|firms|banks|hospitals|people|fintechs|startups|vendors)|someone|somebody|"
    r"(?:my|our) (?:last|previous|former|old) (?:employer|company|firm|job|vendor|supplier|provider)|for example|e\.g\.|used to|"
    r"case stud\w+|the (?:articles?|report|study|news)|imagine|suppose|hypothetical\w*|acquired|takeover target)\b",
    re.I,
)
"""A clause with one of these tells of somebody else, of the past or of nobody."""
_DEFINES = re.compile(
    r"^\W*(?:(?:what|who)(?:'s| is| are| does| do| counts)|define|explain|tell me (?:about|what)|what's the difference|how (?:is|are|does the article))\b",
    re.I,
)
_DENIES = re.compile(
    r"(?:(?<!must )(?<!can )(?<!should )(?<!may )(?<!could )(?<!why )(?<!or )\bnot(?! only| just)|\bno|\bnever|\bneither|\bnor|\bwithout|\boutside(?: of)?|"
    r"\bexcept(?: for| in)?|\bexcluding|\binstead of|\brather than|\bother than|\b(?:do|does|did|is|are|was|were|have|has|wo)n't|"
    r"\bmoved(?: our \w+)?(?: away)? from|\brelocated from|\bleft|\bforget(?: about)?)"
    r"(?: +(?:a|an|the|any|our|be|been|being|in|at|on|of|for|to|from|about|with|based|located|really|actually|yet|currently|longer|mean|meant|"
    r"want|wants|need|needs|have|has|hold|store|stores|process|handle|handles|handling|see|touch|touches|involve|involves|involving|contain|contains|"
    r"include|includes|using|moving|move|going|go)\b){0,4} +$",
    re.I,
)
_DENIED_AFTER = re.compile(
    r"^ (?:is|was|are|were) (?:now )?(?:out\b|off the table|no option|not an option|wrong|a mistake|excluded|ruled out|not involved)",
    re.I,
)
_CHAIN = re.compile(r"^\s*(?:,?\s*(?:or|nor)\s+(?:the |in |any |a )?|,\s*)$", re.I)
_CORRECTS = re.compile(
    r"\b(?:actually|i mean|i meant|sorry|correction|instead|i was wrong|i misspoke|make (?:that|it)|scratch that|moved to|relocated to|change (?:that|it) to)\b|^\s*no,",
    re.I,
)
_ADDS = re.compile(r"\b(?:also|too|as well|in addition|additionally|plus|both|another|besides)\b", re.I)
_SEAT = re.compile(
    r"\b(?:we|we're|i|i'm|company|hospital|bank|firm|hq|headquarters)\b[^.?!;]{0,24}\b(?:in|from|based|located)\W*$",
    re.I,
)
_ONLY = re.compile(r"\bonly\b", re.I)
_CHANGE = re.compile(r"^\s*(?:a\s+)?(?:different|another|new|other)\s+(?:subject|topic|question|matter)\b", re.I)
_ASIDE = re.compile(r"^\s*(?:(?:and|but|so|ok|okay)[, ]+)*(?:what|how) about\b", re.I)
_OF_THE_WORK: frozenset[str] = frozenset({"core", "scope clarity", "horizon", "speed", "budget"})
"""Told of one piece of work; another one that is asked about has its own."""
_ONE = re.compile(
    r"(?:\b(?:a|an|our|my|this|the|as|for|at|run|regional|small|large|mid-?sized?|\d+[- ]\w+)(?: [\w-]+){0,2} +|^\W*(?:[\w-]+ ){0,1}|, *(?:a |an )?(?:[\w-]+ ){0,1}|\bin +)$",
    re.I,
)
"""What stands before the one firm that is spoken of; many firms are spoken of in general."""
_NOT_OURS = re.compile(
    r"\b(?:vendor|supplier|provider|contractor|agency|client)s?(?: (?:is|was|to|with|for|of)\b[^,;]{0,20})? *$|\bto an? $",
    re.I,
)
_NO_SPEED = re.compile(
    r"\b(?:notify|notice|report|reported|breach|pay|paid|invoice|delete|respond|response|change|changes)\b", re.I
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
    """A place named in a question, as an option."""
    seat: bool = False
    """A place that the firm says it is in."""


def draw_facts(question: str, conversation: Conversation) -> tuple[Fact, ...]:
    """Return the facts of the case that hold with this question, in the order of their names.

    They are drawn anew from every question of the conversation. Later words replace earlier
    ones; what the reader entered or took away by hand (`Conversation.facts`) stands until a later
    question tells otherwise, and asking the same question again tells nothing new. `words` is an
    exact slice of the question that `turn` counts (from 1).
    """
    by_hand = [f for f in conversation.facts if f.state != "said"]
    held = [Told(f) for f in conversation.facts if f.state == "said" and f.turn == 0]
    questions = [*(turn.question for turn in conversation.turns), question]
    first_asked: dict[str, int] = {}
    for number, text in enumerate(questions, start=1):
        first = first_asked.setdefault(" ".join(text.lower().split()), number)
        held = _with(held, list(_told(text, number)), text)
        held = _by_hand(held, [f for f in by_hand if f.turn >= first])
    facts = dict.fromkeys(told.fact for told in held)
    return tuple(sorted(facts, key=lambda f: (_ORDER[f.name], f.turn)))


def edit(conversation: Conversation, name: FactName, value: str, new_value: str | None) -> Conversation:
    """Return the conversation with a fact changed, or taken away where `new_value` is None.

    With an empty `value` the new one is added. The turn of what is entered by hand is the
    number of questions asked so far: edit the conversation that holds the question whose
    answer is looked at, then ask that question again; the edit wins over its words.
    """
    now = len(conversation.turns)
    kept = [f for f in conversation.facts if (f.name, f.value) not in {(name, value), (name, new_value)}]
    if value:
        old = next((f for f in conversation.facts if (f.name, f.value) == (name, value)), Fact(name, value))
        kept.append(replace(old, turn=now, state="removed"))
    if new_value:
        kept = [f for f in kept if f.name != name or f.name in SEVERAL or f.state == "removed"]
        kept.append(Fact(name, new_value, turn=now, state="edited"))
    return replace(conversation, facts=tuple(kept))


def _by_hand(held: list[Told], entered: Sequence[Fact]) -> list[Told]:
    """Return what holds after the reader's own entries."""
    for fact in entered:
        if fact.state == "removed":
            held = [t for t in held if (t.fact.name, t.fact.value) != (fact.name, fact.value)]
        else:
            same = (lambda t, f=fact: t.fact.value == f.value) if fact.name in SEVERAL else (lambda t: True)
            held = [*(t for t in held if t.fact.name != fact.name or not same(t)), Told(fact)]
    return held


def _with(held: list[Told], told: Sequence[Told], question: str) -> list[Told]:
    """Return what holds after a question: what it denies is gone, what it tells stands for what it replaces."""
    denied = {(t.fact.name, t.fact.value) for t in told if t.denied}
    new = [t for t in told if not t.denied]
    before = {t.fact.name: t.fact.value for t in held}
    held = [t for t in held if (t.fact.name, t.fact.value) not in denied]
    for name in {t.fact.name for t in new}:
        own = [t for t in new if t.fact.name == name]
        if name == "jurisdiction":
            corrected = any(d.fact.name == name for d in told if d.denied)
            held = [t for t in held if t.fact.name != name or not _replaced(t, own, question, corrected)]
        elif name == "data class":
            drop = _CORRECTS.search(question) or _ONLY.search(question)
            held = [t for t in held if t.fact.name != name or not drop]
        elif name == "function" and _yields(own, before, question):
            new = [t for t in new if t.fact.name != name]
        else:
            held = [t for t in held if t.fact.name != name]
    function = next((t.fact.value for t in new if t.fact.name == "function"), "")
    other = function and before.get("function") not in (None, function)
    if _CHANGE.search(question) or (other and _ASIDE.search(question)):
        held = [t for t in held if t.fact.name not in _OF_THE_WORK]
    known = {(t.fact.name, t.fact.value): t for t in reversed([*held, *new])}
    return list(reversed(known.values()))


def _yields(own: Sequence[Told], before: dict[FactName, str], question: str) -> bool:
    """Return whether a general function leaves an earlier one in its place."""
    general = all(t.fact.value == GENERIC for t in own)
    return general and "function" in before and not (_CORRECTS.search(question) or _CHANGE.search(question))


def _replaced(old: Told, new: Sequence[Told], question: str, corrected: bool) -> bool:
    """Return whether a place that was told before gives way to those of a question.

    A correction replaces places of the same kind; a firm that says where it is replaces where
    it was; an option that is asked about replaces the option asked about before. With "also" or
    after an explicit "not X" the others stay.
    """
    if any(t.fact.value == old.fact.value for t in new) or corrected or _ADDS.search(question):
        return False
    alike = [t for t in new if old.level in (None, t.level)]
    if _CORRECTS.search(question):
        return any(old.part in (None, t.part) for t in alike)
    if old.part == "home":
        return any(t.seat and t.level == old.level for t in new)
    return old.asked and any(t.asked and t.part == "work" for t in new)


def _told(question: str, number: int) -> Iterator[Told]:
    """Yield the facts that one question tells and those that it denies; of several values of one fact, one."""
    found = sorted(_mentions(question, number), key=lambda t: t.start)
    yield from (t for t in found if t.denied or t.fact.name in SEVERAL)
    for name in dict.fromkeys(t.fact.name for t in found):
        own = [t for t in found if t.fact.name == name and not t.denied]
        if name == "core" and len({t.fact.value for t in own}) > 1:
            continue  # both are spoken of: it is not said which is asked about
        if name == "function":
            own = [t for t in own if t.fact.value != GENERIC] or own
        if name not in SEVERAL:
            yield from own[:1]


def _mentions(question: str, number: int) -> Iterator[Told]:
    """Yield every mention of a fact in the clauses that tell of the person's own case."""
    own = bool(_OWN.search(question)) or "?" not in question
    for clause in _CLAUSE.finditer(question):
        if _OTHERS.search(clause[0]) or (
            _DEFINES.search(clause[0]) and not _OWN.search(clause[0]) and len(clause[0].split()) <= 7
        ):
            continue
        asked = clause[0].rstrip().endswith("?")
        yield from _words(question, clause, number, own)
        yield from _places(question, clause, number, asked)


def _words(question: str, clause: re.Match[str], number: int, own: bool) -> Iterator[Told]:
    taken: dict[str, list[tuple[int, int]]] = {}
    last_denied: dict[str, int] = {}
    for rule in rules():
        if rule.need == "own" and not own:
            continue
        for value, start, end in rule.read(question, clause.start(), clause.end()):
            spans = taken.setdefault(rule.name, [])
            before = question[clause.start() : start]
            if any(start < e and s < end for s, e in spans) or not _fits(rule.name, rule.need, before, clause[0], own):
                continue
            spans.append((start, end))
            denied = rule.name not in {"team", "vendor", "scope clarity", "speed"} and _is_denied(
                question, clause, start, end, last_denied.get(rule.name)
            )
            if denied:
                last_denied[rule.name] = end
            yield Told(Fact(rule.name, value, question[start:end], number), denied, start)


def _fits(name: FactName, need: str, before: str, clause: str, own: bool) -> bool:
    """Return whether a mention tells of the case, from the words before it."""
    if need == "one":
        return bool(_ONE.search(before)) and not _NOT_OURS.search(before)
    if name == "speed":
        return not _NO_SPEED.search(clause)
    return own or need == "any"


def _is_denied(question: str, clause: re.Match[str], start: int, end: int, last: int | None) -> bool:
    before = question[clause.start() : start]
    if _DENIES.search(before.replace("\u2019", "'")) or _DENIED_AFTER.search(question[end : clause.end()]):
        return True
    return last is not None and bool(_CHAIN.search(question[last:start]))


def _places(question: str, clause: re.Match[str], number: int, asked: bool) -> Iterator[Told]:
    last: int | None = None
    for place in _within(question, clause):
        denied = _is_denied(question, clause, place.start, place.end, None)
        if not denied and last is not None:
            denied = bool(re.fullmatch(r"\s*,?\s*(?:or|nor)\s+(?:in )?", question[last : place.start]))
        last = place.end if denied else None
        fact = Fact("jurisdiction", place.value, question[place.start : place.end], number)
        seat = bool(_SEAT.search(question[clause.start() : place.start]))
        yield Told(fact, denied, place.start, place.level, place.part, asked, seat)


def _within(question: str, clause: re.Match[str]) -> Iterator[Place]:
    return (p for p in places(question) if clause.start() <= p.start < clause.end())
