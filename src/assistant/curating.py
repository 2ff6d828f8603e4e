"""Changes of the corpus that somebody makes while the assistant serves: checked first, and undone if need be.

Files are read as a build would read them before any of them enters the corpus; what a change takes
away is kept aside in the data folder until the next change.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import BinaryIO, Final

from assistant.corpus.limits import Limits
from assistant.corpus.load import load_corpus
from assistant.errors import Rejected, UnknownDocument
from assistant.inbox import SUFFIXES
from assistant.settings import Settings
from assistant.text import strip_invisible
from assistant.types import Document

MOST_NAME_BYTES = 200
"""Of a file's name; file systems take 255, and a temporary name is a little longer."""

SHOWN_HEADINGS = 12
SHOWN_CHARACTERS = 400
"""What is told of a document that was read."""

_RESERVED: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""Names that mean devices where the corpus may be copied to."""

_BEGINNINGS: Final = {".pdf": (b"%PDF-",), ".docx": (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")}
"""What a file of this kind begins with; the second of Word is an encrypted file, which its reader explains."""

_DRAWINGS: Final = (b"<svg", b"<?xml", b"<!doctype svg")
_PROGRAMS: Final = (b"#!", b"\x7felf", b"mz\x90", b"<script", b"<?php")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken into the corpus, and what was read of it."""

    id: str
    """Its path below the corpus, with `/`."""
    title: str
    documents: int
    """1, or the records of a `.jsonl` file."""
    characters: int
    headings: tuple[str, ...]
    beginning: str
    """The first characters of its text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the files that were offered together."""

    taken: tuple[Taken, ...]
    refused: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the corpus that can be taken back."""

    kind: str
    """`added`, `replaced`, `removed` or `undone`."""
    files: tuple[str, ...]
    """Their paths below the corpus."""
    by: str
    at: str
    """UTC, ISO format."""


class Curator:
    """Adds, replaces and removes files of the corpus, one change after another; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._corpus = settings.corpus
        self._uploads, self._undo = settings.data / "uploads", settings.data / "undo"
        self._limits = Limits(
            file_bytes=int(settings.max_file_mb * 1e6),
            seconds=settings.parse_seconds,
            memory_bytes=settings.parse_memory_mb << 20,
        )
        self._lock = threading.Lock()

    def add(self, files: Sequence[tuple[str, BinaryIO]], *, by: str) -> Outcome:
        """Take the files that can be read into the corpus; one that cannot does not keep the others out.

        Each is given with the name that its sender gave it. A file that is there already, byte by
        byte, is taken and nothing changes.
        """
        with self._lock, self._staging() as staging:
            refused: list[Rejected] = []
            offered: dict[str, Path] = {}
            for sent, file in files:
                try:
                    name = checked_name(sent)
                    if name in offered:
                        raise Rejected(name, f"two files are named {name}", why="conflict", hint="Rename one of them.")
                    self._stage(file, staging, name)
                    self._check_free(name, staging / name)
                    offered[name] = staging / name
                except Rejected as error:
                    refused.append(error)
            taken, unreadable = self._read(staging, offered)
            fresh = {t.id: offered[t.id] for t in taken if not self._place(t.id).exists()}
            if fresh:
                self._apply("added", fresh, by)
            return Outcome(taken, (*refused, *unreadable))

    def replace(self, id: str, sent: str, file: BinaryIO, *, by: str) -> Taken:
        """Put a file in the place of one of the corpus, whose path stays. Raises UnknownDocument, Rejected."""
        with self._lock, self._staging() as staging:
            place = self._existing(id)
            if PurePosixPath(checked_name(sent)).suffix.lower() != place.suffix.lower():
                hint = "Add it as a new document, then remove this one."
                raise Rejected(id, f"{id} can be replaced by another {place.suffix} file alone", why="kind", hint=hint)
            self._stage(file, staging, id)
            taken, refused = self._read(staging, {id: staging / id})
            if refused:
                raise refused[0]
            self._apply("replaced", {id: staging / id}, by)
            return taken[0]

    def remove(self, id: str, *, by: str) -> Change:
        """Take a file out of the corpus. Raises UnknownDocument, also for a record, which is a line of a file."""
        with self._lock:
            self._existing(id)
            return self._apply("removed", {id: None}, by)

    def undo(self, *, by: str) -> Change:
        """Take the last change back; doing so is a change, too. Raises Rejected if there is none."""
        with self._lock:
            found = self._last()
            if found is None:
                raise Rejected("", "there is no change to take back", why="conflict")
            folder, change = found
            before = {path: folder / str(n) for n, path in enumerate(change.files)}
            return self._apply("undone", {path: kept if kept.exists() else None for path, kept in before.items()}, by)

    def last(self) -> Change | None:
        """Return the change that `undo` would take back."""
        found = self._last()
        return found[1] if found else None

    # --- checking ----------------------------------------------------------------------------

    @contextmanager
    def _staging(self) -> Iterator[Path]:
        """Give an empty folder for files that are not yet trusted; what a killed process left in it goes."""
        with _writing(self._uploads):
            shutil.rmtree(self._uploads, ignore_errors=True)
            self._uploads.mkdir(parents=True)
            folder = Path(mkdtemp(dir=self._uploads))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _stage(self, file: BinaryIO, staging: Path, path: str) -> None:
        """Copy what was sent; raises Rejected for what shows at a glance that it is not wanted."""
        data, most = file.read(self._limits.file_bytes + 1), self._limits.file_bytes
        if len(data) > most:
            raise Rejected(path, f"{path} is larger than {most / 1e6:g} MB", why="size", hint="Split the document.")
        _check_content(path, data)
        with _writing(self._uploads):
            (staging / path).parent.mkdir(parents=True, exist_ok=True)
            (staging / path).write_bytes(data)

    def _check_free(self, name: str, file: Path) -> None:
        place = self._place(name)
        if os.path.lexists(place) and not (_is_file(place) and place.read_bytes() == file.read_bytes()):
            hint = "Replace that document instead, or rename this file."
            raise Rejected(name, f"the corpus has another {name} already", why="conflict", hint=hint)

    def _read(self, staging: Path, offered: Mapping[str, Path]) -> tuple[tuple[Taken, ...], tuple[Rejected, ...]]:
        """Return what a build would read of the files, and those that it would leave out."""
        if not offered:
            return (), ()
        loaded = load_corpus(staging, self._limits)
        found: dict[str, list[Document]] = {}
        for document in loaded.documents:
            found.setdefault(document.origin.path, []).append(document)
        reasons = {error.path: error.reason for error in loaded.unreadable}
        taken = tuple(_taken(path, found[path]) for path in offered if path in found)
        hint = "The other files are not affected." if len(offered) > 1 else ""
        refused = (
            Rejected(path, f"{path} cannot be read: {reasons.get(path, 'no text')}", why="content", hint=hint)
            for path in offered
            if path not in found
        )
        return taken, tuple(refused)

    # --- changing ----------------------------------------------------------------------------

    def _place(self, id: str) -> Path:
        return self._corpus / id

    def _existing(self, id: str) -> Path:
        """Return the file of the corpus; nothing outside it, no link and nothing hidden is one."""
        path = PurePosixPath(id)
        plain = id == path.as_posix() and not path.is_absolute() and "\0" not in id and len(id) < 2_000
        if plain and path.suffix.lower() in SUFFIXES and not any(part.startswith(".") for part in path.parts):
            place = self._place(id)
            with suppress(OSError, ValueError):
                real, corpus = Path(os.path.realpath(place)), Path(os.path.realpath(self._corpus))
                if real == corpus / id and _is_file(place):
                    return place
        raise UnknownDocument(f"the corpus has no file {id}")

    def _apply(self, kind: str, changes: Mapping[str, Path | None], by: str) -> Change:
        """Make a change: each path gets the content of a file, or none. What was there is kept aside first."""
        change = Change(kind, tuple(changes), by, datetime.now(UTC).isoformat(timespec="seconds"))
        with _writing(self._undo):
            kept = self._keep_aside(change)
        with _writing(self._corpus):
            for path, source in changes.items():
                _put(source, self._place(path))
        for older in self._undo.iterdir():
            if older != kept:
                shutil.rmtree(older, ignore_errors=True)
        return change

    def _keep_aside(self, change: Change) -> Path:
        """Copy what the change will take away, then say what it is; a folder that does not say so is none."""
        last = self._last()
        folder = self._undo / f"{int(last[0].name) + 1 if last else 1:06d}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for n, path in enumerate(change.files):
            if _is_file(self._place(path)):
                shutil.copyfile(self._place(path), folder / str(n))
        _put_text(json.dumps(asdict(change)), folder / "change.json")
        return folder

    def _last(self) -> tuple[Path, Change] | None:
        for folder in sorted(self._undo.glob("[0-9]*"), reverse=True):
            with suppress(OSError, ValueError, TypeError, KeyError):
                told = json.loads((folder / "change.json").read_text("utf-8"))
                return folder, Change(**{**told, "files": tuple(told["files"])})
        return None


def checked_name(sent: str) -> str:
    """Return the name under which a file is taken. Raises Rejected for one that is more than a plain name."""
    name = unicodedata.normalize("NFC", sent)
    shown = strip_invisible(name)[:80] or "the file"

    def refuse(message: str) -> Rejected:
        return Rejected(shown, f"{shown} {message}", why="content", hint="Rename it and add it then.")

    if name != PurePosixPath(name).name or any(c in name for c in "\\/:%") or name in {"", ".."}:
        raise refuse("has a name that could be a path")
    if name != strip_invisible(name) or "\n" in name or "\t" in name:
        raise refuse("has invisible characters in its name")
    if len(name.encode()) > MOST_NAME_BYTES:
        raise refuse("has a name that is too long")
    if name.startswith(".") or name == "README.md" or name.split(".")[0].strip().lower() in _RESERVED:
        raise refuse("has a name that is not read as a document")
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        hint = f"These can: {', '.join(sorted(SUFFIXES))}."
        raise Rejected(name, f"{name} is of a kind that cannot be read", why="kind", hint=hint)
    return name


def _check_content(path: str, data: bytes) -> None:
    """Raise Rejected where the content is plainly not what the name says."""
    kind, start = PurePosixPath(path).suffix.lower(), data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data.strip():
        raise Rejected(path, f"{path} is empty", why="content", hint="Save it again and add it then.")
    if kind in _BEGINNINGS:
        wrong = not data.startswith(_BEGINNINGS[kind])
    elif data.startswith(_UTF_16):
        wrong = False
    else:
        pictures = _DRAWINGS if kind not in {".html", ".htm"} else (b"<svg", b"<!doctype svg")
        wrong = b"\0" in data[:8_000] or start.startswith((*_PROGRAMS, *pictures)) or start.startswith(b"%pdf-")
    if wrong:
        raise Rejected(path, f"{path} holds something else than its name says", why="kind")


def _taken(path: str, documents: Sequence[Document]) -> Taken:
    first = documents[0]
    headings = tuple(s.title for s in first.sections if s.level > 1)[:SHOWN_HEADINGS]
    characters = sum(len(document.text) for document in documents)
    return Taken(path, first.title, len(documents), characters, headings, first.text[:SHOWN_CHARACTERS])


def _is_file(place: Path) -> bool:
    return place.is_file() and not place.is_symlink()


def _put(source: Path | None, place: Path) -> None:
    """Give a file the content of another in one step, or take it away."""
    if source is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.parent / f".{place.name}.new"
    shutil.copyfile(source, beside)
    beside.replace(place)


def _put_text(text: str, place: Path) -> None:
    beside = place.with_suffix(".new")
    beside.write_text(text, "utf-8")
    beside.replace(place)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn a folder that cannot be written to into a refusal that says so."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "it cannot be written to").lower()
        hint = "Whoever runs the assistant makes the folder writable."
        message = f"the {folder.name} folder cannot be changed: {reason}"
        raise Rejected("", message, why="conflict", hint=hint) from error
