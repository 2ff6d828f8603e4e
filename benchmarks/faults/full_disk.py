"""Build on disks that are full sooner or later: the build fails in words, and the old index answers.

    python benchmarks/faults/full_disk.py

Runs itself again with a disk of a few megabytes in memory, fills it so that each time a little less is
left for the build, and builds. Exits 1 if a build hangs, ends without words, leaves something behind, or
costs the old answers.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from fakes import WORKER, WordHashEmbedder
from kill_builder import write_corpus

from assistant.errors import AssistantError
from assistant.indexing import build_index, open_index
from assistant.settings import Settings

LONGEST = 10
"""Seconds that a build may take to find out."""

LEFT = (0, 20, 60, 150, 300, 500, 800, 1_200)
"""Kilobytes left for a build."""


def main() -> int:
    if len(sys.argv) > 1:
        return fill(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(__file__).with_name("small_disk.py")
        command = [sys.executable, str(alone), "16M", folder, "--", sys.executable, __file__, folder]
        return subprocess.run(command, check=False).returncode


def fill(folder: Path) -> int:
    """Build with less and less room; return 1 if one build does more harm than fail."""
    settings = Settings.read({}, corpus=folder / "corpus", index=folder / "index")
    write_corpus(settings.corpus, 0)
    build_index(settings, worker=WORKER)
    before = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",)).get().generation
    bad, failed, slowest = 0, 0, 0.0
    for kilobytes in sorted(LEFT, reverse=True):
        (folder / "ballast").unlink(missing_ok=True)
        write_corpus(settings.corpus, 1)
        take_all_but(folder, kilobytes)
        outcome, seconds = build(settings)
        failed += outcome.startswith("failed")
        slowest = max(slowest, seconds)
        left = sorted(path.name for path in (settings.index / "generations").iterdir())
        (folder / "ballast").unlink()
        now = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",)).get().generation
        hurt = outcome.startswith("failed") and (seconds > LONGEST or left != [before] or now != before)
        wrong = hurt or outcome == "BROKEN"
        bad += wrong
        print(f"{kilobytes:5} kB left: {outcome}, {seconds:.1f} s {'WRONG' * wrong}", flush=True)
        if not outcome.startswith("failed"):
            before = now
    print(f"figure: {len(LEFT)} disks, {failed} builds failed in words, {bad} did harm, the slowest {slowest:.1f} s")
    return int(bool(bad) or not failed)


def take_all_but(folder: Path, kilobytes: int) -> None:
    free = shutil.disk_usage(folder).free - kilobytes * 1024
    with (folder / "ballast").open("wb") as ballast:
        while free > 0:
            free -= ballast.write(bytes(min(free, 1 << 16)))


def build(settings: Settings) -> tuple[str, float]:
    started = time.perf_counter()
    try:
        build_index(settings, rebuild=True, worker=WORKER)
        outcome = "built"
    except AssistantError as error:
        outcome = f"failed: {str(error)[:100]}"
    except Exception as error:
        outcome = "BROKEN"
        print(repr(error))
    return outcome, time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
