"""Whether a claim denies what its evidence denies: each "not", "without" and "ban" of one beside those of the other.

Two denials are one where what they bend overlaps, so that other words for the same thing do no harm.
Each rule yields the reasons, in plain words, why one sentence of the evidence does not carry the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.verifying.align import Alignment
from assistant.answering.verifying.lexicon import DENYING, OPPOSITES, alike
from assistant.answering.verifying.reading import Reading

NEAR, WIDE = 2, 6
"""Words of content within which a "not" takes a denying word back, and that it bends at most."""

_BE = frozenset("is are was were be been being".split())
_LOOSE = frozenset({"use", "used", "using", "put", "only", "just", "merely"})
_BACKWARD = frozenset({"bad", "poor", "wrong", "differ"})
_FORBIDS = frozenset("bans bars prohibits forbids prohibit forbid".split())
_SUPPOSING = frozenset({"assum", "believ", "confirm", "suppos", "think"})
_FITTING = frozenset({"fit", "suit", "suitabl"})
_NEGATIVE_ORDER = re.compile(r"(?:do not|don't|never|avoid)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Denial:
    """One "not" or denying word, and what it bends."""

    word: str
    first: tuple[str, ...]
    """Stems that it denies for sure; none for a denying word, which has too many equals."""
    scope: frozenset[str]
    """All stems that it may bend, and other words for them."""

    def meets(self, other: _Denial) -> int:
        """Return how much two denials have in common; what they deny for sure weighs most."""
        if any(not a.first and b.first and a.word in b.scope for a, b in ((self, other), (other, self))):
            return 0  # not a ban, and a ban
        firsts = sum(stem in other.scope for stem in self.first) + sum(stem in self.scope for stem in other.first)
        return len(self.scope & other.scope) + 3 * firsts + 4 * (self.word == other.word and firsts > 0)


def denials(pair: Alignment) -> Iterator[str]:
    """A "not" too many or too few, or a word that means the reverse."""
    mine, theirs = _denials(pair.claim), _denials(pair.evidence)
    if {"unless", "onli"} <= pair.claim.stems ^ pair.evidence.stems:
        return  # not X unless Y: X only if Y
    if _NEGATIVE_ORDER.match(pair.claim.text) and any(_FITTING & denial.scope for denial in theirs):
        return  # do not hire for it: hiring does not fit it
    if _forbidden(pair) or _supposed(pair):
        yield "the source says not to"
        return
    own, other = _unmatched(mine, theirs)
    if any(pair.evidence.has(bend) for bend in ("need", "should", "must")):
        own = [denial for denial in own if denial.word != "without"]  # without it, it fails: it needs it
    for denied, said in ((own, pair.evidence), (other, pair.claim)):
        stem = next((stem for denial in denied for stem in denial.first if said.holds(stem)), "")
        if stem:
            written = next(word.raw for word in said.words if word.stem in alike(stem))
            yield f"the source {'does not deny' if said is pair.evidence else 'denies'} “{written}”"
            return
    yield from _reversed(pair, mine, theirs)


def _unmatched(mine: Sequence[_Denial], theirs: Sequence[_Denial]) -> tuple[list[_Denial], list[_Denial]]:
    """Return the denials of either side that have no equal on the other; each is the equal of one."""
    own, other = list(mine), list(theirs)
    met = sorted(((a.meets(b), i, j) for i, a in enumerate(mine) for j, b in enumerate(theirs)), reverse=True)
    for common, i, j in met:
        if common and mine[i] in own and theirs[j] in other:
            own.remove(mine[i])
            other.remove(theirs[j])
    return own, other


def _denials(reading: Reading) -> list[_Denial]:
    found: list[_Denial] = []
    taken: set[int] = set()
    """Places of denying words that a "not" took back."""
    for place, word in enumerate(reading.words):
        if "not" in word.bends:
            back = [i for i in reading.content if i > place and reading.words[i].stem in DENYING]
            back = [i for i in back if reading.words[i].stem in reading.scope(place, NEAR + 1)]
            found.append(_negation(reading, place, [reading.words[i].stem for i in back]))
            taken.update(back)
        elif word.stem in DENYING and place not in taken:
            found.append(_denying(reading, place))
    return found


def _negation(reading: Reading, place: int, taken_back: list[str]) -> _Denial:
    """Return what a "not" bends: what follows it in its clause; at the head of a sentence, all of it."""
    word, scope = reading.words[place], reading.scope(place, WIDE)
    following = reading.words[place + 1] if place + 1 < len(reading.words) else None
    before = reading.words[place - 1] if place else None
    first = scope[:1]
    if following and following.raw.lower() in _LOOSE:
        first = []  # not use it for X may be said of X in other words; not only X denies no X
    elif following and "need" in following.bends:
        first = scope[:2]
    if word.stem == "noth" and before and before.content:
        first = [before.stem]  # it settles nothing
    if before and before.content:
        scope = [*scope, before.stem]  # contains no ban: does not contain one
    if not place:
        scope = [reading.words[i].stem for i in reading.content]
    return _Denial(word.stem, (*first, *taken_back), _wide(scope))


def _denying(reading: Reading, place: int) -> _Denial:
    """Return what a denying word bends: what follows it, or in a passive what goes before."""
    word, scope = reading.words[place], reading.scope(place, WIDE)
    if place and reading.words[place - 1].raw.lower() in _BE:
        scope += [w.stem for w in reading.words[:place] if w.content]
    elif word.stem in _BACKWARD:
        scope.append(reading.before(place))
    return _Denial(word.stem, (), _wide([*scope, word.stem]))


def _wide(stems: Sequence[str]) -> frozenset[str]:
    return frozenset(same for stem in stems if stem for same in alike(stem))


def _forbidden(pair: Alignment) -> bool:
    """Return whether the claim says without any denial what the evidence forbids."""
    if _denials(pair.claim):
        return False
    forbidding = (i for i, word in enumerate(pair.evidence.words) if word.raw.lower() in _FORBIDS)
    return any((what := pair.evidence.scope(i, 1)) and pair.claim.holds(what[0]) for i in forbidding)


def _supposed(pair: Alignment) -> bool:
    """Return whether the claim says what the evidence tells its reader not to suppose."""
    for place, word in enumerate(pair.evidence.words):
        if word.stem in _SUPPOSING and place and "not" in pair.evidence.words[place - 1].bends:
            warned = pair.evidence.scope(place, WIDE)
            return not pair.claim.has("not") and len([stem for stem in warned if pair.claim.holds(stem)]) >= NEAR
    return False


def _reversed(pair: Alignment, mine: Sequence[_Denial], theirs: Sequence[_Denial]) -> Iterator[str]:
    """Yield the word of the claim for which the evidence has the opposite, unless one of the two is denied."""
    own = frozenset().union(*(denial.scope for denial in mine))
    other = frozenset().union(*(denial.scope for denial in theirs))
    for word in pair.claim.words:
        if word.stem and word.stem not in pair.evidence.stems:
            opposites = OPPOSITES.get(word.stem, frozenset()) & pair.evidence.stems - pair.claim.stems
            if any((word.stem in own) == (opposite in other) for opposite in opposites):
                yield f"it says “{word.raw}” where the source says the opposite"
                return
