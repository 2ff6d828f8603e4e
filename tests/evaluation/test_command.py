"""From a question set to figures on stdout, over a real index of a few documents."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fakes import WORKER, WordHashEmbedder
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant.build import LiveAssistant
from assistant.cli import main
from assistant.errors import BadInput
from assistant.evaluation.command import (
    compare_runs,
    evaluate_set,
    last_unfinished,
    new_folder,
    read_floors,
    score_again,
)
from assistant.evaluation.run import load_run
from assistant.evaluation.systems import open_for
from assistant.indexing import open_index
from assistant.settings import Settings

TOPICS = {
    "bees": "Bees make honey from the nectar of flowers and store it in wax combs.",
    "tides": "Tides rise and fall because the moon pulls at the sea.",
    "bread": "Bread rises when yeast turns sugar into gas inside the dough.",
    "glass": "Glass is made by melting sand with soda and lime in a furnace.",
}
ASKED = {"bees": "What fills combs with honey?", "tides": "Why does the sea rise?", "bread": "What makes dough rise?"}


@pytest.fixture(scope="module")
def beir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets") / "nature"
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": id, "title": id, "text": text} for id, text in TOPICS.items()]
    queries = [{"_id": f"q-{id}", "text": text} for id, text in ASKED.items()]
    for name, rows in (("corpus", documents), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    qrels = "".join(f"q-{id}\t{id}\t1\n" for id in ASKED)
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}", encoding="utf-8")
    return folder


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture(scope="module")
def live(beir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAssistant]:
    """The assistant over the folder's documents, with an embedder that knows words alone."""
    settings = Settings.read({}, corpus=beir, index=tmp_path_factory.mktemp("index"))
    live = LiveAssistant(settings, open_index(settings, embedder=WordHashEmbedder(), worker=WORKER))
    yield live
    live.close()


def test_a_beir_folder_gives_its_figures_and_the_baselines(
    live: LiveAssistant, beir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert evaluate_set(live, beir, out=out, as_json=True, baseline=True, floors={"ndcg@10": 0.5}) == 0
    figures = printed(capsys)
    assert (figures["n"], figures["set"], figures["crashed"]) == (3, "nature", 0)
    assert figures["ndcg@10"] == figures["recall@10"] == figures["mrr@10"] == 1.0
    assert figures["baseline"]["recall@10"] == 1.0
    assert {"report.html", "report.md", "run.trec", "scores.json"} <= {p.name for p in out.iterdir()}

    assert score_again(out, floors={"ndcg@10": 1.1}) == 1
    assert "FAILED  ndcg@10 is 1, under 1.1 (n 3)" in capsys.readouterr().err
    assert compare_runs(out / "baseline", out, as_json=True, fail_on_regression=True) == 0
    assert printed(capsys)["differing"]["system"] == ["baseline", "assistant"]


def test_a_set_of_our_own_is_asked_with_its_history(
    live: LiveAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = [{"document": "bees", "quote": "make honey"}, {"document": "moths", "quote": "eat wool"}]
    history = [{"role": "user", "text": "What do bees make?"}, {"role": "assistant", "text": "Honey."}]
    row = {"id": "a", "text": "Where do they store it?", "expect": "answer", "gold": gold, "history": history}
    (tmp_path / "own.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert evaluate_set(live, tmp_path / "own.jsonl", out=tmp_path / "own") == 0
    shown = capsys.readouterr()
    assert "the index has no document moths" in shown.err
    assert re.search(r"recall@5 +0\.500", shown.out)
    (result,) = load_run(tmp_path / "own").results.values()
    assert result.answer is not None
    assert "bees" in str(result.answer.evidence.query)


def test_the_named_judge_and_the_export_for_ragas_belong_to_the_run(
    live: LiveAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = FakeListChatModel(responses=['{"correctness": 1, "faithfulness": 0.5}'])
    monkeypatch.setattr("assistant.evaluation.command.open_judge", lambda name: replies)
    row = {"id": "a", "text": "What fills combs with honey?", "expect": "answer", "must_say": ["honey"]}
    (tmp_path / "own.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    out, ragas = tmp_path / "own", tmp_path / "for-ragas.jsonl"
    assert evaluate_set(live, tmp_path / "own.jsonl", out=out, as_json=True, judge="tiny:one", ragas=ragas) == 0
    assert printed(capsys)["judge_faithfulness"] == 0.5
    judge = load_run(out).info.judge
    assert judge is not None
    assert judge["model"] == "tiny:one"
    assert json.loads(ragas.read_text("utf-8"))["user_input"] == "What fills combs with honey?"
    assert "judged" in (out / "report.html").read_text("utf-8")


def test_a_judge_that_cannot_be_had_is_told_before_anything_is_asked(live: LiveAssistant, beir: Path) -> None:
    with pytest.raises(BadInput, match="names no judge"):
        evaluate_set(live, beir, judge="gpt")


def test_a_comparison_is_written_as_markdown(
    live: LiveAssistant, beir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate_set(live, beir, out=tmp_path / "run", baseline=True)
    runs = (tmp_path / "run" / "baseline", tmp_path / "run")
    assert compare_runs(*runs, markdown=tmp_path / "change.md") == 0
    assert "|" in (tmp_path / "change.md").read_text("utf-8")
    assert f"wrote {tmp_path / 'change.md'}" in capsys.readouterr().err
    with pytest.raises(BadInput, match="cannot write"):
        compare_runs(*runs, markdown=tmp_path / "no" / "change.md")


def test_the_command_line_hands_its_options_on(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def remember(*arguments: Any, **named: Any) -> int:
        given.update(named)
        return 0

    class Closed:
        def close(self) -> None: ...

    monkeypatch.setattr("assistant.evaluation.command.evaluate_set", remember)
    monkeypatch.setattr("assistant.evaluation.command.compare_runs", remember)
    monkeypatch.setattr("assistant.evaluation.systems.open_for", lambda *_: Closed())
    for line in ("evaluate set.jsonl --judge ollama:qwen3 --ragas r.jsonl", "compare a b --markdown m.md"):
        assert CliRunner().invoke(main, line.split()).exit_code == 0
    assert (given["judge"], given["ragas"], given["markdown"]) == ("ollama:qwen3", Path("r.jsonl"), Path("m.md"))


def test_a_floor_that_does_not_exist_is_refused_before_anything_is_asked(live: LiveAssistant, beir: Path) -> None:
    with pytest.raises(BadInput, match="no figure quality"):
        evaluate_set(live, beir, floors={"quality": 1.0})


def test_a_beir_folder_is_indexed_apart_unless_it_is_the_corpus(
    beir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening and building are stood in for: what counts is which folders they are given."""
    built: list[Settings] = []
    monkeypatch.setattr("assistant.indexing.build_index", lambda settings, progress: built.append(settings))
    monkeypatch.setattr("assistant.build.open_assistant", lambda settings, progress: settings)
    ours = Settings.read({}, corpus=tmp_path / "corpus", index=tmp_path / "index")

    apart: Any = open_for(ours, beir, silent)
    assert (apart.corpus, apart.index) == (beir, tmp_path / "index" / "benchmarks" / "nature")
    assert built == [apart]
    for settings, path in ((ours, tmp_path / "set.jsonl"), (ours.model_copy(update={"corpus": beir}), beir)):
        assert open_for(settings, path, silent) == settings
    assert len(built) == 1


def test_the_configured_index_is_used_where_it_holds_the_folders_documents(
    live: LiveAssistant, beir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.build.open_assistant", lambda settings, progress: live)
    elsewhere = live.settings.model_copy(update={"corpus": Path("elsewhere")})
    assert open_for(elsewhere, beir, silent) is live


def silent(step: str, done: int, total: int) -> None:
    """Say nothing of a build."""


def test_floors_are_read_from_texts() -> None:
    assert read_floors(["recall@5=0.9", "p95 = 1"]) == {"recall@5": 0.9, "p95": 1.0}
    with pytest.raises(BadInput, match="not metric=value"):
        read_floors(["recall@5>0.9"])


def test_the_last_unfinished_run_of_a_set_is_the_one_to_resume(tmp_path: Path) -> None:
    for name, digest, ended in (("1", "a", ""), ("2", "a", "then"), ("3", "b", ""), ("0", "a", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps({"set_digest": digest, "ended": ended}))
    assert last_unfinished(tmp_path, "a") == tmp_path / "1"
    assert last_unfinished(tmp_path, "c") is None
    (tmp_path / "2" / "baseline").mkdir()
    (tmp_path / "2" / "baseline" / "run.json").write_text(json.dumps({"set_digest": "a", "ended": ""}))
    assert last_unfinished(tmp_path, "a") == tmp_path / "2"
    assert new_folder(tmp_path, "core").name.endswith("-core")
