"""One SQLite file that several threads and several processes write, opened when it is first needed.

Every failure of SQLite or of the disk becomes `RecordsUnavailable`, so that whoever answers can go on
without keeping anything and say so in one line.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import BadInput, RecordsUnavailable

FILE = "records.sqlite"

PATIENCE_MS = 5_000
"""How long a writer waits for another one."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL,
            updated TEXT NOT NULL, facts BLOB NOT NULL, share TEXT UNIQUE)""",
        "CREATE INDEX conversations_of ON conversations (owner, updated)",
        """CREATE TABLE turns (
            conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE, number INTEGER NOT NULL,
            asked_at TEXT NOT NULL, version TEXT NOT NULL, "index" TEXT NOT NULL, status TEXT NOT NULL,
            question TEXT NOT NULL, query TEXT NOT NULL, stems TEXT NOT NULL, body BLOB NOT NULL,
            thumb TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (conversation, number))""",
        """CREATE TABLE audit (
            at TEXT NOT NULL, owner TEXT NOT NULL, conversation TEXT NOT NULL, status TEXT NOT NULL,
            mode TEXT NOT NULL, generation TEXT NOT NULL, version TEXT NOT NULL, cited TEXT NOT NULL,
            read TEXT NOT NULL, question TEXT NOT NULL)""",
        "CREATE INDEX audit_by_time ON audit (at)",
    ),
    (  # what lets people and programs in; the secrets themselves are kept nowhere
        """CREATE TABLE keys (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL, scopes TEXT NOT NULL,
            created TEXT NOT NULL, expires TEXT NOT NULL)""",
        """CREATE TABLE sessions (
            digest BLOB PRIMARY KEY, user TEXT NOT NULL, stamp TEXT NOT NULL, expires TEXT NOT NULL)""",
    ),
)
"""What makes each version of the tables from the one before; only ever added to."""


class Database:
    """The file, safe to use from several threads and from several processes of one machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for queries that all see the same moment. Raises RecordsUnavailable."""
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes: all of them are kept or none. Raises RecordsUnavailable."""
        with self._transaction("IMMEDIATE") as connection:  # a read that became a write could not wait for another
            yield connection

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self.path):
            connection = self._opened()
            connection.execute(f"BEGIN {kind}")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def forget(self) -> None:
        """Give back the room of what was deleted, and overwrite what still stands in the log beside the file."""
        with self._lock, told(self.path):
            connection = self._opened()
            connection.executescript("PRAGMA incremental_vacuum")  # `execute` would give back one page alone
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self.path)
        return self._connection


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to the file, made and brought to the present version if need be.

    Raises RecordsUnavailable, OSError or sqlite3.Error.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # its log inherits the permissions
    connection = sqlite3.connect(path, timeout=PATIENCE_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("auto_vacuum=INCREMENTAL", "journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if version_of(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    version = version_of(connection)  # another process may have been first
    if version > len(MIGRATIONS):
        hint = "Install the version that wrote it, or name another folder with ASSISTANT_DATA."
        raise RecordsUnavailable(f"{path} was written by a newer version of the assistant", hint=hint)
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")
    connection.execute("COMMIT")


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many migrations made the tables of this file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


_FULL = "the disk is full", "Make room on the disk, or delete old conversations."
_LOCKED_AWAY = "it may not be written to", "Let the assistant write to the folder, or set ASSISTANT_DATA to another."
_BUSY = "another program is writing to it", "Try again in a moment."
_DAMAGED = "it is damaged", "Bring back a backup with `assistant restore`, or move the file away."
_REASONS = {
    "is full": _FULL,
    "No space left": _FULL,
    "quota": _FULL,
    "readonly": _LOCKED_AWAY,
    "unable to open": _LOCKED_AWAY,
    "Permission denied": _LOCKED_AWAY,
    "Read-only": _LOCKED_AWAY,
    "locked": _BUSY,
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
}
"""Part of what SQLite or the system says: what it means, and what to do about it."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite or the disk says into RecordsUnavailable."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise BadInput("the name holds characters that cannot be stored") from error
    except (sqlite3.Error, OSError) as error:
        said = str(error)
        otherwise = said, "Check the folder named by ASSISTANT_DATA."
        reason, hint = next((told for part, told in _REASONS.items() if part in said), otherwise)
        raise RecordsUnavailable(f"conversations cannot be kept in {path}: {reason}", hint=hint) from error
