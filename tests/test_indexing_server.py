"""The full course of indexing and asking with the passages in a Chroma server."""

from __future__ import annotations

from time import perf_counter

import pytest
from chroma import ChromaServer
from fakes import WORKER, WordHashEmbedder
from test_indexing import MARKER, answers, build, current_folder, holders, make_corpus

from assistant.errors import BrokenGeneration, ServerAway
from assistant.index import server as servers
from assistant.index.library import Library
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


def test_a_corpus_is_indexed_asked_and_kept_up_to_date_in_a_server_that_comes_and_goes(
    chroma: ChromaServer, settings: Settings
) -> None:
    secret = settings.corpus / "secret.md"
    secret.write_text(f"# Secret\n\nThe code of the safe is {MARKER} until spring.\n")
    first = build(settings)
    assert not (current_folder(settings) / "chroma").exists()
    live = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",))
    assert asked(live.get()) == "server"
    assert MARKER in answers(settings, "What is the code of the safe?")

    secret.unlink()
    chroma.kill()
    again = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",))  # starting needs no server
    assert (asked(live.get()), asked(again.get())) == ("away", "away")
    started = perf_counter()
    with pytest.raises(ServerAway):
        build(settings)
    assert perf_counter() - started < 10  # and not the minutes of a build

    chroma.start()
    second = build(settings)
    assert second.plan.gone == ("secret.md",)
    assert second.embedded == 0
    assert holders(settings.index, MARKER) == []
    assert (has(chroma, first.generation), has(chroma, second.generation)) == (False, True)
    assert live.get().generation == second.generation
    assert asked(live.get()) == "server"


def test_passages_move_into_a_server_and_are_written_anew_if_it_loses_them_without_being_embedded_again(
    chroma: ChromaServer, settings: Settings
) -> None:
    build(settings.model_copy(update={"chroma_url": ""}))
    moved = build(settings)
    assert (moved.changed, moved.plan.nothing, moved.embedded) == (True, True, 0)
    with servers.connected(chroma.server) as connection:
        connection.remove(f"passages-{moved.generation}")
    library = open_index(settings, embedder=WordHashEmbedder(), worker=WORKER).get()  # starting is enough
    assert asked(library) == "server"
    assert library.generation != moved.generation
    assert has(chroma, library.generation)


def asked(library: Library) -> str:
    """Ask, and return where was searched."""
    number, _ = library.nearest(library.query_vector("Who pays for lost aprons?"), 1)[0]
    assert "aprons" in library.passage(number).text
    return library.chroma
