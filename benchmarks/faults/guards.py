"""Take each guard away and see the check of its bar go red: a check that cannot fail shows nothing.

    python benchmarks/faults/guards.py [ID…]

For every guard of `bars.toml` the tree is copied, the guard's lines are replaced in the copy, and the
bar's check runs there. The working tree is only read. Prints a table and writes
evals/reliability/guards.json; exits 1 if a check stays green or a guard's lines are not found.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bars import ROOT, Bar, Guard, command_of, read_bars

TABLE = ROOT / "evals" / "reliability" / "guards.json"
LONGEST = 400
COPIED = ("src", "tests", "benchmarks", "evals", "docs", "corpus", "app.py", "pyproject.toml", "constraints.txt",
          "requirements.lock", "README.md", "Makefile", "SECURITY.md")  # fmt: skip

NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.egg-info", ".environments")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("ids", nargs="*")
    given = parser.parse_args()
    rows = {}
    for bar in read_bars().values():
        if not given.ids or bar.id in given.ids:
            for number, guard in enumerate(bar.guards, start=1):
                name = bar.id if len(bar.guards) == 1 else f"{bar.id}.{number}"
                rows[name] = row = without(bar, guard)
                print(f"{name:6} {row['outcome']:9} {row['seconds']:6.1f} s  {guard.file}: {guard.why}", flush=True)
                if row["outcome"] != "red":
                    print(row["told"])
    held = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    kept = {**held, **{name: {k: v for k, v in row.items() if k != "told"} for name, row in rows.items()}}
    TABLE.write_text(json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0 if all(row["outcome"] == "red" for row in rows.values()) else 1


def without(bar: Bar, guard: Guard) -> dict[str, object]:
    """Return what became of the bar's check in a copy of the tree without the guard."""
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        copy = Path(folder) / "tree"
        copy_tree(copy)
        path = copy / guard.file
        text = path.read_text("utf-8")
        started = time.perf_counter()
        if text.count(guard.old) != 1:
            outcome, told = "not found", f"{guard.file} has the lines {text.count(guard.old)} times"
        else:
            path.write_text(text.replace(guard.old, guard.new), "utf-8")
            outcome, told = check(guard.check or bar.check, copy)
    return {
        "outcome": outcome,
        "file": guard.file,
        "without": guard.why,
        "check": guard.check or bar.check,
        "seconds": round(time.perf_counter() - started, 1),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "told": told,
    }


def check(line: str, tree: Path) -> tuple[str, str]:
    """Run a check in a tree: `red` if its test failed, `green` if not, `no check` if nothing ran."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = command_of(line)
    if "-m" in command and "pytest" in command:
        command = [*command, "-x", "-p", "no:cacheprovider"]
    with tempfile.TemporaryFile("w+") as out:  # not a pipe, which a process that is left over would keep open
        run = subprocess.Popen(command, cwd=tree, env=environment, stdout=out, stderr=out, start_new_session=True)
        try:
            code = run.wait(LONGEST)
        except subprocess.TimeoutExpired:
            return "red", "it did not end"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)  # what it started, too
            run.wait()
        out.seek(0)
        told = out.read()[-3_000:]
    if code == 0:
        return "green", told
    # 1 is a test that failed or a script that says so; pytest's others are no test at all
    return ("red" if code == 1 else "no check"), told


def copy_tree(copy: Path) -> None:
    """Copy what the checks read; what tests reach beside the repository is linked."""
    copy.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=NOT_COPIED)
        elif source.exists():
            shutil.copy2(source, copy / name)
    if (shared := ROOT.parent / "shared").exists():
        (copy.parent / "shared").symlink_to(shared)


if __name__ == "__main__":
    sys.exit(main())
