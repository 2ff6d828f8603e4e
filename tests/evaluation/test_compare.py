"""A planted regression is caught, named, and stops the gate."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_assistant import DOCUMENTS, FakeAssistant, question_set, run

from assistant.errors import BadInput
from assistant.evaluation.command import compare_runs
from assistant.evaluation.compare import Comparison, below_floor, compare, comparison_payload
from assistant.evaluation.report import comparison_markdown
from assistant.evaluation.types import EvalRun, Question
from assistant.types import Answer

ASSISTANT = FakeAssistant(DOCUMENTS)


@pytest.fixture
def good(tmp_path: Path) -> EvalRun:
    return run(tmp_path / "good", ASSISTANT)


def against(good: EvalRun, out: Path, task: FakeAssistant, **index: object) -> Comparison:
    return compare(good, run(out, task, task.documents, **index))


def named(comparison: Comparison) -> str:
    return "\n".join(comparison.regressions)


def test_the_same_twice_is_no_regression_and_differs_in_nothing(good: EvalRun, tmp_path: Path) -> None:
    comparison = against(good, tmp_path / "again", ASSISTANT)
    assert comparison.regressions == ()
    assert comparison.flips == ()
    assert comparison.differing == {}


def test_a_reversed_ranking_is_caught_and_named(good: EvalRun, tmp_path: Path) -> None:
    comparison = against(good, tmp_path / "reversed", FakeAssistant(DOCUMENTS, reverse=True))
    assert "correct fell from 1.000 to 0.500" in named(comparison)
    assert "mrr@10 fell" in named(comparison)
    assert "recall@5 fell" in named(comparison)
    assert {f.question.id for f in comparison.flips if not f.fixed} == {
        q.id for q in good.questions if q.expect == "answer"
    }


def test_a_gate_that_is_off_is_caught_and_named(good: EvalRun, tmp_path: Path) -> None:
    comparison = against(good, tmp_path / "open", FakeAssistant(DOCUMENTS, threshold=0.0))
    assert "refusal_recall fell from 1.000 to 0.000" in named(comparison)
    assert "mrr@10" not in named(comparison)
    assert all(f.question.expect == "abstain" for f in comparison.flips)


def test_a_removed_document_is_caught_and_named(good: EvalRun, tmp_path: Path) -> None:
    rest = {id: text for id, text in DOCUMENTS.items() if id != "hosting.md"}
    comparison = against(good, tmp_path / "without", FakeAssistant(rest), generation="g2", documents=5)
    assert "no longer holds hosting.md, the gold of hosting-0, hosting-1, hosting-2" in named(comparison)
    assert {f.question.id for f in comparison.flips} == {"hosting-0", "hosting-1", "hosting-2"}
    assert comparison.differing["index.documents"] == (6, 5)


def test_a_new_crash_is_a_regression_though_it_is_no_zero(good: EvalRun, tmp_path: Path) -> None:
    def crashing(question: Question) -> Answer:
        if question.id == "printing-1":
            raise MemoryError
        return ASSISTANT(question)

    comparison = compare(good, run(tmp_path / "crashing", crashing))
    assert comparison.regressions == ("1 more crashed: printing-1",)


def test_slower_alone_is_no_regression(good: EvalRun, tmp_path: Path) -> None:
    def slow(question: Question) -> Answer:
        return replace(ASSISTANT(question), seconds={"total": 9.0})

    comparison = compare(good, run(tmp_path / "slow", slow))
    (p50,) = (c for c in comparison.changes if c.measure.name == "p50")
    assert p50.certain
    assert comparison.regressions == ()


def test_better_is_no_regression_and_says_what_was_fixed(good: EvalRun, tmp_path: Path) -> None:
    worse = run(tmp_path / "worse", FakeAssistant(DOCUMENTS, threshold=0.0))
    comparison = compare(worse, good)
    assert comparison.regressions == ()
    assert all(f.fixed for f in comparison.flips)


def test_runs_of_different_questions_do_not_compare(good: EvalRun) -> None:
    with pytest.raises(BadInput, match="share no question"):
        compare(good, replace(good, results={}))


def test_a_floor_is_a_ceiling_where_less_is_better(good: EvalRun) -> None:
    assert below_floor(good, {"correct": 1.0, "over_refusal": 0.0, "p95": 0.5}) == []
    (missed,) = below_floor(good, {"p95": 0.001})
    assert missed.startswith("p95 is 0.02, above 0.001")
    assert below_floor(good, {"ndcg@10": 0.5}) == ["ndcg@10 was not measured by this set"]
    with pytest.raises(BadInput, match="no figure quality"):
        below_floor(good, {"quality": 1.0})


def test_the_gate_fails_on_a_regression_and_names_it(
    good: EvalRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path / "open", FakeAssistant(DOCUMENTS, threshold=0.0))
    folders = tmp_path / "good", tmp_path / "open"
    assert compare_runs(*folders) == 0
    assert compare_runs(*folders, fail_on_regression=True) == 1
    assert "FAILED  refusal_recall fell" in capsys.readouterr().err
    assert compare_runs(*folders, floors={"refusal_recall": 0.9}) == 1
    assert compare_runs(*reversed(folders), fail_on_regression=True) == 0


def test_the_flipped_questions_are_shown_with_both_answers(
    good: EvalRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path / "open", FakeAssistant(DOCUMENTS, threshold=0.0))
    compare_runs(tmp_path / "good", tmp_path / "open", markdown=tmp_path / "changes.md")
    shown = capsys.readouterr().out
    assert "BROKEN  miss-payroll-0" in shown
    assert "(abstained)" in shown
    assert "| (answered) " in shown
    assert "**broken** `miss-payroll-0`" in (tmp_path / "changes.md").read_text("utf-8")


def test_a_comparison_is_plain_data_and_markdown_without_active_text(good: EvalRun, tmp_path: Path) -> None:
    comparison = against(good, tmp_path / "reversed", FakeAssistant(DOCUMENTS, reverse=True))
    payload = comparison_payload(comparison)
    assert payload["broken"]
    assert payload["figures"]["correct"]["difference"]["high"] < 0
    assert len(question_set().questions) == payload["n"]
    hostile = replace(comparison.flips[0].question, text="<img src=x>|`x` [a](b)")
    text = comparison_markdown(replace(comparison, flips=(replace(comparison.flips[0], question=hostile),)))
    assert "<img" not in text
    assert "\\|\\`x\\` \\[a\\](b)" in text
