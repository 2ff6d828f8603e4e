"""Ask five times a second while the index is built anew every minute, and watch what grows.

    python benchmarks/faults/soak.py --minutes 10

A real server over a small corpus whose pages name their edition; every minute all pages become those of
the next edition and the index follows. Each answer must be of one edition, the current one or the one
before. Prints errors, mixed answers, open files and memory; exits 1 on an error, a mixed answer, more than
five more open files, or memory that grows by over 1 MB a minute (`--growth`: more for a minute with a build every
five seconds) once it has warmed up.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import httpx
import numpy as np
from curated import changeable
from fakes import WORKER
from serving import serving

from assistant.indexing import build_index
from assistant.settings import Settings

PAGES = 8
WARM = 0.3
"""Share of the time after which memory is looked at."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--growth", type=float, default=1, help="megabytes a minute that memory may grow by")
    parser.add_argument("--rate", type=float, default=5, help="questions a second")
    parser.add_argument("--every", type=float, default=60, help="seconds from edition to edition")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        write_edition(corpus, 1)
        app, live = changeable(Path(folder))
        served = serving(app)
        with httpx.Client(base_url=next(served), timeout=60) as client:
            bad = soak(client, live.settings, given.minutes * 60, 1 / given.rate, given.every, given.growth)
        next(served, None)
        live.close()
    return bad


def write_edition(corpus: Path, number: int) -> None:
    corpus.mkdir(exist_ok=True)
    for n in range(PAGES):
        lines = [f"Warden {n} keeps rule {m} of the tower in edition {number}." for m in range(6)]
        (corpus / f"tower-{n}.md").write_text("\n\n".join([f"# Tower {n}", *lines, ""]))


def soak(client: httpx.Client, settings: Settings, seconds: float, pause: float, every: float, growth: float) -> int:
    """Ask until the time is over, and return whether a limit was broken."""
    builder, builds = ThreadPoolExecutor(1), []
    edition, asked, errors, mixed, begun = 1, 0, 0, 0, time.monotonic()
    times, files, memory, slow = [], [], [], 0.0
    while (now := time.monotonic() - begun) < seconds:
        if now > edition * every and all(build.done() for build in builds):
            edition += 1
            write_edition(settings.corpus, edition)
            builds.append(builder.submit(build_index, settings, worker=WORKER))
        started = time.monotonic()
        said = client.post("/api/ask", json={"question": f"Who keeps rule {asked % 6} of the tower?"})
        slow = max(slow, time.monotonic() - started)
        asked += 1
        errors += said.status_code != 200
        mixed += said.status_code == 200 and not of_one_edition(said.json(), edition)
        if asked % 25 == 0:
            gc.collect()
            times.append(now / 60)
            files.append(len(os.listdir("/proc/self/fd")))
            memory.append(resident())
        time.sleep(max(0.0, pause - (time.monotonic() - started)))
    built = sum(build.result().changed for build in builds)
    first = int(len(times) * WARM)
    slope = float(np.polyfit(times[first:], memory[first:], 1)[0])
    grown = files[-1] - files[first]
    print(f"figure: {asked} questions, {built} rebuilds, {errors} errors, {mixed} mixed or old answers")
    print(
        f"figure: open files {grown:+d}, memory {slope:+.2f} MB a minute at {memory[-1]:.0f} MB, slowest {slow:.1f} s"
    )
    return int(bool(errors or mixed) or abs(grown) > 5 or slope > growth)


def of_one_edition(answer: dict, edition: int) -> bool:
    """Return whether all that was found is of one edition, the current one or the one before."""
    texts = [hit["text"] for hit in answer["evidence"] if hit["document_id"].startswith("tower")]
    found = {int(number) for text in texts for number in re.findall(r"edition (\d+)", text)}
    return len(found) == 1 and found <= {edition, edition - 1}


def resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
