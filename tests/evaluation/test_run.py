"""Runs: kept as they go, resumed without a difference, scored again later."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_assistant import DOCUMENTS, FakeAssistant, info, question_set, run

from assistant.errors import BadInput
from assistant.evaluation.export import write_ragas, write_trec_run
from assistant.evaluation.measures import summarise
from assistant.evaluation.run import evaluate, load_run, score_run
from assistant.evaluation.types import EvalResult, Question, QuestionSet
from assistant.settings import Settings
from assistant.types import Answer

ASSISTANT = FakeAssistant(DOCUMENTS)


def test_a_run_says_all_that_is_needed_to_believe_it(tmp_path: Path) -> None:
    told = run(tmp_path, ASSISTANT).info
    stored = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert stored["set_digest"] == question_set().digest
    assert stored["index"]["generation"] == "g1"
    assert {"numpy", "chromadb"} <= told.packages.keys()
    assert told.settings["top_k"] == Settings.read({}).top_k
    assert told.started <= told.ended
    assert isinstance(told.dirty, bool)


def test_secrets_are_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.evaluation.provenance import public_settings

    class Fake:
        def model_dump(self, mode: str) -> dict[str, str]:
            return {"model_api_key": "s3cret", "model_url": "https://me:s3cret@models.local/v1", "host": "::1"}

    shown = public_settings(Fake())  # type: ignore[arg-type]
    assert shown == {"model_url": "https://models.local/v1", "host": "::1"}


def test_figures_of_the_fake_are_what_it_does(tmp_path: Path) -> None:
    figures = summarise(run(tmp_path, ASSISTANT).scores)
    for name in ("correct", "recall@5", "citation_recall", "points_said", "refusal_recall", "refusal_precision"):
        assert figures[name].value == 1.0, name
    assert figures["over_refusal"].value == 0.0
    assert figures["p50"].value == pytest.approx(0.015)
    assert figures["refusal_recall"].n == len(DOCUMENTS) * 3


def test_a_crash_is_counted_apart_and_never_as_zero(tmp_path: Path) -> None:
    def crashing(question: Question) -> Answer:
        if question.id == "payroll-0":
            raise RuntimeError("out of paper")
        return ASSISTANT(question)

    found = run(tmp_path, crashing)
    (crash,) = found.crashed
    assert crash.error.startswith("RuntimeError: out of paper (test_run.py:")
    assert "payroll-0" not in found.scores
    assert summarise(found.scores)["correct"].value == 1.0
    assert json.loads((tmp_path / "scores.json").read_text("utf-8"))["crashed"] == 1


def killed_after(questions: QuestionSet, out: Path, n: int) -> None:
    """Ask until the n-th result was written, then stop as Ctrl-C does."""

    def stop(result: EvalResult, done: int, total: int) -> None:
        if done == n:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(questions, ASSISTANT, out, info=info(questions), text_of=DOCUMENTS.get, progress=stop)


def test_killed_half_way_it_resumes_and_gives_the_same_result(tmp_path: Path) -> None:
    questions = question_set()
    whole = run(tmp_path / "whole", ASSISTANT)
    killed_after(questions, tmp_path / "broken", 17)
    with (tmp_path / "broken" / "results.jsonl").open("ab") as file:
        file.write(b'{"question_id":"half a li')

    asked: list[str] = []

    def counting(question: Question) -> Answer:
        asked.append(question.id)
        return ASSISTANT(question)

    resumed = evaluate(
        questions, counting, tmp_path / "broken", info=info(questions), text_of=DOCUMENTS.get, resume=True
    )
    assert len(asked) == len(questions.questions) - 17
    assert resumed.results == whole.results
    assert resumed.scores == whole.scores
    assert summarise(resumed.scores) == summarise(whole.scores)
    assert load_run(tmp_path / "broken").info.ended


def test_a_run_is_not_resumed_over_another_index_or_set(tmp_path: Path) -> None:
    questions = question_set()
    killed_after(questions, tmp_path, 3)

    def resume(questions: QuestionSet, **index: object) -> None:
        about = info(questions, **index)
        evaluate(questions, ASSISTANT, tmp_path, info=about, text_of=DOCUMENTS.get, resume=True)

    with pytest.raises(BadInput, match="another index"):
        resume(questions, generation="g2")
    with pytest.raises(BadInput, match="another set digest"):
        resume(replace(questions, digest="other"))
    resume(questions)


def test_a_folder_with_a_run_is_not_written_over(tmp_path: Path) -> None:
    run(tmp_path, ASSISTANT)
    with pytest.raises(BadInput, match="already holds a run"):
        run(tmp_path, ASSISTANT)


def test_several_at_once_give_what_one_after_another_gives(tmp_path: Path) -> None:
    questions = question_set()
    together = evaluate(questions, ASSISTANT, tmp_path / "four", info=info(questions, workers=4), text_of=DOCUMENTS.get)
    assert together.scores == run(tmp_path / "one", ASSISTANT).scores


def test_an_old_run_is_scored_again_without_asking(tmp_path: Path) -> None:
    before = run(tmp_path, ASSISTANT)
    (tmp_path / "scores.json").unlink()
    again = score_run(tmp_path)
    assert again.scores == before.scores
    assert json.loads((tmp_path / "scores.json").read_text("utf-8"))["figures"]["correct"]["value"] == 1.0


def test_the_stand_alone_form_is_asked_without_history(tmp_path: Path) -> None:
    questions = question_set()
    follow_up = replace(questions.questions[0], text="And payroll?", standalone="When does the payroll desk open?")
    only = replace(questions, questions=(follow_up,))
    found = evaluate(only, ASSISTANT, tmp_path, info=info(only), text_of=DOCUMENTS.get)
    alone = found.results[follow_up.id].standalone
    assert alone is not None
    assert alone.evidence.query.text == "When does the payroll desk open?"
    assert found.scores[follow_up.id]["follow_up_parity"] == 0.0


def test_a_quote_is_checked_against_the_document_when_it_is_asked(tmp_path: Path) -> None:
    questions = question_set()
    moved = {id: "A new first sentence. " + text for id, text in DOCUMENTS.items()}
    found = evaluate(questions, ASSISTANT, tmp_path, info=info(questions), text_of=moved.get)
    assert summarise(found.scores)["exact_quotes"].value == 0.0


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no run"):
        load_run(tmp_path)


def test_a_run_of_judged_documents_has_trec_evals_figures_to_four_decimals(tmp_path: Path) -> None:
    import pytrec_eval

    ids = list(DOCUMENTS)
    asked = tuple(
        Question(f"q{n}", f"the {id[:-3]} desk", relevant=((ids[n], 1), (ids[n - 2], 2), (ids[n - 1], 0)))
        for n, id in enumerate(reversed(ids))
    )
    questions = QuestionSet("judged", asked, "digest")
    found = evaluate(questions, ASSISTANT, tmp_path, info=info(questions), text_of=DOCUMENTS.get)
    write_trec_run(found, tmp_path / "run.trec")

    rows = [line.split() for line in (tmp_path / "run.trec").read_text("utf-8").splitlines()]
    ranked = {q.id: {row[2]: float(row[4]) for row in rows if row[0] == q.id} for q in asked}
    judged = {q.id: dict(q.relevant) for q in asked}
    theirs = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut.10", "recall.10", "recip_rank"}).evaluate(ranked)
    for ours, name in (("ndcg@10", "ndcg_cut_10"), ("recall@10", "recall_10"), ("mrr@10", "recip_rank")):
        expected = sum(figures[name] for figures in theirs.values()) / len(theirs)
        assert summarise(found.scores)[ours].value == pytest.approx(expected, abs=5e-5)


def test_ragas_gets_its_columns(tmp_path: Path) -> None:
    write_ragas(run(tmp_path / "run", ASSISTANT), tmp_path / "ragas.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "ragas.jsonl").read_text("utf-8").splitlines()]
    assert rows[0].keys() == {"user_input", "response", "retrieved_contexts", "reference"}
    assert rows[0]["response"] == "The payroll desk opens at 7 o'clock."
