import json

from assistant.types import Conversation, Turn
from assistant.ui import feedback
from assistant.ui.feedback import MOST_REASON, Rating


def test_a_reason_belongs_to_a_thumb_down_alone_and_has_an_end() -> None:
    assert feedback.rated({}, 1, "up", "why")[1] == Rating("up", "")
    assert feedback.rated({}, 1, "sideways", "why")[1] == Rating()
    assert len(feedback.rated({}, 1, "down", "x" * 900)[1].reason) == MOST_REASON


def test_setting_one_rating_leaves_the_others() -> None:
    before = {1: Rating("up")}
    assert feedback.rated(before, 2, "down", "no") == {1: Rating("up"), 2: Rating("down", "no")}
    assert before == {1: Rating("up")}


def test_a_saved_conversation_has_each_turn_with_what_was_said_of_it() -> None:
    talk = Conversation((Turn("Why?", answer_text="So."), Turn("And then?")))
    assert json.loads(feedback.exported(talk, {2: Rating("down", "empty")})) == {
        "turns": [
            {"question": "Why?", "answer": "So.", "thumb": None, "reason": ""},
            {"question": "And then?", "answer": "", "thumb": "down", "reason": "empty"},
        ]
    }


def test_a_reason_is_shown_as_text() -> None:
    shown = feedback.buttons(1, Rating("down", "</textarea><script>"), save=True)
    assert "<script>" not in shown
    assert "</textarea></label>" in shown
