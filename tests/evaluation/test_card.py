"""The quality card shows the last run that speaks for what serves, and says when none does."""

from pathlib import Path

import pytest
from fake_assistant import DOCUMENTS, FakeAssistant, info, question_set, run

from assistant import __version__
from assistant.evaluation.card import quality_card
from assistant.evaluation.run import evaluate, update_info
from assistant.evaluation.types import Question, QuestionSet

G1 = {"generation": "g1"}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    run(tmp_path / "1", FakeAssistant(DOCUMENTS))
    return tmp_path


def test_no_run_is_no_card(tmp_path: Path) -> None:
    assert quality_card(G1, tmp_path / "none") is None


def test_the_card_has_the_figures_of_the_run_and_where_its_report_is(runs: Path) -> None:
    card = quality_card(G1, runs)
    assert card is not None
    assert not card["stale"]
    about = {"title": "Right as a whole", "meaning": "did what the set expects of it", "unit": "share"}
    assert card["figures"]["correct"] == {**about, "value": 1.0, "low": 1.0, "high": 1.0, "n": 36}
    assert card["figures"]["p95"]["unit"] == "seconds"
    assert (card["set"], card["n"], card["crashed"], card["run"]) == ("fake", 36, 0, "1")


def test_a_run_without_a_report_names_none(runs: Path) -> None:
    without = quality_card(G1, runs)
    (runs / "1" / "report.html").write_text("<h1>A report</h1>", encoding="utf-8")
    having = quality_card(G1, runs)
    assert without is not None
    assert having is not None
    assert (without["report"], having["report"]) == (None, "1/report.html")


def test_a_changed_corpus_or_version_makes_it_stale(runs: Path) -> None:
    changed = quality_card({"generation": "g2"}, runs)
    newer = quality_card(G1, runs, version="99.0")
    assert changed is not None
    assert newer is not None
    assert changed["stale"]
    assert "the corpus" in changed["reasons"][0]
    assert newer["reasons"] == [f"measured with version {__version__}; this is 99.0"]


def test_a_run_of_this_generation_goes_before_a_later_one_of_another(runs: Path) -> None:
    run(runs / "2", FakeAssistant(DOCUMENTS), generation="g2")
    update_info(runs / "2", started="2999-01-01T00:00:00+00:00")
    card = quality_card(G1, runs)
    assert card is not None
    assert card["run"] == "1"


def test_a_run_that_expects_nothing_does_not_take_the_cards_place(runs: Path) -> None:
    asked = (Question("conversation-turn-1", "When does the payroll desk open?"),)
    conversation = QuestionSet("conversation", asked, "digest")
    about = info(conversation)
    evaluate(conversation, FakeAssistant(DOCUMENTS), runs / "2", info=about, text_of=DOCUMENTS.get)
    update_info(runs / "2", started="2999-01-01T00:00:00+00:00")
    card = quality_card(G1, runs)
    assert card is not None
    assert card["run"] == "1"


def test_neither_the_baseline_nor_an_unfinished_run_nor_rubbish_counts(tmp_path: Path) -> None:
    questions = question_set()
    about = info(questions, system="baseline")
    evaluate(questions, FakeAssistant(DOCUMENTS), tmp_path / "b", info=about, text_of=DOCUMENTS.get)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "run.json").write_text("{", encoding="utf-8")
    run(tmp_path / "d", FakeAssistant(DOCUMENTS))
    (tmp_path / "d" / "scores.json").unlink()
    run(tmp_path / "e", FakeAssistant(DOCUMENTS))
    (tmp_path / "e" / "scores.json").write_text('{"n": 3', encoding="utf-8")
    assert quality_card(G1, tmp_path) is None
