"""Upload every bomb of tests/bombs.py to a server that answers questions meanwhile.

    python benchmarks/faults/bombs.py

Prints for each file what became of it, in how many seconds, and the most memory that its parser held.
The limits that are shown to hold: 20 seconds and 1 GiB a file; the slowest questions (p95) take at most
twice as long as before the attack; a good file sent along with each bomb is taken. Exits 1 if not.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import httpx
from bombs import QUICK, SLOW
from curated import changeable
from serving import serving

SECONDS, MEMORY = 20, 1 << 30
QUESTION = {"question": "Which temperature is linen of sick guests washed at?"}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        app, live = changeable(Path(folder))
        served = serving(app)
        with httpx.Client(base_url=next(served), timeout=120) as client:
            idle = [asked(client) for _ in range(50)]
            bad = attack(client, idle)
        next(served, None)
        live.close()
    return 1 if bad else 0


def asked(client: httpx.Client) -> float:
    started = time.perf_counter()
    client.post("/api/ask", json=QUESTION).raise_for_status()
    return time.perf_counter() - started


def attack(client: httpx.Client, idle: list[float]) -> int:
    """Send every bomb, and return how many broke a limit."""
    bad, slowest, largest, busy = 0, 0.0, 0, []
    for number, (kind, make) in enumerate({**QUICK, **SLOW}.items()):
        name, data = make()
        good = (f"good-{number}.md", b"# Good %d\n\nA good file.\n" % number)
        with watched() as memory, asking(client, busy):
            started = time.perf_counter()
            said = client.post("/api/documents", files=[("files", (name, data)), ("files", good)])
            seconds = time.perf_counter() - started
        outcome, held = what_became(said, good[0])
        wrong = not held or seconds > SECONDS + 5 or max(memory) > MEMORY
        bad += wrong
        slowest, largest = max(slowest, seconds), max(largest, *memory)
        print(f"{kind} ({len(data):,} bytes): {outcome}, {seconds:.1f} s, {max(memory) / 1e6:.0f} MB {'WRONG' * wrong}")
    before, during = (statistics.quantiles(row, n=20)[-1] for row in (idle, busy))
    bad += during > 2 * before
    count = len(QUICK) + len(SLOW)
    print(f"figure: {count} bombs, the slowest {slowest:.1f} s, the largest parser {largest / 1e6:.0f} MB")
    print(f"figure: questions p95 {before * 1000:.0f} ms before, {during * 1000:.0f} ms during ({len(busy)} asked)")
    return bad


def what_became(said: httpx.Response, good: str) -> tuple[str, bool]:
    """Return what became of the bomb, and whether the good file beside it was taken or the whole refused in words."""
    body = said.json()
    if said.status_code in {413, 415, 422}:
        return f"{said.status_code} {body['detail']}", bool(body["detail"])
    refused = [f"refused: {row['detail']}" for row in body.get("refused", ())]
    taken = good in [row["id"] for row in body.get("taken", ())]
    return (refused or ["taken"])[0], said.status_code == 200 and taken


@contextmanager
def asking(client: httpx.Client, busy: list[float]) -> Iterator[None]:
    """Ask a question every tenth of a second meanwhile."""
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(0.1):
            busy.append(asked(client))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def watched() -> Iterator[list[int]]:
    """Give the resident bytes of the parsers, looked at every twentieth of a second."""
    seen, stop = [0], threading.Event()

    def look() -> None:
        while not stop.wait(0.05):
            for folder in Path("/proc").glob("[0-9]*"):
                with suppress(OSError, StopIteration, ValueError):
                    if b"assistant.corpus.worker" in (folder / "cmdline").read_bytes():
                        rows = (folder / "status").read_text().splitlines()
                        seen.append(int(next(row for row in rows if row.startswith("VmHWM")).split()[1]) * 1024)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
