"""Whether a generation can serve, tried out in a process of its own.

A damaged Chroma folder can end the interpreter without an exception, or answer with fewer
hits than there are. So no generation is opened in a process that answers questions before
it has passed here: `python -m assistant.index.probe FOLDER` exits 0, or prints the reason. With
a dash behind the folder, the Chroma server that holds the passages is told on standard input.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from pydantic import SecretStr

from assistant.errors import AssistantError, BrokenGeneration, ServerAway
from assistant.index import manifest as manifests
from assistant.index.documents import Documents
from assistant.index.lexicon import Lexicon
from assistant.index.manifest import UNSTEADY, Manifest
from assistant.index.server import WRITE_SECONDS, Server, open_store
from assistant.index.store import Store, version

SECONDS = 60
"""Longest time a probe may take; a damaged folder can hang for ten minutes."""

SAMPLE = 64
"""Passages that must find themselves."""

RECALL = 0.95
"""Least share that the graph must find; a sound one finds all but the odd passage."""

_AWAY = 3
"""The exit code that says: nothing is known, the server is away."""


def probe(folder: Path, server: Server | None = None) -> None:
    """Try the generation out in a fresh process. Raises BrokenGeneration with the reason, or ServerAway."""
    command = [sys.executable, "-m", "assistant.index.probe", str(folder), *(["-"] if server else [])]
    told = json.dumps({"url": server.url, "secret": server.secret.get_secret_value()}) if server else ""
    try:
        done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise BrokenGeneration(f"it did not answer within {SECONDS} seconds") from error
    if done.returncode < 0:
        raise BrokenGeneration(f"opening it ended the process with signal {-done.returncode}")
    if done.returncode == _AWAY:
        raise ServerAway(done.stdout.strip())
    if done.returncode:
        raise BrokenGeneration(done.stdout.strip() or "its probe failed without a reason")
    remember(folder)


def check(folder: Path, server: Server | None = None) -> None:
    """Try the generation out in this process. Raises BrokenGeneration, ServerAway."""
    manifest = manifests.read(folder)
    _check_version(manifest)
    _check_files(folder, manifest)
    documents = Documents(folder / "documents.sqlite")
    ids = documents.passage_ids()
    if not ids or manifests.digest_of(ids) != manifest.passage_ids:
        raise BrokenGeneration("its passages are not those it was built with")
    if Lexicon.open(folder / "lexicon.npz").passages != len(ids):
        raise BrokenGeneration("its lexicon and its passages differ in number")
    store = open_store(folder, server, seconds=WRITE_SECONDS)
    try:
        _check_store(store, ids, documents)
        vectors = np.load(folder / "passages.npy", mmap_mode="r")
        _check_search(store, ids, vectors, manifest)
    finally:
        store.close()
        documents.close()


def _check_version(manifest: Manifest) -> None:
    if _numbers(version()) < _numbers(manifest.chromadb):
        raise BrokenGeneration(f"it was written by chromadb {manifest.chromadb}, newer than {version()} here")


def _check_files(folder: Path, manifest: Manifest) -> None:
    """Compare sizes before contents: a damaged index can hold a sparse file of terabytes."""
    for name, built in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BrokenGeneration(f"its file {name} is missing")
        if name != UNSTEADY and path.stat().st_size != built.size:
            raise BrokenGeneration(f"its file {name} has {path.stat().st_size} bytes, not {built.size}")
    for name, built in manifest.files.items():
        if built.sha256 and manifests.sha256(folder / name) != built.sha256:
            raise BrokenGeneration(f"its file {name} is not as it was built")


def _check_store(store: Store, ids: list[str], documents: Documents) -> None:
    if len(store) != len(ids):
        raise BrokenGeneration(f"its collection holds {len(store)} passages, not {len(ids)}")
    if store.ids() != set(ids):
        raise BrokenGeneration("its collection holds other passages than its documents")
    sample = _sample(len(ids))
    stored = store.texts([ids[number] for number in sample])
    for passage in documents.passages(sample):
        if _hash(stored.get(passage.id)) != _hash(passage.text):
            raise BrokenGeneration(f"its collection has another text for passage {passage.id}")


def _check_search(store: Store, ids: list[str], vectors: np.ndarray, manifest: Manifest) -> None:
    """Search for passages by their own vectors, and for the nearest of the fixed texts."""
    sample = _sample(len(ids))
    lost = []
    for number in sample:
        found = store.nearest(vectors[number], min(3, len(ids)))
        # passages with the same text share a vector, so that any of them may come first
        if not any(id == ids[number] or similarity > 1 - 1e-4 for id, similarity in found):
            lost.append(ids[number])
    if len(lost) > max(1, (1 - RECALL) * len(sample)):
        raise BrokenGeneration(f"its graph does not find {len(lost)} of {len(sample)} passages by their own vectors")
    queries = np.concatenate([vectors[sample], np.array(list(manifest.probes.values()), np.float32)])
    exact = np.sort(queries @ vectors.T, axis=1)[:, ::-1][:, :10]
    shares = []
    for query, row in zip(queries, exact, strict=True):
        near = [similarity for _, similarity in store.nearest(query, len(row))]
        shares.append(sum(similarity > row[-1] - 1e-4 for similarity in near) / len(row))
    if (share := sum(shares) / len(shares)) < RECALL:
        raise BrokenGeneration(f"its graph finds {share:.0%} of the nearest passages")


def probed(folder: Path) -> Path:
    """Return the file that says that the generation passed, and in which state."""
    return folder / "probed"


def remember(folder: Path) -> None:
    """Note that the generation passed, so that the next start need not try it again."""
    try:
        probed(folder).write_text(_stamp(folder), "utf-8")
    except OSError:
        return  # a read-only folder is tried at every start


def passed(folder: Path) -> bool:
    """Return whether the generation passed its probe and its files are untouched since."""
    try:
        _check_version(manifests.read(folder))
        return probed(folder).read_text("utf-8") == _stamp(folder)
    except (OSError, BrokenGeneration):
        return False


def _stamp(folder: Path) -> str:
    """Return names, sizes and times of the files; of the one Chroma rewrites, the size alone."""
    lines = []
    for name in sorted(manifests.read(folder).files):
        facts = os.stat(folder / name)
        lines.append(f"{name} {facts.st_size} {0 if name == UNSTEADY else facts.st_mtime_ns}")
    return manifests.digest_of(lines)


def _sample(total: int) -> list[int]:
    """Return at most SAMPLE numbers, evenly spread."""
    return sorted({int(n) for n in np.linspace(0, total - 1, min(SAMPLE, total))})


def _hash(text: str | None) -> bytes | None:
    return None if text is None else hashlib.sha256(text.encode()).digest()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def main() -> int:
    """Try out the generation named on the command line; 0 when it can serve."""
    try:
        told = json.load(sys.stdin) if sys.argv[2:] == ["-"] else None
        check(Path(sys.argv[1]), Server(told["url"], SecretStr(told["secret"])) if told else None)
    except ServerAway as error:
        sys.stdout.write(f"{error}\n")
        return _AWAY
    except AssistantError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    except Exception as error:  # whatever goes wrong here would go wrong while answering
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
