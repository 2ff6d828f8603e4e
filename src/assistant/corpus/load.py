"""A folder of files becomes documents; what cannot be read is reported and the rest is read.

Files are opened here, by their real path within the corpus, and parsed in a child process
(`worker`); only `.jsonl`, whose parser is the standard library's, is read in this one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from assistant.corpus.limits import Limits
from assistant.corpus.read_jsonl import read_jsonl
from assistant.corpus.worker import READERS, Worker
from assistant.errors import EmptyCorpus, UnreadableFile
from assistant.text import strip_invisible
from assistant.types import Document

__all__ = ["READER_VERSION", "Limits", "Loaded", "load_corpus"]

READER_VERSION = "2"
"""Changes whenever the same file would give another document; then `known` must not be given."""

DEFAULT_LIMITS = Limits()
SUFFIXES = frozenset({*READERS, ".jsonl"})
_BAD_LINES_TOLD = 20  # of one .jsonl file; the rest are counted


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a corpus holds."""

    documents: tuple[Document, ...]
    """In the order of their paths, and of the lines within a `.jsonl` file."""
    unreadable: tuple[UnreadableFile, ...]
    """What was left out, with the reason."""


def load_corpus(
    corpus: Path,
    limits: Limits = DEFAULT_LIMITS,
    *,
    known: Mapping[str, Sequence[Document]] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Loaded:
    """Return the documents of all readable files under a folder, and the files that are not readable.

    Hidden files, files of other kinds and a README.md at the top are not documents; in a BEIR
    folder (a `corpus.jsonl` beside `qrels/`) no other `.jsonl` is one. Raises EmptyCorpus when there
    is no such folder.

    Args:
        corpus: the folder; nothing outside it is read, also not through a link.
        limits: the most that one document may take.
        known: documents of an earlier load by their file's path below the corpus, with `/`. They are
            taken over unparsed where the digest of the file, or of a record's line, is unchanged.
        progress: told the path of each file before it is read.
    """
    if not corpus.is_dir():
        raise EmptyCorpus(f"there is no folder {corpus}", hint="Name the folder of your documents with --corpus.")
    with Worker(limits) as worker:
        load = _Load(corpus, limits, known or {}, worker)
        for path in load.paths():
            if progress:
                progress(path)
            load.file(path)
    return Loaded(tuple(load.documents.values()), tuple(load.unreadable))


@dataclass(slots=True)
class _Load:
    """One load while it goes on."""

    corpus: Path
    limits: Limits
    known: Mapping[str, Sequence[Document]]
    worker: Worker
    documents: dict[str, Document] = field(default_factory=dict)
    """By id."""
    unreadable: list[UnreadableFile] = field(default_factory=list)

    def paths(self) -> list[str]:
        """Return the paths of the files to read, below the corpus, in a fixed order."""
        found: list[str] = []
        for folder, folders, files in os.walk(self.corpus, onerror=self._refuse_folder):
            below = Path(folder).relative_to(self.corpus)
            for name in folders:
                if os.path.islink(os.path.join(folder, name)) and not name.startswith("."):
                    self._check_link((below / name).as_posix())
            folders[:] = [name for name in folders if not name.startswith(".")]
            is_beir = "corpus.jsonl" in files and "qrels" in folders
            found.extend(
                (below / name).as_posix()
                for name in files
                if _is_document(name) and not (is_beir and name.endswith(".jsonl") and name != "corpus.jsonl")
            )
        return [path for path in sorted(found) if path != "README.md" and self._has_good_name(path)]

    def file(self, path: str) -> None:
        """Read one file into the documents, or report it."""
        try:
            with _open(self.corpus, path) as file:
                if path.lower().endswith(".jsonl"):
                    self._records(file, path)
                else:
                    self._add(self._document(file, path))
        except UnreadableFile as error:
            self.unreadable.append(error)

    def _document(self, file: BinaryIO, path: str) -> Document:
        data = file.read(self.limits.file_bytes + 1)
        if len(data) > self.limits.file_bytes:
            raise UnreadableFile(path, f"over the size limit of {self.limits.file_bytes / 1e6:g} MB")
        if not data.strip():
            raise UnreadableFile(path, "empty file")
        digest = sha256(data).hexdigest()
        for document in self.known.get(path, ()):
            if document.sha256 == digest and document.kind != "record":
                return document
        return self.worker.read(data, path, digest)

    def _records(self, file: BinaryIO, path: str) -> None:
        known = {document.sha256: document for document in self.known.get(path, ())}
        before = len(self.unreadable)
        records = read_jsonl(
            _lines(file, self.limits.file_bytes),
            path,
            known=known,
            line_bytes=self.limits.file_bytes,
            refuse=self.unreadable.append,
        )
        for document in records:
            try:
                self._add(document)
            except UnreadableFile as error:
                self.unreadable.append(error)
        if (more := len(self.unreadable) - before - _BAD_LINES_TOLD) > 0:
            del self.unreadable[before + _BAD_LINES_TOLD :]
            self.unreadable.append(UnreadableFile(path, f"{more} more lines that cannot be read"))

    def _add(self, document: Document) -> None:
        other = self.documents.setdefault(document.id, document)
        if other is not document:
            raise UnreadableFile(
                document.origin.path, f"its id {document.id} is taken by a document of {other.origin.path}"
            )

    def _has_good_name(self, path: str) -> bool:
        shown = path.encode("utf-8", "backslashreplace").decode()
        if shown != path:
            self.unreadable.append(UnreadableFile(shown, "its name is not UTF-8"))
        elif strip_invisible(path) != path or "\n" in path or "\t" in path:
            self.unreadable.append(UnreadableFile(ascii(path)[1:-1], "its name holds invisible characters"))
        else:
            return True
        return False

    def _check_link(self, path: str) -> None:
        """Report a link to a folder outside; what one inside leads to is read under its own name."""
        if not _is_inside(self.corpus, path):
            shown = path.encode("utf-8", "backslashreplace").decode()
            self.unreadable.append(UnreadableFile(shown, "a link that leaves the corpus"))

    def _refuse_folder(self, error: OSError) -> None:
        folder = Path(str(error.filename))
        path = folder.relative_to(self.corpus).as_posix() if folder != self.corpus else "."
        self.unreadable.append(UnreadableFile(path, error.strerror or "the folder cannot be listed"))


def _is_document(name: str) -> bool:
    return not name.startswith(".") and PurePosixPath(name).suffix.lower() in SUFFIXES


def _is_inside(corpus: Path, path: str) -> bool:
    real = os.path.realpath(corpus / path)
    return Path(real).is_relative_to(os.path.realpath(corpus))


def _open(corpus: Path, path: str) -> BinaryIO:
    """Open a file of the corpus; raises UnreadableFile for one that is no plain file within it."""
    if not _is_inside(corpus, path):
        raise UnreadableFile(path, "a link that leaves the corpus")
    try:
        # not blocking, so that a pipe without a writer is opened at once and then refused
        file = os.fdopen(os.open(os.path.realpath(corpus / path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb")
    except OSError as error:
        raise UnreadableFile(path, (error.strerror or "it cannot be opened").lower()) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise UnreadableFile(path, "a device or pipe, not a file")
    return file


def _lines(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """Yield the lines of a file; of one over the limit, only as much as shows that it is."""
    while line := file.readline(limit + 1):
        yield line
        while len(line) > limit and not line.endswith(b"\n"):
            line = file.readline(limit + 1)
