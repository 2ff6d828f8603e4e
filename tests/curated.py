"""A corpus that may be changed: the hotel's pages, served, with builds by the word-hash embedder."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import hotel
from fakes import WORKER, WordHashEmbedder
from fastapi import FastAPI

from assistant.build import LiveAssistant
from assistant.indexing import build_index, open_index
from assistant.reindexing import Reindexer
from assistant.settings import Settings
from assistant.web.server import create_app


def changeable(folder: Path, **more: object) -> tuple[FastAPI, LiveAssistant]:
    """The application over a copy of the hotel's corpus, and the assistant behind it."""
    corpus = hotel.write_corpus(folder / "corpus")
    settings = Settings.read({}, corpus=corpus, index=folder / "index", data=folder / "data", **more)
    live = LiveAssistant(settings, open_index(settings, embedder=WordHashEmbedder(), worker=WORKER))
    reindexer = Reindexer(settings, build=partial(build_index, worker=WORKER))
    return create_app(live, settings, reindexer=reindexer), live


def settled(client, *, seconds: float = 60) -> dict[str, object]:
    """Wait until no build is under way, and return the status."""
    end = time.monotonic() + seconds
    while (status := client.get("/api/index/status").json())["state"] == "building":
        assert time.monotonic() < end, status
        time.sleep(0.05)
    return status
