"""The bars: what is promised, how each promise is checked, and which line of the code keeps it.

`bars.toml` holds them, one table a promise. A check or a full check is one command line: words after
`pytest` are tests, words after `python` a script; both run in the repository's root.
"""

from __future__ import annotations

import shlex
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]

PARTS = {"R": "The index", "S": "Security", "L": "Under load", "Q": "Answers"}
"""What the first letter of a bar's id means."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The lines that keep a promise, and what stands there once they are taken away."""

    file: str
    old: str
    new: str
    check: str = ""
    """Of the bar's checks, the one to turn red; empty is all of them."""
    why: str = ""
    """What is taken away, in words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise."""

    id: str
    level: str
    """P0: nothing is released without it; P1: needed for use at work."""
    promise: str
    check: str = ""
    full: str = ""
    """The same at its full size, where the check is smaller."""
    minutes: float = 0
    """How long the full check takes."""
    open: str = ""
    """What of it is not met or not shown, why, and what to try next."""
    guards: tuple[Guard, ...] = ()

    @property
    def tests(self) -> list[str]:
        """The tests of its check, if tests are what checks it."""
        words = shlex.split(self.check)
        return words[1:] if words[:1] == ["pytest"] else []


@dataclass(slots=True)
class Result:
    """What checking one bar came to."""

    passed: bool
    figures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    told: str = ""
    """What was printed, where it failed."""


def read_bars(path: Path = ROOT / "benchmarks" / "faults" / "bars.toml") -> dict[str, Bar]:
    """Return the bars by id, in their order."""
    bars = [
        Bar(**{**bar, "guards": tuple(Guard(**guard) for guard in bar.get("guards", ()))})
        for bar in tomllib.loads(path.read_text("utf-8"))["bars"]
    ]
    return {bar.id: bar for bar in bars}


def command_of(line: str) -> list[str]:
    """Return the command of a check, run by the Python that runs this."""
    words = shlex.split(line)
    at = next(place for place, word in enumerate(words) if word in {"pytest", "python"})
    python = [sys.executable, "-m", "pytest"] if words[at] == "pytest" else [sys.executable]
    return [*words[:at], *python, *words[at + 1 :]]
