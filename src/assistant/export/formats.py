"""The forms in which a conversation goes out, by name: what a file of each is called and holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import BadInput
from assistant.types import Conversation, Kept


@dataclass(frozen=True, slots=True)
class Format:
    """One form."""

    suffix: str
    media_type: str
    write: Callable[[Kept], bytes]


def export(kept: Kept, name: str) -> bytes:
    """Return the conversation in the form of this name. Raises BadInput for another name."""
    return format_of(name).write(kept)


def format_of(name: str) -> Format:
    """Return the form of this name. Raises BadInput."""
    if name not in FORMATS:
        raise BadInput(f"{name!r} is no form of export", hint=f"Choose one of: {', '.join(FORMATS)}.")
    return FORMATS[name]


def named_by(path: Path) -> str:
    """Return the name of the form that a file's ending stands for. Raises BadInput for another ending."""
    for name, form in FORMATS.items():
        if form.suffix == path.suffix.lower():
            return name
    known = ", ".join(form.suffix for form in FORMATS.values())
    raise BadInput(f"{path} has no ending that says in which form", hint=f"End its name in one of: {known}.")


def one_turn(kept: Kept, number: int) -> Kept:
    """Return the part of a conversation that is one turn (from 1), with its question as the title."""
    if not 1 <= number <= len(kept.turns):
        raise BadInput(f"the conversation has no turn {number}", hint="Turns are counted from 1.")
    turn = kept.conversation.turns[number - 1]
    facts = turn.answer.facts if turn.answer else ()
    return replace(
        kept, title=turn.question, conversation=Conversation((turn,), facts), turns=(kept.turns[number - 1],)
    )


def file_name(kept: Kept, name: str) -> str:
    """Return a name for the file, of letters, figures and hyphens, such as `should-we-outsource-payroll.docx`."""
    words = re.findall(r"[a-z0-9]+", kept.title.lower())
    return f"{'-'.join(words)[:60].strip('-') or 'conversation'}{format_of(name).suffix}"


def _docx(kept: Kept) -> bytes:
    from assistant.export.word import to_docx  # noqa: PLC0415  python-docx is slow to import

    return to_docx(kept)


def _markdown(kept: Kept) -> bytes:
    from assistant.export.plain_text import to_markdown_document  # noqa: PLC0415

    return to_markdown_document(kept).encode()


def _html(kept: Kept) -> bytes:
    from assistant.export.print_page import to_print_html  # noqa: PLC0415

    return to_print_html(kept).encode()


FORMATS = {
    "docx": Format(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
    "markdown": Format(".md", "text/markdown; charset=utf-8", _markdown),
    "html": Format(".html", "text/html; charset=utf-8", _html),
}
