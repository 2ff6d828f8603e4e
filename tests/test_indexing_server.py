"""The full course of indexing and asking with the passages in a Chroma server."""

from __future__ import annotations

from time import perf_counter

import pytest
from chroma import ChromaServer
from fakes import WORKER, WordHashEmbedder
from test_indexing import CORPUS, MARKER, answers, build, current_folder, holders, make_corpus

from assistant.errors import BrokenGeneration, ServerAway
from assistant.index import server as servers
from assistant.indexing import open_index
from assistant.settings import Settings


@pytest.fixture
def settings(chroma: ChromaServer, tmp_path) -> Settings:
    """A corpus whose index is to be kept in the server."""
    return Settings.read({}, corpus=make_corpus(tmp_path / "corpus"), index=tmp_path / "index", chroma_url=chroma.url)


def has(chroma: ChromaServer, generation: str) -> bool:
    with servers.connected(chroma.server) as connection:
        try:
            connection.open(f"passages-{generation}")
        except BrokenGeneration:
            return False
    return True


def test_a_corpus_is_indexed_asked_and_kept_up_to_date_in_a_server(chroma: ChromaServer, settings: Settings) -> None:
    first = build(settings)
    assert not (current_folder(settings) / "chroma").exists()
    live = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",))
    assert live.get().chroma == "server"
    assert "aprons" in answers(settings)
    assert not build(settings).changed

    secret = settings.corpus / "secret.md"
    secret.write_text(f"# Secret\n\nThe code of the safe is {MARKER} until spring.\n")
    second = build(settings)
    assert second.embedded > 0
    assert second.reused >= first.embedded
    assert (has(chroma, first.generation), has(chroma, second.generation)) == (True, True)
    assert live.get().generation == second.generation

    secret.unlink()
    third = build(settings)
    assert holders(settings.index, MARKER) == []
    kept = [has(chroma, report.generation) for report in (first, second, third)]
    assert kept == [False, False, True]
    assert "aprons" in answers(settings)


def test_the_passages_move_into_a_server_and_back_without_being_embedded_again(
    chroma: ChromaServer, settings: Settings
) -> None:
    embedded = settings.model_copy(update={"chroma_url": ""})
    build(embedded)
    report = build(settings)
    assert (report.changed, report.plan.nothing, report.embedded) == (True, True, 0)
    assert has(chroma, report.generation)
    live = open_index(embedded, embedder=WordHashEmbedder(), worker=WORKER)  # starting is enough, too
    assert live.get().chroma == "folder"


def test_a_collection_that_is_lost_is_written_anew_at_the_next_build(chroma: ChromaServer, settings: Settings) -> None:
    lost = build(settings).generation
    with servers.connected(chroma.server) as connection:
        connection.remove(f"passages-{lost}")
    assert "aprons" in answers(settings)
    assert current_folder(settings).name != lost
    assert has(chroma, current_folder(settings).name)


def test_without_the_server_an_index_answers_and_none_is_built(chroma: ChromaServer, settings: Settings) -> None:
    generation = build(settings).generation
    chroma.kill()
    live = open_index(settings, embedder=WordHashEmbedder(), worker=WORKER)
    library = live.get()
    number, _ = library.nearest(library.query_vector("Who pays for lost aprons?"), 1)[0]
    assert "aprons" in library.passage(number).text
    assert (library.generation, library.chroma) == (generation, "away")
    (settings.corpus / "laundry.md").write_text(CORPUS["laundry.md"] + "\nThe scale is checked each year.\n")
    started = perf_counter()
    with pytest.raises(ServerAway):
        build(settings)
    assert perf_counter() - started < 10  # and not the minutes of a build
    chroma.start()
    assert build(settings).plan.changed == ("laundry.md",)
    assert live.get().generation != generation
