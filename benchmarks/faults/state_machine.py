"""Change a corpus in random ways, build, kill, restart; after each step the index must equal a model of it.

    python benchmarks/faults/state_machine.py --examples 200 --steps 20

The machine is tests/corpus_machine.py. Prints the shortest sequence that breaks it and exits 1, if there is one.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import pytest
from corpus_machine import CorpusMachine, build_in_this_process
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--steps", type=int, default=20)
    given = parser.parse_args()
    all_of_it = settings(
        max_examples=given.examples,
        stateful_step_count=given.steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    with pytest.MonkeyPatch.context() as patch:
        build_in_this_process(patch)
        run_state_machine_as_test(CorpusMachine, settings=all_of_it)
    print(
        f"figure: {given.examples} sequences of {given.steps} changes, builds and kills: the index is always its model"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
