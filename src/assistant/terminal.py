"""What the terminal shows: plain text that reads well in a pipe and on a screen."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.markdown import scorecard_blocks, to_markdown
from assistant.pipeline import NEW
from assistant.types import Answer, Hit, Sentence, Turn

if TYPE_CHECKING:
    from assistant.build import LiveAssistant
    from assistant.indexing import Report

WIDTH = 100
"""Columns of wrapped text."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BACKSLASH = re.compile(r"\\([\\`*_\[\]<>|~&#+\-=.)])")


class Meter:
    """Shows on stderr how far a long step is: one line that moves, or a line a quarter in a log."""

    def __init__(self) -> None:
        self._shown = ("", -1)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` of a step is done."""
        live = sys.stderr.isatty()
        part = done * (100 if live else 4) // max(total, 1)
        if (step, part) == self._shown:
            return
        self._shown = (step, part)
        end = "\n" if done >= total or not live else ""
        print(f"{chr(13) if live else ''}{step}: {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)  # noqa: T201


def report_text(report: Report) -> str:
    """Return what a build did, as lines for a person."""
    lines = [f"left out {name}: {reason}" for name, reason in report.unreadable]
    if report.changed:
        done = f"{report.embedded:,} texts embedded, {report.reused:,} taken over, {report.seconds:.1f} s"
        lines.append(f"{report.documents:,} documents, {report.passages:,} passages: {done}")
    else:
        lines.append(f"nothing changed: {report.documents:,} documents, {report.passages:,} passages")
    return "\n".join(lines)


def answer_text(answer: Answer) -> str:
    """Return the answer with its scorecard, its sources and, when there are some, what to ask next."""
    card = answer.scorecard
    parts = [_wrapped(plain(block)) for block in (to_markdown(answer), *(scorecard_blocks(card) if card else ()))]
    cited = {c.number: c for c in (*answer.citations, *(card.citations if card else ()))}
    if cited:
        parts.append("Sources\n" + "\n".join(_source(cited[number]) for number in sorted(cited)))
    if answer.terms:
        parts.append("Terms\n" + "\n".join(_wrapped(f"- {plain(t.meaning)}") for t in answer.terms))
    if answer.follow_ups:
        parts.append("You could ask next\n" + "\n".join(f"  - {plain(q)}" for q in answer.follow_ups))
    return "\n\n".join(parts)


def plain(markdown: str) -> str:
    """Return Markdown as a terminal shows it: no escapes, no control characters."""
    return _CONTROL.sub("", _BACKSLASH.sub(r"\1", markdown)).replace("### ", "")


def _wrapped(text: str) -> str:
    lines = []
    for line in text.splitlines():
        indent = "  " if line.startswith("- ") else ""
        table = line.startswith("|")
        lines.append(line if table else textwrap.fill(line, WIDTH, subsequent_indent=indent))
    return "\n".join(lines)


def _source(citation: Any) -> str:
    passage = citation.passage
    place = " › ".join((passage.title, *passage.headings))
    page = f", page {passage.page}" if passage.page else ""
    dated = f", as of {passage.as_of}" if passage.as_of else ""
    head = f"  [{citation.number}] {plain(place)}{page} ({passage.kind}{dated})"
    rests = (
        f"\n      rests on: {plain(citation.source.title)}, {plain(citation.source.publisher)}"
        if citation.source
        else ""
    )
    return f"{head}\n      {plain(passage.document_id)}:{citation.quote.start}-{citation.quote.end}{rests}"


def trace_text(answer: Answer) -> str:
    """Return how the answer came about, for a person."""
    laps = ", ".join(f"{stage} {seconds * 1000:.0f} ms" for stage, seconds in answer.seconds.items())
    refused = [_refused(s) for s in answer.refused]
    lines = [
        f"searched for: {answer.evidence.query.standalone}",
        *(
            [f"also by words: {', '.join(answer.evidence.query.expansions)}"]
            if answer.evidence.query.expansions
            else []
        ),
        f"status: {answer.status} ({answer.form}), confidence {answer.confidence:.2f}; {laps}",
        *refused,
    ]
    return plain("\n".join(lines))


def _refused(sentence: Sentence) -> str:
    """Return what is not shown as it was written, why, and what stands in its place."""
    why = f" ({sentence.refusal})" if sentence.refusal else ""
    instead = f"; shown instead: {sentence.text}" if sentence.supported else ""
    return f"  not shown: {sentence.draft or sentence.text}{why}{instead}"


def hits_text(hits: Sequence[Hit]) -> str:
    """Return a list of hits, each with its place and its first lines."""
    if not hits:
        return "Nothing was found."
    blocks = []
    for hit in hits:
        p = hit.passage
        head = f"{hit.rank:>3}. {' › '.join((p.title, *p.headings))}  ({hit.found_by} {hit.score:.3f})"
        text = textwrap.shorten(" ".join(p.text.split()), 260, placeholder=" …")
        place = f"     {p.document_id}:{p.span.start}-{p.span.end}"
        blocks.append(plain("\n".join([head, place, textwrap.indent(textwrap.fill(text, WIDTH - 5), "     ")])))
    return "\n\n".join(blocks)


def inventory(live: LiveAssistant, *, as_json: bool) -> str:
    """Return the documents of the index, one a line, or as JSON."""
    info, documents = live.info(), live.documents()
    if as_json:
        listed = [
            {"id": d.id, "title": d.title, "kind": d.kind, "as_of": d.as_of, "passages": d.passages} for d in documents
        ]
        return json.dumps({"index": info, "documents": listed}, ensure_ascii=False, indent=2)
    lines = [f"{d.passages:>5}  {d.kind:<8}  {d.id}  {d.title}" for d in documents]
    total = f"{info['documents']} documents, {info['passages']} passages, generation {info['generation']}"
    return plain("\n".join([*lines, "", f"{total}, embedded by {info['embedding_model']}"]))


def converse(live: LiveAssistant) -> None:
    """Hold a conversation on stdin and stdout until an empty line or the end of input."""
    conversation = NEW
    print("Ask about sourcing; an empty line ends.", file=sys.stderr)  # noqa: T201
    while True:
        try:
            question = input("\n> ").strip()
        except EOFError:
            return
        if not question:
            return
        answer = live.ask(question, conversation)
        if answer.evidence.query.standalone != question:
            print(f"(searched for: {plain(answer.evidence.query.standalone)})", file=sys.stderr)  # noqa: T201
        print("\n" + answer_text(answer))  # noqa: T201
        conversation = conversation.with_turn(Turn(question, answer))
