"""API keys: what a program signs in with. Each has scopes and an end, and is kept as a hash alone."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal, get_args

from assistant.errors import BadInput
from assistant.records.database import Database

Scope = Literal["read", "ask", "curate", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a key may be for: to read; to ask; the curators' part; the admins' part."""

PREFIX = "sak"
"""Every key begins with it, so that one that was published by mistake can be searched for."""

MOST_DAYS = 3650

_NAMES = 60


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept."""

    id: str
    name: str
    """What it is for; conversations held with it are kept under this name."""
    scopes: frozenset[Scope]
    created: str
    expires: str
    """UTC, as ISO 8601."""

    @property
    def expired(self) -> bool:
        """Whether its end has come."""
        return self.expires <= _now()


class Keys:
    """The keys of the data folder."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, scopes: Iterable[Scope], *, days: float) -> tuple[Key, str]:
        """Keep a new key; return it and its text, which cannot be had again. Raises BadInput."""
        if not name.strip() or len(name) > _NAMES or not name.isprintable():
            raise BadInput(f"a key's name has 1 to {_NAMES} characters", hint="Name the program that will use it.")
        if not 0 < days <= MOST_DAYS:
            raise BadInput(f"a key cannot be valid for {days:g} days", hint=f"At most {MOST_DAYS} are possible.")
        id, end = secrets.token_hex(4), datetime.now(UTC) + timedelta(days=days)
        text = f"{PREFIX}-{id}-{secrets.token_urlsafe(32)}"
        key = Key(id, name.strip(), frozenset(scopes), _now(), end.isoformat(timespec="seconds"))
        with self._database.writing() as connection:
            row = (key.id, key.name, _digest(text), " ".join(sorted(key.scopes)), key.created, key.expires)
            connection.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?)", row)
        return key, text

    def find(self, text: str) -> Key | None:
        """Return the key of this text; None if there is none, or its end has come. Raises RecordsUnavailable."""
        prefix, _, rest = text.partition("-")
        id = rest.partition("-")[0]
        if prefix != PREFIX or not id.isalnum():
            return None
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM keys WHERE id = ?", (id,)).fetchone()
        if row is None or not hmac.compare_digest(row[2], _digest(text)):
            return None
        key = _key(row)
        return None if key.expired else key

    def list(self) -> tuple[Key, ...]:
        """Return all keys, the oldest first."""
        with self._database.reading() as connection:
            return tuple(_key(row) for row in connection.execute("SELECT * FROM keys ORDER BY created, id"))

    def revoke(self, id: str) -> Key:
        """Delete a key; from the next request on it opens nothing. Raises BadInput if there is none of this id."""
        with self._database.writing() as connection:
            row = connection.execute("DELETE FROM keys WHERE id = ? RETURNING *", (id,)).fetchone()
        if row is None:
            raise BadInput(f"there is no key {id}", hint="`assistant keys list` lists them.")
        return _key(row)


def _key(row: tuple[str, str, bytes, str, str, str]) -> Key:
    id, name, _, scopes, created, expires = row
    return Key(id, name, frozenset(scope for scope in SCOPES if scope in scopes.split()), created, expires)


def _digest(text: str) -> bytes:
    """Return the hash; the text is random and long, so a fast one does."""
    return sha256(text.encode()).digest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
