"""Which words of a claim its evidence holds: the same stem, another word for it, an acronym spelt out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answering.verifying.lexicon import OPPOSITES, PALE, alike, stem_of
from assistant.answering.verifying.reading import Reading

LEAST_COMMON = 6
"""Letters that two words of one family begin with."""

OtherNames = Callable[[str], Sequence[str]]
"""The other names of the acronyms in a text, as a glossary gives them."""


def no_other_names(text: str, /) -> Sequence[str]:
    """Return nothing: the glossary of a corpus without one."""
    return ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid beside one sentence of the evidence."""

    claim: Reading
    evidence: Reading
    above: Reading
    """The title and headings that the evidence stands under."""
    held: frozenset[int]
    """Where the claim's words of content stand that the evidence holds."""
    held_below: frozenset[int]
    """Those that the evidence holds without its headings."""
    known: frozenset[str]
    """The stems of the evidence with what they may also be called, and of its headings."""
    said: frozenset[str]
    """The stems of the claim with what they may also be called."""

    @property
    def coverage(self) -> float:
        """Share of the claim's words of content that the evidence holds, 0..1."""
        return len(self.held) / len(self.claim.content) if self.claim.content else 1.0

    @property
    def coverage_below(self) -> float:
        """Share of them that the evidence holds without its headings, 0..1."""
        return len(self.held_below) / len(self.claim.content) if self.claim.content else 1.0

    @property
    def foreign(self) -> list[int]:
        """Where those of them stand that claim something of their own."""
        return [i for i in self.missing if self.claim.words[i].stem not in PALE]

    @property
    def missing(self) -> list[int]:
        """Where the claim's words of content stand that the evidence does not hold."""
        return [i for i in self.claim.content if i not in self.held]


def align(claim: Reading, evidence: Reading, above: Reading, other_names: OtherNames = no_other_names) -> Alignment:
    """Return which words of the claim are held by the evidence or by the headings above it."""
    own_words = claim.stems | set(_spelt(claim, other_names))
    said = frozenset(same for stem in own_words for same in alike(stem))
    below, known_below = _held(claim, (evidence,), other_names)
    held, known = _held(claim, (evidence, above), other_names) if above.words else (below, known_below)
    return Alignment(claim, evidence, above, held, below, known, said)


def _held(claim: Reading, sources: Sequence[Reading], other_names: OtherNames) -> tuple[frozenset[int], frozenset[str]]:
    """Return where the claim's words of content stand that the sources hold, and the stems they hold."""
    near = frozenset(s for source in sources for s in (*source.stems, *_spelt(source, other_names)))
    known = {same for stem in near for same in alike(stem)}
    known |= {s for s in claim.stems if len(s) > 5 and any(_derived(s, other) for other in near)}
    initials = frozenset(word for source in sources for word in _initials(source))
    acronyms = frozenset(word for source in sources for word in _acronyms(source))
    held = {i for i in claim.content if claim.words[i].stem in known}
    held |= {i for i in claim.content if _spelt_out(claim, i, near, initials, other_names)}
    held |= {i for i in claim.content if not OPPOSITES.get(claim.words[i].stem, frozenset()).isdisjoint(near)}
    return frozenset(held | _initialled(claim, acronyms)), frozenset(known)


def _derived(one: str, other: str) -> bool:
    """Return whether two stems begin so alike that one is derived from the other: "regul" and "regulatori"."""
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= LEAST_COMMON and shared >= 0.6 * max(len(one), len(other))


def _spelt(reading: Reading, other_names: OtherNames) -> Sequence[str]:
    return [stem_of(word) for name in other_names(reading.text) for word in name.split()]


def _spelt_out(
    claim: Reading, place: int, near: frozenset[str], initials: frozenset[str], other_names: OtherNames
) -> bool:
    """Return whether the evidence spells out the acronym that stands here."""
    word = claim.words[place]
    if not _is_acronym(word.raw):
        return False
    return word.raw.lower().rstrip("s") in initials or any(
        {stem_of(w) for w in name.split()} <= near for name in other_names(word.raw)
    )


def _is_acronym(raw: str) -> bool:
    return len(raw) > 1 and raw.rstrip("s").isupper()


def _acronyms(reading: Reading) -> frozenset[str]:
    return frozenset(w.raw.rstrip("s").lower() for w in reading.words if _is_acronym(w.raw))


def _initials(reading: Reading) -> frozenset[str]:
    """Return what the initials of three to six consecutive words spell."""
    found: set[str] = set()
    run: list[str] = []
    for word in reading.words:
        run = [*run, word.raw[0].lower()][-6:] if word.stem else []
        found.update("".join(run[-n:]) for n in range(3, len(run) + 1))
    return frozenset(found)


def _initialled(claim: Reading, acronyms: frozenset[str]) -> set[int]:
    """Return where words stand whose initials spell an acronym of the evidence."""
    places = [i for i, word in enumerate(claim.words) if word.stem]
    found: set[int] = set()
    for first in range(len(places) if acronyms else 0):
        for length in range(3, min(7, len(places) - first + 1)):
            run = places[first : first + length]
            if "".join(claim.words[i].raw[0].lower() for i in run) in acronyms:
                found.update(i for i in run if claim.words[i].content)
    return found
