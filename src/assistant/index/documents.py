"""The documents, passages and statements of one generation, in one SQLite file.

Written once, then only read: any of a hundred thousand passages is at hand in microseconds,
and none is in memory. Knows no vectors; it says in which row of which array they stand.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.errors import UnknownDocument
from assistant.index.plan import Prepared
from assistant.types import Document, Kind, Passage, Span, Statement

_TABLES = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, kind TEXT, as_of TEXT,
    digest BLOB, text_digest BLOB, passages INTEGER, body BLOB);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, document INTEGER, body BLOB, vector_key BLOB);
CREATE TABLE statements (
    number INTEGER PRIMARY KEY, document INTEGER, start INTEGER, "end" INTEGER, body BLOB,
    row INTEGER, vector_key BLOB);
CREATE INDEX passage_places ON passages (document);
CREATE INDEX statement_places ON statements (document, start);
"""

_DOCUMENT: TypeAdapter[Document] = TypeAdapter(Document)
_PASSAGE: TypeAdapter[Passage] = TypeAdapter(Passage)
_STATEMENT: TypeAdapter[Statement] = TypeAdapter(Statement)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of documents shows of one."""

    id: str
    title: str
    kind: Kind
    as_of: str
    passages: int


def digest(document: Document) -> bytes:
    """Return the SHA-256 of everything the document holds, marks and sources included."""
    return hashlib.sha256(_DOCUMENT.dump_json(document)).digest()


def write(path: Path, prepared: Iterable[Prepared], keys: Iterator[bytes]) -> None:
    """Write all documents with their parts, numbered from 0 in the order given.

    Args:
        path: a file that does not exist yet.
        prepared: the documents.
        keys: the vector key of every embedded text: for each document first those of its
            passages, then those of its statements.
    """
    connection = sqlite3.connect(path)
    passages = statements = rows = 0
    with connection:
        connection.executescript(_TABLES)
        for number, item in enumerate(prepared):
            connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _document_row(number, item))
            for passage in item.passages:
                values = (passages, passage.id, number, _PASSAGE.dump_json(passage), next(keys))
                connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", values)
                passages += 1
            for statement in item.statements:
                place = (statement.span.start, statement.span.end, _STATEMENT.dump_json(statement))
                vector = (rows, next(keys)) if item.statement_texts else (None, None)
                connection.execute(
                    "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?)", (statements, number, *place, *vector)
                )
                statements += 1
                rows += bool(item.statement_texts)
    connection.close()


def _document_row(number: int, item: Prepared) -> tuple[Any, ...]:
    document = item.document
    body = _DOCUMENT.dump_json(document)
    digests = hashlib.sha256(body).digest(), hashlib.sha256(document.text.encode()).digest()
    facts = (number, document.id, document.title, document.kind, document.as_of)
    return (*facts, *digests, len(item.passages), body)


class Documents:
    """The file of `write`, opened for reading; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        # "immutable" skips locks and journals: nobody writes a generation once it is there
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )

    def _rows(self, query: str, *values: Any) -> list[Any]:
        return self._connection.execute(query, values).fetchall()

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """Return the passages of these numbers, in their order."""
        query = f"SELECT number, body FROM passages WHERE number IN ({_marks(numbers)})"  # noqa: S608
        found = dict(self._rows(query, *map(int, numbers)))
        return [_PASSAGE.validate_json(found[int(number)]) for number in numbers]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in its order; none for an unknown one."""
        query = """
            SELECT p.body FROM passages p JOIN documents d ON d.number = p.document
            WHERE d.id = ? ORDER BY p.number
        """
        return [_PASSAGE.validate_json(body) for (body,) in self._rows(query, document_id)]

    def numbers(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the number of each passage by its id; unknown ids are left out."""
        return dict(self._rows(f"SELECT id, number FROM passages WHERE id IN ({_marks(ids)})", *ids))  # noqa: S608

    def passage_ids(self) -> list[str]:
        """Return the ids of all passages by number."""
        return [id for (id,) in self._rows("SELECT id FROM passages ORDER BY number")]

    def document(self, document_id: str) -> Document:
        """Return the document. Raises UnknownDocument."""
        for (body,) in self._rows("SELECT body FROM documents WHERE id = ?", document_id):
            return _DOCUMENT.validate_json(body)
        raise UnknownDocument(
            f"the index holds no document {document_id!r}",
            hint="`assistant inspect` lists the documents; `assistant index` reads the corpus again.",
        )

    def documents(self) -> Iterator[Document]:
        """Yield every document by number."""
        for (body,) in self._connection.execute("SELECT body FROM documents ORDER BY number"):
            yield _DOCUMENT.validate_json(body)

    def summaries(self) -> list[Summary]:
        """Return what a list shows of each document, by id."""
        query = "SELECT id, title, kind, as_of, passages FROM documents ORDER BY id"
        return [Summary(*row) for row in self._rows(query)]

    def statements_in(self, document_id: str, span: Span) -> tuple[Statement, ...]:
        """Return the document's statements that lie within the span, in document order."""
        query = """
            SELECT s.body FROM statements s JOIN documents d ON d.number = s.document
            WHERE d.id = ? AND s.start >= ? AND s.start < ? AND s."end" <= ? ORDER BY s.number
        """
        rows = self._rows(query, document_id, span.start, span.end, span.end)
        return tuple(_STATEMENT.validate_json(body) for (body,) in rows)

    def statement_row(self, document_id: str, span: Span) -> int | None:
        """Return the row of a statement's vector, or None where it has none."""
        query = """
            SELECT s.row FROM statements s JOIN documents d ON d.number = s.document
            WHERE d.id = ? AND s.start = ? AND s."end" = ?
        """
        found = self._rows(query, document_id, span.start, span.end)
        return found[0][0] if found else None

    def digests(self) -> dict[str, bytes]:
        """Return the digest of each document by id."""
        return dict(self._rows("SELECT id, digest FROM documents"))

    def text_digests(self) -> set[bytes]:
        """Return the digest of each document's text."""
        return {digest for (digest,) in self._rows("SELECT text_digest FROM documents")}

    def vector_keys(self) -> tuple[list[bytes], list[bytes]]:
        """Return the vector keys of all passages and of all embedded statements, by row."""
        passages = self._rows("SELECT vector_key FROM passages ORDER BY number")
        statements = self._rows("SELECT vector_key FROM statements WHERE row IS NOT NULL ORDER BY row")
        return [key for (key,) in passages], [key for (key,) in statements]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
