"""The documentation names every command with its options, every setting and every field of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from assistant.cli import main
from assistant.payload import answer_payload
from assistant.settings import Settings
from assistant.types import Answer, Evidence, Query

DOCS = Path(__file__).parents[2] / "docs"
USAGE = (DOCS / "usage.md").read_text("utf-8")
EVALUATION = (DOCS / "evaluation.md").read_text("utf-8")


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


ALL = dict(commands(main))


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_documented(name: str) -> None:
    assert f"`assistant {name}" in USAGE


@pytest.mark.parametrize("name", ALL)
def test_every_option_of_a_command_is_documented(name: str) -> None:
    for option in ALL[name].params:
        if isinstance(option, click.Option):
            assert re.search(rf"{option.opts[0]}(?![\w-])", USAGE + EVALUATION), option.opts[0]


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    line = next((row for row in USAGE.splitlines() if row.startswith(f"| `ASSISTANT_{name.upper()}` |")), None)
    assert line is not None
    default = Settings.model_fields[name].default
    if str(default) not in ("", "None"):  # a secret's default is empty too
        shown = str(int(default)) if isinstance(default, float) and default == int(default) else str(default)
        assert f"`{shown}`" in line


def test_no_setting_is_documented_that_does_not_exist() -> None:
    named = {word.strip("`|,. ") for word in USAGE.split() if word.strip("`|,. ").startswith("ASSISTANT_")}
    assert {n.removeprefix("ASSISTANT_").lower() for n in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("field", answer_payload(Answer(Evidence(Query("", ""), ()), "fact", "abstained"), {}))
def test_every_field_of_an_answer_is_documented(field: str) -> None:
    table = USAGE.split("## What an answer looks like as JSON", 1)[1].split("\n## ", 1)[0]
    assert any(f"`{field}`" in row.split("|")[1] for row in table.splitlines() if row.startswith("| `"))
