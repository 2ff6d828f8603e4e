"""The measurement of speed: its page is made from its files, and its made-up text is the same each time."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from peers.run import ratio
from speed import beir
from speed.generated import questions, records, write_records
from speed.measure import Bar, percentile, write
from speed.report import REASONS, report

ROWS = [
    {
        "passages": size,
        "build_seconds": size / 100,
        "start_seconds": 1.0,
        "open_seconds": 0.5,
        "question": {"n": 3, "p50": 10.0, "p95": float(size) / 100, "most": 30.0},
        "disk_megabytes": size / 10,
        "megabytes": {"most": 300.0, "own": 200.0},
        "exact_ms": 1.0,
        "chroma_ms": 3.0,
        "chroma_recall": 1.0,
    }
    for size in (1_000, 10_000)
]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    bars = [Bar("growth.p95", "a question", 120.0, 100, "ms"), Bar("growth.memory", "memory", 300.0, 1000, "MB")]
    write("growth", bars, {"rows": ROWS}, folder=tmp_path / "results")
    return tmp_path / "results"


def test_the_page_is_made_from_what_was_measured(results: Path, tmp_path: Path) -> None:
    reasons = tmp_path / "reasons.toml"
    reasons.write_text('["growth.p95"]\nreason = "It is slow."\nnext = "make it fast."\n')
    assert report(results, tmp_path / "docs", reasons) == []
    page = (tmp_path / "docs" / "performance.md").read_text("utf-8")
    assert "| a question | ≤ 100 ms | 120 | **no** |" in page
    assert "It is slow. Next: make it fast." in page
    assert "10,000 ms for the 95th percentile" in page  # of a million, by the slope
    assert (tmp_path / "docs" / "images" / "growth.png").read_bytes().startswith(b"\x89PNG")


def test_a_missed_bar_without_a_reason_is_told(results: Path, tmp_path: Path) -> None:
    (tmp_path / "reasons.toml").write_text("")
    assert report(results, tmp_path / "docs", tmp_path / "reasons.toml") == ["growth.p95"]


def test_every_reason_names_a_reason_and_what_is_next() -> None:
    for id, told in tomllib.loads(REASONS.read_text("utf-8")).items():
        assert all(told[part].endswith(".") for part in ("reason", "next")), id


def test_made_up_text_is_the_same_for_the_same_seed_and_a_question_has_its_words(tmp_path: Path) -> None:
    assert list(records(5)) == list(records(5)) != list(records(5, seed=2))
    texts = write_records(tmp_path, 40)
    assert len((tmp_path / "corpus.jsonl").read_text("utf-8").splitlines()) == 40
    assert len(set(texts)) == 40
    assert questions(3) == questions(3)


def test_ranking_is_scored_as_trec_eval_does() -> None:
    assert beir.ndcg(["a", "b"], {"a": 1}) == 1.0
    assert beir.ndcg(["b", "a", "a"], {"a": 1}) == pytest.approx(1 / np.log2(3))
    assert beir.ndcg(["b"], {"a": 1}) == 0.0


def test_a_ratio_has_an_interval_around_it() -> None:
    found = ratio([2.0, 4.0, 6.0, 8.0], [1.0, 2.0, 3.0, 4.0], np.median)
    assert found == {"ratio": 2.0, "low": 2.0, "high": 2.0}
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0


def test_a_bar_is_met_from_its_own_side() -> None:
    assert Bar("a", "", 1.0, 1.5, "s").met
    assert not Bar("a", "", 0.8, 0.9, "share", least=True).met
