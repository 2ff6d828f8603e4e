from __future__ import annotations

import gc
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fakes import WordHashEmbedder, make_document, make_prepared

from assistant.errors import BrokenGeneration, IndexUnavailable, NoIndex, UnknownDocument
from assistant.index import generations
from assistant.index.generations import Pointer, write_pointer
from assistant.index.library import Library, LiveLibrary, current
from assistant.index.plan import Prepared
from assistant.index.sync import Provenance, write_generation


@pytest.fixture
def library(written: Path) -> Library:
    return Library.open(written, embedder=WordHashEmbedder())


def test_passages_documents_and_statements_come_back_as_they_were(library: Library, canteen: list[Prepared]) -> None:
    passages = [p for item in canteen for p in item.passages]
    assert [library.passage(number) for number in range(len(library))] == passages
    assert [library.number(p) for p in passages] == list(range(len(passages)))
    for item in canteen:
        assert library.document(item.document.id) == item.document
        assert tuple(library.passages_of(item.document.id)) == item.passages
        assert tuple(s for p in item.passages for s in library.statements_of(p)) == item.statements
    assert [(s.id, s.passages) for s in library.documents()] == [
        (item.document.id, len(item.passages)) for item in canteen
    ]


def test_an_unknown_document_is_an_error_that_says_so(library: Library) -> None:
    with pytest.raises(UnknownDocument, match="no/such"):
        library.document("no/such.md")


def test_the_nearest_passages_are_the_nearest(library: Library) -> None:
    vector = library.query_vector("Who pays for lost aprons?")
    found = library.nearest(vector, 3)
    exact = library.passage_vectors(range(len(library))) @ vector
    assert found[0][0] == int(np.argmax(exact))
    assert [score for _, score in found] == pytest.approx(np.sort(exact)[::-1][:3], abs=1e-5)
    assert "aprons" in library.passage(found[0][0]).text


def test_more_than_there_is_gives_all(library: Library) -> None:
    assert len(library.nearest(library.query_vector("soup"), 500)) == len(library)


def test_statements_have_the_vectors_of_their_texts(library: Library, canteen: list[Prepared]) -> None:
    statements, texts = canteen[0].statements, list(canteen[0].statement_texts)
    expected = WordHashEmbedder().encode(texts)
    assert library.statement_vectors(statements) == pytest.approx(expected, abs=1e-3)


def test_statements_of_records_are_embedded_when_asked_for_and_then_remembered(written: Path) -> None:
    embedder = WordHashEmbedder()
    library = Library.open(written, embedder=embedder)
    (passage,) = library.passages_of("r1")
    for _ in range(3):
        assert library.statement_vectors(library.statements_of(passage)).shape == (1, 256)
    assert embedder.encoded == ["Soup\nSoup was sold out on Tuesdays in March."]


def test_many_threads_may_ask_at_once(library: Library, canteen: list[Prepared]) -> None:
    def ask(number: int) -> bool:
        passage = library.passage(number % len(library))
        found = library.nearest(library.query_vector(passage.text), 1)
        statements = library.statements_of(passage)
        return found[0][0] == number % len(library) and len(library.statement_vectors(statements)) == len(statements)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(200)))


def test_a_library_goes_on_answering_when_its_folder_is_removed(written: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(written, tmp_path / "generation")
    library = Library.open(folder, embedder=WordHashEmbedder())
    shutil.rmtree(folder)
    vector = library.query_vector("Who pays for lost aprons?")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: library.nearest(vector, 2)[0][0], range(40)))
    assert len(set(found)) == 1
    assert "aprons" in library.passage(found[0]).text
    assert library.statements_of(library.passage(found[0]))


def test_a_missing_store_is_an_error_and_not_an_empty_one(written: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(written, tmp_path / "generation")
    (folder / "chroma" / "chroma.sqlite3").unlink()
    with pytest.raises(BrokenGeneration, match="missing"):
        Library.open(folder, embedder=WordHashEmbedder())
    assert not (folder / "chroma" / "chroma.sqlite3").exists()


def test_an_index_that_was_never_built_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        current(tmp_path)


NEXT = "20260202T000000000000Z-0badcafe"


@pytest.fixture
def index(written: Path, tmp_path: Path) -> Path:
    """An index of two generations, the first of them current."""
    shutil.copytree(written, generations.folder_of(tmp_path, written.name))
    later = make_prepared(make_document("guidance/cellar.md", "The cellar is let to a vintner."))
    write_generation(generations.folder_of(tmp_path, NEXT), later, WordHashEmbedder(), Provenance("c", {}))
    write_pointer(tmp_path, Pointer(written.name))
    return tmp_path


def test_a_newly_published_generation_is_noticed_and_the_old_one_closed(index: Path) -> None:
    live = LiveLibrary(index, embedder=WordHashEmbedder())
    under_way = live.get()
    assert live.get() is under_way
    write_pointer(index, Pointer(NEXT, under_way.generation))
    assert live.get().generation == NEXT
    assert under_way.passage(0).title == "The canteen"
    closed = under_way.close
    del under_way
    gc.collect()
    assert not closed.alive  # type: ignore[attr-defined]


def test_a_process_that_was_forked_off_is_refused_in_a_sentence_and_does_not_hang(index: Path) -> None:
    live = LiveLibrary(index, embedder=WordHashEmbedder())
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            live.get()
        except IndexUnavailable as error:
            os.write(writing, f"{error}. {error.hint}".encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    told = os.read(reading, 1_000).decode()
    os.close(reading)
    os.close(writing)
    assert "forked" in told
    assert "Start each process by itself" in told
    assert live.get()


def test_a_published_generation_that_cannot_be_opened_leaves_the_old_one_serving(
    index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveLibrary(index, embedder=WordHashEmbedder())
    before = live.get().generation
    (generations.folder_of(index, NEXT) / "lexicon.npz").write_bytes(b"")
    write_pointer(index, Pointer(NEXT))
    assert live.get().generation == before
    assert "cannot serve" in caplog.text


def test_questions_go_on_while_generations_change(index: Path) -> None:
    live = LiveLibrary(index, embedder=WordHashEmbedder())
    first = live.get().generation
    stop = threading.Event()

    def ask() -> int:
        asked = 0
        while not stop.is_set():
            library = live.get()
            (number, _), *_ = library.nearest(library.query_vector("a caterer or a vintner"), 1)
            assert library.document(library.passage(number).document_id)
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for turn in range(20):
            write_pointer(index, Pointer(NEXT if turn % 2 else first))
            stop.wait(0.05)
        stop.set()
        assert all(future.result() > 0 for future in asking)
