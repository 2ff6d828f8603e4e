"""The facts of a case, as they hold after all that was said and what the reader entered by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from assistant.conversation.case_told import GENERAL, SEVERAL, Told, told
from assistant.types import Conversation, Fact, FactName

_ORDER: dict[str, int] = {name: place for place, name in enumerate(get_args(FactName))}

_CORRECTS = re.compile(
    r"\b(?:actually|i mean|i meant|sorry|correction|instead|i was wrong|i misspoke|make (?:that|it)|scratch that|"
    r"moved to|relocated to|change (?:that|it) to)\b|^\s*no,",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"\b(?:also|too|as well|in addition|additionally|plus|both|another|besides)\b|^\s*or\b", re.IGNORECASE
)
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"^\s*(?:a\s+)?(?:different|another|new|other)\s+(?:subject|topic|question|matter)\b", re.IGNORECASE
)
_ASIDE = re.compile(r"^\s*(?:(?:and|but|so|ok|okay)[, ]+)*(?:what|how) about\b", re.IGNORECASE)

OF_THE_WORK: frozenset[FactName] = frozenset({"core", "scope clarity", "horizon", "speed", "budget"})
"""Told of one piece of work; another one that is asked about has its own."""


def draw_facts(question: str, conversation: Conversation) -> tuple[Fact, ...]:
    """Return the facts of the case that hold with this question, in the order of their names.

    They are drawn anew from every question of the conversation. Later words replace earlier
    ones; what the reader entered or took away by hand (`Conversation.facts`) stands until a later
    question tells otherwise, and asking the same question again tells nothing new. `words` is an
    exact slice of the question that `turn` counts, from 1. What was entered by hand without a turn,
    as callers of the API do, counts as entered just before this question.
    """
    asked = len(conversation.turns)
    by_hand = [replace(f, turn=f.turn or asked) for f in conversation.facts if f.state != "said"]
    given = [f for f in conversation.facts if f.turn == 0 and f.state == "said"]  # before anything was said
    held = [Told(f) for f in (*given, *(f for f in by_hand if f.turn == 0 and f.state == "edited"))]
    first_asked: dict[str, int] = {}
    for number, text in enumerate((*(t.question for t in conversation.turns), question), start=1):
        first = first_asked.setdefault(" ".join(text.lower().split()), number)
        held = _after(held, told(text, number), text)
        held = _by_hand(held, [f for f in by_hand if f.turn >= first])
    return tuple(sorted((t.fact for t in held), key=lambda f: (_ORDER[f.name], f.turn)))


def edit(conversation: Conversation, name: FactName, value: str, new_value: str | None) -> Conversation:
    """Return the conversation with a fact changed, or taken away where `new_value` is None.

    With an empty `value` the new one is added. The turn of what is entered by hand is the
    number of questions asked so far: edit the conversation that holds the question whose
    answer is looked at, then ask that question again; the edit wins over its words.
    """
    now = len(conversation.turns)
    kept = [f for f in conversation.facts if f.name != name or f.value not in (value, new_value)]
    if value:
        old = next((f for f in conversation.facts if (f.name, f.value) == (name, value)), Fact(name, value))
        kept.append(replace(old, turn=now, state="removed"))
    if new_value:
        kept = [f for f in kept if f.name != name or name in SEVERAL or f.state == "removed"]
        kept.append(Fact(name, new_value, turn=now, state="edited"))
    return replace(conversation, facts=tuple(kept))


def _by_hand(held: list[Told], entered: Sequence[Fact]) -> list[Told]:
    """Return what holds after the reader's own entries."""
    for fact in entered:
        several = fact.name in SEVERAL or fact.state == "removed"
        held = [t for t in held if t.fact.name != fact.name or (several and t.fact.value != fact.value)]
        held += [Told(fact)] if fact.state == "edited" else []
    return held


def _after(held: list[Told], said: Sequence[Told], question: str) -> list[Told]:
    """Return what holds after a question: what it denies is gone, and so is what its own facts replace."""
    denied = {(t.fact.name, t.fact.value) for t in said if t.denied}
    new = [t for t in said if not t.denied]
    before = next((t.fact.value for t in held if t.fact.name == "function"), "")
    function = next((t.fact.value for t in new if t.fact.name == "function"), before)
    if function == GENERAL and before and not (_CORRECTS.search(question) or _CHANGE.search(question)):
        new = [t for t in new if t.fact.name != "function"]
    elif _CHANGE.search(question) or (before and function != before and _ASIDE.search(question)):
        held = [t for t in held if t.fact.name not in OF_THE_WORK]
    held = [t for t in held if (t.fact.name, t.fact.value) not in denied and not _replaced(t, new, denied, question)]
    by_value = {(t.fact.name, t.fact.value): t for t in (*new[::-1], *held[::-1])}  # what was told first stays
    return list(by_value.values())[::-1]


def _replaced(old: Told, new: Sequence[Told], denied: set[tuple[FactName, str]], question: str) -> bool:
    """Return whether what was told before gives way to what a question tells of the same fact."""
    alike = [t for t in new if t.fact.name == old.fact.name]
    if not alike or any(t.fact.value == old.fact.value for t in alike):
        return False
    if old.fact.name not in SEVERAL:
        return True
    explicit = any(name == old.fact.name for name, _ in denied)  # "Ohio, not Florida" says itself what goes
    if explicit or _ADDS.search(question):
        return False
    if old.fact.name == "data class":
        return bool(_CORRECTS.search(question) or _ONLY.search(question))
    return _moved(old, alike, corrects=bool(_CORRECTS.search(question)))


def _moved(old: Told, new: Sequence[Told], *, corrects: bool) -> bool:
    """Return whether a place gives way to others.

    A correction replaces places of the same kind; a firm that says where it is replaces where
    it was; an option that is asked about replaces the option asked about before.
    """
    if corrects:
        return any(old.level in (None, t.level) and old.part in (None, t.part) for t in new)
    if old.part == "home":
        return any(t.seat and t.level == old.level for t in new)
    return old.asked and any(t.asked and t.part == "work" for t in new)
