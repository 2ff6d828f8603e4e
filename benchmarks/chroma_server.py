"""A question with the passages in a Chroma server against one with them in the index folder; and without the server.

    python benchmarks/chroma_server.py [--questions evals/questions/core.jsonl] [--most 200]

Starts `chroma run` on this machine, brings the passages of a copy of the index there, and asks the same
questions both ways. Then the server is killed and started again. Prints the median and the 95th percentile of
a warm question, the longest answer while the server was away, and how long it took until it was used
again. Exits 1 if any hit differs, an answer took over 3 seconds without the server, or it was not used
again within 5 seconds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, sleep

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chroma import ChromaServer

from assistant.build import LiveAssistant, open_assistant
from assistant.settings import Settings

WITHOUT, AGAIN = 3.0, 5.0
"""Seconds that an answer may take without the server, and until a server that is back is used again."""

Hits = list[tuple[str, ...]]
"""For each question the ids of its passages, best first."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path, default=Path("evals/questions/core.jsonl"))
    parser.add_argument("--most", type=int, default=200, help="questions")
    given = parser.parse_args(arguments)
    lines = given.questions.read_text("utf-8").splitlines()
    questions = [json.loads(line)["text"] for line in lines if line.strip()][: given.most]
    with tempfile.TemporaryDirectory(prefix="chroma-server-") as place:
        settings, folder = Settings.read(), Path(place)
        chroma = ChromaServer(folder / "chroma")
        chroma.folder.mkdir()
        chroma.start()
        try:
            shutil.copytree(settings.index, folder / "index")
            return compare(settings, folder / "index", chroma, questions)
        finally:
            chroma.kill()


def compare(settings: Settings, copy: Path, chroma: ChromaServer, questions: Sequence[str]) -> int:
    embedded = open_assistant(settings.model_copy(update={"chroma_url": ""}))
    started = perf_counter()
    served = open_assistant(settings.model_copy(update={"index": copy, "chroma_url": chroma.url}))
    print(f"figure: {len(served.library)} passages were brought into the server in {perf_counter() - started:.1f} s")
    asked = {"index folder": asked_of(embedded, questions), f"Chroma {served.chroma}": asked_of(served, questions)}
    chroma.kill()
    asked["Chroma away"] = asked_of(served, questions)
    assert served.chroma == "away"
    for name, (_, seconds) in asked.items():
        p95 = sorted(seconds)[int(0.95 * len(seconds))]
        p50 = statistics.median(seconds)
        print(f"figure: {name}: p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms, most {max(seconds) * 1000:.1f} ms")
    chroma.start()
    started = perf_counter()
    while served.chroma == "away":
        served.search(questions[0], 1)
        sleep(0.05)
    again = perf_counter() - started
    print(f"figure: used again {again:.1f} s after it was back")
    first, *others = (hits for hits, _ in asked.values())
    differ = sum(a != b for other in others for a, b in zip(first, other, strict=True))
    print(f"figure: {differ} of {len(others) * len(first)} lists of hits differ")
    longest = max(asked["Chroma away"][1])
    return 0 if not differ and longest <= WITHOUT and again <= AGAIN else 1


def asked_of(live: LiveAssistant, questions: Sequence[str]) -> tuple[Hits, list[float]]:
    """Return the hits of each question and the seconds of each answer once the question's vector is known."""
    hits, seconds = [], []
    for question in questions:
        found = live.search(question, 24)[1]
        started = perf_counter()
        live.ask(question)
        seconds.append(perf_counter() - started)
        hits.append(tuple(hit.passage.id for hit in found))
    return hits, seconds


if __name__ == "__main__":
    sys.exit(main())
