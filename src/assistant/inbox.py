"""Files that a person adds to the corpus: checked, then copied, all of them or none."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import BadInput

SUFFIXES = frozenset({".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".jsonl"})


def add_files(corpus: Path, files: Sequence[Path], *, most_bytes: int) -> list[str]:
    """Copy the files into the corpus and return their names.

    A file that lies in the corpus stays where it is. A name that stands there already is refused
    unless the file is the same: nothing of the corpus is lost. Raises BadInput, before anything is
    copied, for a file that is missing, empty, too large, or of a kind that cannot be read.
    """
    for file in files:
        _check(corpus, file, most_bytes)
    names = [file.name for file in files]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadInput(f"two files have the same name: {', '.join(sorted(twice))}", hint="Rename one of them.")
    corpus.mkdir(parents=True, exist_ok=True)
    for file in files:
        if not _lies_in(corpus, file):
            shutil.copyfile(file, corpus / file.name)
    return names


def _lies_in(corpus: Path, file: Path) -> bool:
    return file.resolve().is_relative_to(corpus.resolve())


def _check(corpus: Path, file: Path, most_bytes: int) -> None:
    if not file.is_file():
        raise BadInput(f"there is no file {file}", hint="Give the path of a file.")
    if file.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise BadInput(f"{file.name} is of a kind that cannot be read", hint=f"These can: {kinds}.")
    if file.name.startswith(".") or file.name == "README.md":
        raise BadInput(f"{file.name} is not read as a document", hint="Rename it and add it then.")
    size = file.stat().st_size
    if not size:
        raise BadInput(f"{file.name} is empty", hint="Save it again and add it then.")
    if size > most_bytes:
        raise BadInput(f"{file.name} is larger than {most_bytes / 1e6:g} MB", hint="Raise ASSISTANT_MAX_FILE_MB.")
    target = corpus / file.name
    if not _lies_in(corpus, file) and target.exists() and target.read_bytes() != file.read_bytes():
        raise BadInput(
            f"the corpus has another {file.name} already",
            hint=f"To replace it, remove {target} first; to keep both, rename the new one.",
        )
