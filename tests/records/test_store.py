from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import samples

from assistant import __version__
from assistant.errors import BadInput, UnknownConversation
from assistant.records.database import Database
from assistant.records.store import LOCAL, MOST_REASON, Records, unkept
from assistant.types import Conversation, Fact, Kept, Rating, Turn


def kept(records: Records, conversation: Conversation | None = None, owner: str = LOCAL) -> Kept:
    """The sample conversation, kept turn by turn as it is asked."""
    conversation, id = conversation or samples.talk(), None
    for number in range(1, len(conversation.turns) + 1):
        saved = records.save_turn(owner, id, samples.first(number, conversation), index=samples.INDEX)
        id = saved.id
    return saved


# --- what goes in comes out ---------------------------------------------------------------


def test_what_comes_back_is_what_went_in(records: Records) -> None:
    id = kept(records).id
    back = records.get(LOCAL, id)
    assert back.conversation == samples.talk()
    assert [turn.number for turn in back.turns] == [1, 2, 3]
    assert {turn.version for turn in back.turns} == {__version__}
    assert all(turn.index == samples.INDEX for turn in back.turns)


def test_what_saving_returns_is_what_is_kept(records: Records) -> None:
    saved = kept(records)
    assert saved == records.get(LOCAL, saved.id)


def test_a_restart_changes_nothing(records: Records) -> None:
    saved = kept(records)
    records.close()
    assert records.get(LOCAL, saved.id) == saved


def test_a_turn_that_could_not_be_kept_is_kept_with_the_next_one(records: Records) -> None:
    id = records.save_turn(LOCAL, None, samples.first(1), index=samples.INDEX).id
    records.save_turn(LOCAL, id, samples.talk(), index=samples.INDEX)
    assert records.get(LOCAL, id).conversation == samples.talk()


def test_an_answer_that_comes_again_takes_the_place_of_its_first_part(records: Records) -> None:
    part = replace(samples.fact(), notice="Stopped.")
    id = records.save_turn(LOCAL, None, Conversation((Turn("Why?", part),)), index=samples.INDEX).id
    whole = Conversation((Turn("Why?", samples.fact()),))
    assert records.save_turn(LOCAL, id, whole, index=samples.INDEX).id == id
    assert records.get(LOCAL, id).conversation == whole


def test_two_windows_that_go_on_differently_become_two_conversations(records: Records) -> None:
    id = kept(records).id
    other = replace(samples.talk(), turns=(*samples.first(2).turns, Turn("And tyres?", samples.fact())))
    forked = records.save_turn(LOCAL, id, other, index=samples.INDEX)
    assert forked.id != id
    assert forked.conversation == records.get(LOCAL, forked.id).conversation == other
    assert records.get(LOCAL, id).conversation == samples.talk()


def test_a_conversation_without_a_turn_is_refused(records: Records) -> None:
    with pytest.raises(BadInput):
        records.save_turn(LOCAL, None, Conversation(), index={})


def test_hidden_and_broken_characters_in_a_question_come_back_too(records: Records) -> None:
    odd = Conversation((Turn("Why \ud800\u202e\x00?", replace(samples.fact(), confidence=float("inf"))),))
    saved = records.save_turn(LOCAL, None, odd, index=samples.INDEX)
    assert records.get(LOCAL, saved.id).conversation == odd
    assert saved.title == "Why ?"


def test_a_conversation_that_is_not_stored_has_the_same_form() -> None:
    loose = unkept(samples.talk(), index=samples.INDEX)
    assert (loose.id, loose.title, len(loose.turns)) == ("", "Should we repair abroad?", 3)


# --- the list -----------------------------------------------------------------------------


def test_the_title_is_the_beginning_of_the_first_question(records: Records) -> None:
    long = "Should we " + "really " * 40 + "repair?"
    title = records.save_turn(LOCAL, None, Conversation((Turn(long),)), index={}).title
    assert title.startswith("Should we really")
    assert len(title) <= 80


def test_the_list_has_the_latest_first_in_pages(records: Records) -> None:
    ids = [kept(records, samples.first(1)).id for _ in range(5)]
    records.save_turn(LOCAL, ids[0], samples.first(2), index={})
    order = [ids[0], ids[4], ids[3], ids[2], ids[1]]
    assert [item.id for item in records.list(LOCAL)] == order
    assert [item.id for item in records.list(LOCAL, limit=2, offset=1)] == order[1:3]
    assert [item.turns for item in records.list(LOCAL)] == [2, 1, 1, 1, 1]


@pytest.mark.parametrize("search", ["abroad", "REPAIRING", "mechan", "40 euros", "bicycles wheel", "Mars?"])
def test_the_search_finds_words_of_questions_and_answers_in_any_form(records: Records, search: str) -> None:
    id = kept(records).id
    kept(records, Conversation((Turn("What is a brake?", answer_text="It stops."),)))
    assert [item.id for item in records.list(LOCAL, search)] == [id]


@pytest.mark.parametrize("search", ["50 euros", "mechanics % sing", "wheel tulip"])
def test_the_search_finds_nothing_where_a_word_is_missing(records: Records, search: str) -> None:
    kept(records)
    assert records.list(LOCAL, search) == ()


def test_the_search_finds_words_of_a_title(records: Records) -> None:
    id = kept(records).id
    records.rename(LOCAL, id, "Board meeting")
    assert [item.id for item in records.list(LOCAL, "board meet")] == [id]


def test_signs_alone_search_for_nothing(records: Records) -> None:
    kept(records)
    assert len(records.list(LOCAL, "%_'\";--")) == 1


# --- whose it is --------------------------------------------------------------------------

ACTIONS = {
    "get": lambda records, who, id: records.get(who, id),
    "rename": lambda records, who, id: records.rename(who, id, "Mine"),
    "delete": lambda records, who, id: records.delete(who, id),
    "set_facts": lambda records, who, id: records.set_facts(who, id, ()),
    "rate": lambda records, who, id: records.rate(who, id, 1, "up"),
    "share": lambda records, who, id: records.share(who, id),
    "unshare": lambda records, who, id: records.unshare(who, id),
    "save_turn": lambda records, who, id: records.save_turn(who, id, samples.talk(), index={}),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("who", "known"), [("mallory", True), ("alice", False)])
def test_a_foreign_conversation_is_as_unknown_as_none(records: Records, action: str, who: str, known: bool) -> None:
    saved = kept(records, owner="alice")
    with pytest.raises(UnknownConversation) as raised:
        ACTIONS[action](records, who, saved.id if known else "x\ud800")
    assert str(raised.value) == "there is no such conversation"
    assert records.get("alice", saved.id) == saved
    assert records.list("mallory") == ()


def test_ids_cannot_be_guessed_nor_taken_for_options(records: Records) -> None:
    ids = {kept(records, samples.first(1)).id for _ in range(40)}
    assert len(ids) == 40
    assert all(len(id) == 22 and not id.startswith("-") for id in ids)


# --- what readers change ------------------------------------------------------------------


def test_facts_that_the_reader_set_are_kept(records: Records) -> None:
    id = kept(records).id
    facts = (Fact("jurisdiction", "Ohio", state="edited"),)
    records.set_facts(LOCAL, id, facts)
    assert records.get(LOCAL, id).conversation == replace(samples.talk(), facts=facts)


def test_a_rating_belongs_to_its_turn_and_can_be_taken_back(records: Records) -> None:
    id = kept(records).id
    records.rate(LOCAL, id, 2, "down", " too old " + "x" * 900)
    records.rate(LOCAL, id, 3, "up", "no reason with this one")
    first, second, third = (turn.rating for turn in records.get(LOCAL, id).turns)
    assert (first, third) == (Rating(), Rating("up"))
    assert second.reason.startswith("too old")
    assert len(second.reason) == MOST_REASON
    records.rate(LOCAL, id, 2, "")
    assert records.get(LOCAL, id).turns[1].rating == Rating()


@pytest.mark.parametrize(("turn", "thumb"), [(9, "up"), (1, "sideways")])
def test_a_rating_of_nothing_is_refused(records: Records, turn: int, thumb: str) -> None:
    id = kept(records).id
    with pytest.raises(BadInput):
        records.rate(LOCAL, id, turn, thumb)


def test_a_title_can_be_changed_but_not_to_nothing(records: Records) -> None:
    id = kept(records).id
    records.rename(LOCAL, id, "  The\nboard \u202e ")
    assert records.get(LOCAL, id).title == "The board"
    with pytest.raises(BadInput):
        records.rename(LOCAL, id, " \u200b ")


def test_a_token_shares_until_it_is_revoked(records: Records) -> None:
    id = kept(records).id
    records.rate(LOCAL, id, 1, "down", "private")
    token = records.share(LOCAL, id)
    assert records.share(LOCAL, id) == token == records.get(LOCAL, id).share
    seen = records.shared(token)
    assert (seen.id, seen.conversation) == ("", samples.talk())
    assert {turn.rating for turn in seen.turns} == {Rating()}
    records.unshare(LOCAL, id)
    for wrong in (token, id, ""):
        with pytest.raises(UnknownConversation):
            records.shared(wrong)
    assert records.share(LOCAL, id) != token


# --- at the same time ---------------------------------------------------------------------


def test_many_threads_keep_all_they_say(records: Records) -> None:
    def ask(owner: str) -> None:
        for _ in range(3):
            kept(records, samples.first(2), owner=owner)

    threads = [threading.Thread(target=ask, args=(f"user {n % 4}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(records.list(f"user {n}")) for n in range(4)] == [6, 6, 6, 6]


def test_two_programs_share_the_file(records: Records) -> None:
    other = Records(Database(records.database.path))
    saved = kept(records)
    kept(other, owner="alice")
    assert other.get(LOCAL, saved.id) == saved
    assert len(records.list("alice")) == 1
    other.close()
