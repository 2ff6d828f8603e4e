from __future__ import annotations

import threading
from collections.abc import Iterator
from time import monotonic, sleep

import pytest
from kitchen import Kitchen

from assistant.pipeline import NEW as NOTHING_SAID
from assistant.ui.deadline import TooSlow, within
from assistant.ui.respond import NEW, Asking, respond


def test_what_is_in_time_arrives_as_it_is() -> None:
    assert list(within(iter(range(5)), 10)) == [0, 1, 2, 3, 4]


def test_an_error_of_a_step_arrives_as_it_is() -> None:
    def steps() -> Iterator[int]:
        yield 1
        raise KeyError("x")

    run = within(steps(), 10)
    assert next(run) == 1
    with pytest.raises(KeyError):
        next(run)


def test_a_step_that_hangs_is_not_waited_for_and_no_other_begins() -> None:
    go, begun, closed = threading.Event(), [], threading.Event()

    def steps() -> Iterator[int]:
        try:
            for number in range(3):
                begun.append(number)
                yield number
                go.wait(20)
        finally:
            closed.set()

    started = monotonic()
    with pytest.raises(TooSlow, match="longer than"):
        list(within(steps(), 0.2))
    assert monotonic() - started < 10
    go.set()
    assert closed.wait(10)
    assert len(begun) <= 2


def test_a_reader_who_leaves_ends_the_work() -> None:
    closed = threading.Event()

    def steps() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    run = within(steps(), 30)
    next(run)
    run.close()
    assert closed.wait(10)


def test_a_page_whose_answer_hangs_says_so_in_a_sentence_and_keeps_the_question() -> None:
    class Hanging(Kitchen):
        def stream(self, question, conversation=NOTHING_SAID):
            steps = super().stream(question, conversation)
            yield next(steps)
            sleep(2)

    *_, last = respond(Hanging(), Asking("How long is the notice?", NEW, NEW.conversation), seconds=0.2)
    assert "took longer than 0.2 seconds" in last.now
    assert last.box == "How long is the notice?"
    assert last.busy is False
