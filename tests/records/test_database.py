"""What happens when the disk or the file does not do its part: a clear error, and nothing half kept."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import samples

from assistant.errors import RecordsUnavailable
from assistant.records.database import FILE, MIGRATIONS, Database, told
from assistant.records.store import LOCAL, Records
from assistant.settings import Settings
from assistant.types import Conversation, Turn


def ask(records: Records, question: str = "Why?") -> str:
    return records.save_turn(LOCAL, None, Conversation((Turn(question, samples.decision()),)), index={}).id


def test_nothing_is_written_before_something_is_kept(tmp_path: Path) -> None:
    Records.open(Settings.read({}, data=tmp_path / "data")).close()
    assert not (tmp_path / "data").exists()


def test_only_the_owner_may_read_the_files(records: Records) -> None:
    ask(records)
    folder = records.database.path.parent
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(folder.iterdir())) == 3


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    records = Records(Database(tmp_path / "data" / FILE))
    with pytest.raises(RecordsUnavailable, match="conversations cannot be kept"):
        ask(records)
    (tmp_path / "data").unlink()
    assert records.list(LOCAL) == ()
    records.close()


def test_a_file_that_may_not_be_written_is_told_and_reading_goes_on(records: Records) -> None:
    id = ask(records)
    with records.database.reading() as connection:
        connection.execute("PRAGMA query_only=ON")
    with pytest.raises(RecordsUnavailable, match="may not be written to") as raised:
        ask(records)
    assert "ASSISTANT_DATA" in raised.value.hint
    assert records.get(LOCAL, id).title == "Why?"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(errno.EACCES, "may not be written"), (errno.EROFS, "may not be written"), (errno.ENOSPC, "disk is full"),
     (errno.EDQUOT, "disk is full"), (errno.EIO, "Input/output error")],
)  # fmt: skip
def test_what_the_system_says_is_told_in_words(tmp_path: Path, code: int, reason: str) -> None:
    with pytest.raises(RecordsUnavailable, match=reason) as raised, told(tmp_path):
        raise OSError(code, os.strerror(code))
    assert raised.value.hint


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    """As another user than root, for whom no folder is read-only."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    records = Records(Database(folder / FILE))
    if (probe := _writable(folder)) is not None:
        probe.unlink()
        pytest.skip("this user may write everywhere")
    with pytest.raises(RecordsUnavailable, match="may not be written to"):
        ask(records)


def _writable(folder: Path) -> Path | None:
    try:
        (folder / "probe").touch()
    except OSError:
        return None
    return folder / "probe"


def test_a_full_disk_keeps_what_was_there_and_nothing_half(records: Records) -> None:
    id = ask(records)
    with records.database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 1}")
    with pytest.raises(RecordsUnavailable, match="the disk is full"):
        [ask(records) for _ in range(9)]
    kept = records.list(LOCAL)
    assert kept[-1].id == id
    assert all(records.get(LOCAL, item.id).conversation.turns[0].answer == samples.decision() for item in kept)
    with records.database.reading() as connection:
        connection.execute("PRAGMA max_page_count=100000")
    ask(records)
    assert len(records.list(LOCAL)) == len(kept) + 1


@pytest.mark.parametrize("content", [b"not a database at all" * 400, b"SQLite format 3\x00" + b"\xff" * 8000])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    records = Records(Database(tmp_path / FILE))
    with pytest.raises(RecordsUnavailable, match="it is damaged") as raised:
        records.list(LOCAL)
    assert "assistant restore" in raised.value.hint
    assert (tmp_path / FILE).read_bytes() == content


def test_an_answer_that_cannot_be_read_is_told_and_can_be_deleted(records: Records) -> None:
    id = ask(records)
    with records.database.writing() as connection:
        connection.execute("UPDATE turns SET body = x'00'")
    with pytest.raises(RecordsUnavailable, match="cannot be read"):
        records.get(LOCAL, id)
    records.delete(LOCAL, id)
    assert records.list(LOCAL) == ()


def test_a_file_of_a_newer_version_is_left_alone(records: Records) -> None:
    ask(records)
    with records.database.reading() as connection:
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    records.close()
    with pytest.raises(RecordsUnavailable, match="newer version"):
        records.list(LOCAL)


def test_a_file_of_an_older_version_is_brought_forward(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    id = ask(records)
    records.close()
    column = ("ALTER TABLE conversations ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'",)
    monkeypatch.setattr("assistant.records.database.MIGRATIONS", (*MIGRATIONS, column))
    assert records.get(LOCAL, id).title == "Why?"
    with records.database.reading() as connection:
        assert connection.execute("SELECT colour FROM conversations").fetchall() == [("grey",)]


def test_a_writer_that_is_killed_leaves_the_conversations_whole(records: Records) -> None:
    id = ask(records)
    script = (
        "import os, sys; from pathlib import Path; from assistant.records.database import Database\n"
        "with Database(Path(sys.argv[1])).writing() as connection:\n"
        "    connection.execute('DELETE FROM turns'); os._exit(9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(records.database.path)], check=False)
    assert killed.returncode == 9
    assert records.get(LOCAL, id).conversation.turns[0].answer == samples.decision()


def test_a_transaction_that_fails_changes_nothing(records: Records) -> None:
    id = ask(records)
    with pytest.raises(ZeroDivisionError), records.database.writing() as connection:  # noqa: PT012
        connection.execute("DELETE FROM conversations")
        1 / 0  # noqa: B018
    assert records.get(LOCAL, id).title == "Why?"


# --- what is deleted is gone --------------------------------------------------------------

MARKER = "Zwiebelturm"


def on_disk(records: Records) -> bytes:
    """Every byte of the file and of what stands beside it."""
    return b"".join(path.read_bytes() for path in sorted(records.database.path.parent.iterdir()))


def marked(records: Records) -> tuple[str, bytes]:
    """Keep a conversation with a marker; return its id and a piece of its packed answer."""
    answer = samples.refusal(MARKER)
    id = records.save_turn(LOCAL, None, Conversation((Turn(f"What is a {MARKER}?", answer),)), index={}).id
    records.rate(LOCAL, id, 1, "down", f"{MARKER} is a tower")
    records.audit.add(LOCAL, answer, index={}, conversation=id, question=True)
    with records.database.reading() as connection:
        body = connection.execute("SELECT body FROM turns WHERE conversation = ?", (id,)).fetchone()[0]
    return id, body[40:72]


def test_what_is_deleted_is_nowhere_in_the_file(records: Records) -> None:
    id, piece = marked(records)
    ask(records)
    assert MARKER.encode() in on_disk(records)
    assert piece in on_disk(records)
    records.delete(LOCAL, id)
    assert f"What is a {MARKER}".encode() not in on_disk(records)
    assert piece not in on_disk(records)


def test_what_is_too_old_is_nowhere_in_the_file(records: Records, clock: Any) -> None:
    _, piece = marked(records)
    clock.go_on(days=31)
    young = ask(records)
    assert records.purge(0) == 0
    assert records.purge(32) == 0
    assert MARKER.encode() in on_disk(records)
    assert records.purge(30) == 1
    disk = on_disk(records)
    assert MARKER.encode() not in disk
    assert MARKER.lower().encode() not in disk
    assert piece not in disk
    assert records.audit.entries() == ()
    assert [item.id for item in records.list(LOCAL)] == [young]


def test_a_conversation_that_goes_on_is_not_old(records: Records, clock: Any) -> None:
    id = records.save_turn(LOCAL, None, samples.first(1), index={}).id
    clock.go_on(days=31)
    records.save_turn(LOCAL, id, samples.first(2), index={})
    assert records.purge(30) == 0


def test_room_is_given_back(records: Records, clock: Any) -> None:
    for _ in range(60):
        ask(records)
    before = records.database.path.stat().st_size + records.database.path.with_suffix(".sqlite-wal").stat().st_size
    clock.go_on(days=9)
    assert records.purge(7) == 60
    assert records.database.path.stat().st_size < before / 4
    with records.database.reading() as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_a_copy_of_the_folder_is_readable(records: Records, tmp_path: Path) -> None:
    id = ask(records)
    records.close()
    shutil.copytree(records.database.path.parent, tmp_path / "copy")
    copy = Records(Database(tmp_path / "copy" / FILE))
    assert copy.get(LOCAL, id).title == "Why?"
    copy.close()


def test_the_words_of_a_person_never_become_sql(records: Records) -> None:
    evil = "x'; DROP TABLE turns; --"
    id = ask(records, evil)
    assert records.list(evil) == ()
    assert records.list(LOCAL, evil)[0].id == id
