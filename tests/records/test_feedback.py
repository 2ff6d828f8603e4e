from __future__ import annotations

import json
from pathlib import Path

import pytest
import samples
from fakes import make_document

from assistant.errors import UnknownDocument
from assistant.evaluation.questions import read_questions
from assistant.records.feedback import exported, feedback_questions
from assistant.records.store import LOCAL, Records
from assistant.types import Conversation, Document, Rating, Turn

DOCUMENTS = {"repairs": make_document("repairs", "x" * 99, samples.REPAIRS)}


def document_of(id: str) -> Document:
    if id not in DOCUMENTS:
        raise UnknownDocument(id)
    return DOCUMENTS[id]


@pytest.fixture
def lines(records: Records) -> list[dict]:
    id = records.save_turn("alice", None, samples.talk(), index={}).id
    for turn, thumb in ((1, "up"), (2, "down"), (3, "up")):
        records.rate("alice", id, turn, thumb, "too dear")
    records.save_turn(LOCAL, None, samples.talk(), index={})
    return [json.loads(line) for line in feedback_questions(records, document_of)]


def test_every_rated_question_is_a_line_of_a_question_set(lines: list[dict], tmp_path: Path) -> None:
    path = tmp_path / "rated.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    texts = {id: document.text for id, document in DOCUMENTS.items()}
    questions = read_questions(path, texts.get).questions
    assert [q.text for q in questions] == ["Should we repair abroad?", "What do they charge?", "Does it rain on Mars?"]
    assert [q.expect for q in questions] == ["answer", "answer", "abstain"]
    assert [len(q.history) for q in questions] == [0, 2, 4]


def test_what_was_liked_asks_for_the_quotes_that_still_stand(lines: list[dict]) -> None:
    assert lines[0]["gold"] == [[{"document": "repairs", "quote": c.text} for c in
                                 (samples.LEAN, samples.SLOW, samples.PRICE)]]  # fmt: skip
    assert "gold" not in lines[1]


def test_what_was_not_liked_carries_the_reason(lines: list[dict]) -> None:
    assert [line.get("note") for line in lines] == [None, "too dear", None]
    assert [line["tags"] for line in lines] == [["thumb up"], ["thumb down"], ["thumb up"]]


def test_nobody_is_named_and_no_id_is_given_away(lines: list[dict], records: Records) -> None:
    (item,) = records.list("alice")
    assert "alice" not in json.dumps(lines)
    assert item.id[:8] not in json.dumps(lines)


def test_a_saved_conversation_has_each_turn_with_what_was_said_of_it() -> None:
    talk = Conversation((Turn("Why?", answer_text="So."), Turn("And then?")))
    assert json.loads(exported(talk, {2: Rating("down", "empty")})) == {
        "turns": [
            {"question": "Why?", "answer": "So.", "thumb": None, "reason": ""},
            {"question": "And then?", "answer": "", "thumb": "down", "reason": "empty"},
        ]
    }
