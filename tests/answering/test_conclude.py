from __future__ import annotations

from dataclasses import replace

from assistant.answering.conclude import Conclusion
from assistant.pipeline import NEW, Assistant
from assistant.types import Answer, Conversation, Scorecard, Turn

CARD = Scorecard("laundry", ("Own laundry",), (), ())
DECISION = "Should we outsource the laundry of our hotel?"


def concluding(line: Assistant, card: Scorecard | None = None) -> Assistant:
    """The hotel's line with a scorecard for every decision."""
    assert isinstance(line.conclude, Conclusion)

    def score(answer: Answer, conversation: Conversation) -> Scorecard | None:
        return card if answer.form == "decision" else None

    return replace(line, conclude=replace(line.conclude, score=score))


def test_a_decision_has_its_scorecard_its_facts_and_what_the_suggester_adds(line: Assistant) -> None:
    answer = concluding(line, CARD).ask(DECISION)
    assert [(f.name, f.value, f.words) for f in answer.facts] == [("industry", "hospitality", "hotel")]
    assert answer.scorecard == CARD
    assert answer.terms
    assert answer.change == ""


def test_the_facts_used_hold_also_of_the_question_before(line: Assistant) -> None:
    line = concluding(line)
    before = line.ask(DECISION)
    after = line.ask("we are in Texas", NEW.with_turn(Turn(DECISION, before)))
    assert [f.value for f in after.evidence.query.facts] == ["hospitality", "Texas"]
    assert after.change == (
        "This does not change my earlier answer: you said Texas, and no sentence shown here is about Texas itself."
    )


def test_another_form_has_no_scorecard_and_a_refusal_nothing_at_all(line: Assistant) -> None:
    line = concluding(line, CARD)
    assert line.ask("Which temperature is linen of sick guests washed at?").scorecard is None
    refused = line.ask("What's the weather in Manila?")
    assert (refused.scorecard, refused.facts, refused.change, refused.follow_ups) == (None, (), "", ())
