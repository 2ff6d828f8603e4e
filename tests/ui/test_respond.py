from kitchen import Kitchen

from assistant.text import MOST_CHARACTERS
from assistant.types import Conversation
from assistant.ui.respond import Screen, respond, stop

NEW = Conversation()


def screens(question: str, conversation: Conversation = NEW) -> list[Screen]:
    return list(respond(Kitchen(), question, conversation))


def test_the_first_change_shows_the_question_and_the_last_one_the_answer() -> None:
    first, *_, last = screens("Should we outsource the canteen?")
    assert (first.busy, first.box) == (True, "")
    assert "Searching" in first.now
    assert last.busy is False
    assert "How this was found" in last.now
    assert last.conversation.turns[0].answer.status == "answered"


def test_a_conversation_grows_by_one_turn_a_question() -> None:
    conversation = screens("Should we outsource the canteen?")[-1].conversation
    last = screens("How long is the notice?", conversation)[-1]
    assert [t.question for t in last.conversation.turns] == [
        "Should we outsource the canteen?",
        "How long is the notice?",
    ]
    assert conversation.turns == last.conversation.turns[:1]


def test_what_was_said_is_kept_when_the_reader_stops() -> None:
    run = respond(Kitchen(), "Tell me slowly", NEW)
    said = next(change for change in run if change.conversation and change.conversation.turns[0].answer)
    run.close()
    stopped = stop(Kitchen(), said.conversation)
    assert "Give the cooking" in stopped.now
    assert "Stopped before it was finished" in stopped.now
    assert stopped.busy is False


def test_a_stop_before_anything_was_found_says_so() -> None:
    run = respond(Kitchen(), "Tell me slowly", NEW)
    stopped = stop(Kitchen(), next(run).conversation)
    run.close()
    assert "Nothing had been found yet." in stopped.now


def test_our_own_errors_keep_the_question_and_carry_the_hint() -> None:
    last = screens("no index")[-1]
    assert last.box == "no index"
    assert last.conversation == NEW
    assert "No index has been built." in last.now
    assert "Run `assistant index`." in last.now


def test_any_other_error_is_logged_and_told_without_its_details(caplog) -> None:
    last = screens("Will it crash?")[-1]
    assert last.box == "Will it crash?"
    assert "secret" not in last.now
    assert "secret detail" in caplog.text


def test_an_empty_question_changes_nothing() -> None:
    assert screens(" \n ") == []


def test_a_question_that_is_too_long_is_not_asked() -> None:
    (only,) = screens("x" * (MOST_CHARACTERS + 1))
    assert "at most 8,000 can be asked" in only.now
    assert only.conversation is None
