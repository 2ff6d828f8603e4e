"""Kill the builder again and again, and see that the old answers stay and nothing grows.

    python benchmarks/faults/kill_builder.py --kills 20 --folder /dev/shm/kills

Each round changes a small corpus, starts `build_index` in a process group of its own and
kills the whole group at a random moment, from its start to well after it would be done. After
each kill, in a fresh process: the index opens without a build, its answer is that of the last
corpus that was published (the old one or the new one, never a mixture), and the index is no
larger than four generations. Prints one line a kill; exits 1 at the first that fails.

Use a folder on a small disk: a damaged index can hold a sparse file of terabytes.

    python benchmarks/faults/small_disk.py 1500M /tmp/kills -- \
        python benchmarks/faults/kill_builder.py --kills 100 --folder /tmp/kills
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from fakes import WORKER, WordHashEmbedder

from assistant.indexing import build_index, open_index
from assistant.settings import Settings

DOCUMENTS = 40
NO_WORKER = ("/bin/false",)
"""Opening must not have to build: a worker that fails shows if it would."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm/kill-builder"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--act", choices=("build", "ask"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    settings = Settings.read({}, corpus=given.folder / "corpus", index=given.folder / "index")
    if given.act == "build":
        build_index(settings, worker=WORKER)
        return 0
    if given.act == "ask":
        return ask(settings)
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        return rounds(settings, given.kills, random.Random(given.seed))
    finally:
        shutil.rmtree(given.folder, ignore_errors=True)


def rounds(settings: Settings, kills: int, chance: random.Random) -> int:
    write_corpus(settings.corpus, 0)
    started = time.perf_counter()
    act("build", settings).communicate()
    usual = time.perf_counter() - started
    size, published, killed_in_all = total_size(settings.index), 0, 0
    print(f"a build takes {usual:.1f} s and the index {size / 1e6:.1f} MB")
    for number in range(1, kills + 1):
        write_corpus(settings.corpus, number)
        builder = act("build", settings)
        moment = chance.uniform(0, 1.2 * usual)
        time.sleep(moment)
        killed = builder.poll() is None
        if killed:
            os.killpg(builder.pid, signal.SIGKILL)
        killed_in_all += killed
        _, told = builder.communicate()
        answer, complaint = act("ask", settings).communicate()
        grown = total_size(settings.index) / size
        allowed = {f"edition {published}", f"edition {number}"} if killed else {f"edition {number}"}
        good = answer.strip() in allowed and grown < 4
        print(f"{number:3} {'killed' if killed else 'done  '} at {moment:5.2f} s: {answer.strip()}, size {grown:.1f}")
        if not good:
            print(f"allowed: {sorted(allowed)}\n{told}\n{complaint}")
            return 1
        published = int(answer.split()[1])
    print(f"figure: {killed_in_all} of {kills} builders killed at work, 0 answers lost or mixed")
    return 0


def act(what: str, settings: Settings) -> subprocess.Popen[str]:
    """Start this file again in a process group of its own."""
    command = [sys.executable, __file__, "--act", what, "--folder", str(settings.index.parent)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def write_corpus(folder: Path, number: int) -> None:
    """Write the corpus anew, so that each of its documents names the edition it is of."""
    folder.mkdir(exist_ok=True)
    for n in range(DOCUMENTS):
        lines = [f"Rule {n} on matter {m} belongs to edition {number} of the handbook." for m in range(8)]
        (folder / f"rule-{n}.md").write_text(f"# Rule {n}\n\n" + "\n\n".join(lines) + "\n")


def ask(settings: Settings) -> int:
    """Print the one edition that all documents are of; fail if they are of several."""
    library = open_index(settings, embedder=WordHashEmbedder(), worker=NO_WORKER).get()
    found = library.nearest(library.query_vector("Which rule is on matter 5?"), 50)
    passages = [library.passage(number) for number, _ in found]
    texts = [p.text for p in passages] + [library.document(s.id).text for s in library.documents()]
    editions = {text.split(" of the handbook")[0].split()[-1] for text in texts}
    print("edition " + " and ".join(sorted(editions)))
    return 0 if len(editions) == 1 and len(library.documents()) == DOCUMENTS else 1


def total_size(folder: Path) -> int:
    """Apparent size of all files, each counted once however many names it has."""
    return sum({s.st_ino: s.st_size for p in folder.rglob("*") if (s := p.lstat()) and p.is_file()}.values())


if __name__ == "__main__":
    sys.exit(main())
