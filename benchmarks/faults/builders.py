"""Two builders, and two servers that are asked while the index is built: nobody loses, nobody mixes.

    python benchmarks/faults/builders.py --folder /tmp/builders

Two processes that answer questions from one index run while a third builds four times; each answer
must be of one edition of the corpus alone. Then a second builder starts beside the first; it must be
refused within a second, naming the process that builds. Exits 1 if any of this is not so.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from fakes import WORKER, WordHashEmbedder
from kill_builder import DOCUMENTS, write_corpus

from assistant.errors import BuilderBusy
from assistant.indexing import build_index, open_index
from assistant.settings import Settings

EDITIONS = 4
SLOW = (sys.executable, "-c", "import time; time.sleep(30)")
"""A worker that builds for a long time."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", type=Path, default=Path("/tmp/builders"))
    parser.add_argument("--act", choices=("serve", "build"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    settings = Settings.read({}, corpus=given.folder / "corpus", index=given.folder / "index")
    if given.act == "serve":
        return serve(settings)
    if given.act == "build":
        build_index(settings, worker=SLOW)
        return 1
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    try:
        return 1 if asked_while_building(settings) + second_builder(settings) else 0
    finally:
        shutil.rmtree(given.folder, ignore_errors=True)


def start(what: str, settings: Settings) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--act", what, "--folder", str(settings.index.parent)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def asked_while_building(settings: Settings) -> int:
    """Build anew while two servers answer; return how many answers were wrong."""
    write_corpus(settings.corpus, 0)
    build_index(settings, worker=WORKER)
    servers = [start("serve", settings) for _ in range(2)]
    for server in servers:
        assert server.stdout
        server.stdout.readline()
    for number in range(1, EDITIONS + 1):
        write_corpus(settings.corpus, number)
        build_index(settings, worker=WORKER)
    told = [server.communicate("stop\n")[0].split() for server in servers]
    asked, wrong = (sum(int(row[n]) for row in told) for n in (0, 1))
    latest = all(row[2] == str(EDITIONS) for row in told)
    failed = any(server.returncode for server in servers)
    print(f"figure: 2 servers, {EDITIONS} builds, {asked} questions, {wrong} answers mixed or failed")
    return wrong + failed + (not latest) + (asked < 1000)


def serve(settings: Settings) -> int:
    """Ask until told to stop; print how often, how many answers mixed editions, and the last edition."""
    import threading

    live = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",))
    print("ready", flush=True)
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    asked = wrong = 0
    editions: set[str] = set()
    while not stop.is_set() or not asked:
        library = live.get()
        vector = library.query_vector(f"Which rule is on matter {asked % 8}?")
        found = library.passages([number for number, _ in library.nearest(vector, 10)])
        texts = [p.text for p in found] + [library.document(s.id).text for s in library.documents()[:3]]
        editions = {text.split(" of the handbook")[0].split()[-1] for text in texts}
        wrong += len(editions) != 1 or len(found) != 10 or len(library.documents()) != DOCUMENTS
        asked += 1
    print(asked, wrong, *editions)
    return 0


def second_builder(settings: Settings) -> int:
    """Start a builder, and another beside it; return what is wrong with the second's refusal."""
    first = start("build", settings)
    while f"{first.pid}" not in (settings.index / "build.lock").read_text():
        time.sleep(0.05)
    started = time.perf_counter()
    try:
        build_index(settings, worker=SLOW)
        said = ""
    except BuilderBusy as error:
        said = str(error)
    seconds = time.perf_counter() - started
    first.kill()
    first.communicate()
    print(f"figure: a second builder is refused after {seconds:.2f} s: {'names the first' if said else 'NOT REFUSED'}")
    return int(f"process {first.pid}" not in said or seconds > 1)


if __name__ == "__main__":
    sys.exit(main())
