"""From a cold process to the first answer, in the terminal and over HTTP.

    python benchmarks/faults/first_answer.py --times 5

Uses the index of the settings, with nothing else running. Exits 1 if a first answer took over six seconds.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import time

import httpx

LONGEST = 6.0
"""Seconds from the start of the process to the answer."""

QUESTION = "Who owns the code that a vendor writes?"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    slowest = 0.0
    for name, measure in (("`assistant ask`", asked), ("`assistant serve` and a question of its API", served)):
        seconds = sorted(measure() for _ in range(given.times))
        slowest = max(slowest, seconds[-1])
        print(f"figure: {name}: median {seconds[len(seconds) // 2]:.1f} s, most {seconds[-1]:.1f} s ({len(seconds)})")
    return int(slowest > LONGEST)


def asked() -> float:
    """Return the seconds that a question takes in a process of its own."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "assistant.cli", "ask", QUESTION], capture_output=True, check=True)
    return time.perf_counter() - started


def served() -> float:
    """Return the seconds from the start of a server to its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port)]
    started = time.perf_counter()
    with subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL) as server:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                while time.perf_counter() - started < 60:
                    try:
                        client.post("/api/ask", json={"question": QUESTION}).raise_for_status()
                        return time.perf_counter() - started
                    except httpx.TransportError:
                        time.sleep(0.02)
        finally:
            server.terminate()
    raise TimeoutError("the server did not answer within a minute")


if __name__ == "__main__":
    sys.exit(main())
