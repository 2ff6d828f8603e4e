"""Who asked when, what answered it from which passages, and what the corpus does not answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant import __version__
from assistant.records.database import Database
from assistant.text import strip_invisible, terms
from assistant.types import Answer

ALIKE = 0.5
"""Two questions are one gap if they share this part of their words (Jaccard)."""

MOST_QUESTIONS = 10_000
"""The latest questions that gaps are made of."""

SHOWN_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log."""

    at: str
    """UTC, ISO format."""
    owner: str
    conversation: str
    """Its id, or empty for a question that was not kept."""
    status: str
    mode: str
    generation: str
    version: str
    """Of the program."""
    cited: tuple[str, ...]
    """Ids of the passages that the shown sentences rest on."""
    read: tuple[str, ...]
    """Ids of all passages that were found."""
    question: str
    """Empty unless the setting says that questions are logged."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions alike that the corpus did not answer, or not well."""

    questions: tuple[str, ...]
    """The latest different wordings."""
    refused: int
    thumbed_down: int
    reasons: tuple[str, ...]
    """What readers said was wrong."""
    latest: str
    """UTC, ISO format."""

    @property
    def count(self) -> int:
        """How often something like it was asked."""
        return self.refused + self.thumbed_down


class AuditLog:
    """The log that says who was told what from where. Its methods may raise RecordsUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, owner: str, answer: Answer, *, index: Mapping[str, Any], conversation: str = "", question: bool = False
    ) -> None:
        """Note an answer; its question too if `question` is set."""
        at = self._clock().isoformat(timespec="milliseconds")
        cited = list(dict.fromkeys(c.passage.id for c in answer.citations))
        read = [hit.passage.id for hit in answer.evidence.hits]
        asked = strip_invisible(answer.evidence.query.question) if question else ""
        known = (at, owner, conversation, answer.status, answer.mode, str(index.get("generation", "")), __version__)
        values = (*known, json.dumps(cited), json.dumps(read), asked)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def entries(self, *, since: str = "", limit: int = 1_000) -> tuple[Entry, ...]:
        """Return the lines since an ISO date or time, the latest first."""
        query = "SELECT * FROM audit WHERE at >= ? ORDER BY at DESC, rowid DESC LIMIT ?"
        with self._database.reading() as connection:
            rows = connection.execute(query, (since, limit)).fetchall()
        return tuple(_entry(*row) for row in rows)


def gaps(database: Database) -> tuple[Gap, ...]:
    """Return what was refused or thumbed down in kept conversations, what was asked most often first.

    A deleted conversation is no longer counted.
    """
    query = """
        SELECT question, query, status = 'abstained', thumb = 'down', reason, asked_at FROM turns
        WHERE status = 'abstained' OR thumb = 'down' ORDER BY asked_at DESC LIMIT ?
    """
    with database.reading() as connection:
        rows = connection.execute(query, (MOST_QUESTIONS,)).fetchall()
    found = [_gap(rows) for rows in _grouped(rows)]
    return tuple(sorted(found, key=lambda gap: (gap.count, gap.latest), reverse=True))


def _entry(*columns: str) -> Entry:
    at, owner, conversation, status, mode, generation, version, cited, read, question = columns
    passages = tuple(json.loads(cited)), tuple(json.loads(read))
    return Entry(at, owner, conversation, status, mode, generation, version, *passages, question)


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterable[list[tuple[Any, ...]]]:
    """Return the rows in groups of like queries; each joins the first group whose first row it resembles."""
    groups: list[tuple[frozenset[str], list[tuple[Any, ...]]]] = []
    for row in rows:
        about = frozenset(terms(row[1])) or frozenset({row[1].casefold()})
        for known, members in groups:
            if len(about & known) >= ALIKE * len(about | known):
                members.append(row)
                break
        else:
            groups.append((about, [row]))
    return (members for _, members in groups)


def _gap(rows: list[tuple[Any, ...]]) -> Gap:
    questions, _, refused, down, reasons, asked_at = zip(*rows, strict=True)
    return Gap(
        questions=tuple(dict.fromkeys(questions))[:SHOWN_QUESTIONS],
        refused=sum(refused),
        thumbed_down=sum(d and not r for d, r in zip(down, refused, strict=True)),
        reasons=tuple(dict.fromkeys(filter(None, reasons))),
        latest=max(asked_at),
    )
