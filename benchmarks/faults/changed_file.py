"""Change one file of many: how much is embedded, how long it takes, and that the index is that of a clean build.

    python benchmarks/faults/changed_file.py --files 500

With the real embedding model, over pages of generated text. Exits 1 if more than the changed page is
embedded, if it takes over 15 % of a full build, or if the vectors differ from those of a clean build.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

import numpy as np

from assistant.index.generations import folder_of
from assistant.indexing import Report, build_index
from assistant.settings import Settings

WORDS = "vendor contract notice price team country time zone office law data security rate audit service level".split()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--files", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        write_pages(corpus, given.files)
        settings = Settings.read({}, corpus=corpus, index=Path(folder) / "index")
        full = build_index(settings)
        page = corpus / "page-7.md"
        page.write_text(page.read_text("utf-8") + "\nThe notice of this one vendor is ninety days.\n", "utf-8")
        changed = build_index(settings)
        clean = settings.model_copy(update={"index": Path(folder) / "clean"})
        same = equal(settings, changed, clean, build_index(clean))
    share = changed.seconds / full.seconds
    print(f"figure: of {full.embedded} vectors {changed.embedded} are new, in {share:.0%} of a full build's time")
    print(f"figure: {full.seconds:.0f} s in full, {changed.seconds:.1f} s for one file; as a clean build: {same}")
    return int(changed.embedded > 4 or share > 0.15 or not same)


def write_pages(corpus: Path, count: int) -> None:
    chance = random.Random(3)
    corpus.mkdir()
    for n in range(count):
        lines = [
            f"The {' '.join(chance.choices(WORDS, k=12))} of case {n} is {chance.randrange(99)}." for _ in range(5)
        ]
        (corpus / f"page-{n}.md").write_text("\n\n".join([f"# Case {n}", *lines, ""]), "utf-8")


def equal(one: Settings, built: Report, other: Settings, rebuilt: Report) -> bool:
    """Return whether two indexes hold the same vectors, but for what two ways to compute them may differ."""
    folders = folder_of(one.index, built.generation), folder_of(other.index, rebuilt.generation)
    pairs = [[np.load(folder / name) for folder in folders] for name in ("passages.npy", "statements.npy")]
    return all(len(a) == len(b) and np.allclose(a, b, atol=1e-3) for a, b in pairs)


if __name__ == "__main__":
    sys.exit(main())
