"""Passages in a Chroma server: refusals, time limits, and what is told of it; `test_store` has the rest."""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from chroma import ChromaServer
from chromadb.api.types import Documents, EmbeddingFunction, Embeddings
from chromadb.utils.embedding_functions import register_embedding_function
from fakes import WordHashEmbedder, make_document, make_prepared
from pydantic import SecretStr

from assistant.errors import BrokenGeneration, ServerAway, SettingsError
from assistant.index import server as servers
from assistant.index.library import Library
from assistant.index.server import Server, ServerStore, configured, open_store, write
from assistant.index.sync import Provenance, write_generation
from assistant.settings import Settings
from assistant.types import Passage

SECRET = "sk-CANARY-of-chroma"

SLACK = 10
"""Seconds that a wait may take on a machine that is busy with other tests; `benchmarks/chroma_server.py` is exact."""


@pytest.fixture
def passages() -> list[Passage]:
    lines = [f"Sentence {n} speaks of thing {n * 7}." for n in range(20)]
    return [p for item in make_prepared(make_document("things.md", *lines)) for p in item.passages]


def write_to(folder: Path, passages: list[Passage], server: Server) -> None:
    write(folder, passages, WordHashEmbedder().encode([p.text for p in passages]), server)


# --- where it is ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "chroma:8000",
        "ftp://chroma",
        f"http://me:{SECRET}@chroma:8000",
        "http://chroma/api",
        "http://chroma:no",
        "http://",
    ],
)
def test_what_is_no_plain_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_CHROMA_URL") as refused:
        configured(Settings.read({}, chroma_url=url))
    assert SECRET not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(("secret", "sent"), [("a.b-c", "Bearer a.b-c"), ("me:word", "Basic bWU6d29yZA==")])
def test_a_token_goes_as_it_is_and_a_login_as_a_browser_sends_it(tmp_path: Path, secret: str, sent: str) -> None:
    (tmp_path / "token").write_text(f"{secret}\n")
    server = configured(Settings.read({}, chroma_url="http://chroma:8000/", chroma_token_file=tmp_path / "token"))
    assert server is not None
    assert server.headers() == {"Authorization": sent}
    assert secret not in repr(server)


def test_a_token_file_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_CHROMA_TOKEN_FILE"):
        configured(Settings.read({}, chroma_url="http://chroma:8000", chroma_token_file=tmp_path / "none"))


# --- a server that is not ours to trust ------------------------------------------------------


class Hostile(BaseHTTPRequestHandler):
    """Answers as a Chroma server would, and names an embedding function for every collection."""

    requests: list[str]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer()

    def _answer(self) -> None:
        type(self).requests.append(f"{self.command} {self.path} {self.headers.get('authorization', '')}")
        named = {"type": "known", "name": "marker", "config": {}}
        collection: dict[str, Any] = {
            "id": "5f25476c-95ed-4249-878c-345a565342ba",
            "name": "passages-x",
            "configuration_json": {"hnsw": {"space": "cosine"}, "embedding_function": named},
            "tenant": "default_tenant",
            "database": "default_database",
        }
        told = collection if "/collections" in self.path and "count" not in self.path else 1
        body = json.dumps({"nanosecond heartbeat": 1} if self.path.endswith("heartbeat") else told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def hostile() -> Iterator[Server]:
    Hostile.requests = []
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield Server(f"http://127.0.0.1:{listening.server_port}", SecretStr(SECRET))
    listening.shutdown()
    listening.server_close()


def test_a_server_that_names_an_embedding_function_is_refused_before_any_write(
    hostile: Server, passages: list[Passage], tmp_path: Path
) -> None:
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

    with pytest.raises(BrokenGeneration, match="embedding function"):
        write_to(tmp_path, passages, hostile)
    stored = ServerStore(hostile, "passages-x")
    with pytest.raises(BrokenGeneration, match="embedding function"):
        stored.nearest(np.ones(2, np.float32), 1)
    stored.close()
    assert made == []
    assert not [line for line in Hostile.requests if "/add" in line or "/upsert" in line]
    assert all(line.endswith(f"Bearer {SECRET}") for line in Hostile.requests)


# --- a server that is away -------------------------------------------------------------------


def test_a_server_that_does_not_answer_is_not_waited_for(chroma: ChromaServer) -> None:
    assert servers.CONNECT_SECONDS + servers.READ_SECONDS <= 3
    os.kill(chroma.process, signal.SIGSTOP)  # it takes the connection and says nothing
    try:
        started = perf_counter()
        with pytest.raises(ServerAway, match="does not answer") as told, servers.connected(chroma.server):
            pass
        assert perf_counter() - started < SLACK
        assert "ASSISTANT_CHROMA_URL" in told.value.hint
    finally:
        os.kill(chroma.process, signal.SIGCONT)


def test_a_removed_generation_takes_its_collection_with_it_when_the_server_is_back(
    chroma: ChromaServer, passages: list[Passage], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "20260101T000000000000Z-0badcafe"
    folder.mkdir()
    (folder / "passages.npy").write_bytes(b"text that is to go")
    write_to(folder, passages, chroma.server)
    chroma.kill()
    servers.remove(folder, chroma.server)
    assert [path.name for path in folder.iterdir()] == [servers.FILE]
    assert "still to be removed" in caplog.text
    chroma.start()
    servers.remove(folder, chroma.server)
    assert not folder.exists()
    with servers.connected(chroma.server) as connection, pytest.raises(BrokenGeneration, match="not in the"):
        connection.open(f"passages-{folder.name}")


def test_a_question_of_a_server_that_is_away_is_answered_by_comparing_and_it_is_asked_again_when_it_is_back(
    chroma: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(servers, "REST_SECONDS", 0.3)
    caplog.set_level(logging.WARNING)
    folder = tmp_path / "20260101T000000000000Z-0badcafe"
    cut = make_prepared(make_document("things.md", *[f"Sentence {n} speaks of thing {n * 7}." for n in range(40)]))
    write_generation(folder, cut, WordHashEmbedder(), Provenance("c", {}), server=chroma.server)
    library = Library.open(folder, embedder=WordHashEmbedder(), server=chroma.server)
    vector = library.query_vector("thing 77")
    exact = library._compare_all(vector, 3)

    def asked() -> list[int]:
        started = perf_counter()
        found = [number for number, _ in library.nearest(vector, 3)]
        assert perf_counter() - started < SLACK
        return found

    expected = [number for number, _ in exact]
    assert (asked(), library.chroma) == (expected, "server")
    chroma.kill()
    assert [asked() for _ in range(5)] == [expected] * 5
    assert library.chroma == "away"
    assert caplog.text.count("every vector is compared") == 1
    chroma.start()
    started = perf_counter()
    while library.chroma == "away":
        assert asked() == expected
    assert perf_counter() - started < SLACK
    assert caplog.text.count("answers again") == 1
    library.close()


def test_a_generation_whose_server_is_not_set_says_so(
    chroma: ChromaServer, passages: list[Passage], tmp_path: Path
) -> None:
    write_to(tmp_path, passages, chroma.server)
    with pytest.raises(BrokenGeneration, match="ASSISTANT_CHROMA_URL"):
        open_store(tmp_path, None)


def test_passages_are_in_place_where_the_settings_want_them_and_all_are_there(
    chroma: ChromaServer, passages: list[Passage], tmp_path: Path
) -> None:
    write_to(tmp_path, passages, chroma.server)
    assert servers.in_place(tmp_path, len(passages), chroma.server)
    assert not servers.in_place(tmp_path, len(passages) + 1, chroma.server)
    assert not servers.in_place(tmp_path, len(passages), None)
    (tmp_path / servers.FILE).unlink()
    assert servers.in_place(tmp_path, len(passages), None)
    assert not servers.in_place(tmp_path, len(passages), chroma.server)
