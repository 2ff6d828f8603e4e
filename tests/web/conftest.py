"""The application over the hotel's corpus, without a page; conversations go to a folder of the test run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from kitchen import Kitchen

from assistant.build import LiveAssistant
from assistant.settings import Settings
from assistant.web.server import create_app


@pytest.fixture(scope="session")
def hotel_app(live: LiveAssistant, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application as it is served, over the hotel's corpus."""
    settings = live.settings.model_copy(update={"data": tmp_path_factory.mktemp("data")})
    return create_app(live, settings)


@pytest.fixture(scope="session")
def hotel_api(hotel_app: FastAPI) -> Iterator[TestClient]:
    """A client of it."""
    with TestClient(hotel_app, base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.fixture
def kitchen_api(tmp_path: Path) -> Iterator[TestClient]:
    """A client of the kitchen, which also crashes, hesitates, and has no index when it is asked to."""
    app = create_app(Kitchen(pause=0.05), Settings.read({}, data=tmp_path / "data"))
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client
