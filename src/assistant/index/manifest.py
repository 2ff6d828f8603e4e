"""What a generation says of itself: contents, model, digests of its files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.errors import BrokenGeneration

SCHEMA = 1
"""Of a generation's files; another number means another layout, and the index is built anew."""

FILE = "manifest.json"

UNSTEADY = "chroma/chroma.sqlite3"
"""The file that Chroma rewrites whenever it opens a folder; everything else stays as built."""


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file as it was built."""

    size: int
    """Bytes."""
    sha256: str
    """Empty for the file that Chroma rewrites."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Written last into a generation: without it, the generation is none."""

    schema: int
    generation: str
    built_at: str
    """UTC, ISO format."""
    chromadb: str
    """Version that wrote the vectors; an older one must not open them."""
    made_by: dict[str, str]
    """Versions of the reader and the splitter: another one cuts other passages."""
    model: str
    """Its name or folder."""
    fingerprint: str
    model_stamp: str
    """Cheap mark of the model's files; the same stamp saves working out the fingerprint."""
    dimension: int
    documents: int
    passages: int
    statements: int
    """Those with a stored vector."""
    corpus: str
    """SHA-256 over the ids and digests of all documents."""
    passage_ids: str
    """SHA-256 over the ids of all passages, by number."""
    probes: dict[str, list[float]]
    """Vector of each fixed text: another model of the same size gives others."""
    files: dict[str, FileDigest]
    """By path below the generation; the manifest itself is left out."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Files of the corpus that were left out, each with the reason."""


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


def read(folder: Path) -> Manifest:
    """Return the manifest of a generation. Raises BrokenGeneration."""
    try:
        stored = (folder / FILE).read_bytes()
        if (schema := json.loads(stored).get("schema")) != SCHEMA:
            raise BrokenGeneration(f"it was written in layout {schema}, and this program reads {SCHEMA}")
        return _adapter().validate_json(stored)
    except (OSError, ValueError, AttributeError, ValidationError) as error:
        raise BrokenGeneration(f"its manifest cannot be read: {error}") from error


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a generation."""
    (folder / FILE).write_bytes(_adapter().dump_json(manifest, indent=1))


def digest_files(folder: Path) -> dict[str, FileDigest]:
    """Return size and digest of every file of a finished generation, by path."""
    return {
        name: FileDigest(path.stat().st_size, "" if name == UNSTEADY else sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (name := path.relative_to(folder).as_posix()) != FILE
    }


def digest_of(parts: list[str]) -> str:
    """Return the SHA-256 over lines of text."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
