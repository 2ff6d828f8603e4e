"""The documentation names every command and setting, and its example runs."""

from pathlib import Path

import click
import pytest

from assistant.cli import main
from assistant.settings import Settings

USAGE = (Path(__file__).parents[2] / "docs" / "usage.md").read_text("utf-8")


def commands(group: click.Group, prefix: str = "") -> list[str]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, f"{prefix}{name} ")
        else:
            found.append(f"{prefix}{name}")
    return found


@pytest.mark.parametrize("name", commands(main))
def test_every_command_is_documented(name: str) -> None:
    assert f"`assistant {name}" in USAGE


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    line = next((row for row in USAGE.splitlines() if f"`ASSISTANT_{name.upper()}`" in row), None)
    assert line is not None
    default = Settings.model_fields[name].default
    if default not in ("", None):
        shown = str(int(default)) if isinstance(default, float) and default == int(default) else str(default)
        assert f"`{shown}`" in line


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = {word.strip("`|,. ") for word in USAGE.split() if word.strip("`|,. ").startswith("ASSISTANT_")}
    assert {n.removeprefix("ASSISTANT_").lower() for n in named} <= set(Settings.model_fields)
