"""The glossary of the corpus: other names of a term, and what it means.

Read from a table `Term | Also written | Meaning`; a meaning is an exact slice of its document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.text import STOP_WORDS, stems, terms, words
from assistant.types import Document, Span, Term

DOCUMENT_ID = "guidance/glossary.md"
"""Where the glossary stands in a corpus."""

_COMMON = frozenset(stems(" ".join(STOP_WORDS)))

MOST_UNCLEAR = 3
"""A question with more content words than this says itself which meaning it has."""

_ACRONYM = re.compile(r"^(?=.*[A-Z].*[A-Z])[A-Za-z0-9&/-]{2,7}( \d)?$")

MOST_NAMES = 2
"""Other names of one acronym that a search takes along."""

LONGEST = 6
"""Words of the longest name that is looked for in a text."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms by every name they go by."""

    terms: tuple[Term, ...] = ()
    by_name: dict[tuple[str, ...], Term] = field(default_factory=dict)
    """Stems of a name's words; a name that two terms share belongs to the first."""
    heads: frozenset[str] = field(init=False)
    """The first stem of each name."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "heads", frozenset(name[0] for name in self.by_name))

    def found_in(self, text: str) -> list[Term]:
        """Return the terms that a text names, each once, in the order of their first mention."""
        said = stems(text)
        found: list[Term] = []
        position = 0
        while position < len(said):
            longest = min(LONGEST, len(said) - position) if said[position] in self.heads else 0
            for length in range(longest, 0, -1):
                term = self.by_name.get(said[position : position + length])
                if term is not None:
                    found += [term] if term not in found else []
                    position += length - 1
                    break
            position += 1
        return found

    def widen(self, text: str) -> tuple[str, ...]:
        """Return the other names of the acronyms in a text; for a search by words.

        Words in full are left alone: widening them too found less (evals/LOG.md).
        """
        said = set(stems(text))
        found: list[str] = []
        for term in self.found_in(text):
            names = (term.name, *term.also)
            asked = [name for name in names if set(stems(name)) <= said]
            if any(_ACRONYM.match(name) for name in asked):
                found += [name for name in names if name not in asked][:MOST_NAMES]
        return tuple(dict.fromkeys(found))

    def readings(self, text: str) -> tuple[str, ...]:
        """Return the meanings of a word that several terms begin with, where the text does not say which.

        "DORA" alone is a law or a set of measures; "DORA metrics" is clear.
        """
        said = set(stems(text))
        if len(terms(text)) > MOST_UNCLEAR:
            return ()
        by_head: dict[str, list[Term]] = {}
        for term in self.terms:
            name = stems(term.name)
            if len(name) > 1 and name[0] in said and term.name.split()[0].isupper():
                by_head.setdefault(name[0], []).append(term)
        for head, named in by_head.items():
            others = {word for t in named for n in (t.name, *t.also) for word in stems(n)} - {head} - _COMMON
            if len(named) > 1 and not others & said:
                return tuple(t.meaning for t in named)
        return ()


def read_glossary(document: Document) -> Glossary:
    """Return the glossary that a document's first table of three columns holds, or an empty one."""
    for table in document.tables:
        if len(table.header) == 3 and table.header[0].of(document.text).strip().lower() == "term":
            terms = tuple(_terms(document, table.rows))
            by_name: dict[tuple[str, ...], Term] = {}
            for term in terms:
                for name in (term.name, *term.also):
                    if (key := stems(name)) and not set(words(name)) <= STOP_WORDS:
                        by_name.setdefault(key, term)
            return Glossary(terms, by_name)
    return Glossary()


def _terms(document: Document, rows: Sequence[Sequence[Span]]) -> Iterator[Term]:
    for name, also, meaning in rows:
        names = tuple(n.strip() for n in also.of(document.text).split(";") if n.strip())
        yield Term(name.of(document.text).strip(), names, meaning.of(document.text), document.id, meaning)
