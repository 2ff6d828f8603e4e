"""Any sequence of changes to a corpus, builds, kills and restarts, beside a model of it: a dict of files.

`benchmarks/faults/state_machine.py` runs it at its full size, tests/test_corpus_machine.py a little of it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest
from fakes import WordHashEmbedder
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import TypeAdapter

from assistant import indexing
from assistant.corpus import load
from assistant.corpus.worker import parse
from assistant.errors import BrokenGeneration, EmptyCorpus
from assistant.index import generations
from assistant.index import probe as probes
from assistant.index.library import Library
from assistant.indexing import Report, build_index, open_index
from assistant.settings import Settings

NAMES = st.sampled_from(["a.md", "b.md", "guidance/a.md", "a/b/a.md"])
WORDS = st.lists(st.sampled_from("the canteen laundry porter keeps counts loses towels soup rooms".split()), min_size=2)


def text_of(title: int, words: list[str]) -> str:
    return f"# Page {title}\n\n{' '.join(words).capitalize()} in house {title}.\n\nHouse {title} is old.\n"


class CorpusMachine(RuleBasedStateMachine):
    """The index must hold what the files held when it was last built, whatever came before."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="corpus-machine-"))
        self.settings = Settings.read({}, corpus=self.folder / "corpus", index=self.folder / "index")
        self.settings.corpus.mkdir()
        self.files: dict[str, str] = {}
        self.built: dict[str, str] = {}

    def teardown(self) -> None:
        shutil.rmtree(getattr(self, "folder", "/nowhere"), ignore_errors=True)

    # --- the corpus changes

    @rule(name=NAMES, title=st.integers(1, 9), words=WORDS)
    def write(self, name: str, title: int, words: list[str]) -> None:
        """Add a file, or edit it."""
        self._put(name, text_of(title, words))

    @rule(name=NAMES, title=st.integers(10, 19), words=WORDS)
    def edit_and_build(self, name: str, title: int, words: list[str]) -> None:
        """The same name with other words, which only its digest can tell."""
        if name in self.files:
            self._put(name, text_of(title, words))
            self.build(False)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if self.files.pop(name, None) is not None:
            (self.settings.corpus / name).unlink()

    @rule(old=NAMES, new=NAMES)
    def rename(self, old: str, new: str) -> None:
        if old in self.files and new not in self.files:
            self._put(new, self.files[old])
            self.delete(old)

    @rule(old=NAMES, new=NAMES)
    def duplicate(self, old: str, new: str) -> None:
        if old in self.files:
            self._put(new, self.files[old])

    def _put(self, name: str, text: str) -> None:
        path = self.settings.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.files[name] = text

    # --- the index follows, or does not get to

    @rule(rebuild=st.booleans())
    def build(self, rebuild: bool) -> None:
        same = self.files == self.built
        try:
            report = build_index(self.settings, rebuild=rebuild)
        except EmptyCorpus:
            assert not self.files
            return
        self.built = dict(self.files)
        assert report.documents == len(self.files)
        if same and not rebuild:
            assert (report.changed, report.embedded) == (False, 0)

    @rule(published=st.booleans())
    def kill(self, published: bool) -> None:
        """A builder dies: half-way through writing, or with everything written and nothing published."""
        left = generations.folder_of(self.settings.index, "20260101T000000000000Z-0badcafe")
        left.mkdir(parents=True, exist_ok=True)
        (left / "passages.npy").write_bytes(b"half")
        if published:
            (self.settings.index / ".current.1").write_text("{")

    @invariant()
    def the_index_is_that_of_the_last_build(self) -> None:
        if not getattr(self, "built", None):
            return
        library = open_index(self.settings, embedder=WordHashEmbedder()).get()
        check(library, self.built)


def check(library: Library, files: dict[str, str]) -> None:
    assert {summary.id for summary in library.documents()} == set(files)
    for name, text in files.items():
        assert library.document(name).text == text.replace("# ", "", 1).rstrip("\n")
    stored = library._store.ids()
    assert len(stored) == len(library) == library.lexicon.passages
    assert {library.passage(number).id for number in range(len(library))} == stored
    for number in range(len(library)):
        passage = library.passage(number)
        assert passage.text == passage.span.of(library.document(passage.document_id).text)


class _Here:
    """Reads files in this process."""

    def __init__(self, limits: object) -> None: ...

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *raised: object) -> None: ...

    read = staticmethod(parse)


def build_in_this_process(patch: pytest.MonkeyPatch) -> None:
    """Have builder, reader and probe do their work here: three processes for each build would take hours."""
    embedder = WordHashEmbedder()

    def work(worker: object, orders: dict, progress: object, *, lock: object = None) -> dict:
        settings = Settings.read({}, **{**orders["settings"], "embedding_model": None})
        options = {"rebuild": orders["rebuild"], "dry_run": orders["dry_run"]}
        report = indexing.write_next(settings, embedder, **options, progress=progress)
        return TypeAdapter(Report).dump_python(report, mode="json")

    def tried(command: list[str], **options: object) -> CompletedProcess[str]:
        try:
            probes.check(Path(command[3]))
        except BrokenGeneration as error:
            return CompletedProcess(command, 1, str(error), "")
        return CompletedProcess(command, 0, "", "")

    patch.setattr(indexing, "run", work)
    patch.setattr(load, "Worker", _Here)
    patch.setattr(probes, "subprocess", SimpleNamespace(run=tried, TimeoutExpired=subprocess.TimeoutExpired))
