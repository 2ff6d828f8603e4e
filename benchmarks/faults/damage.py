"""Damage a generation in every way of tests/index/test_probe.py, and start on it.

    python benchmarks/faults/small_disk.py 1500M /tmp/damage -- python benchmarks/faults/damage.py --folder /tmp/damage

An index of two generations is copied, the one that answers is damaged, and a fresh process opens the
index and asks. It must answer within ten seconds what an undamaged index answers, from the generation
before or from the damaged one if the damage touches nothing that is read; what cannot serve is moved
aside, and the log says why in one line. Prints a line a damage; exits 1 if one of them breaks this.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "index"))

from fakes import WORKER, WordHashEmbedder
from test_probe import STEADY, UNSTEADY, flip

from assistant.index import generations
from assistant.indexing import build_index, open_index
from assistant.settings import Settings

LONGEST = 10
"""Seconds from the start to the first answer."""

QUESTIONS = [f"Who keeps rule {n} on matter {m}?" for n in range(20) for m in range(4)]

MORE: dict[str, Callable[[Path], object]] = {
    "middle of the collection flipped": lambda f: flip(f / "chroma" / "chroma.sqlite3", 0.5),
    "end of the collection flipped": lambda f: flip(f / "chroma" / "chroma.sqlite3", 0.9),
    "links of the graph empty": lambda f: os.truncate(next((f / "chroma").glob("*/link_lists.bin")), 0),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", type=Path, default=Path("/tmp/damage"))
    parser.add_argument("--act", choices=("ask",), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.act:
        return ask(settings_of(given.folder))
    shutil.rmtree(given.folder / "index", ignore_errors=True)
    whole = settings_of(given.folder)
    expected = build_two(whole)
    bad, slowest, damages = 0, 0.0, {**STEADY, **UNSTEADY, **MORE}
    for name, damage in damages.items():
        complaint, seconds = damaged(whole, damage, expected)
        bad += bool(complaint)
        slowest = max(slowest, seconds)
        print(f"{name}: {complaint or 'answered'} in {seconds:.1f} s", flush=True)
    print(f"figure: {len(damages)} kinds of damage, {bad} wrong or missing answers, the slowest start {slowest:.1f} s")
    return 1 if bad else 0


def settings_of(folder: Path) -> Settings:
    return Settings.read({}, corpus=folder / "corpus", index=folder / "index")


def build_two(settings: Settings) -> dict[str, list[str]]:
    """Build two generations and return what each finds for the questions."""
    shutil.rmtree(settings.corpus, ignore_errors=True)
    settings.corpus.mkdir(parents=True)
    expected = {}
    for numbers in (range(10), range(10, 20)):
        for n in numbers:
            lines = [f"Rule {n} on matter {m} is kept by warden {n * m % 7}." for m in range(4)]
            (settings.corpus / f"rule-{n}.md").write_text("\n\n".join([f"# Rule {n}", *lines, ""]))
        build_index(settings, worker=WORKER)
        expected.update([found(settings)])
    return expected


def found(settings: Settings) -> tuple[str, list[str]]:
    """Return the generation that answers and, for each question, the passages that it finds."""
    library = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",)).get()
    rows = []
    for question in QUESTIONS:
        near = library.nearest(library.query_vector(question), 10)
        scores = sorted((round(similarity, 2) for _, similarity in near), reverse=True)
        best = sorted(library.passage(n).text for n, similarity in near if similarity > near[0][1] - 1e-4)
        rows.append(f"{scores} {best}")
    return library.generation, rows


def ask(settings: Settings) -> int:
    logging.basicConfig(format="%(levelname)s %(message)s")
    generation, rows = found(settings)
    print(json.dumps({"generation": generation, "found": rows}))
    return 0


def damaged(whole: Settings, damage: Callable[[Path], object], expected: dict[str, list[str]]) -> tuple[str, float]:
    """Return what is wrong with the start on a damaged copy, or an empty string, and its seconds."""
    folder = whole.index.parent / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole.index, folder / "index")
    hurt = generations.read_pointer(folder / "index")
    assert hurt is not None
    damage(generations.folder_of(folder / "index", hurt.generation))
    had_manifest = (generations.folder_of(folder / "index", hurt.generation) / "manifest.json").exists()
    started = time.perf_counter()
    command = [sys.executable, __file__, "--act", "ask", "--folder", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return "it did not start", 120
    seconds = time.perf_counter() - started
    if done.returncode:
        return f"exit {done.returncode}: {done.stderr.strip()[-300:]}", seconds
    said = json.loads(done.stdout)
    if said["found"] != expected[said["generation"]]:
        return "other answers than the undamaged index", seconds
    if said["generation"] != hurt.generation:
        aside = [path.name for path in (folder / "index" / "quarantine").glob("*")]
        reasons = {row for row in done.stderr.splitlines() if f"{hurt.generation} cannot serve" in row}
        # a folder without a manifest is what a killed build leaves behind, and goes as such
        if (aside != [hurt.generation] and had_manifest) or len(reasons) != 1:
            return f"set aside {aside}, reasons {reasons}", seconds
    return "it took too long" if seconds > LONGEST else "", seconds


if __name__ == "__main__":
    sys.exit(main())
