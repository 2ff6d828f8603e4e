"""How fast the assistant is, part by part.

    python benchmarks/performance.py start       from cold to an answer and to the page
    python benchmarks/performance.py warm        a warm question over our corpus
    python benchmarks/performance.py build       embedding, bfloat16, one changed file
    python benchmarks/performance.py growth      1,000 to 100,000 passages; goes on where it was broken off
    python benchmarks/performance.py peers       LangChain, LlamaIndex, Haystack, txtai; goes on as well
    python benchmarks/performance.py report      docs/performance.md from what the parts have written

Each part prints its bars and writes `evals/performance/<part>.json`; `--tiny` tries it at a small size and writes
to a folder that is named. Run one at a time on an idle machine. `start` and `warm` use the index of the settings.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

BEIR = HERE.parents[1] / "shared" / "benchmarks"
CORE = HERE.parent / "evals" / "questions" / "core.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("start", "warm", "build", "growth", "peers", "report"))
    parser.add_argument("--tiny", type=Path, help="try it at a small size and write here instead")
    parser.add_argument(
        "--work", type=Path, default=Path("/tmp/assistant-performance"), help="what is kept between steps"
    )
    parser.add_argument("--beir", type=Path, default=BEIR, help="folder of the BEIR folders")
    parser.add_argument("--sets", nargs="+", default=["scifact", "mtrag-cloud"], help="peers: BEIR folders to rank")
    parser.add_argument("--no-install", action="store_true", help="peers: use the environments that are there")
    given = parser.parse_args(arguments)
    if given.part == "report":
        return report(given.tiny)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as `assistant serve` has it; before numpy is imported
    where = {"folder": given.tiny} if given.tiny else {}
    measure(given.part, given, where)
    return 0


def measure(part: str, given: argparse.Namespace, where: dict[str, Path]) -> None:
    small, work = bool(given.tiny), given.work
    if part == "start":
        from speed import start

        start.measure(times=1 if small else 7, **where)
    elif part == "warm":
        from speed import warm

        warm.measure(questions=CORE, most=4 if small else 0, **where)
    elif part == "build":
        from speed import building

        sizes = {"number": 40, "files": 5} if small else {"number": 6_000, "files": 500}
        building.measure(beir=given.beir / "scifact", work=work / "build", most=8 if small else 1_024, **sizes, **where)
    elif part == "growth":
        from speed import growth

        sizes = [50, 150] if small else [1_000, 10_000, 100_000]
        growth.measure(sizes=sizes, asked=5 if small else 200, work=work, **where)
    else:
        from peers import run

        sets = [given.beir / name for name in given.sets]
        counts = {"most": 100, "number": 100} if small else {"most": 0, "number": 1_500}
        run.measure(sets=sets, work=work / f"peers{'-tiny' * small}", install=not given.no_install, **counts, **where)


def report(tiny: Path | None) -> int:
    from speed import report

    without = report.report(tiny, tiny / "docs") if tiny else report.report()
    for bar in without:
        print(f"missed, and no reason is given in {report.REASONS.name}: {bar}")
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
