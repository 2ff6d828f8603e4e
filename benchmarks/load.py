"""Many readers at once: what is served, how fast, and whether the server's memory stays flat.

    python benchmarks/load.py --readers 50 --seconds 120                  # two minutes of fifty readers
    python benchmarks/load.py --readers 100 --seconds 60 --least 50       # a crowd
    python benchmarks/load.py --readers 100 --seconds 60 --servers 2      # two processes over one index

Starts `assistant serve` over the index of the settings in processes of its own. Each reader asks one
question after the other over HTTP; told to come back later, it does. Prints answers per second, the
median and 95th percentile of an answer, its processor time, all statuses, and the memory of the servers at the start,
in the middle and at the end. Exits 1 if a server answered otherwise than with 200, or 429 and 503 with
`Retry-After`, or if a bar is missed: `--least` answers a second, `--p95` seconds, `--growth` MB.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic, perf_counter

ALLOWED = {200, 429, 503}
WARM_UP = 0.1
"""Share of the time after which memory is counted from: first every passage is read once."""


@dataclass
class Tally:
    """What the readers saw, added to by all of them."""

    seconds: list[float] = field(default_factory=list)
    """Of each answer."""
    statuses: Counter[str] = field(default_factory=Counter)
    megabytes: list[tuple[float, float]] = field(default_factory=list)
    """Time since the start, and the memory of all servers."""
    processor: float = 0.0
    """Seconds of processor time that the servers took."""

    @property
    def wrong(self) -> list[str]:
        """Statuses that no reader should see."""
        return [status for status in self.statuses if not re.fullmatch(r"200|(429|503) with Retry-After", status)]

    def growth(self, seconds: float) -> float:
        """Megabytes by which the servers grew after they were warm."""
        warm = next(size for at, size in self.megabytes if at >= WARM_UP * seconds)
        return self.megabytes[-1][1] - warm


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--servers", type=int, default=1)
    parser.add_argument("--questions", type=Path, default=Path("evals/questions/core.jsonl"))
    parser.add_argument("--least", type=float, default=0, help="answers a second")
    parser.add_argument("--p95", type=float, default=5, help="seconds")
    parser.add_argument("--growth", type=float, default=50, help="MB")
    given = parser.parse_args(arguments)
    lines = given.questions.read_text("utf-8").splitlines()
    questions = [json.loads(line)["text"] for line in lines if line.strip()]
    with ExitStack() as running:
        servers = [running.enter_context(served()) for _ in range(given.servers)]
        tally = load(servers, questions, readers=given.readers, seconds=given.seconds)
    return report(tally, given)


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Serve the index of the settings; gives the process and the port."""
    with tempfile.TemporaryDirectory(prefix="load-") as data:
        environment = {**os.environ, "ASSISTANT_DATA": data, "ASSISTANT_PORT": "0"}
        command = [sys.executable, "-m", "assistant.cli", "serve"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr
            said = []
            while not (found := re.search(r"http://[^:]+:(\d+)", said[-1] if said else "")):
                said.append(process.stderr.readline())
                if not said[-1]:
                    sys.exit("the server did not start:\n" + "".join(said))
            threading.Thread(target=process.stderr.read, daemon=True).start()
            try:
                yield process.pid, int(found[1])
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()


def load(
    servers: Sequence[tuple[int, int]], questions: Sequence[str], *, readers: int, seconds: float, step: float = 1
) -> Tally:
    """Have so many readers ask the servers, process and port of each, for so long, and return what they saw.

    The servers' memory is looked at every `step` seconds.
    """
    tally, over, began = Tally(), threading.Event(), monotonic()
    tally.processor = -sum(processor(process) for process, _ in servers)
    numbers = count()

    def read(port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not over.is_set():
            wait = ask(connection, questions[next(numbers) % len(questions)], tally)
            over.wait(wait)
        connection.close()

    threads = [threading.Thread(target=read, args=(servers[n % len(servers)][1],), daemon=True) for n in range(readers)]
    for thread in threads:
        thread.start()
    while (at := monotonic() - began) < seconds:
        tally.megabytes.append((at, sum(memory(process) for process, _ in servers)))
        over.wait(min(step, seconds - at))
    tally.megabytes.append((at, sum(memory(process) for process, _ in servers)))
    over.set()
    for thread in threads:
        thread.join(60)
    tally.processor += sum(processor(process) for process, _ in servers)
    return tally


def ask(connection: http.client.HTTPConnection, question: str, tally: Tally) -> float:
    """Ask one question, and return for how many seconds the reader is told to stay away."""
    started = perf_counter()
    try:
        connection.request("POST", "/api/ask", json.dumps({"question": question}), {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
    except OSError as error:
        connection.close()
        tally.statuses[type(error).__name__] += 1
        return 1.0
    later = response.headers.get("Retry-After")
    if response.status == 200:
        tally.seconds.append(perf_counter() - started)
    tally.statuses[f"{response.status}{' with Retry-After' if later else ''}"] += 1
    return float(later or 0)


def memory(process: int) -> float:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000  # type: ignore[index]


def processor(process: int) -> float:
    """Return the seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(tally: Tally, given: argparse.Namespace) -> int:
    """Print what was seen; 1 if a bar is missed."""
    rate = len(tally.seconds) / given.seconds
    p50 = statistics.median(tally.seconds) if tally.seconds else 0
    p95 = sorted(tally.seconds)[int(0.95 * len(tally.seconds))] if tally.seconds else 0
    first, middle, last = (tally.megabytes[n][1] for n in (0, len(tally.megabytes) // 2, -1))
    growth = tally.growth(given.seconds)
    print(f"figure: {given.readers} readers, {given.servers} server(s), {given.seconds:g} s: {rate:.1f} answers/s")
    print(f"figure: an answer: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")
    each = tally.processor / max(1, len(tally.seconds))
    print(f"processor time: {each * 1000:.0f} ms an answer, so at most {1 / max(each, 1e-6):.0f} answers/s a core")
    print("figure: statuses: " + ", ".join(f"{n} x {status}" for status, n in tally.statuses.most_common()))
    print(f"figure: memory: {first:.0f} MB, {middle:.0f} MB, {last:.0f} MB; {growth:+.0f} MB after warming up")
    missed = [f"statuses that may not be: {', '.join(tally.wrong)}"] if tally.wrong else []
    missed += ["no answer at all"] if not tally.seconds else []
    missed += [f"fewer than {given.least:g} answers/s"] if rate < given.least else []
    missed += [f"p95 above {given.p95:g} s"] if p95 > given.p95 else []
    missed += [f"more than {given.growth:g} MB of growth"] if growth > given.growth else []
    print("\n".join(f"missed: {what}" for what in missed) or "all bars are met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
