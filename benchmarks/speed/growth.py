"""The same line over 1,000, 10,000 and 100,000 passages of made-up text."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from speed import asked as process
from speed.generated import questions, write_records
from speed.measure import Bar, assistant, disk_megabytes, spread, timed, write

LARGEST = 100_000
WARM_UP = 20
ASKED = str(process.__file__)


def measure(*, sizes: list[int], asked: int, work: Path, **where: Path) -> Path:
    """Build, start and ask at each size; a size whose result is in the work folder is not measured again."""
    work.mkdir(parents=True, exist_ok=True)
    rows = [_kept(size, asked, work) for size in sorted(sizes)]
    last = rows[-1]
    bars = []
    if last["passages"] >= LARGEST:
        bars = [
            Bar(
                "growth.p95",
                f"a question over {LARGEST:,} passages, 95th percentile",
                last["question"]["p95"],
                100,
                "ms",
            ),
            Bar(
                "growth.memory", f"memory of answering over {LARGEST:,} passages", last["megabytes"]["most"], 1000, "MB"
            ),
        ]
    return write("growth", bars, {"rows": rows}, **where)


def _kept(size: int, asked: int, work: Path) -> dict[str, Any]:
    path = work / f"growth-{size}-{asked}.json"
    if not path.exists():
        print(f"{size:,} passages …", flush=True)
        path.write_text(json.dumps(_measured(size, asked, work)), "utf-8")
    row: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return row


def _measured(size: int, asked: int, work: Path) -> dict[str, Any]:
    folder = work / str(size)
    shutil.rmtree(folder, ignore_errors=True)
    corpus, index = folder / "corpus", folder / "index"
    write_records(corpus, size)
    places = ["--corpus", str(corpus), "--index", str(index)]
    built = timed(assistant("index", *places))
    wanted = folder / "questions.json"
    wanted.write_text(json.dumps(texts := questions(WARM_UP + asked)), "utf-8")
    starts = [timed(assistant("ask", *places, text)).seconds for text in texts[:3]]
    command = [sys.executable, ASKED, str(index), str(wanted), str(WARM_UP)]
    found = json.loads(timed(command, environ={"PYTHONPATH": str(Path(ASKED).parents[1])}).out.strip().splitlines()[-1])
    row = {
        "passages": size,
        "build_seconds": built.seconds,
        "build_megabytes": built.megabytes,
        "start_seconds": statistics.median(starts),
        "open_seconds": found["open"],
        "question": spread(found["milliseconds"]),
        "disk_megabytes": disk_megabytes(index),
        **{name: found[name] for name in ("megabytes", "exact_ms", "chroma_ms", "chroma_recall")},
    }
    shutil.rmtree(folder)
    return row
