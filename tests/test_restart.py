"""The server killed and started again: nothing that was kept is lost, and old answers cite what they cited."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import pytest
from alone import Alone

pytestmark = [pytest.mark.model, pytest.mark.slow]


@contextmanager
def serving(alone: Alone, log: str, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a served assistant, and its process."""
    told = alone.folder / log
    environment = alone.environment(
        ASSISTANT_CORPUS=str(alone.corpus), ASSISTANT_INDEX=str(alone.index), ASSISTANT_DATA=str(alone.folder / "kept")
    )
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", *options]
    with told.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=alone.folder, stdout=out, stderr=out)
    try:
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", told.read_text("utf-8"))):
            assert process.poll() is None, told.read_text("utf-8")
            time.sleep(0.1)
        yield found[0], process
    finally:
        process.kill()
        process.wait()


def call(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = json.dumps(body).encode() if body else None
    with urlopen(Request(url, data, {"content-type": "application/json"}), timeout=30) as answer:
        return json.load(answer)


def test_a_killed_server_comes_back_with_its_conversations_and_their_citations(alone: Alone) -> None:
    with serving(alone, "first.log") as (address, process):
        said = call(address + "/api/ask", {"question": "How is linen of sick guests washed?", "save": True})
        assert said["citations"]
        before = call(f"{address}/api/conversations/{said['conversation_id']}")
        process.send_signal(signal.SIGKILL)
        process.wait()
    with serving(alone, "second.log") as (address, _):
        after = call(f"{address}/api/conversations/{said['conversation_id']}")
        assert after == before
        assert json.dumps(said["citations"][0]["quote"]) in json.dumps(after)


def test_what_the_corpus_got_meanwhile_is_served_by_a_start_that_updates_the_index(alone: Alone) -> None:
    added = alone.corpus / "articles" / "towels.md"
    added.write_text("# Towels\n\nTowels are changed every second day.\n", "utf-8")
    try:
        with serving(alone, "updated.log", "--update") as (address, _):
            assert "Towels" in {one["title"] for one in call(f"{address}/api/documents")["documents"]}
    finally:
        added.unlink()


def test_a_start_whose_update_fails_says_why_and_serves_nothing(alone: Alone) -> None:
    nowhere = str(alone.folder / "nowhere")
    with pytest.raises(AssertionError, match="nowhere"), serving(alone, "failed.log", "--update", "--corpus", nowhere):
        pass
