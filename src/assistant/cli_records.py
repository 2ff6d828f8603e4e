"""The commands about what is kept: conversations, what readers said, the audit log, backups."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from assistant.console import opened, places, read_settings, say, speaks_plainly

if TYPE_CHECKING:
    from assistant.records.store import Records
    from assistant.types import Kept

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def kept_records() -> Iterator[Records]:
    """Open the records of the data folder for the time of one command."""
    from assistant.records.store import Records

    records = Records.open(read_settings())
    try:
        yield records
    finally:
        records.close()


def owned(command: F) -> F:
    """Add the option that says whose conversations are meant."""
    text = "Whose; `local` is whoever uses the assistant on this machine."
    return click.option("--owner", default="local", show_default=True, help=text)(command)


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.group("conversations")
def conversations() -> None:
    """The conversations that are kept."""


@conversations.command("list")
@owned
@click.option("--search", default="", help="Only those that hold these words.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@as_json_option
@speaks_plainly
def list_(owner: str, search: str, limit: int, as_json: bool) -> None:
    """List conversations, the latest first."""
    with kept_records() as records:
        items = records.list(owner, search, limit=limit)
    if as_json:
        click.echo(json.dumps([asdict(item) for item in items], ensure_ascii=False, indent=2))
        return
    for item in items:
        click.echo(f"{item.id}  {item.updated[:16].replace('T', ' ')}  {item.turns:>3}  {item.title}")


@conversations.command()
@click.argument("id")
@owned
@speaks_plainly
def show(id: str, owner: str) -> None:
    """Print the conversation ID as it was."""
    from assistant import terminal

    with kept_records() as records:
        kept = records.get(owner, id)
    for known, turn in zip(kept.turns, kept.conversation.turns, strict=True):
        said = terminal.answer_text(turn.answer) if turn.answer else terminal.plain(turn.answer_text)
        rated = f"  ({known.rating.thumb}) {known.rating.reason}".rstrip() if known.rating.thumb else ""
        click.echo(f"> {terminal.plain(turn.question)}\n\n{said}\n")
        say(f"  {known.asked_at[:16].replace('T', ' ')}, {known.index.get('generation', '?')}{terminal.plain(rated)}")


@conversations.command()
@click.argument("id")
@owned
@speaks_plainly
def delete(id: str, owner: str) -> None:
    """Delete the conversation ID; nothing of it stays in the file."""
    with kept_records() as records:
        records.delete(owner, id)
    say(f"deleted {id}")


@conversations.command()
@click.argument("id")
@owned
@click.option("--format", "form", default="docx", show_default=True, help="docx, markdown or html.")
@click.option("--turn", type=int, help="Only this question and its answer, counted from 1.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write [a name made of the title].")
@speaks_plainly
def export(id: str, owner: str, form: str, turn: int | None, out: Path | None) -> None:
    """Write the conversation ID as Word, Markdown, or a page to print."""
    from assistant.export import formats

    with kept_records() as records:
        kept = records.get(owner, id)
    kept = kept if turn is None else formats.one_turn(kept, turn)
    write_export(kept, form, out or Path(formats.file_name(kept, form)))


def write_export(kept: Kept, form: str, out: Path) -> None:
    """Write a conversation to a file and say so."""
    from assistant.export import formats

    out.write_bytes(formats.export(kept, form))
    say(f"wrote {out}")


@conversations.command()
@places
@speaks_plainly
def feedback(corpus: Path | None, index: Path | None) -> None:
    """Print everybody's rated questions as lines of a question set."""
    from assistant.records.feedback import feedback_questions

    with opened(read_settings(corpus=corpus, index=index)) as live, kept_records() as records:
        for line in feedback_questions(records, live.document):
            click.echo(line)


@conversations.command()
@as_json_option
@speaks_plainly
def gaps(as_json: bool) -> None:
    """List what was refused or thumbed down, grouped: what to write next."""
    from assistant.records.audit import gaps as found_gaps
    from assistant.terminal import plain

    with kept_records() as records:
        found = found_gaps(records.database)
    if as_json:
        click.echo(json.dumps([{"count": gap.count, **asdict(gap)} for gap in found], ensure_ascii=False, indent=2))
        return
    for gap in found:
        asked = f"{gap.refused} refused, {gap.thumbed_down} not helpful, last {gap.latest[:10]}"
        click.echo("\n".join([f"{gap.count:>4}  {plain(gap.questions[0])}  ({asked})",
                              *(f"      also: {plain(question)}" for question in gap.questions[1:]),
                              *(f"      said: {plain(reason)}" for reason in gap.reasons)]))  # fmt: skip


@click.command()
@click.option("--since", default="", help="Only from this ISO date or time on.")
@click.option("--limit", default=1_000, show_default=True, type=click.IntRange(1), help="At most so many lines.")
@speaks_plainly
def audit(since: str, limit: int) -> None:
    """Print the audit log as JSON, one line an answer, the latest first."""
    with kept_records() as records:
        for entry in records.audit.entries(since=since, limit=limit):
            click.echo(json.dumps(asdict(entry), ensure_ascii=False))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@speaks_plainly
def backup(file: Path) -> None:
    """Write everything of the data folder into FILE; the server may go on meanwhile."""
    from assistant.records.backup import backup as write_backup

    for name in write_backup(read_settings().data, file):
        say(f"saved {name}")
    click.echo(file)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace what the data folder holds already.")
@speaks_plainly
def restore(file: Path, force: bool) -> None:
    """Bring the data folder back from the backup FILE, after checking all of it."""
    from assistant.records.backup import restore as bring_back

    for name in bring_back(file, read_settings().data, force=force):
        say(f"restored {name}")


COMMANDS = (conversations, audit, backup, restore)
