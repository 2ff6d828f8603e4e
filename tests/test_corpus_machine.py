from __future__ import annotations

import pytest
from corpus_machine import CorpusMachine, build_in_this_process
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test


def test_whatever_happens_to_the_corpus_the_index_holds_what_was_last_built(monkeypatch: pytest.MonkeyPatch) -> None:
    build_in_this_process(monkeypatch)
    some = settings(
        max_examples=10,
        stateful_step_count=15,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(CorpusMachine, settings=some)


def test_an_edit_and_a_new_name_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sequence that chance may leave out: the same names, other words."""
    build_in_this_process(monkeypatch)
    machine = CorpusMachine()
    machine.begin()
    for title in (1, 2):
        machine.write("a.md", title, ["the", "rooms"])
        machine.build(rebuild=False)
        machine.the_index_is_that_of_the_last_build()
    machine.rename("a.md", "b.md")
    machine.build(rebuild=False)
    machine.the_index_is_that_of_the_last_build()
    machine.teardown()
