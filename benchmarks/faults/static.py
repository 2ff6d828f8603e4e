"""What the code and its packages are made of: bandit's findings, the licences, the hashes of the lock.

    python benchmarks/faults/static.py             all three; 10 seconds
    python benchmarks/faults/static.py --install   also what pip says of installing from the lock; minutes
    python benchmarks/faults/static.py --lock      writes requirements.lock anew; for x86-64 Linux

A finding of bandit's of medium or high severity is either mended or stands below with the reason why it
is none; so does a licence that asks something of whoever passes the program on. Exits 1 for any other.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONSTRAINTS, LOCK = ROOT / "constraints.txt", ROOT / "requirements.lock"

REVIEWED = {
    ("corpus/read_markdown.py", "B506"): "its loader is a subclass of the safe one",
    ("corpus/worker.py", "B301"): "the child reads what its own parent wrote; the way back admits our types alone",
    ("evaluation/report.py", "B704"): "the plots are our own SVG, whose texts are escaped",
    ("index/documents.py", "B608"): "the text put in is a row of question marks",
    ("index/embedder.py", "B615"): "it looks in the local cache alone (local_files_only)",
    ("records/store.py", "B608"): "the text put in is constants of the module",
}

COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General|SSPL|BUSL|Commons Clause|non-?commercial)", re.IGNORECASE)
WEAK = re.compile(r"\bLGPL|Lesser General|or later.*MIT|MPL", re.IGNORECASE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--lock", action="store_true")
    given = parser.parse_args()
    if given.lock:
        return write_lock()
    return findings() + licences() + hashes() + (install() if given.install else 0)


def findings() -> int:
    """Print what bandit finds that nobody has looked at."""
    command = [sys.executable, "-m", "bandit", "-q", "-ll", "-f", "json", "-r", str(ROOT / "src")]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    found = {(row["filename"].partition("src/assistant/")[2], row["test_id"]) for row in told["results"]}
    for name, rule in sorted(found - set(REVIEWED)):
        print(f"bandit: {rule} in {name}")
    print(f"figure: bandit: {len(told['results'])} findings, {len(found - set(REVIEWED))} not looked at")
    return int(bool(found - set(REVIEWED)))


def constraints() -> dict[str, str]:
    """Return the version of every package, by its name in lower case."""
    rows = CONSTRAINTS.read_text("utf-8").splitlines()
    pairs = [row.split("==") for row in rows if "==" in row and not row.startswith("#")]
    return {name.strip().lower(): version.strip() for name, version in pairs}


def licences() -> int:
    """Print the packages whose licence is not a permissive one."""
    bad, weak = [], []
    for name in constraints():
        try:
            facts = distribution(name).metadata
        except PackageNotFoundError:
            continue
        said = " ".join(
            [facts.get("License-Expression") or (facts.get("License") or "")[:80]]
            + [c for c in facts.get_all("Classifier") or () if c.startswith("License")]
        )
        if WEAK.search(said):
            weak.append(name)
        elif COPYLEFT.search(said):
            bad.append(name)
    print(f"figure: licences of {len(constraints())} packages: {len(weak)} weak copyleft ({', '.join(weak)})")
    print("\n".join(f"licence: {name}" for name in bad))
    return int(bool(bad))


def hashes() -> int:
    """Print which package of the lock has no digest, or another version than the constraints."""
    locked = {
        name.lower(): (version, more)
        for name, version, more in re.findall(r"^(\S+)==(\S+)((?: \\\n +--hash=\S+)*)", LOCK.read_text("utf-8"), re.M)
    }
    wrong = [
        n for n, version in constraints().items() if locked.get(n, ("", ""))[0].split("+")[0] != version.split("+")[0]
    ]
    bare = [name for name, (_, more) in locked.items() if "--hash=sha256:" not in more]
    print(f"figure: lock: {len(locked)} packages, {len(wrong)} of another version, {len(bare)} without digest")
    print("\n".join(f"lock: {name}" for name in wrong + bare))
    return int(bool(wrong or bare))


def install() -> int:
    """Have pip resolve and check every package of the lock against its digest, installing nothing."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
    done = subprocess.run([*command, "--require-hashes", "-r", str(LOCK)], capture_output=True, text=True, check=False)
    print(f"figure: pip install --require-hashes: {'every digest holds' if done.returncode == 0 else 'refused'}")
    print(done.stderr[-1_000:] if done.returncode else "")
    return done.returncode


def write_lock() -> int:
    """Write the digest of the file that pip takes for each package of the constraints."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps"]
        subprocess.run([*command, "--report", str(report), "-r", str(CONSTRAINTS)], check=True)
        write_lock_of(json.loads(report.read_text("utf-8")))
    return 0


def write_lock_of(report: dict) -> None:
    rows = []
    for item in report["install"]:
        facts, archive = item["metadata"], item["download_info"]["archive_info"]
        rows.append(f"{facts['name']}=={facts['version']} \\\n    --hash=sha256:{archive['hashes']['sha256']}")
    head = (
        "# The files of the tested versions, for x86-64 Linux and Python 3.11:\n"
        "# pip install --require-hashes --no-deps -r requirements.lock, then --no-deps the program itself.\n"
        "# torch is the build for processors alone. Written by benchmarks/faults/static.py --lock.\n"
    )
    LOCK.write_text(head + "\n".join(sorted(rows, key=str.lower)) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
