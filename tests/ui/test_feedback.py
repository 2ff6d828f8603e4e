from assistant.records.store import MOST_REASON
from assistant.types import Rating
from assistant.ui import feedback


def test_a_reason_belongs_to_a_thumb_down_alone_and_has_an_end() -> None:
    assert feedback.rated({}, 1, "up", "why")[1] == Rating("up", "")
    assert feedback.rated({}, 1, "sideways", "why")[1] == Rating()
    assert len(feedback.rated({}, 1, "down", "x" * 900)[1].reason) == MOST_REASON


def test_setting_one_rating_leaves_the_others() -> None:
    before = {1: Rating("up")}
    assert feedback.rated(before, 2, "down", "no") == {1: Rating("up"), 2: Rating("down", "no")}
    assert before == {1: Rating("up")}


def test_a_reason_is_shown_as_text() -> None:
    shown = feedback.buttons(1, Rating("down", "</textarea><script>"), save=True)
    assert "<script>" not in shown
    assert "</textarea></label>" in shown
