from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import samples

from assistant.errors import BadInput
from assistant.records.backup import CONTENTS, backup, restore
from assistant.records.database import FILE, MIGRATIONS, Database
from assistant.records.store import LOCAL, Records


@pytest.fixture
def data(records: Records) -> Path:
    """A data folder with a conversation, a folder of keys and a file that leads elsewhere, in use."""
    records.save_turn(LOCAL, None, samples.talk(), index=samples.INDEX)
    folder = records.database.path.parent
    (folder / "keys").mkdir()
    (folder / "keys" / "api.json").write_text('{"one": 1}')
    (folder / "link").symlink_to(__file__)
    return folder


@pytest.fixture
def saved(data: Path, tmp_path: Path) -> Path:
    backup(data, tmp_path / "out" / "backup.zip")
    return tmp_path / "out" / "backup.zip"


def test_what_was_backed_up_while_in_use_comes_back_elsewhere(records: Records, saved: Path, tmp_path: Path) -> None:
    assert restore(saved, tmp_path / "new") == ("keys/api.json", FILE)
    back = Records(Database(tmp_path / "new" / FILE))
    (item,) = back.list(LOCAL)
    assert back.get(LOCAL, item.id) == records.get(LOCAL, item.id)
    assert (tmp_path / "new" / "keys" / "api.json").read_text() == '{"one": 1}'
    back.close()


def test_backups_and_what_comes_back_are_for_their_owner_alone(saved: Path, tmp_path: Path) -> None:
    restore(saved, tmp_path / "new")
    files = [saved, *(path for path in (tmp_path / "new").rglob("*") if path.is_file())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not [path for path in saved.parent.iterdir() if path != saved]


def test_nothing_is_overwritten_unless_it_is_asked_for(records: Records, saved: Path, data: Path) -> None:
    (item,) = records.list(LOCAL)
    records.rename(LOCAL, item.id, "Changed")
    with pytest.raises(BadInput, match="already"):
        restore(saved, data)
    assert records.list(LOCAL)[0].title == "Changed"
    assert not [path for path in data.iterdir() if "restoring" in path.name]


def test_a_server_that_runs_goes_on_with_what_was_brought_back(records: Records, saved: Path, data: Path) -> None:
    (item,) = records.list(LOCAL)
    kept = records.get(LOCAL, item.id)
    records.delete(LOCAL, item.id)
    (data / "keys" / "later.json").write_text("{}")
    restore(saved, data, force=True)
    assert records.get(LOCAL, item.id) == kept
    records.rename(LOCAL, item.id, "And on")
    assert (data / "keys" / "later.json").exists()


def test_a_damaged_file_is_replaced(records: Records, saved: Path, data: Path) -> None:
    records.close()
    (data / FILE).write_bytes(b"damage" * 999)
    restore(saved, data, force=True)
    assert len(records.list(LOCAL)) == 1


def test_an_existing_backup_is_not_replaced(saved: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there already"):
        backup(data, saved)
    with pytest.raises(BadInput, match="nothing to keep"):
        backup(tmp_path / "empty", tmp_path / "other.zip")


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write the archive again with its files changed."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def escape_the_folder(files: dict[str, bytes]) -> None:
    contents = json.loads(files[CONTENTS])
    contents["files"]["../escaped"] = contents["files"]["keys/api.json"]
    files[CONTENTS] = json.dumps(contents).encode()
    files["../escaped"] = files["keys/api.json"]


DAMAGES = {
    "a changed file": lambda files: files.update({"keys/api.json": b"{}"}),
    "a lost file": lambda files: files.pop(FILE),
    "no contents": lambda files: files.pop(CONTENTS),
    "odd contents": lambda files: files.update({CONTENTS: b"[1]"}),
    "a way out of the folder": escape_the_folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_changes_nothing(saved: Path, tmp_path: Path, damage: str) -> None:
    rewritten(saved, DAMAGES[damage])
    with pytest.raises(BadInput, match="no backup, or is damaged"):
        restore(saved, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("size", [0, 40, -30])
def test_half_a_backup_changes_nothing(saved: Path, tmp_path: Path, size: int) -> None:
    saved.write_bytes(saved.read_bytes()[:size])
    with pytest.raises(BadInput):
        restore(saved, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_backup_of_a_newer_version_is_refused(records: Records, data: Path, tmp_path: Path) -> None:
    with records.database.reading() as connection:
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    backup(data, tmp_path / "newer.zip")
    with pytest.raises(BadInput, match="newer version"):
        restore(tmp_path / "newer.zip", tmp_path / "new")


def test_a_file_that_no_backup_names_is_not_brought_back(saved: Path, tmp_path: Path) -> None:
    rewritten(saved, lambda files: files.update({"stray": b"x"}))
    restore(saved, tmp_path / "new")
    assert sorted(os.listdir(tmp_path / "new")) == ["keys", FILE]
