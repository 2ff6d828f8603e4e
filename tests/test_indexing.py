from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fakes import WORKER, WordHashEmbedder

from assistant.errors import BuilderBusy, EmptyCorpus, IndexUnavailable, NoIndex, WrongModel
from assistant.index import generations
from assistant.index.generations import build_lock, read_pointer
from assistant.indexing import Report, build_index, open_index
from assistant.settings import Settings

MARKER = "zyxwvut9876543210abcdefghijklmno"

CORPUS = {
    "canteen.md": "# The canteen\n\nA caterer runs the canteen well. Its contract ends within ninety days.\n",
    "laundry.md": "# The laundry\n\nLaundry is bought by weight. Lost aprons are paid by whoever lost them.\n",
    "garden.txt": "The garden is kept by volunteers.\n\nThey meet on Thursdays beside the shed.\n",
}


def build(settings: Settings, **options: bool) -> Report:
    return build_index(settings, worker=WORKER, **options)


def files_of(index: Path) -> set[str]:
    return {str(p.relative_to(index)) for p in index.rglob("*") if p.is_file()}


def answers(settings: Settings, question: str = "Who pays for lost aprons?") -> str:
    library = open_index(settings, embedder=WordHashEmbedder(), worker=WORKER).get()
    return library.passage(library.nearest(library.query_vector(question), 1)[0][0]).text


def make_corpus(folder: Path) -> Path:
    folder.mkdir()
    for name, text in CORPUS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with corpus and index, not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    report = build(Settings.read({}, corpus=make_corpus(folder / "corpus"), index=folder / "index"))
    assert (report.changed, report.documents, report.reused) == (True, 3, 0)
    return folder


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> Settings:
    """The same, for changing."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return Settings.read({}, corpus=tmp_path / "corpus", index=tmp_path / "index")


# --- bringing up to date --------------------------------------------------------------------


def test_the_same_corpus_makes_no_new_generation(settings: Settings) -> None:
    before = files_of(settings.index)
    report = build(settings)
    assert not report.changed
    assert report.plan.nothing
    assert report.embedded == 0
    assert files_of(settings.index) == before


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(settings: Settings) -> None:
    before = files_of(settings.index)
    (settings.corpus / "laundry.md").write_text("# The laundry\n\nEverybody washes at home now.\n")
    (settings.corpus / "garden.txt").unlink()
    report = build(settings, dry_run=True)
    assert (report.plan.changed, report.plan.gone) == (("laundry.md",), ("garden.txt",))
    assert files_of(settings.index) == before


def test_one_changed_file_is_the_only_one_embedded_and_the_index_is_that_of_a_clean_build(
    settings: Settings, tmp_path: Path
) -> None:
    (settings.corpus / "laundry.md").write_text(CORPUS["laundry.md"] + "\nThe scale is checked each year.\n")
    report = build(settings)
    assert report.plan.changed == ("laundry.md",)
    assert report.embedded == 2  # the passage, which is longer now, and the new statement
    clean = Settings.read({}, corpus=settings.corpus, index=tmp_path / "clean")
    assert build(clean).reused == 0
    folders = [next((s.index / "generations").glob(f"{r}*")) for s, r in ((settings, report.generation), (clean, ""))]
    for name in ("passages.npy", "statements.npy"):
        np.testing.assert_array_equal(*(np.load(folder / name) for folder in folders))
    for name in ("documents.sqlite", "lexicon.npz"):
        assert len({(folder / name).read_bytes() for folder in folders}) == 1, name


def test_another_way_of_counting_words_makes_a_new_generation_without_embedding(settings: Settings) -> None:
    path = current_folder(settings) / "manifest.json"
    stored = json.loads(path.read_text())
    path.write_text(json.dumps({**stored, "corpus": "of another version"}))
    report = build(settings)
    assert (report.changed, report.plan.nothing, report.embedded) == (True, True, 0)


def test_deleted_text_is_nowhere_in_the_index_after_the_next_publish(settings: Settings) -> None:
    secret = settings.corpus / "secret.md"
    secret.write_text(f"# Secret\n\nThe code of the safe is {MARKER} until spring.\n")
    build(settings)
    assert holders(settings.index, MARKER)
    secret.unlink()
    report = build(settings)
    assert report.plan.gone == ("secret.md",)
    assert holders(settings.index, MARKER) == []


def holders(folder: Path, marker: str) -> list[str]:
    """The files below a folder that hold the marker, in whichever case."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and marker.encode() in path.read_bytes().lower():
            found.append(str(path))
    return found


def test_the_generation_before_is_kept_while_all_it_says_is_still_said(settings: Settings) -> None:
    first = read_pointer(settings.index)
    assert first is not None
    (settings.corpus / "cellar.md").write_text("# The cellar\n\nThe cellar is let to a vintner.\n")
    build(settings)
    assert (pointer := read_pointer(settings.index)) is not None
    assert pointer.previous == first.generation
    (settings.corpus / "cellar.md").unlink()
    build(settings)
    assert (pointer := read_pointer(settings.index)) is not None
    assert pointer.previous == ""
    assert [p.name for p in (settings.index / "generations").iterdir()] == [pointer.generation]


def test_unreadable_files_are_told_and_the_rest_is_indexed(settings: Settings) -> None:
    (settings.corpus / "empty.md").write_text("")
    report = build(settings)
    assert [name for name, _ in report.unreadable] == ["empty.md"]
    assert report.documents == 3


def test_a_corpus_without_documents_leaves_the_index_as_it_was(settings: Settings) -> None:
    for name in CORPUS:
        (settings.corpus / name).unlink()
    with pytest.raises(EmptyCorpus):
        build(settings)
    assert "aprons" in answers(settings)


# --- builders -------------------------------------------------------------------------------


def test_a_second_builder_is_refused_within_a_second(settings: Settings) -> None:
    with build_lock(settings.index):
        started = time.perf_counter()
        with pytest.raises(BuilderBusy, match=str(os.getpid())):
            build(settings)
        assert time.perf_counter() - started < 1
        assert "aprons" in answers(settings)


@pytest.mark.parametrize("worker", [(sys.executable, "-c", "1/0"), ("/bin/sh", "-c", "kill -9 $$"), ("/bin/cat",)])
def test_a_worker_that_fails_leaves_the_index_as_it_was(
    settings: Settings, worker: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    (settings.corpus / "cellar.md").write_text("# The cellar\n\nThe cellar is let to a vintner.\n")
    before = files_of(settings.index)
    with pytest.raises(IndexUnavailable):
        build_index(settings, worker=worker)
    assert files_of(settings.index) == before
    assert "aprons" in answers(settings)


@pytest.mark.parametrize("following", [build, answers])
def test_what_a_killed_build_left_is_removed_by_the_next_build_or_start(
    settings: Settings, following: Callable[[Settings], object]
) -> None:
    left = generations.folder_of(settings.index, "20260101T000000000000Z-0badcafe")
    left.mkdir()
    (left / "passages.npy").write_bytes(b"half")
    following(settings)
    assert not left.exists()


# --- opening --------------------------------------------------------------------------------


def test_the_first_opening_builds_the_index(settings: Settings) -> None:
    shutil.rmtree(settings.index)
    assert "aprons" in answers(settings)


@pytest.mark.parametrize("content", [None, "", '{"gener', '{"generation": "20250101T000000000000Z-00000000"}'])
def test_a_damaged_pointer_is_mended_without_a_build(settings: Settings, content: str | None) -> None:
    pointer = settings.index / "current"
    generation = json.loads(pointer.read_text())["generation"]
    pointer.unlink() if content is None else pointer.write_text(content)
    live = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",))
    assert live.get().generation == generation
    assert json.loads(pointer.read_text())["generation"] == generation


def current_folder(settings: Settings) -> Path:
    return generations.folder_of(settings.index, json.loads((settings.index / "current").read_text())["generation"])


def test_a_broken_generation_is_set_aside_and_the_one_before_serves(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (settings.corpus / "cellar.md").write_text("# The cellar\n\nThe cellar is let to a vintner.\n")
    build(settings)
    broken = current_folder(settings)
    os.truncate(broken / "chroma" / "chroma.sqlite3", 5000)
    live = open_index(settings, embedder=WordHashEmbedder(), worker=("/bin/false",))
    assert live.get().generation != broken.name
    assert [p.name for p in (settings.index / "quarantine").iterdir()] == [broken.name]
    assert f"{broken.name} cannot serve" in caplog.text


def test_a_broken_generation_without_one_before_is_built_anew(settings: Settings) -> None:
    broken = current_folder(settings)
    shutil.rmtree(next((broken / "chroma").glob("*/")))
    assert "aprons" in answers(settings)
    assert current_folder(settings).name != broken.name


def test_a_broken_index_without_a_corpus_is_an_error_and_not_an_empty_answer(settings: Settings) -> None:
    (current_folder(settings) / "documents.sqlite").write_bytes(b"")
    shutil.rmtree(settings.corpus)
    with pytest.raises(EmptyCorpus):
        answers(settings)


def test_a_generation_is_probed_once_and_not_at_every_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.index.repair.probe", lambda folder, server: pytest.fail("probed again"))
    for _ in range(2):
        assert "aprons" in answers(settings)


def test_questions_are_answered_while_the_index_is_built(settings: Settings) -> None:
    live = open_index(settings, embedder=WordHashEmbedder(), worker=WORKER)
    first = live.get().generation
    (settings.corpus / "cellar.md").write_text("# The cellar\n\nThe cellar is let to a vintner.\n")
    (settings.corpus / "garden.txt").unlink()
    asked = 0
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(build, settings)
        while live.get().generation == first:
            library = live.get()
            number, _ = library.nearest(library.query_vector("lost aprons"), 1)[0]
            assert "aprons" in library.passage(number).text
            asked += 1
        assert building.result().changed
    assert asked > 10
    assert {s.id for s in live.get().documents()} == {"canteen.md", "cellar.md", "laundry.md"}


# --- another model --------------------------------------------------------------------------


def test_another_model_is_refused_with_both_fingerprints(settings: Settings) -> None:
    other = WordHashEmbedder("other")
    with pytest.raises(WrongModel) as refused:
        open_index(settings, embedder=other, worker=WORKER)
    for fingerprint in (other.fingerprint, WordHashEmbedder().fingerprint):
        assert fingerprint in str(refused.value)
    assert "--rebuild" in refused.value.hint


def test_a_model_that_keeps_its_name_but_not_its_vectors_is_refused(settings: Settings) -> None:
    damaged = WordHashEmbedder("other")
    damaged.fingerprint = WordHashEmbedder().fingerprint
    with pytest.raises(WrongModel, match="vectors differ"):
        open_index(settings, embedder=damaged, worker=WORKER)


def test_another_model_builds_only_when_it_is_asked_to(settings: Settings) -> None:
    other = settings.model_copy(update={"embedding_model": "other"})
    with pytest.raises(WrongModel):
        build(other)
    assert "aprons" in answers(settings)
    report = build(other, rebuild=True)
    assert report.reused == 0
    live = open_index(other, embedder=WordHashEmbedder("other"), worker=WORKER)
    assert live.get().generation == report.generation


# --- where it cannot write ------------------------------------------------------------------


@pytest.fixture
def read_only(settings: Settings) -> Iterator[Settings]:
    paths = [*settings.index.rglob("*"), settings.index]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield settings
    for path in reversed(paths):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_index_serves(read_only: Settings) -> None:
    assert "aprons" in answers(read_only)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_index_that_is_broken_is_one_clear_error(read_only: Settings) -> None:
    (read_only.index / "current").chmod(0o644)
    (read_only.index / "current").write_text("")
    (read_only.index / "current").chmod(0o444)
    with pytest.raises(NoIndex, match="cannot be repaired"):
        answers(read_only)


# --- kills ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_builder_killed_at_any_moment_leaves_the_old_answers(settings: Settings) -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "faults" / "kill_builder.py"
    told = subprocess.run(
        [sys.executable, str(script), "--kills", "3", "--folder", str(settings.index.parent / "kills")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
