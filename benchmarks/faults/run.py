"""Check every promise of docs/reliability.md, and write down what came out.

    python benchmarks/faults/run.py                  all bars at the size of the tests: minutes
    python benchmarks/faults/run.py --full [ID…]     the full sizes; without ids: more than an hour
    python benchmarks/faults/run.py ID…              these alone
    python benchmarks/faults/run.py report           docs/reliability.md, from what was written down

Each run replaces the results of the bars that it checked in evals/reliability/latest.json and keeps the
others with their dates. A test tells a figure with pytest's `record_property("figure", …)`, a
script by printing a line that begins with `figure:`. Exits 1 if a bar that was checked is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bars import ROOT, Bar, Result, command_of, read_bars
from report import write_report

LATEST = ROOT / "evals" / "reliability" / "latest.json"
LONGEST = 45 * 60
"""Seconds that one check may take."""

VERSIONS = ("chromadb", "gradio", "langchain-core", "sentence-transformers", "onnxruntime", "pypdf")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("ids", nargs="*", help="bars to check, or `report`")
    parser.add_argument("--full", action="store_true", help="at their full sizes, where they have one")
    given = parser.parse_args()
    bars = read_bars()
    if given.ids == ["report"]:
        write_report(bars, json.loads(LATEST.read_text("utf-8")))
        return 0
    if unknown := set(given.ids) - set(bars):
        parser.error(f"no such bar: {', '.join(sorted(unknown))}")
    chosen = [bar for bar in bars.values() if not given.ids or bar.id in given.ids]
    if given.full:
        chosen = [bar for bar in chosen if bar.full]
    results = check_full(chosen) if given.full else check_small(chosen)
    keep(bars, results, full=given.full)
    return 0 if all(result.passed for result in results.values()) else 1


# --- checking -----------------------------------------------------------------------------


def check_full(bars: list[Bar]) -> dict[str, Result]:
    return {bar.id: tell(bar, run_command(bar.full)) for bar in bars}


def check_small(bars: list[Bar]) -> dict[str, Result]:
    """Run all tests of all bars in one process, and each script in its own."""
    cases = run_tests(sorted({test for bar in bars for test in bar.tests}))
    results = {}
    for bar in bars:
        if bar.tests:
            results[bar.id] = tell(bar, of_tests(bar, cases))
        elif bar.check:
            results[bar.id] = tell(bar, run_command(bar.check))
    return results


def tell(bar: Bar, result: Result) -> Result:
    print(f"{bar.id:4} {'holds ' if result.passed else 'MISSED'} {result.seconds:7.1f} s  {'; '.join(result.figures)}")
    if not result.passed:
        print(result.told)
    sys.stdout.flush()
    return result


def run_command(line: str) -> Result:
    """Run one check of its own; the figures are what it says they are."""
    started = time.perf_counter()
    try:
        done = subprocess.run(
            command_of(line), cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False, env=environment()
        )
    except subprocess.TimeoutExpired:
        return Result(False, [f"not done within {LONGEST / 60:g} minutes"], LONGEST)
    figures = [row.removeprefix("figure:").strip() for row in done.stdout.splitlines() if row.startswith("figure:")]
    if not figures and "pytest" in line:
        figures = [row.strip("= ") for row in done.stdout.splitlines()[-1:]]
    told = (done.stdout + done.stderr)[-4_000:]
    return Result(done.returncode == 0, figures, time.perf_counter() - started, told)


Case = tuple[str, bool, float, list[str], str]
"""Of one test: its node id without parameters, whether it held, seconds, figures, and what it said."""


def run_tests(tests: list[str]) -> list[Case]:
    if not tests:
        return []
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "junit.xml"
        command = [*command_of("pytest"), f"--junitxml={told}", "-p", "no:cacheprovider", *tests]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment())
        if not told.exists():
            sys.exit(done.stdout + done.stderr)
        return [case_of(case) for case in ET.parse(told).iter("testcase")]


def case_of(case: ET.Element) -> Case:
    """Return what became of one test; one that was skipped has not shown anything."""
    name = case.get("name", "").partition("[")[0]
    node = f"{case.get('classname', '').replace('.', '/')}.py::{name}"
    bad = [child for child in case if child.tag in {"failure", "error", "skipped"}]
    figures = [p.get("value", "") for p in case.iter("property") if p.get("name") == "figure"]
    return node, not bad, float(case.get("time", "0")), figures, "\n".join(b.get("message") or "" for b in bad)


def of_tests(bar: Bar, cases: list[Case]) -> Result:
    """Return what the tests of one bar came to; a test that did not run counts against it."""
    own = [case for case in cases if any(case[0] == t or case[0].startswith(f"{t}::") for t in bar.tests)]
    missing = [t for t in bar.tests if not any(case[0] == t or case[0].startswith(f"{t}::") for case in own)]
    bad = [f"{node}: {said}" for node, good, _, _, said in own if not good] + [f"{t} did not run" for t in missing]
    figures = [figure for case in own for figure in case[3]]
    count = f"{len(own)} test{'s' if len(own) != 1 else ''}"
    return Result(not bad, [*figures, count], sum(case[2] for case in own), "\n".join(bad)[:4_000])


def environment() -> dict[str, str]:
    """Return the environment of a check: tests and scripts that are imported beside the package."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


# --- writing down -------------------------------------------------------------------------


def keep(bars: dict[str, Bar], results: dict[str, Result], *, full: bool) -> None:
    held = json.loads(LATEST.read_text("utf-8")) if LATEST.exists() else {"bars": {}}
    rows = held["bars"]
    for id, result in results.items():
        row = {
            "passed": result.passed,
            "figures": result.figures,
            "seconds": round(result.seconds, 1),
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine(),
        }
        rows.setdefault(id, {})["full" if full else "check"] = row
    ordered = {id: rows[id] for id in bars if id in rows}
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    said = {"versions": {name: version(name) for name in VERSIONS}, "bars": ordered}
    LATEST.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
