"""Sessions: who signed in with which cookie. The cookie is random, and kept as a hash alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from assistant.records.database import Database

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in."""

    user: str
    stamp: str
    """Of the secret they signed in with: when that is changed, the session is over."""


class Sessions:
    """The sessions of the data folder; every process of the server sees the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, session: Session, *, lasts: timedelta = LASTS) -> str:
        """Keep a session and return the text of its cookie; those whose time has come are forgotten."""
        text, now = secrets.token_urlsafe(32), datetime.now(UTC)
        row = (_digest(text), session.user, session.stamp, (now + lasts).isoformat(timespec="seconds"))
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE expires <= ?", (now.isoformat(timespec="seconds"),))
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", row)
        return text

    def find(self, text: str) -> Session | None:
        """Return the session of a cookie; None if there is none, or its time has come."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.reading() as connection:
            query = "SELECT user, stamp FROM sessions WHERE digest = ? AND expires > ?"
            row = connection.execute(query, (_digest(text), now)).fetchone()
        return Session(*row) if row else None

    def end(self, text: str) -> None:
        """Forget a session."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE digest = ?", (_digest(text),))


def stamp(secret: str) -> str:
    """Return what tells a secret from any other without giving it away."""
    return sha256(f"stamp of {secret}".encode()).hexdigest()[:32]


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()
