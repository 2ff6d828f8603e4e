"""The rows of docs/architecture.md: who may import whom, and who owns which package."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "assistant"

OWNERS = {
    "chromadb": ("index/",),
    "fastapi": ("web/", "ui/"),
    "gradio": ("ui/",),
    "langchain": ("llm/", "evaluation/judge"),
    "langchain_chroma": ("index/store",),
    "langchain_core": ("index/", "conversation/", "answering/", "evaluation/", "build", "langchain_adapters", "llm/"),
    "langchain_openai": ("llm/",),
    "mcp": ("web/",),
    "mcp_types": ("web/",),
    "onnxruntime": ("index/",),
    "prometheus_client": ("web/metrics",),
    "openai": ("llm/",),
    "sentence_transformers": ("index/embedder", "retrieval/rerank", "answering/verify"),
}
"""Where a package may be imported, as the beginning of a module's path."""

ENVIRONMENT = {"environ", "environb", "getenv"}
FREE = {"__init__", "__main__"}


def rows() -> dict[str, int]:
    """Return the row of each module and package, as docs/architecture.md draws them."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    drawn = page.split("## Which imports which", 1)[1].split("```")[1]
    found = {}
    for line in drawn.strip().splitlines():
        number, names = re.match(r"\s*(\d+)  (.*?)(?: {6,}|$)", line).groups()  # type: ignore[union-attr]
        found |= {name.rstrip("/"): int(number) for name in names.split()}
    return found


ROWS = rows()


def modules() -> list[Path]:
    return sorted(p for p in SOURCE.rglob("*.py") if p.stem not in FREE)


def place(path: Path) -> str:
    """Return the path of a module below `assistant`, such as `index/store`."""
    return path.relative_to(SOURCE).with_suffix("").as_posix()


def package(path: Path) -> str:
    return place(path).split("/", maxsplit=1)[0]


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} if node.module != "assistant" else {f"assistant.{a.name}" for a in node.names}
    return found


def readings_of_the_environment(path: Path) -> Iterator[int]:
    """Yield the lines that take something out of the environment; setting a variable is no reading."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    set_there = [n.value for n in nodes if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and node not in set_there:
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for alias in node.names if alias.name in ENVIRONMENT)


each_module = pytest.mark.parametrize("path", modules(), ids=place)


def test_every_module_has_a_row_and_every_row_its_modules() -> None:
    assert set(ROWS) - {"app.py"} == {package(path) for path in modules()}


@each_module
def test_a_module_imports_only_from_rows_below_its_own(path: Path) -> None:
    own = package(path)
    for name in imported(path):
        if name.startswith("assistant.") and (other := name.split(".")[1]) not in {own, "__version__"}:
            assert ROWS[other] < ROWS[own], f"{own} (row {ROWS[own]}) imports {other} (row {ROWS[other]})"


def test_the_parts_do_not_import_each_other() -> None:
    assert len({ROWS[name] for name in ("corpus", "index", "conversation", "answering")}) == 1


@each_module
def test_a_package_is_imported_by_its_owners_only(path: Path) -> None:
    for name in imported(path):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or place(path).startswith(owners), f"{place(path)} imports {name}"


@each_module
def test_the_environment_is_read_in_settings_alone(path: Path) -> None:
    lines = list(readings_of_the_environment(path))
    assert bool(lines) == (place(path) == "settings"), f"{place(path)} reads the environment in {lines}"


@pytest.mark.parametrize("name", ["assistant", "assistant.types", "assistant.cli", "assistant.pipeline"])
def test_importing_is_light(name: str) -> None:
    heavy = ("torch", "chromadb", "gradio", "langchain_core", "numpy", "onnxruntime", "transformers", "pydantic")
    check = f"import sys, {name}; print([m for m in {heavy!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
