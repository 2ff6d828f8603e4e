"""What tests of several folders share: no setting from outside, and four assistants to ask.

`line` and `live` answer from the small corpus of `hotel.py` with the word-hash embedder, the first
as a line alone, the second over an index that is built and opened as it is in use; `alone` holds an
index of the same corpus made by `assistant index` with the real model; `mission` is the real
assistant over the repository's own corpus. Each is made when the first test asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hotel
import pytest
from alone import Alone
from chroma import ChromaServer
from fakes import WORKER, WordHashEmbedder
from filelock import FileLock

from assistant.build import LiveAssistant, build_assistant, open_assistant
from assistant.index.library import Library
from assistant.indexing import build_index, open_index
from assistant.pipeline import Assistant
from assistant.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> Iterator[None]:
    """Nothing that the person who runs the tests has set decides what they say."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def hotel_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A generation of the hotel's pages, written by real Chroma; not to be changed."""
    library = hotel.open_library(tmp_path_factory.mktemp("hotel"), *hotel.documents().values())
    yield library
    library.close()


@pytest.fixture(scope="session")
def line(hotel_library: Library) -> Assistant:
    """The line over the hotel's pages."""
    return build_assistant(Settings.read({}), hotel_library)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAssistant]:
    """The assistant over the hotel's corpus as it is built and opened, but for the embedder; not to be changed."""
    folder = tmp_path_factory.mktemp("live")
    settings = Settings.read({}, corpus=hotel.write_corpus(folder / "corpus"), index=folder / "index")
    build_index(settings, worker=WORKER)
    live = LiveAssistant(settings, open_index(settings, embedder=WordHashEmbedder(), worker=WORKER))
    yield live
    live.close()


@pytest.fixture(scope="session")
def one_chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A Chroma server of this machine; use `chroma`."""
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield server
    server.kill()


@pytest.fixture
def chroma(one_chroma: ChromaServer) -> ChromaServer:
    """A Chroma server that runs, and may be killed."""
    one_chroma.start()
    return one_chroma


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """A place with the hotel's corpus and the index that `assistant index` built of it, with no network."""
    alone = Alone(tmp_path_factory.mktemp("alone"))
    hotel.write_corpus(alone.corpus)
    built = alone.assistant("index")
    assert built.returncode == 0, built.stderr
    return alone


@pytest.fixture(scope="session")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAssistant]:
    """The real assistant over the repository's own corpus; building it takes about a minute, once for all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    settings = Settings.read({}, corpus=ROOT / "corpus", index=folder / "mission")
    with FileLock(folder / "mission.lock"):
        if not (settings.index / "current").exists():
            build_index(settings)
    live = open_assistant(settings)
    yield live
    live.close()
