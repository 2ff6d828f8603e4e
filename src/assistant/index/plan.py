"""What a build has to do: which documents are new, changed or gone, and which texts to embed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.types import Document, Passage, Statement

STATEMENT_VERSION = "3"
"""Changes whenever `statement_text` would give another text for the same statement."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document cut up for the index, with the texts that stand for its parts when embedded."""

    document: Document
    passages: tuple[Passage, ...]
    passage_texts: tuple[str, ...]
    """One a passage."""
    statements: tuple[Statement, ...] = ()
    statement_texts: tuple[str, ...] = ()
    """One a statement, or none at all where statements are embedded when they are asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the documents differ from those of the generation before; ids, sorted."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.new or self.changed or self.gone)


def plan(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> Plan:
    """Return how `now` differs from `before`; both map a document's id to its digest."""
    both = sorted(before.keys() & now.keys())
    return Plan(
        new=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(id for id in both if before[id] != now[id]),
        unchanged=tuple(id for id in both if before[id] == now[id]),
        gone=tuple(sorted(before.keys() - now.keys())),
    )


def statement_text(statement: Statement, title: str) -> str:
    """Return what is embedded for a statement: the sentence after the title and headings above it.

    A sentence often lacks its subject, which these name. Of raw articles the last heading alone
    ranks better; of guidance, which has a page for each subject, the title does (evals/LOG.md).
    """
    above = " - ".join(filter(None, (title, *statement.headings)))
    return f"{above}\n{statement.text}" if above else statement.text


def vector_key(fingerprint: str, text: str) -> bytes:
    """Return the name of a vector: the same model and text have the same vector."""
    return hashlib.sha256(f"{fingerprint}\n{text}".encode()).digest()
