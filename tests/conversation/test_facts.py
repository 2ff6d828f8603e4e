from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.facts import draw_facts, edit
from assistant.text import MOST_CHARACTERS
from assistant.types import Conversation, Fact, FactName, FactState, Turn

NEW = Conversation()
Told = set[tuple[str, str]]


def utterances() -> list[tuple[str, Told]]:
    """The talks of the table, each with the facts that hold after it."""
    lines = Path(__file__).with_name("utterances.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("  ->", 1) for line in lines if line and not line.startswith("#")]
    return [
        (talk, {(f.split(": ")[0].strip(), f.split(": ")[1]) for f in told.split(";") if f}) for talk, told in pairs
    ]


TABLE = utterances()


def talk(*questions: str) -> Conversation:
    return Conversation(tuple(Turn(question) for question in questions))


def drawn(text: str) -> tuple[Fact, ...]:
    *before, question = text.split(" / ")
    return draw_facts(question, talk(*before))


def values(facts: tuple[Fact, ...]) -> Told:
    return {(f.name, f.value) for f in facts}


@pytest.mark.parametrize(("text", "told"), TABLE, ids=[text[:60] for text, _ in TABLE])
def test_nothing_is_drawn_that_was_not_told(text: str, told: Told) -> None:
    assert values(drawn(text)) - told == set()


def test_all_that_was_told_is_drawn_but_for_what_is_known_to_be_missed() -> None:
    missed = [(text, told - values(drawn(text))) for text, told in TABLE if told - values(drawn(text))]
    assert missed == [("Hiring five recruiters in Kenya – risks?", {("function", "hr and recruiting")})]
    assert len(TABLE) >= 130


@pytest.mark.parametrize("text", [text for text, _ in TABLE])
def test_the_words_of_a_fact_are_an_exact_slice_of_the_question_it_was_drawn_from(text: str) -> None:
    questions = text.split(" / ")
    for fact in drawn(text):
        assert fact.words
        assert fact.words in questions[fact.turn - 1]


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(fact.words in text for fact in draw_facts(text, NEW))


@pytest.mark.parametrize(
    "part", ["word we offshore our a ", "not in the a our ", "we are in India ", "$1,000 ", "a.b?"]
)
def test_the_longest_question_is_read_in_a_moment(part: str) -> None:
    start = perf_counter()
    draw_facts(part * (MOST_CHARACTERS // len(part)), NEW)
    assert perf_counter() - start < 2


def test_a_typographic_apostrophe_is_as_good_as_a_plain_one() -> None:
    assert values(draw_facts("We’re in Ohio and don’t hold health data.", NEW)) == {("jurisdiction", "Ohio")}


def test_facts_come_in_one_order_whatever_the_order_of_the_words() -> None:
    one = draw_facts("We are a bank with 40 people in Ohio.", NEW)
    other = draw_facts("In Ohio, 40 people, we are a bank.", NEW)
    assert [f.name for f in one] == [f.name for f in other] == ["industry", "jurisdiction", "size"]


def test_a_fact_told_twice_keeps_its_first_words() -> None:
    (fact,) = draw_facts("Our payroll is slow.", talk("Should we outsource payroll?"))
    assert (fact.words, fact.turn) == ("payroll", 1)


# By hand


FLORIDA = "We are a hospital in Florida. Should we outsource our patient portal?"


def asked(conversation: Conversation, question: str) -> Conversation:
    """The conversation with one more question, as a face keeps it: facts said with those entered by hand."""
    facts = draw_facts(question, conversation)
    removed = (f for f in conversation.facts if f.state == "removed")
    return Conversation((*conversation.turns, Turn(question)), (*removed, *facts))


def state_of(facts: tuple[Fact, ...], name: FactName) -> list[tuple[str, FactState]]:
    return [(f.value, f.state) for f in facts if f.name == name]


def test_an_edited_fact_wins_over_the_words_it_was_drawn_from_also_when_the_question_is_asked_again() -> None:
    edited = edit(asked(NEW, FLORIDA), "jurisdiction", "Florida", "Ohio")
    again = draw_facts(FLORIDA, edited)
    assert state_of(again, "jurisdiction") == [("Ohio", "edited")]
    instead = draw_facts(FLORIDA, Conversation(edited.turns[:-1], edited.facts))
    assert state_of(instead, "jurisdiction") == [("Ohio", "edited")]
    assert state_of(again, "industry") == [("hospital", "said")]


def test_what_is_said_later_wins_over_an_edit() -> None:
    edited = asked(edit(asked(NEW, FLORIDA), "jurisdiction", "Florida", "Ohio"), FLORIDA)
    assert state_of(draw_facts("Actually we are in Texas.", edited), "jurisdiction") == [("Texas", "said")]
    sized = edit(asked(NEW, "We are 40 people."), "size", "40 people", "60 people")
    assert state_of(draw_facts("What now?", sized), "size") == [("60 people", "edited")]
    assert state_of(draw_facts("We have 80 employees.", sized), "size") == [("80 people", "said")]


def test_a_removed_fact_does_not_come_back_unless_it_is_said_anew() -> None:
    removed = edit(asked(NEW, FLORIDA), "industry", "hospital", None)
    kept = asked(asked(removed, FLORIDA), "What does it cost?")
    assert state_of(kept.facts, "industry") == [("hospital", "removed")]
    assert state_of(draw_facts("And the risks?", kept), "industry") == []
    anew = asked(kept, "We are a hospital, remember.")
    assert ("hospital", "said") in state_of(anew.facts, "industry")
    assert state_of(draw_facts("And the risks?", anew), "industry") == [("hospital", "said")]


def test_only_one_of_several_places_is_changed() -> None:
    both = asked(NEW, "We are in Florida and our vendor is in India.")
    facts = draw_facts("And the risks?", edit(both, "jurisdiction", "Florida", "Ohio"))
    assert values(facts) == {("jurisdiction", "Ohio"), ("jurisdiction", "India")}
    facts = draw_facts("And the risks?", edit(both, "jurisdiction", "India", None))
    assert values(facts) == {("jurisdiction", "Florida")}


def test_a_fact_can_be_added_by_hand_and_changed_back() -> None:
    added = edit(NEW, "industry", "", "bank")
    assert draw_facts("Is a captive wise?", added) == (Fact("industry", "bank", state="edited"),)
    changed = edit(edit(asked(NEW, FLORIDA), "jurisdiction", "Florida", "Ohio"), "jurisdiction", "Ohio", "Florida")
    assert values(draw_facts(FLORIDA, changed)) >= {("jurisdiction", "Florida")}
    assert ("jurisdiction", "Ohio") not in values(draw_facts(FLORIDA, changed))


def test_facts_given_with_a_conversation_hold_until_others_are_told() -> None:
    given_first = Conversation(facts=(Fact("industry", "fintech"), Fact("size", "40 people")))
    facts = draw_facts("We are 60 people now.", given_first)
    assert values(facts) == {("industry", "fintech"), ("size", "60 people")}


def test_what_a_caller_sends_along_with_a_history_counts_as_entered_now() -> None:
    sent = Conversation(talk(FLORIDA).turns, (Fact("jurisdiction", "Ohio", state="edited"),))
    (place,) = [f for f in draw_facts("And the risks?", sent) if f.name == "jurisdiction" and f.value == "Ohio"]
    assert place.turn == 1
    removed = Conversation(talk(FLORIDA).turns, (Fact("jurisdiction", "Florida", state="removed"),))
    assert state_of(draw_facts("And the risks?", removed), "jurisdiction") == []
    assert state_of(draw_facts("Actually we are in Texas.", sent), "jurisdiction") == [("Texas", "said")]
