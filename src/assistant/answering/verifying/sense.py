"""Who does what to whom: sides of a relation, order of a comparison, what is said of which of two things.

Each rule yields the reasons, in plain words, why one sentence of the evidence does not carry the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.answering.verifying.align import Alignment
from assistant.answering.verifying.lexicon import AGENTS, ROLES, stemmed
from assistant.answering.verifying.reading import Reading, read

WIDE = 5
"""Words of content between two sides that are spoken of together, at most."""

_GIVE, _KEEP = stemmed("outsource buy purchase procure"), stemmed("keep retain")
_CLAUSES = re.compile(r"\s*(?:;|,\s+(?:and|but|while|whereas)\b|\bwhile\b|\bwhereas\b)\s*")
_AND_FOR = re.compile(r"\s+and\s+(?=[^,;]*\sfor\s)")
_SAID_BY = re.compile(
    r",?\s*(?:\baccording\s+to|\bin\s+(?:vendor|provider|supplier)-published)\s[^,;.]*,?", re.IGNORECASE
)
_MUTUAL = frozenset({"fit", "suit", "suitabl"})
"""Deeds that go either way: the vendor suits the task, the task suits the vendor."""


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
