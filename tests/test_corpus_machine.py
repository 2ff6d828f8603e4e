from __future__ import annotations

import pytest
from corpus_machine import CorpusMachine, build_in_this_process
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test


def test_whatever_happens_to_the_corpus_the_index_holds_what_was_last_built(monkeypatch: pytest.MonkeyPatch) -> None:
    build_in_this_process(monkeypatch)
    some = settings(
        max_examples=3,
        stateful_step_count=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(CorpusMachine, settings=some)
