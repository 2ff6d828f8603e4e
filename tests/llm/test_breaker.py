"""A server that keeps failing is left alone, then tried by one call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from assistant.errors import ModelError
from assistant.llm.breaker import Breaker
from assistant.llm.failures import FAILURES, OF_THE_SERVER, WORTH_A_SECOND_TRY, failed


class Clock:
    """A time that moves when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, rest=30, now=clock)


def call(breaker: Breaker, kind: str = "") -> str:
    """Return how a call ended: `well`, or the kind of its failure."""
    try:
        with breaker.call():
            if kind:
                raise failed(kind)
    except ModelError as error:
        return error.kind
    return "well"


def test_three_failures_in_a_row_open_it_for_a_while(breaker: Breaker, clock: Clock) -> None:
    assert [call(breaker, "server") for _ in range(4)] == ["server"] * 3 + ["resting"]
    clock.now = 29
    assert call(breaker) == "resting"
    clock.now = 31
    assert call(breaker) == "well"
    assert [call(breaker, "server") for _ in range(2)] == ["server"] * 2


def test_a_trial_that_fails_begins_the_rest_anew(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        call(breaker, "slow")
    clock.now = 31
    assert call(breaker, "slow") == "slow"
    clock.now = 60
    assert call(breaker) == "resting"


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    assert [call(breaker, kind) for kind in ("server", "server", "", "server", "server", "")][-1] == "well"


@pytest.mark.parametrize("kind", sorted(FAILURES.keys() - OF_THE_SERVER))
def test_a_failure_of_the_question_says_nothing_of_the_server(breaker: Breaker, kind: str) -> None:
    assert [call(breaker, kind) for _ in range(5)] == [kind] * 5
    assert breaker.well


def test_a_reader_who_leaves_the_trial_leaves_it_to_the_next(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        call(breaker, "server")
    clock.now = 31
    with pytest.raises(GeneratorExit), breaker.call():
        raise GeneratorExit
    assert call(breaker) == "well"


def test_of_many_threads_one_tries_the_server(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        call(breaker, "server")
    clock.now = 31
    together = Barrier(8)

    def held() -> str:
        together.wait()
        try:
            with breaker.call():
                inside.wait()
        except ModelError as error:
            outside.append(error.kind)
            if len(outside) == 7:
                inside.wait()
            return error.kind
        return "well"

    inside, outside = Barrier(2), []  # type: ignore[var-annotated]
    with ThreadPoolExecutor(8) as threads:
        ended = [future.result(10) for future in [threads.submit(held) for _ in range(8)]]
    assert sorted(ended) == ["resting"] * 7 + ["well"]


def test_every_failure_is_a_clause_with_a_hint() -> None:
    assert FAILURES.keys() >= OF_THE_SERVER | WORTH_A_SECOND_TRY
    for kind, (message, hint) in FAILURES.items():
        assert message == failed(kind).args[0]
        assert message[0].islower()
        assert not message.endswith(".")
        assert hint.endswith(".")
