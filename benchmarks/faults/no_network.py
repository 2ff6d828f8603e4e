"""From an empty index to twenty answers with nothing but this machine's own address to reach.

    python benchmarks/faults/no_network.py

Runs itself again where the system has only a loopback interface (`unshare`), with every call that
connects or sends written down (`strace`): builds the index of the hotel's corpus with the real model,
starts the server, waits for its first answer, asks twenty questions of the page's own API, adds a
document. Exits 1 if anything but this machine was called, or if the start takes over ten seconds.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import hotel
import httpx

START = 10
"""Seconds from the start of the process to the first answer."""

QUESTIONS = [f"Which temperature is linen of guest {n} washed at?" for n in range(20)]
OWN = re.compile(r"127\.0\.0\.1|::1|AF_UNIX|AF_NETLINK|AF_UNSPEC|sa_family=0")


def main() -> int:
    if len(sys.argv) > 1:
        return serve_and_ask(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        calls = Path(folder) / "calls"
        traced = [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-e",
            "trace=connect,sendto,sendmsg,sendmmsg",
            "-e",
            "signal=none",
        ]
        again = [*traced, "-o", str(calls), sys.executable, __file__, folder]
        up = 'ip link set lo up 2>/dev/null; exec "$@"'
        done = subprocess.run(["unshare", "-rn", "sh", "-c", up, "sh", *again], check=False)
        rows = [row for row in calls.read_text("utf-8", "replace").splitlines() if "AF_" in row]
    outside = [row for row in rows if "sin_addr" in row or "sin6_addr" in row if not OWN.search(row)]
    print(f"figure: {len(outside)} calls to anything but this machine, of {len(rows)} that name an address")
    print("\n".join(outside[:10]))
    return done.returncode or int(bool(outside))


def serve_and_ask(folder: Path) -> int:
    """Build, serve, ask and add; return 0 if all of it was done in time."""
    corpus = hotel.write_corpus(folder / "corpus")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    places = {"ASSISTANT_CORPUS": str(corpus), "ASSISTANT_INDEX": str(folder / "index")}
    given = {**places, "ASSISTANT_DATA": str(folder / "data"), "HOME": str(folder), "PATH": os.environ["PATH"]}
    if path := os.environ.get("PYTHONPATH"):
        given["PYTHONPATH"] = path
    assistant = [sys.executable, "-m", "assistant.cli"]
    subprocess.run([*assistant, "index"], env=given, check=True, stderr=subprocess.DEVNULL)
    started = time.perf_counter()
    server = subprocess.Popen([*assistant, "serve", "--port", port], env=given, stderr=subprocess.PIPE, text=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            alive, first = wait(client, started)
            answers = [client.post("/api/ask", json={"question": q}).raise_for_status() for q in QUESTIONS]
            page = client.get("/").raise_for_status()
            new = ("porter.md", b"# Porters\n\nA porter works at night.\n")
            client.post("/api/documents", files={"files": new}).raise_for_status()
            while client.get("/api/index/status").json()["state"] == "building":
                time.sleep(0.2)
            added = client.get("/api/documents/porter.md").status_code
    finally:
        server.terminate()
        server.wait(20)
    print(f"figure: alive after {alive:.1f} s, the first answer after {first:.1f} s, {len(answers)} answers (traced)")
    return int(first > START or added != 200 or not page.text)


def wait(client: httpx.Client, started: float) -> tuple[float, float]:
    """Return the seconds until the server was alive, and until it gave its first answer."""
    alive = 0.0
    while time.perf_counter() - started < 120:
        try:
            client.get("/api/health").raise_for_status()
            alive = alive or time.perf_counter() - started
            client.post("/api/ask", json={"question": QUESTIONS[0]}).raise_for_status()
            return alive, time.perf_counter() - started
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
