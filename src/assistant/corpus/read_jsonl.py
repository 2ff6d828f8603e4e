"""JSON Lines: one document a line with `_id`, `title` and `text`, the layout of BEIR corpora."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256

from assistant.corpus.blocks import Parsed, assemble
from assistant.corpus.clean import one_line
from assistant.corpus.read_text import lines_of, paragraph
from assistant.errors import UnreadableFile
from assistant.types import Document


def read_jsonl(
    lines: Iterable[bytes],
    path: str,
    *,
    known: Mapping[str, Document] | None = None,
    line_bytes: int,
    refuse: Callable[[UnreadableFile], None],
) -> Iterator[Document]:
    """Yield the document of each line, in order; a line that is none is given to `refuse` by its number.

    Args:
        lines: the file's, with their line ends.
        path: the file below the corpus folder.
        known: documents by the digest of their line; such a line is not parsed again.
        line_bytes: the longest line that is read.
        refuse: told of each line that is not a document.
    """
    known = known or {}
    for number, line in enumerate(lines, start=1):
        content = line.strip().removeprefix(b"\xef\xbb\xbf")
        if not content:
            continue
        digest = sha256(content).hexdigest()
        try:
            yield known.get(digest) or _record(content, digest, path, line_bytes)
        except UnreadableFile as error:
            refuse(UnreadableFile(path, f"line {number}: {error.reason}"))


def _record(content: bytes, digest: str, path: str, line_bytes: int) -> Document:
    if len(content) > line_bytes:
        raise UnreadableFile(path, "over the size limit of one document")
    try:
        record = json.loads(content)
    except UnicodeDecodeError as error:
        raise UnreadableFile(path, "wrong encoding; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(path, "not valid JSON") from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise UnreadableFile(path, "not an object with a text")
    id = one_line(str(record.get("_id") or ""), limit=500)
    if not id:
        raise UnreadableFile(path, "it has no _id")
    raw = record["text"]
    title = record.get("title")
    # a record is short and already cut out of something: its lines are taken as they are
    blocks = tuple(paragraph(raw, line) for line in lines_of(raw))
    parsed = Parsed(raw, blocks, title=title if isinstance(title, str) else "", links=True)
    document = assemble(parsed, id=id, kind="record", sha256=digest, path=path)
    if not document.text and not document.title:
        raise UnreadableFile(path, "its text is empty")
    return document
