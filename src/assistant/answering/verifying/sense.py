"""Who does what to whom, and whether: denials, opposites, sides of a relation, order of a comparison.

Each rule yields the reasons, in plain words, why one sentence of the evidence does not carry the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.answering.verifying.align import Alignment
from assistant.answering.verifying.lexicon import AGENTS, DENYING, OPPOSITES, ROLES, alike
from assistant.answering.verifying.reading import Reading, read

NEAR, WIDE = 2, 5
"""Words of content that a "not" bends for sure, and at most."""

_GIVE, _KEEP = frozenset({"outsourc", "buy"}), frozenset({"keep", "retain"})
_BE = frozenset("is are was were be been being".split())
_USING = frozenset({"use", "used", "using", "put"})
_NEGATIVE_ORDER = re.compile(r"(?:do not|don't|never|avoid)\b", re.IGNORECASE)
_SUPPOSING = frozenset({"assum", "believ", "confirm", "suppos", "think"})
_FORBIDS = frozenset("bans bars prohibits forbids prohibit forbid".split())
_BACKWARD = frozenset({"bad", "poor", "wrong"})
_CLAUSES = re.compile(r"\s*(?:;|,\s+(?:and|but|while|whereas)\b|\bwhile\b|\bwhereas\b)\s*")
_AND_FOR = re.compile(r"\s+and\s+(?=[^,;]*\sfor\s)")
_SAID_BY = re.compile(r",?\s*(?:\baccording\s+to|\bin\s+vendor-published)\s[^,;.]*,?", re.IGNORECASE)
_MUTUAL = frozenset({"fit", "suit", "suitabl"})
"""Deeds that go either way: the vendor suits the task, the task suits the vendor."""


def opposites(pair: Alignment) -> Iterator[str]:
    """A "not" too many or too few, or a word that means the reverse."""
    mine, theirs = _denied(pair.claim), _denied(pair.evidence)
    needs = any(pair.evidence.has(bend) for bend in ("need", "should", "must"))
    needed = _without(pair.claim) if needs else set()  # without it, it fails: it needs it
    if {"unless", "onli"} <= pair.claim.stems ^ pair.evidence.stems:
        return  # not X unless Y: X only if Y
    if _NEGATIVE_ORDER.match(pair.claim.text) and not _MUTUAL.isdisjoint(theirs):
        return  # do not hire for it: hiring does not fit it
    if _forbidden(pair):
        yield "the source forbids it"
        return
    if _supposed(pair):
        yield "the source warns against supposing it"
        return
    for stem in sorted((_surely(mine) - needed) & pair.claim.stems & pair.known):
        if alike(stem).isdisjoint(theirs) and pair.evidence.holds(stem):
            yield f"the source does not deny “{_word(pair.claim, stem)}”"
            return
    for stem in sorted(_surely(theirs) & pair.said):
        if alike(stem).isdisjoint(mine) and pair.claim.holds(stem):
            yield f"the source denies “{_word(pair.evidence, stem)}”"
            return
    yield from _reversed(pair, set(mine), set(theirs))


def _forbidden(pair: Alignment) -> bool:
    """Return whether the claim says without any denial what the evidence forbids."""
    if pair.claim.has("not") or any(word.stem in DENYING for word in pair.claim.words):
        return False
    forbidding = (i for i, word in enumerate(pair.evidence.words) if word.raw.lower() in _FORBIDS)
    return any((what := pair.evidence.scope(i, 1)) and pair.claim.holds(what[0]) for i in forbidding)


def _supposed(pair: Alignment) -> bool:
    """Return whether the claim says what the evidence tells its reader not to suppose."""
    if pair.claim.has("not"):
        return False
    for place, word in enumerate(pair.evidence.words):
        if word.stem in _SUPPOSING and place and "not" in pair.evidence.words[place - 1].bends:
            warned = pair.evidence.scope(place, WIDE)
            return len([stem for stem in warned if pair.claim.holds(stem)]) >= NEAR
    return False


def _reversed(pair: Alignment, mine: set[str], theirs: set[str]) -> Iterator[str]:
    """Yield the word of the claim for which the evidence has the opposite, unless one of the two is denied."""
    for word in pair.claim.words:
        if not word.stem or word.stem in pair.evidence.stems:
            continue
        others = OPPOSITES.get(word.stem, frozenset()) & pair.evidence.stems - pair.claim.stems
        if any((word.stem in mine) == (other in theirs) for other in others):
            yield f"it says “{word.raw}” where the source says the opposite"
            return


def _denied(reading: Reading) -> dict[str, int]:
    """Return the stems that a "not" or a denying word bends, each with its distance from it."""
    found: dict[str, int] = {}
    if reading.words and "not" in reading.words[0].bends:  # no certificate, reference or pilot makes it so
        found |= dict.fromkeys((reading.words[i].stem for i in reading.content), WIDE)
    for place, word in enumerate(reading.words):
        if "not" in word.bends:
            for distance, stem in enumerate(reading.scope(place, WIDE), start=_start(reading, place)):
                found[stem] = min(found.get(stem, WIDE), distance)
            if word.stem == "noth" and place and reading.words[place - 1].content:  # it settles nothing
                found[reading.words[place - 1].stem] = 0
            if place and reading.words[place - 1].content:  # contains no ban: does not contain one
                found.setdefault(reading.words[place - 1].stem, NEAR)
        elif word.stem in DENYING:
            _deny(reading, place, found)
    return found


def _deny(reading: Reading, place: int, found: dict[str, int]) -> None:
    """Add what the denying word at `place` bends; a "not" before it takes that back."""
    word, bent = reading.words[place], reading.scope(place, WIDE)
    passive = place and reading.words[place - 1].raw.lower() in _BE
    if found.get(word.stem, WIDE) <= NEAR:
        found[word.stem] = 0
        for stem in bent:
            found.pop(stem, None)
        return
    if passive:
        bent += [w.stem for w in reading.words[:place] if w.content]
    elif word.stem in _BACKWARD:
        bent.append(reading.before(place))
    for stem in filter(None, bent):
        found.setdefault(stem, NEAR)


def _start(reading: Reading, place: int) -> int:
    """Return how far the first word of content stands from a "not": "not use X" may be said of X in other words."""
    following = reading.words[place + 1] if place + 1 < len(reading.words) else None
    if following and following.raw.lower() in _USING:
        return 1
    return -1 if following and "need" in following.bends and following.content else 0


def _surely(denied: dict[str, int]) -> set[str]:
    return {stem for stem, distance in denied.items() if distance < 1}


def _without(reading: Reading) -> set[str]:
    return {s for place, w in enumerate(reading.words) if w.stem == "without" for s in reading.scope(place, WIDE)}


def _word(reading: Reading, stem: str) -> str:
    return next((w.raw for w in reading.words if w.stem == stem), stem)


def roles(pair: Alignment) -> Iterator[str]:
    """One side of a relation put for the other: the client for the vendor."""
    for one, other in ROLES:
        if any(_put_for(mine, theirs, pair) for mine, theirs in ((one, other), (other, one))):
            yield "it speaks of the other side of the relation"
            return
        first, second = _first(pair.claim, one, other), _first(pair.evidence, one, other)
        if first and second and first != second and _passive(pair.claim) == _passive(pair.evidence):
            yield "it swaps the two sides of the relation"
            return


def _put_for(mine: frozenset[str], theirs: frozenset[str], pair: Alignment) -> bool:
    claim, evidence = pair.claim.stems, pair.evidence.stems
    return bool(claim & mine and evidence & theirs and not evidence & mine and not claim & theirs)


def _first(reading: Reading, one: frozenset[str], other: frozenset[str]) -> str:
    """Return which side is named first, where each is named once and they stand close together."""
    words = [w for w in reading.words if w.content]
    sides = [(i, w.stem in one) for i, w in enumerate(words) if w.stem in one | other]
    if len(sides) != 2 or sides[0][1] == sides[1][1] or sides[1][0] - sides[0][0] > WIDE:
        return ""
    return "one" if sides[0][1] else "other"


def _passive(reading: Reading) -> bool:
    return bool(re.search(r"\bby\b", reading.text))


def agents(pair: Alignment) -> Iterator[str]:
    """Who does it to whom, exchanged."""
    theirs = _deeds(pair.evidence)
    for deed, sides in _deeds(pair.claim).items():
        known = theirs.get(deed, set())
        if not sides & known and sides & {(b, a) for a, b in known}:
            yield "it exchanges who does it to whom"
            return


def _deeds(reading: Reading) -> dict[str, set[tuple[str, str]]]:
    """Return for each word between two agents of one clause the agents before and after it; a passive says nothing."""
    found: dict[str, set[tuple[str, str]]] = {}
    for clause in map(read, re.split(r"[;:,]", reading.text)):
        words = [w.stem for w in clause.words if w.content]
        if _passive(clause):
            continue
        standing = [i for i, stem in enumerate(words) if stem in AGENTS]
        for left, right in pairwise(standing):
            for deed in words[left + 1 : right] if _MUTUAL.isdisjoint(words[left:right]) else ():
                found.setdefault(deed, set()).add((words[left], words[right]))
    return found


def order(pair: Alignment) -> Iterator[str]:
    """The two sides of a comparison, or of before and after, exchanged."""
    for word in ("than", "before", "after"):
        mine, theirs = _sides(pair.claim, word), _sides(pair.evidence, word)
        if mine and theirs:
            straight = len(mine[0] & theirs[0]) + len(mine[1] & theirs[1])
            across = len(mine[0] & theirs[1]) + len(mine[1] & theirs[0])
            if across > straight or across == straight > 1:
                yield "it exchanges the two sides of the comparison"
                return


def _sides(reading: Reading, word: str) -> tuple[set[str], set[str]] | None:
    standing = [i for i, w in enumerate(reading.words) if w.raw.lower() == word]
    if len(standing) != 1 or standing[0] < 2:
        return None
    marks = [i for i, w in enumerate(reading.words) if not w.stem]
    start = max((i for i in marks if i < standing[0]), default=0)
    end = min((i for i in marks if i > standing[0]), default=len(reading.words))
    left, right = reading.words[start : standing[0]], reading.words[standing[0] : end]
    return {w.stem for w in left if w.content}, {w.stem for w in right if w.content}


def crossed(pair: Alignment) -> Iterator[str]:
    """What the evidence says of one thing said of the other, and the reverse."""
    for joint in (_CLAUSES, _AND_FOR):
        mine, theirs = _clauses(pair.claim.text, joint), _clauses(pair.evidence.text, joint)
        if len(mine) != 2 or len(theirs) != 2:
            continue
        first, second = theirs[0] - theirs[1], theirs[1] - theirs[0]
        if all(clause & first and clause & second for clause in mine):
            yield "it exchanges what the source says of two things"
            return


def actions(pair: Alignment) -> Iterator[str]:
    """What is to be kept and what is to be outsourced, exchanged."""
    mine, theirs = _by_action(pair.claim), _by_action(pair.evidence)
    if all(mine) and all(theirs):
        straight = len(mine[0] & theirs[0]) + len(mine[1] & theirs[1])
        if len(mine[0] & theirs[1]) + len(mine[1] & theirs[0]) > straight:
            yield "it exchanges what the source keeps and what it gives away"


def _by_action(reading: Reading) -> tuple[set[str], set[str]]:
    """Return the stems that follow a word for giving away, and those that follow a word for keeping."""
    given: set[str] = set()
    kept: set[str] = set()
    into = None
    for word in reading.words:
        into = given if word.stem in _GIVE else kept if word.stem in _KEEP else into
        if word.content and into is not None and word.stem not in _GIVE | _KEEP:
            into.add(word.stem)
    return given, kept


def _clauses(text: str, joint: re.Pattern[str]) -> list[set[str]]:
    said = _SAID_BY.sub("", text)
    return [{r.words[i].stem for i in r.content} for r in map(read, joint.split(said)) if r.content]
