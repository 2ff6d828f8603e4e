"""The folders of the index: which generation is current, and who may build.

    index/
      current                     the pointer, replaced as a whole: {"generation": …, "previous": …}
      build.lock                  held while somebody builds; names the process
      generations/<id>/           never written to once it is published
      quarantine/<id>/            the last one that failed its probe

Knows folders only, not what is in a generation.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import BuilderBusy

Remove = Callable[[Path], None]
"""Removes a generation with whatever it keeps elsewhere; what cannot be removed now may leave a folder behind."""

_NAME = re.compile(r"[0-9]{8}T[0-9]{6}[0-9]*Z-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation answers, and which one would if it failed."""

    generation: str
    previous: str = ""
    """Empty when there is none to fall back on."""


def pointer_file(index: Path) -> Path:
    """Return the path of the pointer."""
    return index / "current"


def folder_of(index: Path, generation: str) -> Path:
    """Return the folder of a generation."""
    return index / "generations" / generation


def read_pointer(index: Path) -> Pointer | None:
    """Return the pointer, or None when there is none that can be read."""
    try:
        stored = json.loads(pointer_file(index).read_text("utf-8"))
        pointer = Pointer(stored["generation"], stored.get("previous", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    names = [pointer.generation, *filter(None, [pointer.previous])]
    return pointer if all(isinstance(n, str) and _NAME.fullmatch(n) for n in names) else None


def write_pointer(index: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step; whoever reads sees the old one or the new one."""
    beside = index / f".current.{os.getpid()}"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(pointer), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(pointer_file(index))
    _sync(index)


def candidates(index: Path) -> list[str]:
    """Return the generations that may serve, the best first.

    Those that the pointer names; if it cannot be read or names none that is there, every
    generation, the newest first.
    """
    # the manifest is written last: a folder without one is what a killed build left behind
    complete = [path.parent.name for path in (index / "generations").glob("*/manifest.json")]
    there = {name for name in complete if _NAME.fullmatch(name)}
    pointer = read_pointer(index)
    named = [n for n in (pointer.generation, pointer.previous) if n in there] if pointer else []
    return named or sorted(there, reverse=True)


def remove_folder(folder: Path) -> None:
    """Remove a generation that is a folder and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)


def publish(index: Path, generation: str, *, previous: str, remove: Remove = remove_folder) -> None:
    """Make a probed generation the current one, and remove all but it and `previous`.

    What was set aside goes too: it may hold text that has since been deleted.
    """
    folder = folder_of(index, generation)
    for path in [*folder.rglob("*"), folder, folder.parent]:
        _sync(path)
    write_pointer(index, Pointer(generation, previous))
    remove_leftovers(index, remove)
    _clear_quarantine(index, remove)


def leftovers(index: Path) -> list[Path]:
    """Return what the pointer does not name: remains of killed builds, or a build under way."""
    pointer = read_pointer(index)
    kept = {pointer.generation, pointer.previous} if pointer else set()
    unnamed = [path for path in (index / "generations").glob("*") if path.name not in kept]
    half_removed = [path for path in (index / "quarantine").glob("*") if not (path / "manifest.json").exists()]
    return [*unnamed, *half_removed, *index.glob(".current.*")]


def remove_leftovers(index: Path, remove: Remove = remove_folder) -> None:
    """Remove what killed builds left behind; for who holds the lock and has seen to the pointer."""
    for path in leftovers(index):
        if path.is_dir():
            remove(path)
        else:
            path.unlink(missing_ok=True)


def set_aside(index: Path, generation: str, remove: Remove = remove_folder) -> None:
    """Move a generation that failed into quarantine, in place of the one before."""
    _clear_quarantine(index, remove)
    quarantine = index / "quarantine"
    quarantine.mkdir(parents=True, exist_ok=True)
    folder = folder_of(index, generation)
    if folder.exists():
        folder.rename(quarantine / generation)


@contextmanager
def build_lock(index: Path) -> Iterator[int]:
    """Hold the right to build; yields the lock's file descriptor.

    A child process that inherits the descriptor holds the lock as well, so that it stays
    taken while an orphaned builder still writes. Raises BuilderBusy at once, naming the
    process, when somebody else builds.
    """
    index.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(index / "build.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise BuilderBusy(
                f"process {holder} is building this index already",
                hint="Wait until it is done; questions are answered from the index before meanwhile.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _clear_quarantine(index: Path, remove: Remove) -> None:
    for path in (index / "quarantine").glob("*"):
        remove(path)
    with suppress(OSError):  # it is not there, or not empty
        (index / "quarantine").rmdir()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
