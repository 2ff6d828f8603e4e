"""The commands. Answers go to stdout, all else to stderr; errors are a sentence and a hint.

Each command imports what it needs when it runs, so that `--help` does not wait for a model.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant import __version__, cli_keys, cli_records, cli_web
from assistant.console import opened, places, read_settings, say, speaks_plainly
from assistant.errors import BadInput

if TYPE_CHECKING:
    from assistant.types import Conversation


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="assistant")
def main() -> None:
    """Answers sourcing questions from your corpus, each sentence with the passage that carries it."""


for command in (*cli_records.COMMANDS, *cli_keys.COMMANDS, *cli_web.COMMANDS):
    main.add_command(command)


@main.command()
@places
@click.option("--rebuild", is_flag=True, help="Embed everything anew, also what has not changed.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@speaks_plainly
def index(corpus: Path | None, index: Path | None, rebuild: bool, dry_run: bool) -> None:
    """Build or update the index from the corpus."""
    from assistant import terminal
    from assistant.indexing import build_index

    settings = read_settings(corpus=corpus, index=index)
    report = build_index(settings, rebuild=rebuild, dry_run=dry_run, progress=terminal.Meter())
    click.echo(terminal.report_text(report))


@main.command()
@places
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@speaks_plainly
def add(corpus: Path | None, index: Path | None, files: tuple[Path, ...]) -> None:
    """Copy FILES into the corpus and update the index."""
    from assistant import terminal
    from assistant.inbox import add_files
    from assistant.indexing import build_index

    settings = read_settings(corpus=corpus, index=index)
    for name in add_files(settings.corpus, files, most_bytes=int(settings.max_file_mb * 1_000_000)):
        say(f"added {name}")
    click.echo(terminal.report_text(build_index(settings, progress=terminal.Meter())))


@main.command()
@places
@click.argument("question", nargs=-1, required=True)
@click.option("--history", type=click.Path(path_type=Path), help="JSON list of the messages before the question.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--trace", is_flag=True, help="Also say what was searched for and what was not shown.")
@click.option("--export", type=click.Path(path_type=Path), help="File for the answer: .docx, .md or .html.")
@speaks_plainly
def ask(
    corpus: Path | None,
    index: Path | None,
    question: tuple[str, ...],
    history: Path | None,
    as_json: bool,
    trace: bool,
    export: Path | None,
) -> None:
    """Answer QUESTION and list the sources."""
    from assistant import terminal
    from assistant.export import formats
    from assistant.payload import answer_payload
    from assistant.types import Conversation, Turn

    form = formats.named_by(export) if export else ""
    text = checked_question(" ".join(question))
    conversation = read_history(history)
    with opened(read_settings(corpus=corpus, index=index)) as live:
        answer = live.ask(text, conversation)
        if as_json:
            click.echo(json.dumps(answer_payload(answer, live.info()), ensure_ascii=False, indent=2))
        else:
            click.echo(terminal.answer_text(answer))
        if trace:
            say(terminal.trace_text(answer))
        if export:
            from assistant.records.store import unkept

            kept = unkept(Conversation((Turn(text, answer),), answer.facts), index=live.info())
            cli_records.write_export(kept, form, export)


@main.command()
@places
@click.argument("question", nargs=-1, required=True)
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many passages.")
@click.option("--json", "as_json", is_flag=True, help="Print the hits as JSON.")
@speaks_plainly
def search(corpus: Path | None, index: Path | None, question: tuple[str, ...], k: int, as_json: bool) -> None:
    """Show the passages nearest to QUESTION, best first."""
    from assistant import terminal
    from assistant.payload import search_payload

    text = checked_question(" ".join(question))
    with opened(read_settings(corpus=corpus, index=index)) as live:
        query, hits = live.search(text, k=k)
        if as_json:
            click.echo(json.dumps(search_payload(query, hits), ensure_ascii=False, indent=2))
        else:
            click.echo(terminal.hits_text(hits))


@main.command()
@places
@speaks_plainly
def chat(corpus: Path | None, index: Path | None) -> None:
    """Hold a conversation in the terminal; an empty line or Ctrl-D ends it."""
    from assistant import terminal

    with opened(read_settings(corpus=corpus, index=index)) as live:
        terminal.converse(live)


@main.command()
@places
@click.option("--host", help="Address to listen on [ASSISTANT_HOST].")
@click.option("--port", type=int, help="Port to listen on [ASSISTANT_PORT].")
@click.option("--root-path", help="Path prefix under which a proxy serves the page [ASSISTANT_ROOT_PATH].")
@click.option("--update", is_flag=True, help="First bring the index up to date with the corpus.")
@speaks_plainly
def serve(
    corpus: Path | None, index: Path | None, host: str | None, port: int | None, root_path: str | None, update: bool
) -> None:
    """Serve the chat page."""
    from assistant.serve import run

    settings = read_settings(corpus=corpus, index=index, host=host, port=port, root_path=root_path)
    run(settings, say=say, update=update)


@main.command()
@places
@click.argument("document_id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@speaks_plainly
def inspect(corpus: Path | None, index: Path | None, document_id: str | None, as_json: bool) -> None:
    """Show what the index holds, or the cleaned text of one document."""
    from assistant import terminal

    with opened(read_settings(corpus=corpus, index=index)) as live:
        if document_id is None:
            click.echo(terminal.inventory(live, as_json=as_json))
        else:
            document = live.document(document_id)
            shown = {"id": document.id, "title": document.title, "kind": document.kind, "text": document.text}
            click.echo(json.dumps(shown, ensure_ascii=False, indent=2) if as_json else document.text)


@main.command()
@places
@speaks_plainly
def doctor(corpus: Path | None, index: Path | None) -> None:
    """Check what is installed and whether it works, in plain words."""
    from assistant.doctor import examine

    healthy = True
    for finding in examine(read_settings(corpus=corpus, index=index)):
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.text}")
        if not finding.ok:
            healthy = False
            click.echo(f"      {finding.hint}")
    sys.exit(0 if healthy else 1)


@main.command()
@places
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run [evals/runs/…].")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 32), help="Questions asked at once.")
@click.option("--mode", type=click.Choice(["extractive", "generative"]), help="With or without the language model.")
@click.option("--baseline", is_flag=True, help="Ask a plain pipeline too, and show it beside ours.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run.")
@click.option("--judge", default="", metavar="PROVIDER:MODEL", help="A chat model that judges the answers too.")
@click.option("--ragas", type=click.Path(path_type=Path), help="File for the answers in Ragas' columns.")
@click.option("--fail-under", multiple=True, metavar="METRIC=VALUE", help="Exit 1 if a figure is below a floor.")
@speaks_plainly
def evaluate(
    corpus: Path | None,
    index: Path | None,
    question_set: Path,
    out: Path | None,
    as_json: bool,
    workers: int,
    mode: str | None,
    baseline: bool,
    resume: bool,
    judge: str,
    ragas: Path | None,
    fail_under: tuple[str, ...],
) -> None:
    """Ask SET, a question set or a BEIR folder, and measure the answers."""
    from assistant.evaluation import command
    from assistant.evaluation.systems import open_for
    from assistant.terminal import Meter

    floors = command.read_floors(fail_under)
    settings = read_settings(corpus=corpus, index=index, llm_model="" if mode == "extractive" else None)
    if mode == "generative" and not settings.llm_model:
        raise BadInput("there is no language model to write with", hint="Set ASSISTANT_LLM_MODEL.")
    with closing(open_for(settings, question_set, Meter())) as live:
        status = command.evaluate_set(
            live, question_set, out=out, as_json=as_json, workers=workers,
            baseline=baseline, resume=resume, judge=judge, ragas=ragas, floors=floors,
        )  # fmt: skip
    sys.exit(status)


@main.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@click.option("--markdown", type=click.Path(path_type=Path), help="File for the comparison as Markdown.")
@click.option("--fail-under", multiple=True, metavar="METRIC=VALUE", help="Exit 1 if a figure is below a floor.")
@click.option("--fail-on-regression", is_flag=True, help="Exit 1 if anything got worse beyond chance.")
@speaks_plainly
def compare(
    before: Path,
    after: Path,
    as_json: bool,
    markdown: Path | None,
    fail_under: tuple[str, ...],
    fail_on_regression: bool,
) -> None:
    """Say what got better or worse from run BEFORE to run AFTER."""
    from assistant.evaluation import command

    floors = command.read_floors(fail_under)
    status = command.compare_runs(
        before, after, as_json=as_json, floors=floors, fail_on_regression=fail_on_regression, markdown=markdown
    )
    sys.exit(status)


@main.group("corpus")
def corpus_group() -> None:
    """Tools for whoever writes the corpus."""


@corpus_group.command()
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the documents [ASSISTANT_CORPUS].")
@speaks_plainly
def lint(corpus: Path | None) -> None:
    """Check the guidance and the digests against the rules of docs/corpus.md."""
    from datetime import UTC, datetime

    from assistant.corpus import lint as rules

    folder = read_settings(corpus=corpus).corpus
    if not folder.is_dir():
        raise BadInput(f"there is no folder {folder}", hint="Name the folder of your documents with --corpus.")
    findings = rules.lint(folder, datetime.now(UTC).date())
    click.echo(rules.report(findings))
    sys.exit(1 if rules.failed(findings) else 0)


@corpus_group.command()
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the documents [ASSISTANT_CORPUS].")
@click.option("--docs", default=Path("docs"), type=click.Path(path_type=Path), help="Folder of the register.")
@speaks_plainly
def coverage(corpus: Path | None, docs: Path) -> None:
    """Write docs/coverage.md: topics by documents, facts used, sources by kind."""
    from assistant.corpus.coverage import coverage as table

    target = docs / "coverage.md"
    target.write_text(table(read_settings(corpus=corpus).corpus, docs=docs), "utf-8")
    say(f"wrote {target}")


def checked_question(text: str) -> str:
    """Return the question without white space around it. Raises BadInput if it cannot be asked."""
    from assistant.text import MOST_CHARACTERS, strip_invisible

    text = strip_invisible(text).strip()
    if not text:
        raise BadInput("the question is empty", hint='Ask like this: assistant ask "Should we outsource payroll?"')
    if len(text) > MOST_CHARACTERS:
        raise BadInput(f"the question has {len(text):,} characters", hint=f"At most {MOST_CHARACTERS:,} can be asked.")
    return text


def read_history(path: Path | None) -> Conversation:
    """Return the conversation in a JSON file. Raises BadInput, naming the file, if it cannot be read."""
    from assistant.conversation.history import conversation_from
    from assistant.types import Conversation

    if path is None:
        return Conversation()
    try:
        return conversation_from(json.loads(path.read_text("utf-8-sig")))
    except (OSError, ValueError, RecursionError, BadInput) as error:
        hint = error.hint if isinstance(error, BadInput) else "Give a JSON list of messages."
        raise BadInput(f"cannot read the history {path}: {error}", hint=hint) from error


if __name__ == "__main__":
    main()
