"""What the code must never do, whoever writes it: let a library embed, fetch or run something by itself."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "src" / "assistant").rglob("*.py"), ROOT / "app.py"])

FLOORS = {"langchain-core": ("1.3.2", "1.3.3"), "gradio": ("6.30.99", "6.31")}
"""The last version with a known hole, and the first without."""


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def given(call: ast.Call) -> set[str | None]:
    """The keywords of a call; None stands for `**`."""
    return {keyword.arg for keyword in call.keywords}


def names(path: Path) -> Iterator[str]:
    """Every name and attribute that is used, as it is written: `gr.load`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute | ast.Name):
            yield ast.unparse(node)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


each_file = pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())


@each_file
def test_chroma_is_never_handed_a_text_to_embed(path: Path) -> None:
    for call in calls(path):
        assert not {"query_texts", "query_images", "query_uris"} & given(call), call.lineno
        if "documents" in given(call) and ast.unparse(call.func).endswith((".add", ".upsert", ".update")):
            assert "embeddings" in given(call), call.lineno


@each_file
def test_a_model_never_brings_code_of_its_own(path: Path) -> None:
    for call in calls(path):
        assert "trust_remote_code" not in given(call), call.lineno
    assert "trust_remote_code" not in path.read_text("utf-8")


@each_file
def test_no_page_is_loaded_from_elsewhere(path: Path) -> None:
    assert not {"gr.load", "gradio.load", "gr.Interface.load"} & set(names(path))
    assert not any(name.startswith(("gradio.load", "gradio.external")) for name in imports(path))


@each_file
def test_no_langchain_object_is_made_from_stored_text(path: Path) -> None:
    read = ("langchain_core.load", "langchain.load", "langchain_core.prompts.load", "langchain_core.prompts.loading")
    assert not any(name.startswith(read) for name in imports(path))
    assert not {name.rpartition(".")[2] for name in names(path)} & {"load_prompt", "load_prompt_from_config"}


@each_file
def test_pickles_are_read_from_our_own_child_process_alone(path: Path) -> None:
    reads = {"pickle.loads", "pickle.load", "torch.load", "joblib.load", "dill.loads"} & set(names(path))
    assert not reads or path.name == "worker.py", reads


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_with_a_known_hole_is_admitted(name: str) -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    (requirement,) = [r for r in map(Requirement, wanted) if r.name == name]
    bad, good = FLOORS[name]
    assert requirement.specifier.contains(good)
    assert not requirement.specifier.contains(bad)
    assert requirement.specifier.contains(version(name)), "what is installed is not what is asked for"


ADVISORIES = ("GHSA-f4j7-r4q5-qw2c", "GHSA-36p7-vc44-83pf", "GHSA-2wm9-hf6c-p5cr", "GHSA-xph7-9rjv-w5fr")
"""Those that name every version of chromadb that we admit."""


@pytest.mark.parametrize("advisory", ADVISORIES)
def test_a_hole_without_a_fix_is_documented_with_what_keeps_it_out_of_reach(advisory: str) -> None:
    assert advisory in (ROOT / "SECURITY.md").read_text("utf-8")


def test_the_lock_has_the_digest_of_every_tested_version() -> None:
    tested = re.findall(r"^([^#\s]\S*)==(\S+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = re.findall(r"^(\S+)==([^\s+]+)\S* \\\n    --hash=sha256:[0-9a-f]{64}$", lock, re.MULTILINE)
    assert {(name.lower(), number) for name, number in tested} == {(name.lower(), number) for name, number in locked}
    assert "://" not in lock
