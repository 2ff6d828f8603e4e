"""From the corpus to a published index, and from there to a library that can answer.

Building is a matter of three processes, because a Chroma folder that is damaged, or whose
writer is killed, can take the process with it:

    build_index     holds the lock, starts the others, publishes        the caller's process
    the worker      reads the corpus and writes the new generation      `python -m assistant.indexing`
    the probe       tries the written generation out                    `python -m assistant.index.probe`

Whatever is killed and whenever, the generation that answered before goes on answering.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from pydantic import TypeAdapter

from assistant.corpus.load import READER_VERSION, Limits, Loaded, load_corpus
from assistant.corpus.split import SPLITTER_VERSION, embedded_text, passages, statements
from assistant.errors import AssistantError, BrokenGeneration, EmptyCorpus, WrongModel
from assistant.index import generations, lexicon, repair
from assistant.index import manifest as manifests
from assistant.index import server as servers
from assistant.index.documents import Documents, digest
from assistant.index.embedder import Embedder, SentenceEmbedder, model_stamp
from assistant.index.exported import OnnxEmbedder
from assistant.index.library import Library, LiveLibrary
from assistant.index.plan import STATEMENT_VERSION, Plan, Prepared, plan, statement_text
from assistant.index.probe import passed, probe
from assistant.index.sync import Progress, Provenance, corpus_digest, new_name, write_generation
from assistant.index.worker import run, serve
from assistant.settings import Settings
from assistant.types import Document

log = logging.getLogger(__name__)

WORKER: Final = (sys.executable, "-m", "assistant.indexing")
"""The command of the worker; it reads its orders from standard input."""

PASSAGE_TOKENS = 256
"""Most tokens of an embedded passage, whatever more the model may read."""

SAME_MODEL = 0.999
"""Least cosine between the stored and the new vector of a probe text."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, or with `dry_run` would do."""

    generation: str
    """The one that answers now; empty for a dry run that found something to do."""
    changed: bool
    """Whether a new generation was published; False when there was nothing to do."""
    plan: Plan
    documents: int
    passages: int
    embedded: int = 0
    """Vectors worked out, of passages and of statements."""
    reused: int = 0
    """Vectors taken over."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Files that were left out, each with the reason."""
    seconds: float = 0.0


def silent(step: str, done: int, total: int) -> None:
    """Report no progress."""


# --- building -----------------------------------------------------------------------------


def build_index(
    settings: Settings,
    *,
    rebuild: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    worker: Sequence[str] = WORKER,
) -> Report:
    """Bring the index up to date with the corpus and return what that took.

    Args:
        settings: names corpus, index and embedding model.
        rebuild: take nothing over from the generation before.
        dry_run: only say what would be done.
        progress: told the step under way, how much of it is done and how much there is.
        worker: the command that writes the generation.

    Raises BuilderBusy, EmptyCorpus, WrongModel (when another model built the index and `rebuild`
    was not asked for), ServerAway, SettingsError, and IndexUnavailable when the build itself fails.
    """
    started = perf_counter()
    server = servers.configured(settings)
    orders = {"settings": settings.model_dump(mode="json"), "rebuild": rebuild, "dry_run": dry_run}
    if dry_run:
        return replace(_report(run(worker, orders, progress)), seconds=perf_counter() - started)
    if server:
        orders["secret"] = server.secret.get_secret_value()  # the settings alone do not tell it
        with servers.connected(server):
            pass  # rather than after minutes of embedding
    remove = partial(servers.remove, server=server)
    with generations.build_lock(settings.index) as lock:
        repair.mend(settings.index, server)
        try:
            report = _report(run(worker, orders, progress, lock=lock))
            if report.changed:
                progress("checking", 0, 1)
                probe(generations.folder_of(settings.index, report.generation), server)
                progress("checking", 1, 1)
                keep = _previous(settings.index, report.generation)
                generations.publish(settings.index, report.generation, previous=keep, remove=remove)
        finally:
            generations.remove_leftovers(settings.index, remove)
    return replace(report, seconds=perf_counter() - started)


def _report(said: dict[str, Any]) -> Report:
    return TypeAdapter(Report).validate_python(said)


def _previous(index: Path, generation: str) -> str:
    """Return the generation to keep for a fallback, or an empty string.

    The one before is kept only while everything that it says is still said: once a document
    is deleted or edited, the generation that holds the old text goes, and the fallback is
    to build anew. One that another model built could not serve either.
    """
    pointer = generations.read_pointer(index)
    if pointer is None or pointer.generation == generation:
        return ""
    old, new = (generations.folder_of(index, name) for name in (pointer.generation, generation))
    try:
        if manifests.read(old).fingerprint != manifests.read(new).fingerprint:
            return ""
        return pointer.generation if _texts(old) <= _texts(new) else ""
    except (BrokenGeneration, OSError):
        return ""


def _texts(folder: Path) -> set[bytes]:
    with closing(Documents(folder / "documents.sqlite")) as documents:
        return documents.text_digests()


# --- the worker ---------------------------------------------------------------------------


def write_next(settings: Settings, embedder: Embedder, *, rebuild: bool, dry_run: bool, progress: Progress) -> Report:
    """Write the next generation, unpublished, and return the report of it.

    Writes nothing when the corpus, the model and the ways of reading and cutting are those of
    the current generation. The process should exit afterwards.
    """
    before = _current_folder(settings.index)
    manifest = manifests.read(before) if before else None
    fingerprint = _fingerprint(embedder, manifest)
    if manifest and not rebuild and manifest.fingerprint != fingerprint:
        raise _wrong_model(manifest.fingerprint, fingerprint)
    loaded = _load(settings, before, progress)
    made_by = {
        "reader": READER_VERSION,
        "splitter": SPLITTER_VERSION,
        "tokens": str(_tokens(embedder)),
        "statements": STATEMENT_VERSION,
        "lexicon": lexicon.version(),
    }
    digests = {document.id: digest(document) for document in loaded.documents}
    todo = plan(_digests(before), digests)
    corpus = corpus_digest(digests, made_by, fingerprint)
    unreadable = tuple((error.path, error.reason) for error in loaded.unreadable)
    server = servers.configured(settings)
    unchanged = manifest and before and not rebuild and manifest.corpus == corpus
    if manifest and before and unchanged and (dry_run or servers.in_place(before, manifest.passages, server)):
        held = manifest.documents, manifest.passages
        return Report(manifest.generation, False, todo, *held, unreadable=unreadable)
    prepared = _prepare_all(loaded.documents, embedder, progress)
    cut = sum(len(item.passages) for item in prepared)
    if not cut:
        raise EmptyCorpus(f"the documents in {settings.corpus} hold no text to index")
    if dry_run:
        return Report("", True, todo, len(prepared), cut, unreadable=unreadable)
    folder = generations.folder_of(settings.index, new_name(corpus))
    provenance = Provenance(corpus, made_by, unreadable)
    base = None if rebuild else before
    written = write_generation(folder, prepared, embedder, provenance, before=base, server=server, progress=progress)
    counts = len(prepared), cut, written.embedded, written.reused
    return Report(folder.name, True, todo, *counts, unreadable=unreadable)


def _current_folder(index: Path) -> Path | None:
    """Return the folder of the current generation, if it can be built upon."""
    pointer = generations.read_pointer(index)
    folder = generations.folder_of(index, pointer.generation) if pointer else None
    return folder if folder and passed(folder) else None


def _load(settings: Settings, before: Path | None, progress: Progress) -> Loaded:
    """Return what the corpus holds; what the generation before read of an unchanged file stays."""
    limits = Limits(
        file_bytes=int(settings.max_file_mb * 1e6),
        seconds=settings.parse_seconds,
        memory_bytes=settings.parse_memory_mb << 20,
    )
    known: dict[str, list[Document]] = {}
    if before and manifests.read(before).made_by.get("reader") == READER_VERSION:
        with closing(Documents(before / "documents.sqlite")) as documents:
            for document in documents.documents():
                known.setdefault(document.origin.path, []).append(document)
    progress("reading", 0, 1)
    loaded = load_corpus(settings.corpus, limits, known=known)
    progress("reading", 1, 1)
    if not loaded.documents:
        raise EmptyCorpus(
            f"there is no readable document in {settings.corpus}",
            hint="Put .md, .txt, .html, .pdf, .docx or .jsonl files there.",
        )
    return loaded


def _digests(before: Path | None) -> dict[str, bytes]:
    if before is None:
        return {}
    with closing(Documents(before / "documents.sqlite")) as documents:
        return documents.digests()


def _prepare_all(documents: Sequence[Document], embedder: Embedder, progress: Progress) -> list[Prepared]:
    """Return the documents cut up, sorted by id, so that the same corpus gets the same numbers."""
    prepared = []
    for done, document in enumerate(sorted(documents, key=lambda d: d.id)):
        if done % 100 == 0:
            progress("cutting", done, len(documents))
        prepared.append(prepare(document, embedder.tokens, limit=_tokens(embedder)))
    progress("cutting", len(documents), len(documents))
    return prepared


def prepare(document: Document, tokens: Callable[[str], int], *, limit: int = PASSAGE_TOKENS) -> Prepared:
    """Return the document cut into passages and statements, with what is embedded for each.

    The statements of records are not embedded: there may be millions of them, and of those only
    the few in the passages that were found are ever compared. A document that is not searchable
    is kept whole and has neither.
    """
    if not document.searchable:
        return Prepared(document, (), ())
    cut = tuple(passages(document, tokens, limit=limit))
    quotable = tuple(statements(document))
    stored = document.kind != "record"
    return Prepared(
        document,
        cut,
        tuple(embedded_text(passage) for passage in cut),
        quotable,
        tuple(statement_text(s, document.title) for s in quotable) if stored else (),
    )


def _tokens(embedder: Embedder) -> int:
    return min(PASSAGE_TOKENS, embedder.max_tokens)


def serve_orders(make_embedder: Callable[[Settings], Embedder]) -> int:
    """Be the worker: write the next generation as ordered on standard input."""

    def write(orders: dict[str, Any], progress: Progress) -> dict[str, Any]:
        given = {**orders["settings"], "chroma_token": orders.get("secret"), "chroma_token_file": None}
        settings = Settings.read({}, **given)
        options = {"rebuild": orders["rebuild"], "dry_run": orders["dry_run"]}
        report = write_next(settings, make_embedder(settings), **options, progress=progress)
        written: dict[str, Any] = TypeAdapter(Report).dump_python(report, mode="json")
        return written

    return serve(write)


# --- opening ------------------------------------------------------------------------------


def open_index(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    progress: Progress = silent,
    worker: Sequence[str] = WORKER,
) -> LiveLibrary:
    """Return the library that answers, built or repaired if need be.

    Args and errors are those of `begin_to_open`; besides, raises WrongModel.
    """
    return begin_to_open(settings, embedder=embedder, progress=progress, worker=worker)()


def begin_to_open(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    progress: Progress = silent,
    worker: Sequence[str] = WORKER,
) -> Callable[[], LiveLibrary]:
    """Open the library that answers, built or repaired if need be; return what waits for its model.

    The model is read on a thread of its own, which takes a quarter of a second in which the caller can import what
    else it needs. What is returned gives the library once it has found that the model is the right one; it raises
    WrongModel if not.

    A generation that fails its probe is set aside and the one before serves; where none can, the
    index is built from the corpus. An empty index is never opened. Passages that are not where they
    are to be kept, a folder or a Chroma server, are brought there.

    Args:
        settings: names corpus, index and embedding model.
        embedder: stands in for the configured model.
        progress: told of a build, if there has to be one.
        worker: the command that writes a generation.

    Raises what `build_index` raises.
    """
    server = servers.configured(settings)

    def opened() -> LiveLibrary:
        _make_ready(settings, server, progress, worker)
        return LiveLibrary(settings.index, embedder=embedder, threads=settings.threads, server=server)

    try:
        live = opened()
    except BrokenGeneration as error:  # damaged since it passed, in the one file whose times say nothing
        log.warning("the index is tried out again: %s", error)
        repair.forget(settings.index)
        live = opened()
    model = live.get().embedder
    if isinstance(model, OnnxEmbedder):
        model.begin()

    def checked() -> LiveLibrary:
        check_model(live.get(), settings, embedder)
        return live

    return checked


def _make_ready(settings: Settings, server: servers.Server | None, progress: Progress, worker: Sequence[str]) -> None:
    """See to it that the current generation can serve, built or repaired if need be."""
    pointer = generations.read_pointer(settings.index)
    sound = pointer and repair.is_sound(settings.index, pointer.generation, server)
    if not sound and not repair.recover(settings.index, server):
        build_index(settings, progress=progress, worker=worker)
    elif repair.is_elsewhere(settings.index, server):
        try:
            build_index(settings, progress=progress, worker=worker)
        except AssistantError as error:  # what is there answers meanwhile
            log.warning("the passages cannot be brought where they are to be kept: %s", error)
    repair.tidy(settings.index, server)


def check_model(library: Library, settings: Settings, embedder: Embedder | None = None) -> None:
    """Raise WrongModel unless the configured model is the one that built the generation.

    By its files first; then by the vectors of the probe texts, since a damaged model keeps its name.
    """
    manifest = library.manifest
    fingerprint = _fingerprint(embedder or SentenceEmbedder(settings.embedding_model), manifest)
    if fingerprint != manifest.fingerprint:
        raise _wrong_model(manifest.fingerprint, fingerprint)
    stored = np.array(list(manifest.probes.values()), np.float32)
    cosines = np.sum(library.embedder.encode(list(manifest.probes)) * stored, axis=1)
    if float(cosines.min()) < SAME_MODEL:
        raise _wrong_model(manifest.fingerprint, f"{fingerprint}, whose vectors differ")


def _fingerprint(embedder: Embedder, manifest: manifests.Manifest | None) -> str:
    """Return the model's fingerprint; that of the generation where no file of the model was touched since."""
    if manifest and isinstance(embedder, SentenceEmbedder) and model_stamp(embedder.folder) == manifest.model_stamp:
        return manifest.fingerprint
    return embedder.fingerprint


def _wrong_model(built: str, configured: str) -> WrongModel:
    return WrongModel(
        f"the index was built by the embedding model {built}, and the one configured is {configured}",
        hint="Build it with the configured model: assistant index --rebuild",
    )


if __name__ == "__main__":
    sys.exit(serve_orders(lambda settings: SentenceEmbedder(settings.embedding_model, threads=settings.threads)))
