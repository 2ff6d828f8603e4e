from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import pytest
from chromadb.api.types import Documents, EmbeddingFunction, Embeddings
from chromadb.utils.embedding_functions import register_embedding_function
from fakes import WordHashEmbedder, make_document, make_prepared

from assistant.errors import BrokenGeneration
from assistant.index import store
from assistant.index.server import open_store, write
from assistant.index.store import Store
from assistant.types import Passage


@pytest.fixture
def passages() -> list[Passage]:
    lines = [f"Sentence {n} speaks of thing {n * 7}." for n in range(60)]
    return [p for item in make_prepared(make_document("things.md", *lines)) for p in item.passages]


@pytest.fixture
def folder(passages: list[Passage], tmp_path: Path) -> Path:
    store.write(tmp_path / "chroma", passages, WordHashEmbedder().encode([p.text for p in passages]))
    return tmp_path / "chroma"


@pytest.fixture(params=["folder", "server"])
def stored(request: pytest.FixtureRequest, passages: list[Passage], tmp_path: Path) -> Iterator[Store]:
    """The passages, in each of the places where Chroma may keep them."""
    vectors = WordHashEmbedder().encode([p.text for p in passages])
    if request.param == "folder":
        store.write(tmp_path / "chroma", passages, vectors)
        opened = open_store(tmp_path, None)
    else:
        server = request.getfixturevalue("chroma").server
        write(tmp_path, passages, vectors, server)
        opened = open_store(tmp_path, server)
    yield opened
    opened.close()


def test_the_collection_holds_what_a_reader_needs(stored: Store, passages: list[Passage]) -> None:
    assert len(stored) == len(passages)
    assert stored.ids() == {p.id for p in passages}
    assert stored.texts([passages[3].id]) == {passages[3].id: passages[3].text}
    (facts,) = stored.collection.get(ids=[passages[3].id], include=["metadatas"])["metadatas"] or []
    assert facts == {
        "document_id": "things.md",
        "start": passages[3].span.start,
        "end": passages[3].span.end,
        "title": "things.md",
        "headings": "",
        "kind": "guidance",
        "as_of": "",
    }


def test_similarity_is_the_cosine(stored: Store, passages: list[Passage]) -> None:
    vectors = WordHashEmbedder().encode([p.text for p in passages])
    query = WordHashEmbedder().encode(["thing 77 and sentence 3"])[0]
    found = dict(stored.nearest(query, 5))
    exact = {p.id: float(vector @ query) for p, vector in zip(passages, vectors, strict=True)}
    assert found == pytest.approx({id: exact[id] for id in found}, abs=1e-5)
    assert min(found.values()) == pytest.approx(sorted(exact.values())[-5], abs=1e-5)


def test_of_many_passages_that_are_almost_the_same_each_is_found(tmp_path: Path) -> None:
    """Filled-in forms, say: with too few links in the graph one of ten would not be found by its own vector."""
    forms = [
        f"Rule {n}." + "".join(f" Rule {n}, matter {m}: warden {n * m % 17}." for m in range(4)) for n in range(500)
    ]
    forms = [
        passage for n, text in enumerate(forms) for passage in make_prepared(make_document(f"{n}.md", text))[0].passages
    ]
    vectors = WordHashEmbedder().encode([p.text for p in forms])
    store.write(tmp_path / "chroma", forms, vectors)
    stored = Store(tmp_path / "chroma")
    found = [stored.nearest(vector, 3)[0][1] for vector in vectors[::4]]
    assert sum(similarity < 1 - 1e-4 for similarity in found) <= 1
    stored.close()


def test_langchain_reads_the_same_collection(stored: Store, passages: list[Passage]) -> None:
    reader = stored.as_langchain(WordHashEmbedder())
    (found,) = reader.similarity_search(passages[9].text, k=1)
    assert (found.page_content, found.id) == (passages[9].text, passages[9].id)
    (scored,) = reader.similarity_search_with_relevance_scores(passages[9].text, k=1)
    assert scored[1] == pytest.approx(1, abs=1e-5)


def test_whatever_chroma_raises_is_one_of_our_errors(stored: Store) -> None:
    with pytest.raises(BrokenGeneration):
        stored.nearest(np.ones(3, np.float32), 1)


def test_everything_is_in_the_graph_so_that_opening_does_not_insert_again(
    folder: Path, passages: list[Passage], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "ROUND", 20)
    monkeypatch.setattr(store, "BATCH", 7)
    vectors = WordHashEmbedder().encode([p.text for p in passages])
    store.write(tmp_path / "rounds", passages, vectors)
    for written in (folder, tmp_path / "rounds"):
        (lengths,) = written.glob("*/length.bin")
        assert lengths.stat().st_size // 4 >= len(passages) - len(passages) // 20


def test_a_collection_that_names_an_embedding_function_is_refused_before_it_is_made(tmp_path: Path) -> None:
    made = []

    @register_embedding_function
    class Marker(EmbeddingFunction[Documents]):
        def __init__(self) -> None:
            made.append("made")

        def __call__(self, input: Documents) -> Embeddings:
            return [np.ones(2, np.float32) for _ in input]

        @staticmethod
        def name() -> str:
            return "marker"

        def get_config(self) -> dict[str, Any]:
            return {}

        @staticmethod
        def build_from_config(config: dict[str, Any]) -> Marker:
            return Marker()

    client = chromadb.PersistentClient(str(tmp_path))
    hostile = client.create_collection(store.COLLECTION, embedding_function=Marker())
    hostile.add(ids=["a"], embeddings=[[1.0, 0.0]], documents=["text"])
    client.close()
    made.clear()
    with pytest.raises(BrokenGeneration, match="embedding function"):
        Store(tmp_path)
    assert made == []


def test_a_read_only_folder_is_opened_as_a_copy(
    folder: Path, passages: list[Passage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.os, "access", lambda path, mode: False)  # root may write anywhere
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    stored = Store(folder)
    vector = WordHashEmbedder().encode([passages[5].text])[0]
    assert stored.nearest(vector, 1)[0][0] == passages[5].id
    stored.close()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
