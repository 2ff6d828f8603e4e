"""What is installed and whether it works, in plain words."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from assistant.errors import AssistantError
from assistant.settings import Settings

PACKAGES = ("chromadb", "langchain-core", "langchain-chroma", "sentence-transformers", "torch", "onnxruntime", "gradio")
ROOM_MB = 500
"""Free space below which an index may not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    text: str
    hint: str = ""
    """What to do about it, when it is not well."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield one finding after the other; a check that breaks is a finding too."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _python,
        _packages,
        _folders,
        _model,
        _language_model,
        _chroma_server,
        _index,
    )
    for check in checks:
        try:
            yield from check(settings)
        except AssistantError as error:
            yield Finding(False, str(error), error.hint)
        except OSError as error:
            yield Finding(False, f"{check.__name__.strip('_')}: {error}", "Check the folder's permissions.")


def _python(settings: Settings) -> Iterator[Finding]:
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Finding(sys.version_info >= (3, 11), found, "Python 3.11 or newer is needed.")


def _packages(settings: Settings) -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(False, f"{name} is not installed", "Run: make run")


def _folders(settings: Settings) -> Iterator[Finding]:
    files = sum(1 for p in settings.corpus.rglob("*") if p.is_file()) if settings.corpus.is_dir() else 0
    yield Finding(
        files > 0, f"corpus {settings.corpus}: {files} files", "Set ASSISTANT_CORPUS to a folder with documents."
    )
    place = settings.index if settings.index.exists() else settings.index.resolve().parent
    free = shutil.disk_usage(place).free // 2**20
    yield Finding(
        free > ROOM_MB, f"index {settings.index}: {free:,} MB free", "Make room, or set ASSISTANT_INDEX elsewhere."
    )
    writable = os.access(place, os.W_OK)
    yield Finding(
        writable, f"index {settings.index}: {'writable' if writable else 'not writable'}", "Allow writing there."
    )


def _model(settings: Settings) -> Iterator[Finding]:
    from assistant.index.embedder import SentenceEmbedder  # reads the model's files, not needed by --help

    embedder = SentenceEmbedder(settings.embedding_model)
    yield Finding(True, f"embedding model {embedder.folder.name}, fingerprint {embedder.fingerprint[:12]}")


def _language_model(settings: Settings) -> Iterator[Finding]:
    if not settings.llm_model:
        yield Finding(True, "language model: none; answers are the sources' own sentences")
        return
    from assistant.llm.check import check_model

    yield Finding(True, check_model(settings))


def _chroma_server(settings: Settings) -> Iterator[Finding]:
    from assistant.index.server import configured, connected

    if (server := configured(settings)) is None:
        return
    with connected(server):
        yield Finding(True, f"Chroma server {server.url}: it answers")


def _index(settings: Settings) -> Iterator[Finding]:
    from assistant.build import open_assistant

    live = open_assistant(settings.model_copy(update={"llm_model": ""}))  # the language model was looked at by itself
    try:
        info = live.info()
        yield Finding(True, f"index: {info['documents']} documents, {info['passages']} passages, {info['generation']}")
        answer = live.ask("What is outsourcing?")
        told = f"a question was answered in {answer.seconds['total'] * 1000:.0f} ms ({answer.status})"
        yield Finding(True, told)
    finally:
        live.close()
