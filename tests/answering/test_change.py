from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.answering.change import change, differences, last_decision
from assistant.types import (
    Answer,
    Conversation,
    Criterion,
    Evidence,
    Fact,
    Form,
    Query,
    Role,
    Score,
    Scorecard,
    Sentence,
    Turn,
)

ASKED = "We run a kitchen in Florida. Should we outsource it?"
FLORIDA, OHIO = Fact("jurisdiction", "Florida"), Fact("jurisdiction", "Ohio")
CORE, BESIDE = Fact("core", "core"), Fact("core", "not core")
KEEP, GIVE = "Keep the kitchen.", "Outsource the kitchen."


def answer(
    *facts: Fact,
    lean: str = KEEP,
    more: Sequence[str] = (),
    question: str = ASKED,
    follows: bool = False,
    form: Form = "decision",
    used: Sequence[Fact] = (),
    leader: str = "",
) -> Answer:
    """A decision with a lean and requirements, asked with these facts."""
    roles: list[tuple[Role, str]] = [("bottom line", lean), *(("requirement", text) for text in more)]
    query = Query(question, question, context=((ASKED, 0.5),) if follows else (), facts=facts)
    said = tuple(Sentence(text, role, supported=True) for role, text in roles if text)
    return Answer(Evidence(query, ()), form, "answered", said, facts=tuple(used), scorecard=card(leader))


def card(leader: str) -> Scorecard | None:
    options = ("Own kitchen", "Caterer")
    scores = tuple(Score(option, "taste", 5.0 if option == leader else 1.0, None) for option in options)
    return Scorecard("kitchen", options, (Criterion("taste", 1.0),), scores, leans=(leader,)) if leader else None


def after(*answers: Answer) -> Conversation:
    return Conversation(tuple(Turn(a.evidence.query.question, a) for a in answers))


IN_FLORIDA = answer(FLORIDA, more=["Florida wants a licence.", "Cooks wash their hands."])


def test_a_place_that_takes_anothers_is_told_with_what_falls_away_and_what_is_new() -> None:
    now = answer(OHIO, more=["Ohio wants a permit."], question="I meant Ohio, not Florida.", used=[OHIO])
    assert change(now, after(IN_FLORIDA)) == (
        "This changes part of my earlier answer: you said Ohio instead of Florida, "
        "so what it said of Florida falls away and what is said of Ohio is new. The lean stays the same."
    )


def test_it_is_said_that_nothing_is_known_of_the_new_place() -> None:
    now = answer(OHIO, more=["Cooks wash their hands."], question="I meant Ohio, not Florida.")
    assert change(now, after(IN_FLORIDA)) == (
        "This changes part of my earlier answer: you said Ohio instead of Florida, "
        "so what it said of Florida falls away. No sentence shown here is about Ohio itself."
    )


def test_another_lean_is_told_with_the_fact_that_moved_it() -> None:
    before = answer(CORE, leader="Own kitchen")
    now = answer(BESIDE, lean=GIVE, question="actually a side kitchen", follows=True, used=[BESIDE], leader="Caterer")
    assert change(now, after(before)) == (
        "This changes my earlier answer: you said that the work is not core, so the lean is now the one below. "
        "The scorecard now puts Caterer first instead of Own kitchen."
    )


def test_a_fact_that_moves_nothing_is_told_as_such() -> None:
    sizes = Fact("size", "40 people"), Fact("size", "60 people")
    now = answer(FLORIDA, sizes[1], question="we are 60 people", follows=True)
    assert change(now, after(answer(FLORIDA, sizes[0]))) == (
        "This does not change my earlier answer: you said 60 people instead of 40 people, "
        "and nothing shown here depends on 60 people."
    )


def test_a_fact_that_the_answer_used_without_another_lean_is_taken_into_account() -> None:
    low = Fact("scope clarity", "low")
    now = answer(FLORIDA, low, question="our menu changes weekly", follows=True, used=[low])
    assert change(now, after(answer(FLORIDA))) == (
        "This changes part of my earlier answer: you said that the scope clarity is low, "
        "so what follows takes the scope clarity into account. The lean stays the same."
    )


def test_a_fact_that_was_taken_away_is_told() -> None:
    now = answer(more=["Cooks wash their hands."])
    assert change(now, after(IN_FLORIDA)) == (
        "This changes part of my earlier answer: you said no longer Florida, "
        "so what it said of Florida falls away. The lean stays the same."
    )


def test_the_same_lean_in_other_words_is_not_called_another_one() -> None:
    before = answer(FLORIDA, leader="Own kitchen")
    now = answer(FLORIDA, OHIO, lean="Cook yourselves.", question="also in Ohio", follows=True, leader="Own kitchen")
    assert "lean is now" not in change(now, after(before))
    told_earlier = answer(FLORIDA, lean="Cook yourselves.")
    now = answer(FLORIDA, OHIO, lean="Cook yourselves.", question="also in Ohio", follows=True)
    assert "lean is now" not in change(now, after(told_earlier, answer(FLORIDA, lean=GIVE)))
    assert "lean is now" in change(now, after(answer(FLORIDA, lean=GIVE)))


def test_an_answer_that_gives_no_lean_says_nothing_of_it() -> None:
    now = answer(OHIO, lean="", more=["Ohio wants a permit."], question="I meant Ohio, not Florida.", used=[OHIO])
    assert change(now, after(IN_FLORIDA)) == (
        "This changes part of my earlier answer: you said Ohio instead of Florida, "
        "so what it said of Florida falls away and what is said of Ohio is new."
    )


@pytest.mark.parametrize(
    ("now", "conversation"),
    [
        (answer(OHIO), Conversation()),
        (answer(OHIO, follows=True), after(answer(FLORIDA, form="fact"))),
        (answer(OHIO, question="And what does it cost?", follows=True, form="fact"), after(IN_FLORIDA)),
        (answer(FLORIDA, question="And the risks?", follows=True), after(IN_FLORIDA)),
        (answer(OHIO, question="Should a hotel in Ohio rent its linen?"), after(IN_FLORIDA)),
        (
            answer(Fact("function", "payroll"), question="what about payroll?", follows=True),
            after(answer(Fact("function", "marketing"))),
        ),
        (replace(answer(OHIO, follows=True), sentences=()), after(IN_FLORIDA)),
    ],
    ids=["first", "no decision before", "no decision now", "no fact", "another question", "another subject", "refused"],
)
def test_nothing_is_said_where_nothing_was_decided_or_told(now: Answer, conversation: Conversation) -> None:
    assert change(now, conversation) == ""


def test_a_corrected_subject_changes_the_answer() -> None:
    now = answer(Fact("function", "payroll"), lean=GIVE, question="I meant payroll.", follows=True)
    assert change(now, after(answer(Fact("function", "marketing")))).startswith(
        "This changes my earlier answer: you said payroll instead of marketing"
    )


def test_the_last_decision_is_compared_also_where_facts_were_asked_since() -> None:
    between = answer(OHIO, form="fact")
    assert last_decision(after(IN_FLORIDA, between)) == IN_FLORIDA
    now = answer(OHIO, question="so what is your advice?", follows=True)
    assert "Ohio instead of Florida" in change(now, after(IN_FLORIDA, between))


def test_differences_are_by_name_and_leave_out_what_is_the_same() -> None:
    found = differences((FLORIDA, Fact("industry", "hospitality")), (FLORIDA, OHIO, Fact("industry", "retail")))
    assert [(d.name, d.before, d.after) for d in found] == [
        ("jurisdiction", (), ("Ohio",)),
        ("industry", ("hospitality",), ("retail",)),
    ]
