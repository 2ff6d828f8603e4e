"""Conversations as they are kept: each answer with its evidence, each person with their own.

An answer is kept whole, with the text of every passage it saw, so that it shows the same citations
when the corpus has changed.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from assistant import __version__
from assistant.errors import BadInput, RecordsUnavailable, UnknownConversation
from assistant.markdown import to_markdown
from assistant.records import plain
from assistant.records.audit import AuditLog
from assistant.records.database import FILE, Database
from assistant.settings import Settings
from assistant.text import stems, strip_invisible, words
from assistant.types import Conversation, Fact, Kept, KeptTurn, Listed, Rating, Thumb, Turn

LOCAL = "local"
"""The owner of what is asked without a sign-in, on this machine."""

MOST_REASON = 500
"""Characters of a reader's reason that are kept."""

MOST_TITLE = 120
"""Characters of a title."""

TITLE_FROM_QUESTION = 80

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Records:
    """The conversations of everybody; each call names whose. Safe to use from several threads.

    Every method may raise RecordsUnavailable: the disk is full, the folder is read-only, the file is
    damaged. A conversation of another owner is as unknown as one that never was.
    """

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self.database = database
        self.audit = AuditLog(database, clock)
        self._clock = clock

    @classmethod
    def open(cls, settings: Settings) -> Records:
        """Return the records of the data folder; nothing is touched before the first call."""
        return cls(Database(settings.data / FILE))

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    # --- keeping ---------------------------------------------------------------------------

    def save_turn(self, owner: str, id: str | None, conversation: Conversation, *, index: Mapping[str, Any]) -> Kept:
        """Keep the last turn of a conversation, and those before it that are not kept yet.

        Without an `id`, the conversation is new. If another window has meanwhile asked something else
        at this place, this one becomes a conversation of its own: nothing that is kept is lost.
        `index` says what was answered from. Returns the conversation as it is kept, its id included.
        """
        if not conversation.turns:
            raise BadInput("there is nothing to keep yet", hint="Ask a question first.")
        now, facts, turns = self._now(), plain.dump(conversation.facts), conversation.turns
        last = _row(len(turns), turns[-1], now, index)
        with self.database.writing() as connection:
            asked = {} if id is None else _questions(connection, owner, id)
            if id is not None and _begins(asked, turns):
                connection.execute("UPDATE conversations SET updated = ?, facts = ? WHERE id = ?", (now, facts, id))
            else:
                id, asked = _new_token(), {}
                values = (id, owner, titled(turns[0].question), now, now, facts, None)
                connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            missing = [n for n in range(1, len(turns)) if n not in asked]
            rows = [*(_row(n, turns[n - 1], now, index) for n in missing), last]
            insert = "INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')"
            connection.executemany(insert, [(id, *row) for row in rows])
            return self._kept(connection, id, conversation)

    def set_facts(self, owner: str, id: str, facts: Sequence[Fact]) -> None:
        """Keep the facts of the case as the reader left them."""
        self._change(owner, id, "facts", plain.dump(tuple(facts)))

    def rename(self, owner: str, id: str, title: str) -> None:
        """Give the conversation another title. Raises BadInput for an empty one."""
        title = " ".join(strip_invisible(title).split())[:MOST_TITLE]
        if not title:
            raise BadInput("the title is empty", hint="Give it a few words.")
        self._change(owner, id, "title", title)

    def rate(self, owner: str, id: str, turn: int, thumb: str, reason: str = "") -> None:
        """Keep what the reader says of the answer of a turn (from 1); an empty thumb takes it back."""
        if thumb not in get_args(Thumb):
            raise BadInput(f"an answer is rated up or down, not {thumb!r}", hint="An empty rating takes it back.")
        kept_reason = strip_invisible(reason).strip()[:MOST_REASON] if thumb == "down" else ""
        with self.database.writing() as connection:
            _check_owner(connection, owner, id)
            values = (thumb, kept_reason, id, turn)
            changed = connection.execute(
                "UPDATE turns SET thumb = ?, reason = ? WHERE conversation = ? AND number = ?", values
            )
            if not changed.rowcount:
                raise BadInput(f"the conversation has no turn {turn}", hint="Turns are counted from 1.")

    def share(self, owner: str, id: str) -> str:
        """Return the token with which anybody may read the conversation; the same one until it is revoked."""
        with self.database.writing() as connection:
            _check_owner(connection, owner, id)
            change = "UPDATE conversations SET share = coalesce(share, ?) WHERE id = ? RETURNING share"
            return str(connection.execute(change, (_new_token(), id)).fetchone()[0])

    def unshare(self, owner: str, id: str) -> None:
        """Make the token useless; a later one will be another."""
        self._change(owner, id, "share", None)

    def _change(self, owner: str, id: str, column: str, value: Any) -> None:
        with self.database.writing() as connection:
            _check_owner(connection, owner, id)
            connection.execute(f"UPDATE conversations SET {column} = ? WHERE id = ?", (value, id))  # noqa: S608

    # --- finding ---------------------------------------------------------------------------

    def get(self, owner: str, id: str) -> Kept:
        """Return a conversation of this owner. Raises UnknownConversation."""
        with self.database.reading() as connection:
            _check_owner(connection, owner, id)
            return self._kept(connection, id)

    def shared(self, token: str) -> Kept:
        """Return the conversation that this token shares, without id and ratings. Raises UnknownConversation."""
        with self.database.reading() as connection:
            row = connection.execute("SELECT id FROM conversations WHERE share = ?", (_text(token),)).fetchone()
            if row is None:
                raise UnknownConversation
            kept = self._kept(connection, row[0])
        return replace(kept, id="", turns=tuple(replace(turn, rating=Rating()) for turn in kept.turns))

    def list(self, owner: str, search: str = "", *, limit: int = 50, offset: int = 0) -> tuple[Listed, ...]:
        """Return the owner's conversations, the one that was changed last first.

        With `search`, those in which one turn or the title holds all the words, in any form and
        also half typed.
        """
        found, values = _matching(search)
        query = f"""
            SELECT id, title, created, updated, (SELECT count(*) FROM turns WHERE conversation = c.id)
            FROM conversations c WHERE owner = ? {found} ORDER BY updated DESC, rowid DESC LIMIT ? OFFSET ?
        """  # noqa: S608  only the number of marks varies
        with self.database.reading() as connection:
            rows = connection.execute(query, (owner, *values, limit, offset)).fetchall()
        return tuple(Listed(*row) for row in rows)

    def rated(self) -> tuple[tuple[str, str], ...]:
        """Return owner and id of everybody's conversations with a rating, the oldest first."""
        query = """
            SELECT owner, id FROM conversations c
            WHERE EXISTS (SELECT 1 FROM turns WHERE conversation = c.id AND thumb <> '') ORDER BY created, rowid
        """
        with self.database.reading() as connection:
            return tuple(connection.execute(query).fetchall())

    def _kept(self, connection: sqlite3.Connection, id: str, known: Conversation | None = None) -> Kept:
        """Return what is kept under an id; the conversation itself is not read where it is known."""
        query = "SELECT id, title, created, updated, facts, share FROM conversations WHERE id = ?"
        _, title, created, updated, facts, share = connection.execute(query, (id,)).fetchone()
        body = "''" if known else "body"
        query = f"""
            SELECT number, asked_at, version, "index", thumb, reason, {body}
            FROM turns WHERE conversation = ? ORDER BY number
        """  # noqa: S608
        rows = connection.execute(query, (id,)).fetchall()
        turns = tuple(KeptTurn(n, at, version, json.loads(i), Rating(*said)) for n, at, version, i, *said, _ in rows)
        conversation = known or Conversation(
            tuple(_loaded(Turn, row[-1]) for row in rows), _loaded(tuple[Fact, ...], facts)
        )
        return Kept(id, title, created, updated, conversation, turns, share or "")

    # --- deleting --------------------------------------------------------------------------

    def delete(self, owner: str, id: str) -> None:
        """Remove a conversation of this owner, also from the pages of the file that nothing refers to."""
        with self.database.writing() as connection:
            _check_owner(connection, owner, id)
            connection.execute("DELETE FROM conversations WHERE id = ?", (id,))
        self._forget()

    def purge(self, days: int) -> int:
        """Remove conversations and log entries to which nothing was added for `days`; 0 keeps all.

        Returns how many conversations went. Their text is overwritten in the file.
        """
        if not days:
            return 0
        limit = _iso(self._clock() - timedelta(days=days))
        with self.database.writing() as connection:
            removed = connection.execute("DELETE FROM conversations WHERE updated < ?", (limit,)).rowcount
            connection.execute("DELETE FROM audit WHERE at < ?", (limit,))
        self.database.forget()
        return removed

    def _forget(self) -> None:
        with suppress(RecordsUnavailable):  # it is deleted; what the log still holds goes with the next checkpoint
            self.database.forget()

    def _now(self) -> str:
        return _iso(self._clock())


def titled(question: str) -> str:
    """Return the title of a conversation that began with this question."""
    text = " ".join(strip_invisible(question).split())
    return textwrap.shorten(text, TITLE_FROM_QUESTION, placeholder=" …") or text[:TITLE_FROM_QUESTION] or "…"


def unkept(conversation: Conversation, *, index: Mapping[str, Any], clock: Clock = utc_now) -> Kept:
    """Return a conversation that is not stored in the form of one that is, such as for an export."""
    now = _iso(clock())
    turns = tuple(KeptTurn(number, now, __version__, index) for number in range(1, len(conversation.turns) + 1))
    return Kept("", titled(conversation.turns[0].question), now, now, conversation, turns)


def _check_owner(connection: sqlite3.Connection, owner: str, id: str) -> None:
    query = "SELECT 1 FROM conversations WHERE id = ? AND owner = ?"
    if connection.execute(query, (_text(id), owner)).fetchone() is None:
        raise UnknownConversation


def _questions(connection: sqlite3.Connection, owner: str, id: str) -> dict[int, str]:
    """Return the questions that are kept under an id, by number of the turn. Raises UnknownConversation."""
    _check_owner(connection, owner, id)
    return dict(connection.execute("SELECT number, question FROM turns WHERE conversation = ?", (id,)).fetchall())


def _begins(asked: Mapping[int, str], turns: Sequence[Turn]) -> bool:
    """Return whether the questions asked so far are the first ones of these turns."""
    return all(n <= len(turns) and _text(turns[n - 1].question) == question for n, question in asked.items())


def _row(number: int, turn: Turn, now: str, index: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the columns of a turn, from `number` to `body`."""
    answer = turn.answer
    said = to_markdown(answer) if answer else turn.answer_text
    query = answer.evidence.query.text if answer else turn.question
    status = answer.status if answer else ""
    spoken = f" {' '.join(stems(_text(f'{turn.question} {said}')))} "
    facts = (number, now, __version__, json.dumps(dict(index)), status)
    return (*facts, _text(turn.question), _text(query), spoken, plain.dump(turn))


def _matching(search: str) -> tuple[str, list[str]]:
    """Return the condition that finds the words of a search, and its values."""
    pairs = list(zip(words(_text(search)), stems(_text(search)), strict=True))
    if not pairs:
        return "", []
    in_turn = " AND ".join("(stems LIKE ? OR stems LIKE ?)" for _ in pairs)
    in_title = " AND ".join("title LIKE ?" for _ in pairs)
    turns = f"SELECT 1 FROM turns WHERE conversation = c.id AND {in_turn}"  # noqa: S608  only the number of marks varies
    return f"AND (({in_title}) OR EXISTS ({turns}))", [f"%{word}%" for word, _ in pairs] + [
        f"% {form}%" for pair in pairs for form in pair
    ]


def _loaded(kind: Any, body: bytes) -> Any:
    try:
        return plain.load(kind, body)
    except (ValueError, TypeError, KeyError, LookupError) as error:
        hint = "Bring back a backup with `assistant restore`, or delete the conversation."
        raise RecordsUnavailable("an answer of this conversation cannot be read", hint=hint) from error


def _text(value: str) -> str:
    """Return the text as SQLite can hold it: without lone surrogates and hidden characters."""
    return strip_invisible(value)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _new_token() -> str:
    """Return 128 random bits, url-safe, that no command line takes for an option."""
    while (token := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return token
