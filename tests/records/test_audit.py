from __future__ import annotations

from dataclasses import replace

import pytest
import samples

from assistant import __version__
from assistant.records.audit import gaps
from assistant.records.store import LOCAL, Records
from assistant.types import Answer, Conversation, Turn


def ask(records: Records, question: str, answer: Answer, owner: str = LOCAL) -> str:
    asked = replace(answer, evidence=replace(answer.evidence, query=samples.refusal(question).evidence.query))
    return records.save_turn(owner, None, Conversation((Turn(question, asked),)), index={}).id


def test_the_log_says_who_was_told_what_from_where(records: Records) -> None:
    records.audit.add("alice", samples.decision(), index=samples.INDEX, conversation="abc")
    (entry,) = records.audit.entries()
    assert (entry.owner, entry.conversation, entry.generation) == ("alice", "abc", "g-1")
    assert (entry.status, entry.mode, entry.version) == ("partial", "generative", __version__)
    assert entry.at == "2026-11-03T09:00:01.000+00:00"
    assert entry.cited == ("repairs#100-243", "parts#0-72")
    assert entry.read == (samples.REPAIRS_PASSAGE.id, samples.PARTS_PASSAGE.id)


def test_a_question_is_logged_only_where_that_is_wanted(records: Records) -> None:
    records.audit.add(LOCAL, samples.decision(), index={})
    records.audit.add(LOCAL, samples.decision(), index={}, question=True)
    assert [entry.question for entry in records.audit.entries()] == ["Should we repair abroad?", ""]


def test_the_log_is_read_from_a_day_on_and_in_parts(records: Records, clock) -> None:  # type: ignore[no-untyped-def]
    records.audit.add(LOCAL, samples.decision(), index={})
    clock.go_on(days=2)
    records.audit.add(LOCAL, samples.fact(), index={})
    assert len(records.audit.entries(since="2026-11-05")) == 1
    assert [entry.status for entry in records.audit.entries(limit=1)] == ["answered"]


def test_gaps_are_what_was_refused_or_thumbed_down_grouped_by_their_words(records: Records) -> None:
    ask(records, "Who insures bicycles abroad?", samples.refusal())
    ask(records, "Who insured a bicycle abroad", samples.refusal(), "alice")
    ask(records, "Does it rain on Mars?", samples.refusal())
    ask(records, "What does a spoke cost?", samples.fact())
    bad = ask(records, "Who insures the bicycles abroad", samples.fact())
    records.rate(LOCAL, bad, 1, "down", "that is a price")
    first, second = gaps(records.database)
    assert (first.count, first.refused, first.thumbed_down) == (3, 2, 1)
    assert first.questions[0] == "Who insures the bicycles abroad"
    assert len(first.questions) == 3
    assert first.reasons == ("that is a price",)
    assert (second.count, second.questions) == (1, ("Does it rain on Mars?",))


def test_what_was_liked_and_what_was_deleted_is_no_gap(records: Records) -> None:
    liked = ask(records, "What does a spoke cost?", samples.fact())
    records.rate(LOCAL, liked, 1, "up")
    records.delete(LOCAL, ask(records, "Does it rain on Mars?", samples.refusal()))
    assert gaps(records.database) == ()


def test_a_refusal_that_is_thumbed_down_counts_once(records: Records) -> None:
    id = ask(records, "Does it rain on Mars?", samples.refusal())
    records.rate(LOCAL, id, 1, "down", "I need to know")
    (gap,) = gaps(records.database)
    assert (gap.count, gap.reasons) == (1, ("I need to know",))


@pytest.mark.parametrize("question", ["???", "Who is who?", "誰"])
def test_a_question_without_content_words_is_a_gap_too(records: Records, question: str) -> None:
    ask(records, question, samples.refusal())
    ask(records, question, samples.refusal())
    (gap,) = gaps(records.database)
    assert (gap.count, gap.questions) == (2, (question,))
