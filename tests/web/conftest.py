"""The application over the hotel's corpus and over the kitchen's, called directly and through a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from kitchen import Kitchen
from serving import HERE, hotel_application, serving

from assistant.build import LiveAssistant
from assistant.settings import Settings
from assistant.web.server import create_app


@pytest.fixture(scope="session")
def hotel_app(live: LiveAssistant, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application over the hotel's corpus."""
    return hotel_application(live, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def hotel_api(hotel_app: FastAPI) -> Iterator[TestClient]:
    """A client of it."""
    with TestClient(hotel_app, base_url=HERE) as client:
        yield client


@pytest.fixture
def kitchen_api(tmp_path: Path) -> Iterator[TestClient]:
    """A client of the kitchen, which also crashes, hesitates, and has no index when it is asked to."""
    with TestClient(
        create_app(Kitchen(pause=0.05), Settings.read({}, data=tmp_path / "data")), base_url=HERE
    ) as client:
        yield client


@pytest.fixture(scope="session")
def served(live: LiveAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server over the hotel's corpus, without a slash at its end."""
    yield from serving(hotel_application(live, tmp_path_factory.mktemp("data")))
