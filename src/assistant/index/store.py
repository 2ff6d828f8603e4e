"""The passages in a Chroma folder; `server` keeps them in a Chroma server.

Vectors are always ours: Chroma's own embedding functions, `query_texts` among them, are never
used, because they reach for the network and can be named by whoever wrote the folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from assistant.errors import BrokenGeneration
from assistant.types import Passage

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import VectorStore

    from assistant.index.embedder import Embedder

COLLECTION = "passages"
"""The one collection of a generation's folder."""

ROUND = 20_000
"""Vectors put into the graph at once: fewer rounds write the graph's files less often."""

BATCH = 1_000
"""Records handed over at once; Chroma takes at most 5,461."""

HEADING_SEPARATOR = " › "


def write(folder: Path, passages: Sequence[Passage], vectors: np.ndarray) -> None:
    """Write the passages with their vectors, `(len(passages), d)`, into a new collection.

    The process should exit afterwards: Chroma writes its files fully only then.
    """
    client = _client(folder)
    try:
        configuration = graph(len(passages))
        fill(
            client.create_collection(COLLECTION, embedding_function=None, configuration=configuration),
            passages,
            vectors,
        )
    finally:
        client.close()


def graph(passages: int) -> CreateCollectionConfiguration:
    """Return how Chroma is to search among so many passages."""
    from chromadb.api.collection_configuration import (  # noqa: PLC0415
        CreateCollectionConfiguration,
        CreateHNSWConfiguration,
    )

    size = _round(passages)
    hnsw = CreateHNSWConfiguration(
        space="cosine",
        ef_construction=200,
        ef_search=200,
        # with fewer (Chroma's default is 16; with 64 in one build of two) a passage among many that are almost
        # the same is linked from nowhere, so never found
        max_neighbors=128,
        # What is not in the graph's files is inserted again at every opening, half a
        # millisecond a vector; so a round ends exactly where its last vector does.
        sync_threshold=size,
        batch_size=min(100, size),
    )
    return CreateCollectionConfiguration(hnsw=hnsw)


def fill(collection: Collection, passages: Sequence[Passage], vectors: np.ndarray) -> None:
    """Add the passages with their vectors to a new collection."""
    size = _round(len(passages))
    for start in range(0, len(passages), size):
        for first in range(start, min(start + size, len(passages)), BATCH):
            batch = passages[first : min(first + BATCH, start + size)]
            collection.add(
                ids=[p.id for p in batch],
                embeddings=vectors[first : first + len(batch)],
                documents=[p.text for p in batch],
                metadatas=[metadata(p) for p in batch],
            )


def _round(passages: int) -> int:
    return max(2, passages // max(1, -(-passages // ROUND)))


def metadata(passage: Passage) -> dict[str, str | int]:
    """Return what a reader of the collection needs beside the text, as flat values."""
    facts: dict[str, str | int] = {
        "document_id": passage.document_id,
        "start": passage.span.start,
        "end": passage.span.end,
        "title": passage.title,
        "headings": HEADING_SEPARATOR.join(passage.headings),
        "kind": passage.kind,
        "as_of": passage.as_of,
    }
    return facts if passage.page is None else {**facts, "page": passage.page}


class Store:
    """The collection of one generation, opened for reading.

    Chroma writes into a folder that it opens, so a read-only one is opened as a private copy.
    Raises BrokenGeneration when the folder holds no such collection, or one that names an
    embedding function.
    """

    def __init__(self, folder: Path) -> None:
        self._opened = ExitStack()
        if not (folder / "chroma.sqlite3").is_file():
            raise BrokenGeneration("the vectors are missing")  # Chroma would create them, empty
        if not (os.access(folder, os.W_OK) and os.access(folder / "chroma.sqlite3", os.W_OK)):
            copy = Path(self._opened.enter_context(tempfile.TemporaryDirectory(prefix="assistant-")))
            folder = Path(shutil.copytree(folder, copy / "chroma", copy_function=_copy_writable))
        try:
            _refuse_embedding_function(folder)
            client = _client(folder)
            self._opened.callback(client.close)
            self.collection = client.get_collection(COLLECTION, embedding_function=None)
        except Exception as error:
            self._opened.close()
            raise BrokenGeneration(f"the vectors cannot be opened: {error}") from error

    def nearest(self, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
        """Return at most `k` passage ids with their cosine similarity, best first.

        Raises BrokenGeneration, whatever it is that Chroma raises.
        """
        with self._asking():
            found = self.collection.query(
                query_embeddings=np.asarray([vector], np.float32), n_results=k, include=["distances"]
            )
            distances = (found["distances"] or [[]])[0]
            return [(id, 1.0 - float(d)) for id, d in zip(found["ids"][0], distances, strict=True)]

    def __len__(self) -> int:
        with self._asking():
            return self.collection.count()

    def ids(self) -> set[str]:
        """Return the ids of all passages."""
        with self._asking():
            return set(self.collection.get(include=[])["ids"])

    def texts(self, ids: Sequence[str]) -> dict[str, str | None]:
        """Return the stored text of each passage by id."""
        with self._asking():
            found = self.collection.get(ids=list(ids), include=["documents"])
            return dict(zip(found["ids"], found["documents"] or [], strict=True))

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Hold a call of Chroma, whose errors become ours."""
        try:
            yield
        except Exception as error:
            raise BrokenGeneration(f"the vectors cannot be searched: {error}") from error

    def as_langchain(self, embedder: Embedder) -> VectorStore:
        """Return the same collection as a LangChain vector store; for reading only."""
        from langchain_chroma import Chroma  # noqa: PLC0415  (only other teams' chains need it)

        # opened by a client, the collection would get Chroma's own embedding function; ours has none
        opened = SimpleNamespace(get_collection=lambda name: self.collection)
        return Chroma(
            COLLECTION,
            cast("Embeddings", embedder),
            client=cast("Client", opened),
            create_collection_if_not_exists=False,
            relevance_score_fn=lambda distance: min(max(1.0 - distance, 0.0), 1.0),
        )

    def close(self) -> None:
        """Let go of the files."""
        self._opened.close()


def version() -> str:
    """Return the installed version of Chroma without importing it."""
    from importlib.metadata import version as installed  # noqa: PLC0415

    return installed("chromadb")


def _client(folder: Path) -> Client:
    import chromadb  # noqa: PLC0415  (a second; only who searches pays for it)
    from chromadb.config import Settings  # noqa: PLC0415

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)


def _refuse_embedding_function(folder: Path) -> None:
    """Raise BrokenGeneration if a collection in the folder names code to run for embedding.

    Chroma makes what is named as soon as the collection is opened, so we look before it does.
    """
    with closing(sqlite3.connect(f"{folder.resolve().as_uri()}/chroma.sqlite3?mode=ro", uri=True)) as stored:
        written = stored.execute("SELECT config_json_str, schema_str FROM collections").fetchall()
    for config in chain.from_iterable(written):
        refuse_named(json.loads(config or "{}"))


def refuse_named(config: Any) -> None:
    """Raise BrokenGeneration if a collection's stored configuration or schema names an embedding function."""
    for named in _embedding_functions(config):
        # these two are what Chroma writes when none was given
        if named not in (None, {"type": "legacy"}, {"type": "unknown"}):
            raise BrokenGeneration(f"its collection names an embedding function: {named}")


def _embedding_functions(config: Any) -> Iterator[Any]:
    """Yield every embedding function that is named anywhere in a configuration."""
    if isinstance(config, dict):
        for name, value in config.items():
            yield from [value] if name == "embedding_function" else _embedding_functions(value)
    elif isinstance(config, list):
        for value in config:
            yield from _embedding_functions(value)


def _copy_writable(source: str, target: str) -> None:
    shutil.copyfile(source, target)
