"""Writing a generation: everything of it in one folder, taken over from the one before where it can be.

Runs in a process that exits afterwards. Publishing is another matter: see `generations`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np

from assistant.errors import BrokenGeneration
from assistant.index import documents as texts
from assistant.index import manifest as manifests
from assistant.index import server as servers
from assistant.index import store
from assistant.index.embedder import PROBES, Embedder, SentenceEmbedder, model_stamp
from assistant.index.exported import OnnxEmbedder, export
from assistant.index.lexicon import Lexicon
from assistant.index.manifest import Manifest
from assistant.index.plan import Prepared, vector_key

Progress = Callable[[str, int, int], None]
"""Told the step under way, how much of it is done, and how much there is."""

SLAB = 256
"""Texts embedded between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the documents of a generation come from."""

    corpus: str
    """What `corpus_digest` says."""
    made_by: dict[str, str]
    """Versions of the reader and the splitter."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Files that were left out, each with the reason."""


@dataclass(frozen=True, slots=True)
class Written:
    """What writing a generation took."""

    manifest: Manifest
    embedded: int
    """Vectors worked out."""
    reused: int
    """Vectors taken over from the generation before."""


def new_name(corpus: str) -> str:
    """Return the name of a generation that starts now, for a corpus of this digest."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z-{corpus[:8]}"


def corpus_digest(digests: dict[str, bytes], made_by: dict[str, str], fingerprint: str) -> str:
    """Return the SHA-256 over all that decides a generation: the same digest, the same generation."""
    parts = [f"{id} {digests[id].hex()}" for id in sorted(digests)]
    return manifests.digest_of([*parts, *(f"{k} {v}" for k, v in sorted(made_by.items())), fingerprint])


def write_generation(
    folder: Path,
    prepared: Sequence[Prepared],
    embedder: Embedder,
    provenance: Provenance,
    *,
    before: Path | None = None,
    server: servers.Server | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Written:
    """Write a whole generation into `folder`, which must not exist, and return what that took.

    Args:
        folder: its last part is the generation's name.
        prepared: the documents, sorted by id, so that the same corpus gets the same numbers.
        embedder: the model; only texts that `before` does not know are embedded.
        provenance: what the manifest says of where the documents come from.
        before: the folder of the generation before, if it is sound.
        server: the Chroma server that is to hold the passages, in place of a folder.
        progress: told the step under way, how much of it is done and how much there is.
    """
    folder.mkdir(parents=True)
    passages = [p for item in prepared for p in item.passages]
    passage_texts = [t for item in prepared for t in item.passage_texts]
    vectors = _Vectors(embedder, before, progress)
    passage_vectors = vectors.of(passage_texts, np.float32)
    statement_vectors = vectors.of([t for item in prepared for t in item.statement_texts], np.float16)
    progress("writing", 0, 3)
    np.save(folder / "passages.npy", passage_vectors)
    np.save(folder / "statements.npy", statement_vectors)
    keys = (
        vector_key(embedder.fingerprint, text)
        for item in prepared
        for text in chain(item.passage_texts, item.statement_texts)
    )
    texts.write(folder / "documents.sqlite", prepared, keys)
    Lexicon.build(passage_texts).save(folder / "lexicon.npz")
    progress("writing", 1, 3)
    if server:
        servers.write(folder, passages, passage_vectors, server)
    else:
        store.write(folder / "chroma", passages, passage_vectors)
    progress("writing", 2, 3)
    _write_encoder(folder, embedder, before, sample=passage_texts[:: max(1, len(passage_texts) // 16)])
    counts = {"documents": len(prepared), "passages": len(passages), "statements": len(statement_vectors)}
    manifest = _describe(folder, embedder, provenance, counts, vectors.embedder.encode(PROBES))
    manifests.write(folder, manifest)
    progress("writing", 3, 3)
    return Written(manifest, vectors.embedded, vectors.reused)


def _describe(
    folder: Path, embedder: Embedder, provenance: Provenance, counts: dict[str, int], probes: np.ndarray
) -> Manifest:
    """Return the manifest of a generation whose other files are all there."""
    with closing(texts.Documents(folder / "documents.sqlite")) as documents:
        ids = documents.passage_ids()
    return Manifest(
        schema=manifests.SCHEMA,
        generation=folder.name,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        chromadb=store.version(),
        made_by=provenance.made_by,
        model=embedder.name,
        fingerprint=embedder.fingerprint,
        model_stamp=model_stamp(embedder.folder) if isinstance(embedder, SentenceEmbedder) else "",
        dimension=probes.shape[1],
        **counts,
        corpus=provenance.corpus,
        passage_ids=manifests.digest_of(ids),
        probes=dict(zip(PROBES, probes.tolist(), strict=True)),
        files=_steady_files(folder, counts["passages"]),
        unreadable=provenance.unreadable,
    )


class _Vectors:
    """The vectors of texts: those of the generation before where it has them, else embedded."""

    def __init__(self, embedder: Embedder, before: Path | None, progress: Progress) -> None:
        self.embedder, self.progress = _fastest(embedder, before), progress
        self.embedded = self.reused = 0
        self._known = _vectors_of(before, embedder.fingerprint) if before else {}

    def of(self, texts: Sequence[str], kind: type[np.floating]) -> np.ndarray:
        """Return the vectors of the texts, `(len(texts), dimension)`; equal texts are embedded once."""
        keys = [vector_key(self.embedder.fingerprint, text) for text in texts]
        first_of = {key: place for place, key in reversed(list(enumerate(keys)))}
        missing = [place for key, place in first_of.items() if key not in self._known]
        missing.sort(key=lambda place: len(texts[place]))  # texts of like length need less padding
        for start in range(0, len(missing), SLAB):
            self.progress("embedding", start, len(missing))
            places = missing[start : start + SLAB]
            found = self.embedder.encode([texts[place] for place in places]).astype(kind)
            self._known.update((keys[place], vector) for place, vector in zip(places, found, strict=True))
        self.progress("embedding", len(missing), len(missing))
        self.embedded += len(missing)
        self.reused += len(texts) - len(missing)
        dimension = len(next(iter(self._known.values()))) if self._known else self.embedder.dimension
        return np.array([self._known[key] for key in keys], kind).reshape(len(texts), dimension)


def _fastest(embedder: Embedder, before: Path | None) -> Embedder:
    """Return the model's export if the generation before has one: it starts without torch."""
    if isinstance(embedder, SentenceEmbedder) and before and _has_export(before, embedder.fingerprint):
        return OnnxEmbedder(before / "encoder", threads=embedder.threads)
    return embedder


def _has_export(folder: Path, fingerprint: str) -> bool:
    return (folder / "encoder").is_dir() and manifests.read(folder).fingerprint == fingerprint


def _vectors_of(before: Path, fingerprint: str) -> dict[bytes, np.ndarray]:
    """Return the vectors that a generation holds, by key; none if another model made it."""
    try:
        if manifests.read(before).fingerprint != fingerprint:
            return {}
        stored = texts.Documents(before / "documents.sqlite")
        try:
            keys = stored.vector_keys()
        finally:
            stored.close()
        arrays = [np.load(before / name, mmap_mode="r") for name in ("statements.npy", "passages.npy")]
    except (OSError, ValueError, EOFError, BrokenGeneration):
        return {}
    # a text that is both a passage and a statement keeps the passage's vector, the finer one
    return {k: v for array, of in zip(arrays, reversed(keys), strict=True) for k, v in zip(of, array, strict=True)}


def _write_encoder(folder: Path, embedder: Embedder, before: Path | None, *, sample: Sequence[str]) -> None:
    """Give the generation the model as ONNX, from the one before if it is the same model."""
    if not isinstance(embedder, SentenceEmbedder):
        return
    encoder = folder / "encoder"
    if before and _has_export(before, embedder.fingerprint):
        shutil.copytree(before / "encoder", encoder, copy_function=_link)
        return
    export(embedder, encoder, sample=sample)


def _link(source: str, target: str) -> None:
    """Give the file a second name where the disk can, else copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _steady_files(folder: Path, passages: int) -> dict[str, manifests.FileDigest]:
    files = manifests.digest_files(folder)
    if passages == 1:  # Chroma writes the graph of a single vector anew at every opening
        return {name: f for name, f in files.items() if not name.startswith("chroma/") or name == manifests.UNSTEADY}
    return files
