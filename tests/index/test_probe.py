from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import BrokenGeneration
from assistant.index import manifest as manifests
from assistant.index import probe as probes
from assistant.index.probe import check, passed, probe, remember


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy of the generation, for breaking."""
    return shutil.copytree(written, tmp_path / written.name)


def test_a_sound_generation_passes_and_is_not_tried_again(folder: Path) -> None:
    assert not passed(folder)
    probe(folder)
    assert passed(folder)


def test_a_generation_that_was_touched_is_tried_again(folder: Path) -> None:
    remember(folder)
    assert passed(folder)
    (folder / "passages.npy").touch()
    assert not passed(folder)


def graph(folder: Path, name: str) -> Path:
    (path,) = (folder / "chroma").glob(f"*/{name}")
    return path


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    place = int(len(content) * at)
    for n in range(place, min(place + 64, len(content))):
        content[n] ^= 0xFF
    path.write_bytes(content)


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


STEADY: dict[str, Callable[[Path], object]] = {
    "manifest gone": lambda f: (f / "manifest.json").unlink(),
    "manifest cut off": lambda f: halve(f / "manifest.json"),
    "manifest empty": lambda f: (f / "manifest.json").write_text("{}"),
    "graph gone": lambda f: shutil.rmtree(graph(f, "header.bin").parent),
    "graph's list of ids gone": lambda f: graph(f, "index_metadata.pickle").unlink(),
    "vectors of the graph cut off": lambda f: halve(graph(f, "data_level0.bin")),
    "vectors of the graph flipped": lambda f: flip(graph(f, "data_level0.bin"), 0.001),
    "header of the graph flipped": lambda f: flip(graph(f, "header.bin"), 0.0),
    "lengths of the graph flipped": lambda f: flip(graph(f, "length.bin"), 0.0),
    "links of the graph grown to terabytes": lambda f: os.truncate(graph(f, "link_lists.bin"), 2 << 40),
    "vectors cut off": lambda f: halve(f / "passages.npy"),
    "documents cut off": lambda f: halve(f / "documents.sqlite"),
    "documents flipped": lambda f: flip(f / "documents.sqlite", 0.5),
    "lexicon gone": lambda f: (f / "lexicon.npz").unlink(),
    "collection gone": lambda f: (f / "chroma" / "chroma.sqlite3").unlink(),
}


@pytest.mark.parametrize("damage", STEADY)
def test_a_damaged_file_is_noticed_before_chroma_opens_the_folder(
    folder: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(folder)
    STEADY[damage](folder)
    monkeypatch.delattr(probes, "open_store")
    assert not passed(folder)
    with pytest.raises(BrokenGeneration):
        check(folder)


def delete_rows(folder: Path) -> None:
    with sqlite3.connect(folder / "chroma" / "chroma.sqlite3") as connection:
        connection.execute("DELETE FROM embeddings WHERE id = 1")
    connection.close()


def change_text(folder: Path) -> None:
    with sqlite3.connect(folder / "chroma" / "chroma.sqlite3") as connection:
        connection.execute("UPDATE embedding_metadata SET string_value = 'x' WHERE key = 'chroma:document' AND id = 1")
    connection.close()


UNSTEADY: dict[str, Callable[[Path], object]] = {
    "collection empty": lambda f: os.truncate(f / "chroma" / "chroma.sqlite3", 0),
    "collection cut off": lambda f: halve(f / "chroma" / "chroma.sqlite3"),
    "head of the collection flipped": lambda f: flip(f / "chroma" / "chroma.sqlite3", 0.0),
    "passage missing": delete_rows,
    "text of a passage changed": change_text,
}


@pytest.mark.parametrize("damage", UNSTEADY)
def test_a_damaged_collection_fails_in_a_process_of_its_own(folder: Path, damage: str) -> None:
    UNSTEADY[damage](folder)
    with pytest.raises(BrokenGeneration):
        probe(folder)
    assert not passed(folder)


def test_a_crash_of_the_probe_is_a_reason_and_not_a_crash(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes.sys, "executable", "/bin/false")
    with pytest.raises(BrokenGeneration, match="without a reason"):
        probe(folder)
    killer = folder / "killer"
    killer.write_text("#!/bin/sh\nkill -SEGV $$\n")
    killer.chmod(0o755)
    monkeypatch.setattr(probes.sys, "executable", str(killer))
    with pytest.raises(BrokenGeneration, match="signal 11"):
        probe(folder)


def test_what_a_newer_chroma_wrote_is_not_opened(folder: Path) -> None:
    path = folder / "manifest.json"
    stored = path.read_text().replace(f'"chromadb": "{manifests.read(folder).chromadb}"', '"chromadb": "99.0.1"')
    path.write_text(stored)
    with pytest.raises(BrokenGeneration, match="newer"):
        check(folder)
    assert not passed(folder)
