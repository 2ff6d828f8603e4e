"""Questions asked in a process of its own, whose memory is then that of answering alone.

    python -m speed.asked INDEX QUESTIONS.json WARM-UP

Prints JSON: seconds to open, milliseconds of each question, memory in MB, and the search alone, exact and
through Chroma.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.build import LiveAssistant, open_assistant
from assistant.settings import Settings


def main() -> None:
    index, path, warm_up = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    questions: list[str] = json.loads(path.read_text("utf-8"))
    started = perf_counter()
    live = open_assistant(Settings.read({}, index=index, corpus=Path("no-corpus")))
    opened = perf_counter() - started
    for question in questions[:warm_up]:
        live.ask(question)
    taken = [milliseconds(lambda asked=asked: live.ask(asked)) for asked in questions[warm_up:]]
    found = {"open": opened, "milliseconds": taken, "megabytes": memory(), **searches(live, questions)}
    print(json.dumps(found))
    live.close()


def milliseconds(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return 1000 * (perf_counter() - started)


def memory() -> dict[str, float]:
    """Return the most that the process has held, and what of it is its own, not a file's pages."""
    status = Path("/proc/self/status").read_text("utf-8")
    names = {"VmHWM": "most", "RssAnon": "own"}
    return {names[n]: int(kb) / 1024 for n, kb in re.findall(r"(VmHWM|RssAnon):\s*(\d+)", status)}


def searches(live: LiveAssistant, questions: list[str]) -> dict[str, Any]:
    """Return the median milliseconds of a search both ways, and the share of the true ten that Chroma finds."""
    library = live.library
    vectors = [library.query_vector(question) for question in questions]
    store, k = library._store, min(10, len(library))
    for vector in vectors[:5]:
        store.nearest(vector, k), library._compare_all(vector, k)
    exact = [milliseconds(lambda v=v: library._compare_all(v, 100)) for v in vectors] if len(library) > 100 else [0.0]
    graph = [milliseconds(lambda v=v: store.nearest(v, 100)) for v in vectors] if len(library) > 100 else [0.0]
    shares = []
    for vector in vectors:
        least = library._compare_all(vector, k)[-1][1] - 1e-4
        shares.append(sum(cosine >= least for _, cosine in store.nearest(vector, k)) / k)
    return {
        "exact_ms": statistics.median(exact),
        "chroma_ms": statistics.median(graph),
        "chroma_recall": statistics.mean(shares),
    }


if __name__ == "__main__":
    main()
