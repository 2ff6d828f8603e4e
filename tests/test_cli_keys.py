from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli import main
from assistant.records.database import FILE, Database
from assistant.web.auth_users import Users
from assistant.web.keys import Keys

PASSWORD = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the commands use."""
    monkeypatch.setenv("ASSISTANT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, words, input=typed)


def test_a_user_is_added_with_a_password_that_is_typed_twice(data: Path) -> None:
    added = run("users", "add", "ann", "--role", "curator", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert added.exit_code == 0
    assert PASSWORD not in added.output
    assert Users(data / "users.json").check("ann", PASSWORD).role == "curator"
    assert run("users", "list").stdout == "curator   ann\n"


def test_scripts_give_the_password_on_standard_input(data: Path) -> None:
    assert run("users", "add", "ann", "--password-stdin", typed=f"{PASSWORD}\n").exit_code == 0
    assert Users(data / "users.json").check("ann", PASSWORD)
    assert not Users(data / "users.json").check("ann", f"{PASSWORD}\n")
    assert run("users", "add", "bob", "--password-stdin", typed="short\n").exit_code == 2


def test_a_removed_user_is_gone(data: Path) -> None:
    run("users", "add", "ann", "--password-stdin", typed=PASSWORD)
    assert run("users", "remove", "ann").exit_code == 0
    again = run("users", "remove", "ann")
    assert (again.exit_code, "no user ann" in again.stderr) == (2, True)


def test_a_key_is_printed_once(data: Path) -> None:
    added = run("keys", "add", "wiki", "--scope", "ask", "--days", "30")
    text = added.stdout.strip()
    assert text.startswith("sak-")
    assert text not in added.stderr
    found = Keys(Database(data / FILE)).find(text)
    assert (found.name, found.scopes) == ("wiki", {"ask"})
    listed = run("keys", "list")
    assert "wiki" in listed.stdout
    assert text.rpartition("-")[2] not in listed.stdout
    [told] = json.loads(run("keys", "list", "--json").stdout)
    assert told["id"] == found.id
    assert run("keys", "revoke", found.id).exit_code == 0
    assert run("keys", "list").stdout == ""


def test_a_server_that_everybody_reaches_is_refused_before_anything_is_loaded(data: Path) -> None:
    refused = run("serve", "--host", "0.0.0.0")
    assert refused.exit_code == 2
    assert "nobody has to sign in" in refused.stderr
    assert "assistant users add" in refused.stderr
