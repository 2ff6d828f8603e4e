"""Whether the current generation can serve, and what to do where it cannot."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import partial
from pathlib import Path

from assistant.errors import BrokenGeneration, BuilderBusy, NoIndex, ServerAway
from assistant.index import generations
from assistant.index import manifest as manifests
from assistant.index.probe import passed, probe, probed
from assistant.index.server import Server, in_place, remove

log = logging.getLogger(__name__)


def is_elsewhere(index: Path, server: Server | None) -> bool:
    """Return whether the passages of the current generation are not where they are to be kept."""
    if (pointer := generations.read_pointer(index)) is None:
        return True
    folder = generations.folder_of(index, pointer.generation)
    try:
        return not in_place(folder, manifests.read(folder).passages, server)
    except ServerAway as error:  # what is there answers without it
        log.warning("%s", error)
        return False


def is_sound(index: Path, generation: str, server: Server | None) -> bool:
    """Return whether the generation can serve; it is probed unless it was before. Raises ServerAway."""
    folder = generations.folder_of(index, generation)
    try:
        if not passed(folder):
            probe(folder, server)
    except BrokenGeneration as error:
        log.warning("generation %s cannot serve: %s", generation, error)
        return False
    return True


def forget(index: Path) -> None:
    """Have the current generation tried out again before it is next opened."""
    if pointer := generations.read_pointer(index):
        with suppress(OSError):
            probed(generations.folder_of(index, pointer.generation)).unlink()


def recover(index: Path, server: Server | None) -> bool:
    """Make a sound generation the current one; return whether there was one."""
    if not index.is_dir():
        return False
    try:
        with generations.build_lock(index):
            return mend(index, server)
    except OSError as error:
        raise NoIndex(
            f"the index in {index} cannot serve and cannot be repaired: {error}",
            hint="Make the folder writable, or name another with --index or ASSISTANT_INDEX.",
        ) from error


def tidy(index: Path, server: Server | None) -> None:
    """Remove what killed builds left behind, unless somebody builds right now."""
    if not generations.leftovers(index):
        return
    with suppress(BuilderBusy, OSError), generations.build_lock(index):
        generations.remove_leftovers(index, partial(remove, server=server))


def mend(index: Path, server: Server | None) -> bool:
    """Point to the best sound generation, set aside what is not, and remove leftovers.

    For who holds the lock. Returns whether a generation can serve.
    """
    found, removed = "", partial(remove, server=server)
    for generation in generations.candidates(index):
        if is_sound(index, generation, server):
            found = generation
            break
        generations.set_aside(index, generation, removed)
    pointer = generations.read_pointer(index)
    if found and (pointer is None or pointer.generation != found):
        generations.write_pointer(index, generations.Pointer(found))
    if not found:
        generations.pointer_file(index).unlink(missing_ok=True)
    generations.remove_leftovers(index, removed)
    return bool(found)
