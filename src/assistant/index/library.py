"""A generation, opened to answer: passages, documents, statements, and search by meaning and words."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from assistant.errors import BrokenGeneration, IndexUnavailable, NoIndex, ServerAway
from assistant.index import generations
from assistant.index import manifest as manifests
from assistant.index.documents import Documents, Summary
from assistant.index.embedder import Embedder, SentenceEmbedder
from assistant.index.exported import OnnxEmbedder
from assistant.index.lexicon import Lexicon
from assistant.index.plan import statement_text
from assistant.index.server import Server, ServerStore, collection_of, open_store
from assistant.index.store import Store
from assistant.types import Document, Hit, Passage, Statement

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore

log = logging.getLogger(__name__)

Chroma = Literal["folder", "server", "away"]

EXACT = 20_000
"""Passages up to which every vector is compared: no slower than the graph, and a start need not load Chroma."""

REMEMBERED = 2048
"""Vectors of questions and of single statements that are kept, 1.5 kB each; passages, too, which take as much."""


class Library:
    """One generation, read-only; safe to use from several threads.

    It goes on answering when its folder is removed while a question is under way: its files
    stay open, and the one that Chroma would open again is then done without. It does without a
    Chroma server that is away, too.
    """

    def __init__(
        self, folder: Path, *, embedder: Embedder | None = None, threads: int = 0, server: Server | None = None
    ) -> None:
        self.folder = folder
        self.manifest = manifests.read(folder)
        self.generation = self.manifest.generation
        self.embedder: Embedder = embedder or open_encoder(folder, self.manifest.model, threads)
        self._server = server
        self._opened = opened = ExitStack()
        try:
            self._documents = Documents(folder / "documents.sqlite")
            opened.callback(self._documents.close)
            self._passage_vectors = _open_vectors(folder / "passages.npy")
            self._statement_vectors = _open_vectors(folder / "statements.npy")
            self.lexicon = Lexicon.open(folder / "lexicon.npz")
            self._exact = len(self) <= EXACT and not collection_of(folder)
            if not self._exact:
                _ = self._store  # opened now, so that the first question does not wait
            elif not (folder / manifests.UNSTEADY).is_file():
                raise BrokenGeneration("the vectors are missing")
        except Exception as error:  # damaged files fail in many ways
            opened.close()
            raise BrokenGeneration(f"the generation {self.generation} cannot be opened: {error}") from error
        self.close: Callable[[], None] = weakref.finalize(self, opened.close)
        self._document = lru_cache(maxsize=64)(self._documents.document)
        self._passage = lru_cache(maxsize=REMEMBERED)(_passage_of(self._documents))
        self._query_vector: Callable[[str], np.ndarray] = lru_cache(maxsize=REMEMBERED)(
            _query_vector_with(self.embedder)
        )
        self._fresh: dict[str, np.ndarray] = {}

    @classmethod
    def open(
        cls, folder: Path, *, embedder: Embedder | None = None, threads: int = 0, server: Server | None = None
    ) -> Library:
        """Return the generation in `folder`, opened.

        Args:
            folder: a generation that passed its probe.
            embedder: for its questions; None is the model that it was built with.
            threads: processor threads for one question; 0 is one.
            server: the Chroma server that may hold its passages.

        Raises BrokenGeneration.
        """
        return cls(folder, embedder=embedder, threads=threads, server=server)

    def __len__(self) -> int:
        return self.manifest.passages

    @property
    def chroma(self) -> Chroma:
        """Where Chroma searches: in its own folder, in a server, or nowhere while the server is away."""
        if self._exact or not isinstance(self._store, ServerStore):
            return "folder"
        return "away" if self._store.away else "server"

    # --- texts ----------------------------------------------------------------------------

    def passage(self, number: int) -> Passage:
        """Return the passage of this number, which is below `len`."""
        return self.passages([number])[0]

    def passages(self, numbers: Sequence[int]) -> list[Passage]:
        """Return the passages of these numbers, in their order."""
        return [self._passage(int(number)) for number in numbers]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in its order; none for an unknown one."""
        return self._documents.passages_of(document_id)

    def number(self, passage: Passage) -> int:
        """Return the number of a passage of this generation. Raises KeyError for another."""
        return self._documents.numbers([passage.id])[passage.id]

    def document(self, document_id: str) -> Document:
        """Return the document. Raises UnknownDocument."""
        return self._document(document_id)

    def documents(self) -> list[Summary]:
        """Return id, title, kind, as-of date and number of passages of every document, by id."""
        return self._documents.summaries()

    def statements_of(self, found: Hit | Passage) -> tuple[Statement, ...]:
        """Return the statements that lie within a passage, in document order."""
        passage = found.passage if isinstance(found, Hit) else found
        return self._documents.statements_in(passage.document_id, passage.span)

    # --- vectors --------------------------------------------------------------------------

    def query_vector(self, text: str) -> np.ndarray:
        """Return the unit vector of a question: float32, `(d,)`; remembered, so asking twice is free."""
        vector: np.ndarray = self._query_vector(text)
        return vector

    def passage_vectors(self, numbers: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the unit vectors of these passages: float32, `(len(numbers), d)`."""
        return np.asarray(self._passage_vectors[np.asarray(numbers, np.int64)], np.float32)

    def similarities(self, text: str, passages: Sequence[Passage]) -> np.ndarray:
        """Return the cosine of each passage with a question: float32, `(len(passages),)`, -1..1."""
        numbers = self._documents.numbers([p.id for p in passages])
        vectors = self.passage_vectors([numbers[p.id] for p in passages])
        return np.asarray(vectors @ self.query_vector(text))

    def statement_vectors(self, statements: Sequence[Statement], *, fresh: int | None = None) -> np.ndarray:
        """Return the unit vectors of the statements: float32, `(len(statements), d)`.

        Those of records are not stored: they are embedded here, and remembered. With `fresh`, only the first so
        many of them; the rows of the others are not a number.
        """
        vectors = np.full((len(statements), self.manifest.dimension), np.nan, np.float32)
        unknown: list[int] = []
        for place, statement in enumerate(statements):
            row = self._documents.statement_row(statement.document_id, statement.span)
            if row is None:
                unknown.append(place)
            else:
                vectors[place] = self._statement_vectors[row]
        if unknown := unknown[:fresh]:
            vectors[unknown] = self._embed([statements[place] for place in unknown])
        return vectors

    def _embed(self, statements: Sequence[Statement]) -> np.ndarray:
        texts = [statement_text(s, self.document(s.document_id).title) for s in statements]
        known = {text: self._fresh[text] for text in texts if text in self._fresh}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self.embedder.encode(new), strict=True))
        if len(self._fresh) + len(new) > REMEMBERED:
            self._fresh = {}
        self._fresh.update((text, known[text]) for text in new)
        return np.array([known[text] for text in texts])

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[int, float]]:
        """Return the `k` passages nearest to a unit vector as (number, cosine), best first.

        Fewer only if there are fewer. Among few passages every vector is compared, else Chroma searches; if it
        fails, is away or comes back with fewer (its folder was removed under a question, for instance) every
        vector is compared as well.
        """
        k = min(k, len(self))
        if self._exact:
            return self._compare_all(vector, k)
        try:
            found = self._store.nearest(vector, k)
            numbers = self._documents.numbers([id for id, _ in found])
            if len(numbers) == k:
                return [(numbers[id], similarity) for id, similarity in found]
            log.warning("generation %s: the graph found %d of %d passages", self.generation, len(numbers), k)
        except BrokenGeneration as error:
            log.warning("generation %s: %s", self.generation, error)
        except ServerAway as error:  # the store has logged it, once
            log.debug("generation %s: %s", self.generation, error)
        return self._compare_all(vector, k)

    @cached_property
    def _store(self) -> Store:
        """The passages in Chroma, opened when they are first needed. Raises BrokenGeneration."""
        store = open_store(self.folder, self._server)
        self._opened.callback(store.close)
        return store

    def vector_store(self, embedder: Embedder) -> VectorStore:
        """Return the passages as a LangChain vector store; for reading only."""
        return self._store.as_langchain(embedder)

    def _compare_all(self, vector: np.ndarray, k: int) -> list[tuple[int, float]]:
        similarities = self._passage_vectors @ np.asarray(vector, np.float32)
        best = np.argpartition(-similarities, k - 1)[:k] if k < len(self) else np.arange(len(self))
        best = best[np.argsort(-similarities[best], kind="stable")]
        return [(int(number), float(similarities[number])) for number in best]


class LiveLibrary:
    """The current generation of an index, whichever that is by now.

    A question should call `get` once and keep what it gets: the generation stays open for as
    long as somebody holds it, and is closed when nobody does.
    """

    def __init__(
        self, index: Path, *, embedder: Embedder | None = None, threads: int = 0, server: Server | None = None
    ) -> None:
        self.index = index
        self._current = partial(current, index, embedder=embedder, threads=threads, server=server)
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._mark = _mark(index)
        self._library = self._current()

    def get(self) -> Library:
        """Return the current generation, opened; costs microseconds while nothing was published.

        If a newly published one cannot be opened, the one before goes on serving. Raises
        IndexUnavailable in a process that was forked off, where the model's threads are missing.
        """
        if os.getpid() != self._process:
            raise IndexUnavailable(
                "the index was opened before this process was forked off another",
                hint="Start each process by itself; several may serve the same index.",
            )
        if _mark(self.index) != self._mark:
            with self._lock:
                if (mark := _mark(self.index)) != self._mark:
                    self._change(mark)
        return self._library

    def _change(self, mark: tuple[int, ...]) -> None:
        try:
            pointer = generations.read_pointer(self.index)
            if pointer and pointer.generation != self._library.generation:
                self._library = self._current()
        except (BrokenGeneration, NoIndex) as error:
            log.warning("the newly published generation cannot serve: %s", error)
        self._mark = mark


def current(
    index: Path, *, embedder: Embedder | None = None, threads: int = 0, server: Server | None = None
) -> Library:
    """Return the generation that the pointer names, opened. Raises NoIndex, BrokenGeneration."""
    pointer = generations.read_pointer(index)
    if pointer is None:
        raise NoIndex(f"there is no index in {index}", hint="Build it with: assistant index")
    folder = generations.folder_of(index, pointer.generation)
    return Library.open(folder, embedder=embedder, threads=threads, server=server)


def open_encoder(folder: Path, model: str, threads: int) -> Embedder:
    """Return the generation's own export of its model, or the model itself if it has none."""
    if (folder / "encoder" / "encoder.json").is_file():
        return OnnxEmbedder(folder / "encoder", threads=threads)
    return SentenceEmbedder(model, threads=threads or 1)


def _query_vector_with(embedder: Embedder) -> Callable[[str], np.ndarray]:
    def embed(text: str) -> np.ndarray:
        vector = np.array(embedder.embed_query(text), np.float32)
        vector.flags.writeable = False
        return vector

    return embed


def _passage_of(documents: Documents) -> Callable[[int], Passage]:
    def read(number: int) -> Passage:
        (passage,) = documents.passages([number])
        return passage

    return read


def _open_vectors(path: Path) -> np.ndarray:
    vectors = np.load(path, mmap_mode="r")
    return np.asarray(vectors) if vectors.size == 0 else vectors


def _mark(index: Path) -> tuple[int, ...]:
    try:
        facts = os.stat(generations.pointer_file(index))
    except OSError:
        return ()
    return facts.st_mtime_ns, facts.st_ino, facts.st_size
