"""The data folder as one file, and back.

A database is copied by SQLite itself, in both directions: the copy is of one moment also while
others write, and a server that runs meanwhile goes on with what was brought back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from assistant import __version__
from assistant.errors import BadInput
from assistant.records.database import FILE, MIGRATIONS, told, version_of

CONTENTS = "contents.json"
"""In the archive: version, time, and the SHA-256 of every file."""

_BESIDE = ("-wal", "-shm", "-journal")
_DATABASE = ".sqlite"
_WORK = ".restoring-"


def backup(data: Path, target: Path) -> tuple[str, ...]:
    """Write everything below the data folder into one file, readable by its owner alone.

    Returns the names of the files it holds. Raises BadInput if there is nothing to keep or `target` exists.
    """
    if target.exists():
        raise BadInput(f"{target} is there already", hint="Name a new file for each backup.")
    if not (names := tuple(_names(data))):
        raise BadInput(f"there is nothing to keep in {data}", hint="Name the folder with ASSISTANT_DATA.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work, told(data):
        digests = {}
        draft = Path(work, "backup.zip")
        os.close(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600))
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
            for name in names:
                still = _still(data / name, Path(work, "copy"))
                digests[name] = _sha256(still)
                archive.write(still, name)
            made = {"program": __version__, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
            archive.writestr(CONTENTS, json.dumps({**made, "files": digests}, indent=1))
        os.replace(draft, target)
    return names


def restore(source: Path, data: Path, *, force: bool = False) -> tuple[str, ...]:
    """Bring back the files of a backup; nothing is changed unless all of it is sound.

    Returns their names. Files of the folder that the backup does not hold stay. Raises BadInput if the
    backup is damaged or from a newer version, or if it would overwrite something without `force`.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=_WORK) as work:
        names = _unpack(source, Path(work))
        there = [name for name in names if (data / name).exists()]
        if there and not force:
            raise BadInput(f"{data} holds {there[0]} already", hint="--force replaces it with that of the backup.")
        for name in names:
            (data / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with told(data / name):
                _put(Path(work, name), data / name)
    return names


def _names(data: Path) -> Iterator[str]:
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data).as_posix()
        if path.is_file() and not path.is_symlink() and not name.endswith(_BESIDE) and not name.startswith(_WORK):
            yield name


def _still(path: Path, copy: Path) -> Path:
    """Return a file with the content of `path` that nobody writes to."""
    copy.unlink(missing_ok=True)
    if path.suffix != _DATABASE:
        return Path(shutil.copyfile(path, copy))
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copy)) as still:
        live.backup(still)
    return copy


def _unpack(source: Path, work: Path) -> tuple[str, ...]:
    """Write the files of a backup below `work` and return their names, all checked."""
    damaged = BadInput(f"{source} is no backup, or is damaged", hint="Take another backup.")
    try:
        with zipfile.ZipFile(source) as archive:
            digests: dict[str, str] = json.loads(archive.read(CONTENTS))["files"]
            for name in digests:
                if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
                    raise damaged
                path = work / name
                path.parent.mkdir(parents=True, exist_ok=True)
                private = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
                with archive.open(name) as packed, os.fdopen(private, "wb") as file:
                    shutil.copyfileobj(packed, file)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise damaged from error
    if any(_sha256(work / name) != digest or not _is_sound(work / name) for name, digest in digests.items()):
        raise damaged
    return tuple(digests)


def _is_sound(path: Path) -> bool:
    """Return whether a database can be used. Raises BadInput if a newer version wrote it."""
    if path.suffix != _DATABASE:
        return True
    try:
        with closing(sqlite3.connect(path)) as connection:
            if path.name == FILE and version_of(connection) > len(MIGRATIONS):
                raise BadInput("the backup was written by a newer version", hint="Install that version first.")
            return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _put(new: Path, path: Path) -> None:
    if path.suffix == _DATABASE and path.exists() and _is_sound(path):
        with closing(sqlite3.connect(new)) as source, closing(sqlite3.connect(path)) as live:
            source.backup(live)
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return
    for ending in _BESIDE:  # they belong to the file that goes
        path.with_name(path.name + ending).unlink(missing_ok=True)
    os.replace(new, path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
