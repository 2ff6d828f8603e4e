"""What a copy changes: between words taken over as they stand, one "not", "must" or "only" turns the sense.

The other rules compare what is said, so that a free retelling passes; this one compares where it stands. It yields
the reasons, in plain words, why one sentence of the evidence does not carry the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.answering.verifying.align import Alignment
from assistant.answering.verifying.lexicon import AGENTS, DENYING, OPPOSITES, PALE, alike
from assistant.answering.verifying.reading import Bend, Reading, Word

FLANKS = 4
"""Words taken over around a change, both sides together, that make it a change of a copy."""
LONGEST = 3
"""Words of a change, at most; what is longer is another statement."""

_FORCES: dict[Bend, str] = {
    "not": "not", "must": "must", "need": "must", "should": "should", "may": "may", "all": "all", "only": "only",
    "hedge": "some", "will": "will",
}  # fmt: skip
"""Bends that differ in strength; those of one force may stand for each other."""
_AS_GOOD = frozenset({("may", "some"), ("some", "may"), ("only", "not"), ("not", "only"), ("all", "not")})
"""Forces left out and put in their place that may say the same."""


@dataclass(frozen=True, slots=True)
class _Token:
    same: str
    """Equal for words that may stand for each other."""
    word: Word
    force: str

    @property
    def claims(self) -> bool:
        """Whether it says something of its own."""
        return self.word.content and not self.force and self.word.stem not in PALE


def changes(pair: Alignment) -> Iterator[str]:
    """A word that turns the sense, put in, left out or exchanged between words that are copied."""
    mine, theirs = _tokens(pair.claim), _tokens(pair.evidence)
    matcher = SequenceMatcher(None, [t.same for t in mine], [t.same for t in theirs], autojunk=False)
    steps = matcher.get_opcodes()
    more = sum(t.force == "not" for t in mine) - sum(t.force == "not" for t in theirs)
    for place, (kind, start, end, other_start, other_end) in enumerate(steps):
        if kind == "equal" or max(end - start, other_end - other_start) > LONGEST:
            continue
        copied = sum(step[2] - step[1] for step in steps[max(0, place - 1) : place + 2] if step[0] == "equal")
        if copied >= FLANKS:
            yield from _turned(mine[start:end], theirs[other_start:other_end], pair.claim, more)


def _tokens(reading: Reading) -> list[_Token]:
    found = []
    for word in reading.words:
        if word.stem or word.bends:
            force = next((_FORCES[bend] for bend in word.bends if bend in _FORCES), "")
            found.append(_Token(f"<{force}>" if force else min(alike(word.stem)), word, force))
    return found


def _turned(put_in: Sequence[_Token], left_out: Sequence[_Token], said: Reading, more: int) -> Iterator[str]:
    """Yield the party or strength that is exchanged for another, or the "not" by which the two differ."""
    own, other = ([t.word for t in side if t.claims] for side in (put_in, left_out))
    party = next((word for word in own if word.stem in AGENTS), None)
    if party and other and not any(word.named or said.holds(word.stem) for word in other):
        yield f"it says “{party.raw}” where the source says “{other[0].raw}”"
    if own or other or _opposed(put_in, left_out):
        return
    gained, lost = [t for t in put_in if t.force], [t for t in left_out if t.force]
    if exchanged := [(old, new) for old in lost for new in gained]:
        if old_new := next(((o, n) for o, n in exchanged if (o.force, n.force) not in _AS_GOOD), None):
            yield f"it says “{old_new[1].word.raw}” where the source says “{old_new[0].word.raw}”"
        return
    does, denied = ("puts in", gained) if more > 0 else ("leaves out", lost)
    bare = not any(t.word.content for t in (*put_in, *left_out))
    if more and bare and (word := next((t.word.raw for t in denied if t.force == "not"), "")):
        yield f"it {does} “{word}”"


def _opposed(put_in: Sequence[_Token], left_out: Sequence[_Token]) -> bool:
    """Return whether one side says by a word of its own what the other says by a "not"."""
    stems = {t.word.stem for t in put_in} | {t.word.stem for t in left_out}
    return bool(stems & DENYING) or any(not OPPOSITES.get(stem, frozenset()).isdisjoint(stems) for stem in stems)
