"""How a decision differs from the one before it, and which fact of the case made the difference.

Two sentences of our own, not a quotation; so they say only what the two answers and their facts
show: what was told, what falls away, what is new, whether the lean is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.places import places_in
from assistant.types import Answer, Conversation, Fact, FactName

_CORRECTS = re.compile(r"\b(?:actually|i mean[t]?|sorry|instead)\b|^\s*no,", re.IGNORECASE)

NAMES_ITSELF: frozenset[FactName] = frozenset({"function", "industry", "data class", "jurisdiction", "size", "vendor"})
"""Facts whose value says what it is; of the others the name is said along."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is known of one fact before and after; either may be nothing."""

    name: FactName
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def told(self) -> str:
        """What the person said or entered, as it stands behind "you said"."""
        if not self.after:
            return f"no longer {_labelled(self.name, self.before)}"
        if self.name == "core":
            return f"that the work is {self.after[0]}"
        verb = "has" if self.name == "team" else "is"
        lead = "" if self.name in NAMES_ITSELF else f"that the {self.name} {verb} "
        return lead + _listed(self.after) + (f" instead of {_listed(self.before)}" if self.before else "")


def change(answer: Answer, conversation: Conversation) -> str:
    """Return how and why a decision differs from the last one of the conversation, or empty.

    Empty where nothing was decided before, where no fact of the case is another one, and where
    another subject is asked about. `answer.facts` are those it used.
    """
    before = last_decision(conversation)
    if before is None or answer.form != "decision" or not answer.shown:
        return ""
    told = differences(before.evidence.query.facts, answer.evidence.query.facts)
    if not told or not _continues(answer, before, told):
        return ""
    said = f"you said {_listed([d.told for d in told])}"
    lean, led = _lean_changed(before, answer, conversation), _leader_changed(before, answer)
    effects = list(_effects(before, answer, told, used=not lean))
    if lean:
        first = f"This changes my earlier answer: {said}, so {_listed([*effects, 'the lean is now the one below'])}."
    elif effects or led:
        first = f"This changes part of my earlier answer: {said}{', so ' if effects else ''}{_listed(effects)}."
    else:
        return f"This does not change my earlier answer: {said}, and {_nothing(told)}."
    return f"{first} {led or _silent(answer, told) or ('The lean stays the same.' if lean is False else '')}".strip()


def last_decision(conversation: Conversation) -> Answer | None:
    """Return the last answer that decided something, if any."""
    answers = (turn.answer for turn in reversed(conversation.turns))
    return next((a for a in answers if a and a.form == "decision" and a.shown), None)


def differences(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[Difference, ...]:
    """Return the facts whose values are others than they were, by name, in the order of the facts."""
    found = []
    for name in dict.fromkeys(f.name for f in (*before, *after)):
        old = tuple(dict.fromkeys(f.value for f in before if f.name == name))
        new = tuple(dict.fromkeys(f.value for f in after if f.name == name))
        difference = Difference(name, tuple(v for v in old if v not in new), tuple(v for v in new if v not in old))
        found += [difference] if difference.before or difference.after else []
    return tuple(found)


def _continues(answer: Answer, before: Answer, told: Sequence[Difference]) -> bool:
    """Return whether the question is about the same decision: it leans on it, asks it again or corrects it."""
    query = answer.evidence.query
    if query.question.casefold().split() == before.evidence.query.question.casefold().split():
        return True
    other = any(d.name == "function" and d.before for d in told)
    return bool(_CORRECTS.search(query.question)) or (bool(query.context) and not other)


def _effects(before: Answer, answer: Answer, told: Sequence[Difference], *, used: bool) -> Iterator[str]:
    """Yield what the facts did to the answer: what falls away with a place, what is new, and which others count."""
    gone = [p for d in told if d.name == "jurisdiction" for p in d.before if p in _places(before)]
    if gone:
        yield f"what it said of {_listed(gone)} falls away"
    new = [p for d in told if d.name == "jurisdiction" for p in d.after if p in _places(answer)]
    if new:
        yield f"what is said of {_listed(new)} is new"
    hangs_on = {(f.name, f.value) for f in answer.facts if f.name != "jurisdiction"}
    rest = [_labelled(d.name, [v]) for d in told for v in d.after if (d.name, v) in hangs_on]
    if rest and used:
        yield f"what follows takes {_listed(rest)} into account"


def _nothing(told: Sequence[Difference]) -> str:
    """Return that the answer shows nothing of what was told."""
    places = [p for d in told if d.name == "jurisdiction" for p in d.after or d.before]
    rest = [_labelled(d.name, d.after or d.before) for d in told if d.name != "jurisdiction"]
    about = f"no sentence shown here is about {_listed(places, 'or')} itself" if places else ""
    hangs = f"nothing shown here depends on {_listed(rest, 'or')}" if rest else ""
    return " and ".join(filter(None, (about, hangs)))


def _silent(answer: Answer, told: Sequence[Difference]) -> str:
    """Return that no shown sentence names a place that took another's, where so."""
    moved = [p for d in told if d.name == "jurisdiction" and d.before for p in d.after if p not in _places(answer)]
    return f"No sentence shown here is about {_listed(moved, 'or')} itself." if moved else ""


def _lean_changed(before: Answer, answer: Answer, conversation: Conversation) -> bool | None:
    """Return whether the lean is another one; None where the answer gives none.

    The same words, also of an earlier turn, are the same lean; so are words that recommend no option
    that the answer before did not, while the same option leads the scorecard.
    """
    new = _lean(answer)
    if not new:
        return None
    if any(new == _lean(turn.answer) for turn in conversation.turns if turn.answer):
        return False
    old_card, card = before.scorecard, answer.scorecard
    if _leader_changed(before, answer) or not (old_card and card and card.leans):
        return True
    return not set(card.leans) <= set(old_card.leans)


def _lean(answer: Answer) -> str:
    return next((s.text for s in answer.shown if s.role == "bottom line"), "")


def _leader_changed(before: Answer, answer: Answer) -> str:
    """Return which option leads the scorecard now, where another one did."""
    old, new = before.scorecard, answer.scorecard
    if not (old and new) or old.options != new.options or not new.options or old.ranking[0] == new.ranking[0]:
        return ""
    return f"The scorecard now puts {new.ranking[0]} first instead of {old.ranking[0]}."


def _places(answer: Answer) -> frozenset[str]:
    return frozenset().union(*(places_in(s.text) for s in answer.shown))


def _labelled(name: FactName, values: Sequence[str]) -> str:
    """Return values that say themselves what they are; of other facts the name."""
    return _listed(values) if name in NAMES_ITSELF else "the kind of work" if name == "core" else f"the {name}"


def _listed(parts: Sequence[str], last: str = "and") -> str:
    *most, end = parts or ("",)
    return f"{', '.join(most)} {last} {end}" if most else end
