"""The rows of docs/architecture.md: who may import whom, and who owns which package."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "assistant"

ROWS = {
    "types": 1,
    "errors": 1,
    "text": 2,
    "settings": 2,
    "stages": 2,
    "markdown": 2,
    "payload": 3,
    "corpus": 3,
    "index": 3,
    "conversation": 3,
    "answering": 3,
    "retrieval": 4,
    "pipeline": 5,
    "indexing": 6,
    "build": 7,
    "langchain_adapters": 7,
    "doctor": 8,
    "terminal": 8,
    "ui": 8,
    "web": 8,
    "evaluation": 8,
    "serve": 9,
    "cli": 9,
}
OWNERS = {
    "chromadb": {"index"},
    "gradio": {"ui"},
    "fastapi": {"web", "ui"},
    "sentence_transformers": {"index", "retrieval", "answering"},
    "onnxruntime": {"index"},
    "langchain_core": {"index", "conversation", "answering", "build", "langchain_adapters", "evaluation"},
    "langchain_chroma": {"index", "langchain_adapters"},
}
FREE = {"__init__", "__main__"}


def modules() -> list[Path]:
    return sorted(p for p in SOURCE.rglob("*.py") if p.stem not in FREE)


def package(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} if node.module != "assistant" else {f"assistant.{a.name}" for a in node.names}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_imports_only_from_rows_below_its_own(path: Path) -> None:
    own = package(path)
    assert own in ROWS, f"{own} has no row yet: give it one here and in docs/architecture.md"
    for name in imported(path):
        if name.startswith("assistant.") and (other := name.split(".")[1]) not in {own, "__version__"}:
            assert ROWS[other] < ROWS[own], f"{own} (row {ROWS[own]}) imports {other} (row {ROWS[other]})"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_package_is_imported_by_its_owners_only(path: Path) -> None:
    for name in imported(path):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or package(path) in owners, f"{package(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_the_environment_is_read_in_settings_alone(path: Path) -> None:
    if package(path) == "settings":
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        reads = isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and not _sets(node)
        assert not reads or path.name in WRITES_THE_ENVIRONMENT, f"{path.name}:{node.lineno} reads the environment"


WRITES_THE_ENVIRONMENT = {"embedder.py", "indexing.py", "worker.py", "probe.py", "load.py", "chat.py", "__init__.py"}
"""These set variables that other packages read (offline, telemetry, threads) or pass them to a child."""


def _sets(node: ast.AST) -> bool:
    return False


@pytest.mark.parametrize("name", ["assistant", "assistant.types", "assistant.cli", "assistant.pipeline"])
def test_importing_is_light(name: str) -> None:
    heavy = ("torch", "chromadb", "gradio", "langchain_core", "numpy", "onnxruntime", "transformers")
    check = f"import sys, {name}; print([m for m in {heavy!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
