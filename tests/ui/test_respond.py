from dataclasses import replace

from kitchen import Kitchen

from assistant.errors import RecordsUnavailable
from assistant.text import MOST_CHARACTERS
from assistant.types import Kept, Notice
from assistant.ui.respond import NEW, Asking, Screen, respond, stop


def asking(question: str, before: Kept = NEW) -> Asking:
    return Asking(question, before, before.conversation)


def screens(question: str, before: Kept = NEW) -> list[Screen]:
    return list(respond(Kitchen(), asking(question, before)))


def test_the_first_change_shows_the_question_and_the_last_one_the_answer() -> None:
    first, *_, last = screens("Should we outsource the canteen?")
    assert (first.busy, first.box) == (True, "")
    assert "Searching" in first.now
    assert last.busy is False
    assert "How this was found" in last.now
    assert last.kept.conversation.turns[0].answer.status == "answered"


def test_a_conversation_grows_by_one_turn_a_question() -> None:
    before = screens("Should we outsource the canteen?")[-1].kept
    last = screens("How long is the notice?", before)[-1]
    assert [t.question for t in last.kept.conversation.turns] == [
        "Should we outsource the canteen?",
        "How long is the notice?",
    ]
    assert before.conversation.turns == last.kept.conversation.turns[:1]


def test_what_was_said_is_kept_when_the_reader_stops() -> None:
    run = respond(Kitchen(), asking("Tell me slowly"))
    said = next(change for change in run if change.kept and change.kept.conversation.turns[0].answer)
    run.close()
    stopped = stop(Kitchen(), said.kept)
    assert "Give the cooking" in stopped.now
    assert "Stopped before it was finished" in stopped.now
    assert stopped.busy is False


def test_a_stop_before_anything_was_found_says_so() -> None:
    run = respond(Kitchen(), asking("Tell me slowly"))
    stopped = stop(Kitchen(), next(run).kept)
    run.close()
    assert "Nothing had been found yet." in stopped.now


def test_our_own_errors_keep_the_question_and_carry_the_hint() -> None:
    last = screens("no index")[-1]
    assert last.box == "no index"
    assert last.kept == NEW
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
    assert only.kept is None


def test_an_answer_that_cannot_be_kept_is_shown_and_says_so() -> None:
    def full(kept: Kept) -> Kept:
        raise RecordsUnavailable("the disk is full", hint="Make room.")

    last = list(respond(Kitchen(), asking("How long is the notice?"), keep=full))[-1]
    assert "The first caterer left" in last.now
    assert "This answer is not kept: the disk is full. Make room." in last.now


def test_what_was_withdrawn_is_not_shown_any_more() -> None:
    class Withdrawing(Kitchen):
        def stream(self, question, conversation=NEW.conversation):
            query, evidence, outline, first, *_, answer = super().stream(question, conversation)
            yield from (query, evidence, outline, first, Notice("The model did not finish.", restart=True), answer)

    *_, withdrawn, last = respond(Withdrawing(), asking("Should we outsource the canteen?"))
    assert "The model did not finish." in withdrawn.now
    assert "Give the cooking" not in withdrawn.now
    assert "Give the cooking" in last.now


def test_an_old_question_asked_again_says_what_changed() -> None:
    answer = Kitchen().ask("Should we outsource the canteen?")
    again = replace(asking("Should we outsource the canteen?"), earlier=answer)
    assert "Nothing has changed." in list(respond(Kitchen(), again))[-1].now
