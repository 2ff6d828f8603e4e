"""What reading one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one document may take; what is above is reported and left out."""

    file_bytes: int = 20_000_000
    """Size of a file, or of one line of a `.jsonl` file, which is a document of its own."""
    seconds: float = 20
    """Time to parse a file."""
    memory_bytes: int = 1 << 30
    """Address space of the process that parses."""
