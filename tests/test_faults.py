"""What the machine can do to an index: a full disk, a disk that may not be written to, files in another order."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from fakes import WORKER, WordHashEmbedder

from assistant.errors import IndexUnavailable
from assistant.index import generations
from assistant.index.library import Library
from assistant.index.probe import passed
from assistant.indexing import build_index, open_index
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]

OWN_DISKS = (
    shutil.which("unshare")
    and subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0
)


def write_rules(corpus: Path, numbers: list[int], lines: int = 4) -> Path:
    """Write pages of a few lines that are much alike, in this order."""
    corpus.mkdir(exist_ok=True)
    for n in numbers:
        said = [f"Rule {n} on matter {m} is kept by warden {n * m % 17} of the house." for m in range(lines)]
        (corpus / f"rule-{n}.md").write_text("\n\n".join([f"# Rule {n}", *said, ""]))
    return corpus


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus and its index, not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    corpus = write_rules(folder / "corpus", [1, 2, 3, 4, 5])
    build_index(Settings.read({}, corpus=corpus, index=folder / "index"), worker=WORKER)
    return folder


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> Settings:
    """The same, for changing."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return Settings.read({}, corpus=tmp_path / "corpus", index=tmp_path / "index")


def opened(settings: Settings) -> Library:
    return open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",)).get()


# --- a damaged disk -------------------------------------------------------------------------


def test_damage_after_the_probe_is_noticed_at_the_start(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma rewrites one file whenever it opens a folder, so that its times say nothing of damage."""
    monkeypatch.setattr("assistant.index.library.EXACT", 0)  # as with many passages, which Chroma searches
    before = opened(settings).generation
    write_rules(settings.corpus, [9])
    hurt = build_index(settings, worker=WORKER).generation
    collection = generations.folder_of(settings.index, hurt) / "chroma" / "chroma.sqlite3"
    collection.write_bytes(bytes(collection.stat().st_size))
    assert passed(generations.folder_of(settings.index, hurt))
    assert opened(settings).generation == before
    assert [p.name for p in (settings.index / "quarantine").iterdir()] == [hurt]
    assert f"{hurt} cannot serve" in caplog.text


# --- a full disk ----------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1_000, 100_000])
def test_a_build_that_finds_the_disk_full_fails_in_words_and_leaves_the_old_answers(
    settings: Settings, most: int
) -> None:
    """No file may grow beyond so many bytes: the first write, or one of Chroma's, fails as on a full disk."""
    before = opened(settings).generation
    write_rules(settings.corpus, list(range(4, 40)))
    limit = f"import os, resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))"
    become = f"{limit}; os.execv({sys.executable!r}, {list(WORKER)!r})"
    started = time.perf_counter()
    with pytest.raises(IndexUnavailable) as told:
        build_index(settings, worker=(sys.executable, "-c", become))
    assert time.perf_counter() - started < 10
    assert "Traceback" not in str(told.value)
    assert [p.name for p in (settings.index / "generations").iterdir()] == [before]
    assert opened(settings).generation == before


# --- a disk that may not be written to ------------------------------------------------------

ASK = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from assistant.index import library as libraries
from test_faults import opened
from assistant.settings import Settings
libraries.EXACT = 0  # Chroma searches, as with many passages
library = opened(Settings.read({}, corpus=Path("corpus"), index=Path("index")))
print(library.passage(library.nearest(library.query_vector("Which rule is on matter 3?"), 1)[0][0]).text)
"""


@pytest.mark.skipif(not OWN_DISKS, reason="the system gives a process no view of the disks of its own")
def test_an_index_and_a_corpus_on_a_disk_that_is_read_only_serve(settings: Settings) -> None:
    """Also to root, to whom no file mode says no."""
    mounts = "for f in corpus index; do mount --bind $f $f; mount -o remount,bind,ro $f; done; ! touch index/x && "
    before = sorted(settings.index.rglob("*"))
    told = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mounts + 'exec "$@"', "sh", sys.executable, "-c", ASK, str(ROOT / "tests")],
        cwd=settings.index.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "on matter 3" in told.stdout, told.stderr
    assert sorted(settings.index.rglob("*")) == before


# --- the same again -------------------------------------------------------------------------


def test_the_same_corpus_gives_the_same_index_in_whatever_order_its_files_were_written(
    settings: Settings, tmp_path: Path
) -> None:
    corpus = write_rules(tmp_path / "again", [3, 1, 5, 2, 4])
    again = Settings.read({}, corpus=corpus, index=tmp_path / "index-again")
    build_index(again, worker=WORKER)
    first, second = (opened(s) for s in (settings, again))
    assert told_of(first) == told_of(second)
    for n in range(20):
        vector = first.query_vector(f"Who keeps rule {n % 4} on matter {n % 5}?")
        np.testing.assert_equal(first.nearest(vector, 10), second.nearest(vector, 10))


def told_of(library: Library) -> dict[str, object]:
    """The manifest without what may differ: the time, and the names and bytes of Chroma's own files."""
    said = asdict(library.manifest)
    said["files"] = {name: file for name, file in said["files"].items() if not name.startswith("chroma/")}
    return {name: value for name, value in said.items() if name not in {"generation", "built_at"}}
