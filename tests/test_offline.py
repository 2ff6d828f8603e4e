"""Once installed, nothing reaches out: not while the index is built, not when a question is asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import hotel
import pytest
from alone import Alone

pytestmark = pytest.mark.model

QUESTION = "Which temperature is linen of sick guests washed at?"
ANSWER = "Linen of sick guests is washed at 60 degrees or more."
STRACE = shutil.which("strace")


@pytest.mark.parametrize("call", ["create_connection(('127.0.0.1', 9))", "getaddrinfo('localhost', 80)"])
def test_the_block_holds_and_is_noticed(tmp_path: Path, call: str) -> None:
    place = Alone(tmp_path / "alone")
    told = place.run("-c", f"import socket; socket.{call}")
    assert "there is no network here" in told.stderr
    assert place.attempts.startswith("socket.")


def test_the_index_is_built_and_a_question_answered_without_a_network_and_without_a_cache(alone: Alone) -> None:
    asked = alone.assistant("ask", "--json", QUESTION)
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert answer["sentences"][0]["text"] == ANSWER
    assert answer["index"]["documents"] == len(hotel.PAGES)
    assert alone.attempts == ""


def test_nothing_is_kept_in_the_home_of_who_asks(alone: Alone) -> None:
    assert list(alone.home.rglob("*")) == []


@pytest.mark.skipif(STRACE is None, reason="strace, which sees what native code does, is not installed")
def test_native_code_connects_to_nothing(alone: Alone) -> None:
    calls = alone.folder / "calls"
    below = (str(STRACE), "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-e", "signal=none", "-o", str(calls))
    asked = alone.assistant("ask", QUESTION, below=below)
    assert ANSWER in asked.stdout
    assert [line for line in calls.read_text("utf-8").splitlines() if "AF_INET" in line] == []
