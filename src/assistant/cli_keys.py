"""The commands about who may ask: people with a password, programs with a key."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import click

from assistant.console import read_settings, say, speaks_plainly

if TYPE_CHECKING:
    from assistant.web.auth_users import Users
    from assistant.web.identity import Role
    from assistant.web.keys import Keys, Scope


@click.group("users")
def users() -> None:
    """The people who sign in with a password."""


@users.command("add")
@click.argument("name")
@click.option("--role", default="reader", show_default=True, type=click.Choice(["reader", "curator", "admin"]))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@speaks_plainly
def add_user(name: str, role: str, password_stdin: bool) -> None:
    """Let NAME sign in, or give them another role and password."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    kept_users().put(name, cast("Role", role), password)
    say(f"{name} may sign in as {role}; a server that had no sign-in before has to be started again")


@users.command("list")
@speaks_plainly
def list_users() -> None:
    """List who may sign in with a password, and as what."""
    for name, account in kept_users().all().items():
        click.echo(f"{account.role:<8}  {name}")


@users.command("remove")
@click.argument("name")
@speaks_plainly
def remove_user(name: str) -> None:
    """Let NAME no longer sign in; their sessions are over."""
    kept_users().remove(name)
    say(f"removed {name}")


@click.group("keys")
def keys() -> None:
    """The keys with which programs ask."""


@keys.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=["read", "ask"],
    show_default=True,
    type=click.Choice(["read", "ask", "curate", "admin"]),
    help="What it is for; may be given more than once.",
)
@click.option("--days", default=90, show_default=True, type=int, help="How long it is valid.")
@speaks_plainly
def add_key(name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a key for the program NAME and print it; it cannot be shown again."""
    with kept_keys() as kept:
        key, text = kept.add(name, cast("tuple[Scope, ...]", scopes), days=days)
    say(f"key {key.id} of {key.name}: {', '.join(sorted(key.scopes))}, until {key.expires[:10]}")
    click.echo(text)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@speaks_plainly
def list_keys(as_json: bool) -> None:
    """List the keys, without their text."""
    with kept_keys() as kept:
        found = kept.list()
    if as_json:
        told = [
            {"id": k.id, "name": k.name, "scopes": sorted(k.scopes), "created": k.created, "expires": k.expires}
            for k in found
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for key in found:
        ends = "expired" if key.expired else f"until {key.expires[:10]}"
        click.echo(f"{key.id}  {ends:<16}  {', '.join(sorted(key.scopes)):<20}  {key.name}")


@keys.command("revoke")
@click.argument("id")
@speaks_plainly
def revoke_key(id: str) -> None:
    """Delete the key ID; it opens nothing from the next request on."""
    with kept_keys() as kept:
        say(f"revoked {id} of {kept.revoke(id).name}")


def kept_users() -> Users:
    """Return the accounts of the data folder."""
    from assistant.web.auth_users import FILE, Users

    return Users(read_settings().data / FILE)


@contextmanager
def kept_keys() -> Iterator[Keys]:
    """Open the keys of the data folder for the time of one command."""
    from assistant.records.database import FILE, Database
    from assistant.web.keys import Keys

    database = Database(read_settings().data / FILE)
    try:
        yield Keys(database)
    finally:
        database.close()


COMMANDS = (users, keys)
"""Added to `assistant`."""
