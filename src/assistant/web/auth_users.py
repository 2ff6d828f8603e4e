"""People who sign in with a name and a password: one JSON file, written by `assistant users`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import BadInput, SettingsError
from assistant.web.identity import Role

FILE = "users.json"
ROLES: tuple[Role, ...] = get_args(Role)

FEWEST_CHARACTERS = 10
MOST_CHARACTERS = 1_000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    role: Role
    password: str
    """Its Argon2id hash."""

    def __repr__(self) -> str:
        """Return it without the hash."""
        return f"Account({self.role})"


class Users:
    """The accounts in a file, read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int], Mapping[str, Account]] = ((0, 0), {})

    def all(self) -> Mapping[str, Account]:
        """Return the accounts by name; none if there is no file. Raises SettingsError if it cannot be used."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be read") from error
        changed = found.st_mtime_ns, found.st_size
        if self._read[0] != changed:
            self._read = changed, self._parse()
        return self._read[1]

    def check(self, name: str, password: str) -> Account | None:
        """Return the account if the password is right. Takes as long, and 64 MB, for a name that does not exist."""
        account = self.all().get(name)
        if len(password) > MOST_CHARACTERS:
            return None
        try:
            _hasher().verify(account.password if account else _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return None
        return account

    def put(self, name: str, role: Role, password: str) -> None:
        """Add an account, or give it another role and password. Raises BadInput."""
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise BadInput(f"{name!r} cannot be a name", hint="Use letters, digits, and . _ @ + - after the first.")
        if not FEWEST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
            raise BadInput("the password is too short", hint=f"It needs {FEWEST_CHARACTERS} characters or more.")
        self._write({**self.all(), name: Account(role, _hasher().hash(password))})

    def remove(self, name: str) -> None:
        """Remove an account. Raises BadInput if there is none."""
        if name not in self.all():
            raise BadInput(f"there is no user {name}", hint="`assistant users list` lists them.")
        self._write({other: account for other, account in self.all().items() if other != name})

    def _write(self, accounts: Mapping[str, Account]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            json.dump({name: asdict(account) for name, account in sorted(accounts.items())}, file, indent=1)
        os.replace(draft, self._path)

    def _parse(self) -> Mapping[str, Account]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
            accounts = {str(name): Account(**account) for name, account in found.items()}
            if any(a.role not in ROLES or not isinstance(a.password, str) for a in accounts.values()):
                raise ValueError("a role is unknown")
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise self._unusable("it is no list of users") from error
        return accounts

    def _unusable(self, reason: str) -> SettingsError:
        return SettingsError(f"cannot use {self._path}: {reason}", hint="`assistant users add` writes it.")


RESERVED = frozenset({"local", "shared"})
"""Names that are somebody else's: whoever uses the assistant on this machine, and whoever shares the token."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    """Return a hash to check in vain, so that the time does not tell which names exist."""
    return _hasher().hash(os.urandom(16).hex())
