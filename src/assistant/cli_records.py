"""The commands about what is kept: conversations, ratings, the audit log, backups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from assistant.console import read_settings, speaks_plainly

if TYPE_CHECKING:
    from assistant.records.store import Records


@contextmanager
def kept_records() -> Iterator[Records]:
    """Open the records of the data folder for the time of one command."""
    from assistant.records.store import Records

    records = Records.open(read_settings())
    try:
        yield records
    finally:
        records.close()


owned = click.option("--owner", default="local", show_default=True, help="Whose; local is this machine's own.")


@click.group("conversations")
def conversations() -> None:
    """The conversations that are kept."""


@conversations.command("list")
@owned
@click.option("--search", default="", help="Only those that hold these words.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@speaks_plainly
def list_(owner: str, search: str, limit: int) -> None:
    """List conversations, the latest first."""
    with kept_records() as records:
        for item in records.list(owner, search, limit=limit):
            click.echo(f"{item.id}  {item.updated[:16].replace('T', ' ')}  {item.turns:>3}  {item.title}")
