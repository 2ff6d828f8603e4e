from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.errors import BuilderBusy
from assistant.index import generations
from assistant.index.generations import Pointer, build_lock, candidates, read_pointer, write_pointer

OLD, MIDDLE, NEW = (f"2026010{n}T000000000000Z-0badcafe" for n in (1, 2, 3))


def make(index: Path, *names: str) -> None:
    for name in names:
        folder = generations.folder_of(index, name)
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")


def names(index: Path) -> set[str]:
    return {path.name for path in (index / "generations").iterdir()}


def test_the_pointer_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_pointer(tmp_path, Pointer(NEW, OLD))
    assert read_pointer(tmp_path) == Pointer(NEW, OLD)
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"generation": 3}', '{"generation": "../../etc"}', '{"previous": "x"}', "\x00" * 40],
)
def test_a_damaged_pointer_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "current").write_text(content)
    assert read_pointer(tmp_path) is None


def test_what_the_pointer_names_comes_first_and_without_it_the_newest(tmp_path: Path) -> None:
    make(tmp_path, OLD, MIDDLE, NEW)
    write_pointer(tmp_path, Pointer(MIDDLE, OLD))
    assert candidates(tmp_path) == [MIDDLE, OLD]
    (tmp_path / "current").write_text("")
    assert candidates(tmp_path) == [NEW, MIDDLE, OLD]


def test_a_generation_without_a_manifest_is_none(tmp_path: Path) -> None:
    make(tmp_path, OLD)
    generations.folder_of(tmp_path, NEW).mkdir()
    assert candidates(tmp_path) == [OLD]


def test_publishing_keeps_the_new_one_the_named_one_and_nothing_else(tmp_path: Path) -> None:
    make(tmp_path, OLD, MIDDLE, NEW)
    write_pointer(tmp_path, Pointer(MIDDLE))
    (tmp_path / "quarantine" / "x").mkdir(parents=True)
    generations.publish(tmp_path, NEW, previous=MIDDLE)
    assert names(tmp_path) == {NEW, MIDDLE}
    assert read_pointer(tmp_path) == Pointer(NEW, MIDDLE)
    assert not (tmp_path / "quarantine").exists()


def test_at_most_one_generation_is_in_quarantine(tmp_path: Path) -> None:
    make(tmp_path, OLD, NEW)
    generations.set_aside(tmp_path, OLD)
    generations.set_aside(tmp_path, NEW)
    assert [path.name for path in (tmp_path / "quarantine").iterdir()] == [NEW]
    assert names(tmp_path) == set()


def test_a_second_builder_is_told_at_once_who_builds(tmp_path: Path) -> None:
    with build_lock(tmp_path):
        started = time.perf_counter()
        with pytest.raises(BuilderBusy, match=f"process {os.getpid()} "), build_lock(tmp_path):
            pass
        assert time.perf_counter() - started < 1
    with build_lock(tmp_path):
        pass


def test_the_lock_is_held_while_a_child_that_inherited_it_lives(tmp_path: Path) -> None:
    with build_lock(tmp_path) as lock:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lock,), text=True)
    with pytest.raises(BuilderBusy), build_lock(tmp_path):
        pass
    child.communicate("\n")
    with build_lock(tmp_path):
        pass
