"""Question sets: what is read, and what is refused with file, line and field."""

import json
from pathlib import Path

import pytest

from assistant.errors import BadInput
from assistant.evaluation.questions import digest_of, find_quote, read_questions
from assistant.evaluation.types import Message, QuestionSet
from assistant.types import Span

TEXTS = {"rules.md": "Desks open at nine.\nA visitor signs in; the host\nwaits in the ‘lobby’."}


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8")
    return path


def read(path: Path) -> QuestionSet:
    return read_questions(path, TEXTS.get)


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read(path)
    return str(caught.value)


def test_a_full_line_becomes_a_question_with_its_gold_placed(tmp_path: Path) -> None:
    row = {
        "id": "q1",
        "text": "And who waits?",
        "expect": "answer",
        "history": [{"role": "user", "text": "What does a visitor do?"}, {"role": "assistant", "text": "Sign in."}],
        "gold": [
            [{"document": "rules.md", "quote": "the host waits in the 'lobby'"}, {"document": "old.md", "quote": "x"}]
        ],
        "must_say": ["the host", ["lobby", "foyer"]],
        "must_not_say": ["the visitor waits"],
        "tags": ["follow-up"],
        "standalone": "Who waits for a visitor?",
    }
    (question,) = read(written(tmp_path / "set.jsonl", row)).questions

    here, elsewhere = question.gold[0].places
    assert here.span is not None
    assert here.span.of(TEXTS["rules.md"]) == "the host\nwaits in the ‘lobby’"
    assert elsewhere.span is None
    assert question.must_say == (("the host",), ("lobby", "foyer"))
    assert question.history[1] == Message("assistant", "Sign in.")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"expect": "maybe"}, "line 2, field expect"),
        ({"txet": "Why?"}, "line 2, field txet"),
        ({"gold": [{"document": "rules.md"}]}, "line 2, field gold[0][0]"),
        ({"gold": [{"document": "rules.md", "quote": "at ten"}]}, "line 2, field gold[0].quote: rules.md does not say"),
        ({"history": [{"role": "system", "text": "x"}]}, "line 2, field history[0].role"),
        ({"must_say": [[]]}, "line 2, field must_say[0]"),
        ({"standalone": "Why is it so?"}, "stands alone already"),
        ({"expect": "abstain", "must_say": ["nine"]}, "neither gold nor must_say"),
        ({"id": "first"}, "line 2, field id: 'first' was used before (line 1)"),
    ],
)
def test_what_cannot_be_used_is_named_by_file_line_and_field(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    fine = {"id": "first", "text": "When do desks open?", "expect": "answer"}
    path = written(tmp_path / "set.jsonl", fine, {**fine, "id": "second", **change})
    message = refusal(path)
    assert str(path) in message
    assert told in message


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    message = refusal(written(tmp_path / "set.jsonl", "{", {"id": "a"}))
    assert "line 1" in message
    assert "line 2, field text" in message
    assert "line 2, field expect" in message


def test_an_empty_set_is_refused(tmp_path: Path) -> None:
    assert "no question" in refusal(written(tmp_path / "set.jsonl"))


def test_an_unknown_kind_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "no kind" in refusal(written(tmp_path / "set.xml", "<a/>"))
    assert "there is no question set" in refusal(tmp_path / "gone.jsonl")


def test_the_digest_is_of_the_questions_not_of_the_index(tmp_path: Path) -> None:
    row = {"id": "q", "text": "When?", "expect": "answer", "gold": [{"document": "rules.md", "quote": "open at nine"}]}
    path = written(tmp_path / "set.jsonl", row)
    here, elsewhere = read(path), read_questions(path, lambda document: None)
    changed = read(written(tmp_path / "other.jsonl", {**row, "text": "When, please?"}))
    assert here.digest == elsewhere.digest == digest_of(here.questions)
    assert changed.digest != here.digest


def test_a_quote_that_is_not_there_is_not_found() -> None:
    assert find_quote("desks open at ten", TEXTS["rules.md"]) is None
    assert find_quote("  ", TEXTS["rules.md"]) is None
    assert find_quote("open (at", "we open (at nine") == Span(3, 11)


def beir(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    written(folder / "corpus.jsonl", {"_id": "d1", "title": "", "text": "x"})
    written(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "judged", "history": [{"role": "user", "text": "before"}], "metadata": {}},
        {"_id": "q2", "text": "of another split"},
        {"_id": "q3", "text": "cannot be answered", "answerability": "UNANSWERABLE"},
    )
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td9\t0\n", encoding="utf-8")
    return folder


def test_a_beir_folder_is_read_as_it_stands(tmp_path: Path) -> None:
    found = read(beir(tmp_path / "tiny"))
    judged, labelled = found.questions
    assert found.name == "tiny"
    assert judged.relevant == (("d1", 2), ("d9", 0))
    assert judged.history == (Message("user", "before"),)
    assert judged.expect is None
    assert (labelled.id, labelled.expect, labelled.relevant) == ("q3", "abstain", ())


def test_a_damaged_judgement_is_named(tmp_path: Path) -> None:
    folder = beir(tmp_path / "tiny")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\thigh\n", encoding="utf-8")
    assert "test.tsv, line 2, field score" in refusal(folder)


def test_a_table_with_semicolons_and_other_column_names_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "from excel.csv", "\ufeffQuestion;Expected Answer", 'When?;"At nine; sharp"', "Who?;The host"
    )
    first, second = read(path).questions
    assert (first.text, first.reference, first.expect) == ("When?", "At nine; sharp", "answer")
    assert second.id == "from excel-2"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("question,note", "a,b"), "line 1, field expected answer: there is no such column"),
        (("question,expected answer", "When?,"), "line 2, field expected answer: is empty"),
    ],
)
def test_a_table_that_lacks_something_is_refused(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    assert told in refusal(written(tmp_path / "set.csv", *lines))


def test_a_turn_with_a_thumb_down_becomes_a_question_with_what_was_said_before(tmp_path: Path) -> None:
    turns = [
        {"question": "When do desks open?", "answer": "At nine.", "thumb": "up"},
        {"question": "And close?", "answer": "At nine.", "thumb": "down", "reason": "that is when they open"},
    ]
    (question,) = read(written(tmp_path / "talk.json", {"turns": turns})).questions
    assert (question.id, question.text, question.note) == ("talk-turn-2", "And close?", "that is when they open")
    assert question.history == (Message("user", "When do desks open?"), Message("assistant", "At nine."))
    assert question.expect is None


def test_a_damaged_export_is_named(tmp_path: Path) -> None:
    assert "field turns[0].thumb" in refusal(
        written(tmp_path / "talk.json", {"turns": [{"question": "a", "thumb": "sideways"}]})
    )
