"""The list of promises names tests and lines that are there: a promise must not lose its check unseen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from faults.bars import ROOT, read_bars

BARS = read_bars(ROOT / "benchmarks" / "faults" / "bars.toml")
IDS = [*(f"R{n}" for n in range(1, 18)), *(f"S{n}" for n in range(1, 18)), *(f"L{n}" for n in range(1, 7)), "Q1", "Q2"]


def test_every_bar_has_a_promise_and_a_check() -> None:
    assert sorted(BARS) == sorted(IDS)
    assert [bar.id for bar in BARS.values() if not (bar.promise and (bar.check or bar.full))] == []


@pytest.mark.parametrize("id", BARS)
def test_its_tests_and_its_scripts_are_there(id: str) -> None:
    for test in BARS[id].tests:
        path, _, name = test.partition("::")
        functions = {n.name for n in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))) if hasattr(n, "name")}
        assert not name or name in functions, test
    for word in f"{BARS[id].check} {BARS[id].full}".split():
        if word.endswith(".py"):
            assert Path(ROOT / word).is_file(), word


@pytest.mark.parametrize("id", [bar.id for bar in BARS.values() if bar.guards])
def test_the_lines_that_keep_it_are_there_once(id: str) -> None:
    for guard in BARS[id].guards:
        assert (ROOT / guard.file).read_text("utf-8").count(guard.old) == 1, guard.why
