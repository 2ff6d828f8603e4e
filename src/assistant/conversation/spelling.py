"""Words that the corpus does not know and that look like one it knows: a slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.text import STOP_WORDS, terms, words

LONG = 8
"""Letters from which a word may have two slips; a shorter one has one, or it is another word."""

SHORTEST = 4
"""A shorter word is too near to too many others."""

_WORD = re.compile(r"(?<![\w'-])[a-z][a-z']+(?![\w-])")


@dataclass(frozen=True)
class Speller:
    """Corrects a question's words towards the words of the corpus.

    Only words in lower case are touched: a name that the corpus does not know is a name.
    """

    known: Callable[[str], bool]
    """Whether a word is one: it occurs in the corpus, or the embedding model has it whole."""
    texts: Callable[[], Iterable[str]]
    """The corpus's text, read once, when the first unknown word comes."""

    @cached_property
    def vocabulary(self) -> dict[str, list[str]]:
        """Every word of the corpus and the common small words, by first letter."""
        found = {word for text in self.texts() for word in words(text) if word.isalpha() and len(word) >= SHORTEST}
        by_letter: dict[str, list[str]] = {}
        for word in sorted(found | {w for w in STOP_WORDS if len(w) >= SHORTEST}):
            by_letter.setdefault(word[0], []).append(word)
        return by_letter

    def __call__(self, text: str) -> str:
        """Return the text with the words corrected that are unknown and nearly a known one."""
        return _WORD.sub(lambda match: self._corrected(match[0]), text)

    def _corrected(self, word: str) -> str:
        if not terms(word) or len(word) < SHORTEST or self.known(word):
            return word
        written = words(word)[0]
        most = 2 if len(written) >= LONG else 1
        near = [(slips(written, known, most), known) for known in self.vocabulary.get(written[0], [])]
        fewest, best = min(near, default=(most + 1, word))
        return best if fewest <= most else word


def slips(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, put in, mistaken or swapped with a neighbour.

    Anything above `most` may come back as `most + 1`. Source: optimal string alignment, after
    Damerau, "A technique for computer detection and correction of spelling errors", 1964.

    >>> slips("recrod", "record", 2), slips("sailing", "selling", 1)
    (1, 2)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, known in enumerate(other, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != known)))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == known:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
