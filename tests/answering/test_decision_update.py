from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.answering.decision_update import is_later_turn, told_before
from assistant.pipeline import Assistant
from assistant.types import Conversation, Outline, Sentence, Turn

LAUNDRY = "Should we outsource the laundry of our hotel?"
TOLD = "We have a spa with daily towels and linen of sick guests"


@pytest.fixture(scope="module")
def talk(line: Assistant) -> Conversation:
    return Conversation().with_turn(Turn(LAUNDRY, line.ask(LAUNDRY)))


@pytest.fixture(scope="module")
def update(line: Assistant, assess: Callable[..., Outline], talk: Conversation) -> list[Sentence]:
    query = line.rewrite(TOLD, talk)
    leaning = replace(query, context=query.context or ((LAUNDRY, 0.5),))
    outline = assess(LAUNDRY, talk)
    evidence = replace(outline.evidence, query=leaning)
    return list(line.compose(replace(outline, evidence=evidence, conversation=talk)))


def test_a_later_turn_leans_on_a_decision_that_was_answered(
    line: Assistant, assess: Callable[..., Outline], talk: Conversation
) -> None:
    outline = assess(LAUNDRY)
    assert not is_later_turn(outline)
    assert not is_later_turn(replace(outline, conversation=talk))  # asked anew, leaning on nothing
    query = replace(outline.evidence.query, context=((LAUNDRY, 0.5),))
    leaning = replace(outline, evidence=replace(outline.evidence, query=query))
    assert is_later_turn(replace(leaning, conversation=talk))
    refused = Conversation().with_turn(Turn("Who mends the lift?", line.ask("What's the weather in Manila?")))
    assert not is_later_turn(replace(leaning, conversation=refused))


def test_the_lean_stands_first_and_the_table_is_not_given_again(update: list[Sentence]) -> None:
    assert update[0].role == "bottom line"
    assert not any(sentence.cell for sentence in update)


def test_nothing_but_the_lean_is_said_again(update: list[Sentence], talk: Conversation) -> None:
    assert not {s.text for s in update[1:]} & set(told_before(talk))
