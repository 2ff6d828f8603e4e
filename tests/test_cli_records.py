from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
import samples
from click.testing import CliRunner, Result

from assistant.cli import main
from assistant.records.store import Records
from assistant.settings import Settings


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def id(data: Path) -> str:
    """A kept conversation with ratings and a line in the log."""
    records = Records.open(Settings.read({}, data=data))
    id = records.save_turn("local", None, samples.talk(), index=samples.INDEX).id
    records.rate("local", id, 2, "down", "too dear")
    records.audit.add("local", samples.fact(), index=samples.INDEX, conversation=id)
    records.close()
    return id


def assistant(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_an_empty_folder_lists_nothing(data: Path) -> None:
    ran = assistant("conversations", "list")
    assert (ran.exit_code, ran.output) == (0, "")


def test_conversations_are_listed_and_searched(id: str) -> None:
    assert assistant("conversations", "list").stdout.startswith(f"{id}  ")
    assert assistant("conversations", "list", "--search", "mechanic").stdout.endswith("Should we repair abroad?\n")
    assert assistant("conversations", "list", "--search", "tulip").stdout == ""
    assert assistant("conversations", "list", "--owner", "alice").stdout == ""
    assert json.loads(assistant("conversations", "list", "--json").stdout)[0]["turns"] == 3


def test_a_conversation_is_shown_as_it_was(id: str) -> None:
    ran = assistant("conversations", "show", id)
    assert "> What do they charge?" in ran.stdout
    assert "Outside mechanics charge 40 euros an hour. [1]" in ran.stdout
    assert "(down) too dear" in ran.stderr


def test_a_deleted_conversation_is_unknown(id: str) -> None:
    assert assistant("conversations", "delete", id).exit_code == 0
    ran = assistant("conversations", "show", id)
    assert ran.exit_code == 1
    assert "there is no such conversation" in ran.stderr


def test_a_conversation_is_written_as_word(id: str, tmp_path: Path) -> None:
    assert assistant("conversations", "export", id, "--out", "out.docx").exit_code == 0
    assert docx.Document(str(tmp_path / "out.docx")).paragraphs[0].text == "Should we repair abroad?"


def test_one_answer_is_written_under_a_name_of_its_own(id: str, tmp_path: Path) -> None:
    ran = assistant("conversations", "export", id, "--turn", "2", "--format", "markdown")
    assert "what-do-they-charge.md" in ran.stderr
    assert (tmp_path / "what-do-they-charge.md").read_text().startswith("# What do they charge?")


@pytest.mark.parametrize("given", [("--format", "exe"), ("--turn", "7")])
def test_what_cannot_be_written_is_wrong_use(id: str, given: tuple[str, ...]) -> None:
    assert assistant("conversations", "export", id, *given).exit_code == 2


def test_gaps_and_the_log_are_printed(id: str) -> None:
    shown = assistant("conversations", "gaps").stdout
    assert "Does it rain on Mars?  (1 refused, 0 not helpful" in shown
    assert "said: too dear" in shown
    assert {gap["count"] for gap in json.loads(assistant("conversations", "gaps", "--json").stdout)} == {1}
    assert json.loads(assistant("audit").stdout)["conversation"] == id
    assert assistant("audit", "--since", "2999-01-01").stdout == ""


def test_a_backup_brings_everything_back(id: str, data: Path, tmp_path: Path) -> None:
    assert assistant("backup", "saved.zip").stdout == "saved.zip\n"
    assistant("conversations", "delete", id)
    refused = assistant("restore", "saved.zip")
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert assistant("restore", "saved.zip", "--force").exit_code == 0
    assert assistant("conversations", "list").stdout.startswith(id)


def test_a_folder_that_cannot_be_used_is_a_sentence(data: Path) -> None:
    data.write_text("a file")
    ran = assistant("conversations", "list")
    assert ran.exit_code == 1
    assert "conversations cannot be kept in" in ran.stderr
    assert "Traceback" not in ran.output


def test_an_answer_is_not_asked_for_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    ran = assistant("ask", "Why?", "--index", str(tmp_path / "none"), "--export", "answer.exe")
    assert ran.exit_code == 2
    assert "answer.exe" in ran.stderr
    assert not (tmp_path / "none").exists()
