from __future__ import annotations

import json
import math
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import plain
from assistant.types import Answer, Fact, Scorecard, Sentence, Turn

TEXT = st.text(st.characters(), max_size=40)
"""Anything, lone surrogates and control characters included."""

NUMBER = st.floats(allow_nan=False)

OLD_TURN = Path(__file__).parent / "turn-of-version-1.json"
"""A turn as the first version wrote it."""


def stored(value: object) -> dict:
    return json.loads(zlib.decompress(plain.dump(value)))


def again(data: object) -> bytes:
    return zlib.compress(json.dumps(data).encode())


@given(st.builds(Sentence, text=TEXT, role=st.just("risk"), support=NUMBER, supported=st.booleans(), draft=TEXT))
def test_any_sentence_comes_back_as_it_was(sentence: Sentence) -> None:
    answer = replace(samples.decision(), sentences=(sentence,), notice=sentence.text, confidence=sentence.support)
    turn = Turn(sentence.text, answer)
    assert plain.load(Turn, plain.dump(turn)) == turn


@given(st.tuples(st.builds(Fact, name=st.just("team"), value=TEXT, words=TEXT, turn=st.integers())))
def test_any_facts_come_back_as_they_were(facts: tuple[Fact, ...]) -> None:
    assert plain.load(tuple[Fact, ...], plain.dump(facts)) == facts


def test_what_is_no_number_comes_back_too() -> None:
    back = plain.load(Answer, plain.dump(replace(samples.fact(), confidence=math.nan)))
    assert math.isnan(back.confidence)


def test_every_part_of_an_answer_comes_back_as_its_own_type() -> None:
    back = plain.load(Answer, plain.dump(samples.decision()))
    assert back == samples.decision()
    assert repr(back) == repr(samples.decision())
    assert isinstance(back.scorecard, Scorecard)


def test_a_passage_is_written_once_however_often_it_is_cited() -> None:
    assert zlib.decompress(plain.dump(samples.decision())).count(samples.REPAIRS.encode()) == 1


def test_an_answer_of_the_first_version_still_loads() -> None:
    turn = plain.load(Turn, zlib.compress(OLD_TURN.read_bytes()))
    assert turn.question == "Should we repair abroad?"
    assert turn.answer.shown[0].citations[0].text == samples.LEAN.text
    assert turn.answer.scorecard.ranking == ("keep", "outsource")


def test_missing_fields_have_their_defaults_and_unknown_ones_are_passed_over() -> None:
    data = stored(Turn("Why?", samples.decision()))
    for name in ("scorecard", "facts", "change", "notice", "seconds"):
        del data["value"]["answer"][name]
    data["value"]["answer"]["mood"] = {"of": ["tomorrow"]}
    data["passages"][0]["colour"] = "red"
    back = plain.load(Turn, again(data))
    expected = replace(samples.decision(), scorecard=None, facts=(), change="", notice="", seconds={})
    assert back == Turn("Why?", expected)


@pytest.mark.parametrize("body", [b"", b"no", zlib.compress(b"{"), again({"passages": [], "value": {"answer": {}}})])
def test_what_is_no_stored_value_is_an_error(body: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        plain.load(Turn, body)
