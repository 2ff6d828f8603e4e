"""The parts of a claim: a sentence that joins two statements may rest on two sentences of its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answering.verifying.reading import read

LEAST_WORDS = 2
"""Words of content in a part that says something."""
MOST_JOINTS = 6

_JOINT = re.compile(r"\s*;\s+|,?\s+\b(?:and|but|while|whereas)\s+|,\s+(?=which\b|with\b)")
"""Never at "because" or "so": that one thing follows from another is a claim of its own."""

_VERBS = frozenset(
    "is are was were be been has have had do does did must shall should ought may might can could will would "
    "cannot not needs requires applies covers takes allows gives gets goes makes means puts runs holds keeps "
    "carries brings ends begins starts lasts costs pays sets says shows adds lets becomes remains stays saves "
    "bars bans left held paid took put cut ran lost made gave went came kept got sold bought built rose fell "
    "grew began led met sent won".split()
)
_LEANING = _VERBS | frozenset("also never it they he she this these which that its their with".split())
"""A part that begins so leans on the subject of the first."""


def parts(claim: str) -> Iterator[tuple[str, ...]]:
    """Yield the ways to take a claim apart: whole, in two, in three. Each part has a subject.

    >>> list(parts("Linen is washed at night and must be dry by six."))[1]
    ('Linen is washed at night', 'Linen must be dry by six.')
    """
    yield (claim,)
    joints = [m.span() for m in _JOINT.finditer(claim)][:MOST_JOINTS]
    for start, end in joints:
        yield from _with_subjects([claim[:start], claim[end:]])
    for place, (start, end) in enumerate(joints):
        for start2, end2 in joints[place + 1 :]:
            yield from _with_subjects([claim[:start], claim[end:start2], claim[end2:]])


def _with_subjects(pieces: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the pieces, each with a subject of its own, unless one is too small to say something."""
    subject = _subject(pieces[0])
    whole = pieces[:1]
    for piece in pieces[1:]:
        first = re.match(r"\W*([\w']+)", piece.lower())
        leans = first is None or first[1] in _LEANING or first[1].endswith("ed")
        if leans and not subject:
            return
        whole.append(f"{subject} {piece}" if leans else piece)
    if all(len(read(piece).content) >= LEAST_WORDS for piece in whole):
        yield tuple(whole)


def _subject(clause: str) -> str:
    """Return the words before the first verb that is known as one, or nothing."""
    words = clause.split()
    verb = next((i for i, word in enumerate(words) if i and _is_verb(word.lower().strip(","))), 0)
    return " ".join(words[:verb])


def _is_verb(word: str) -> bool:
    return word in _VERBS or word.endswith("ed")
