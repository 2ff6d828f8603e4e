"""A case: what the person said of their situation that changes advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FactName = Literal[
    "function",
    "industry",
    "data class",
    "jurisdiction",
    "size",
    "core",
    "scope clarity",
    "horizon",
    "speed",
    "budget",
    "team",
    "vendor",
]
"""What a fact is about. A case may have several jurisdictions and data classes, and one of each other."""

FactState = Literal["said", "edited", "removed"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the case, as it shows above the answer."""

    name: FactName
    value: str
    """In the form that rules compare, such as `Florida` or `health data`."""
    words: str = ""
    """The person's own words that it was drawn from; empty for what was entered by hand."""
    turn: int = 0
    """The question it was drawn from, from 1; for what was entered by hand, how many had been asked by then."""
    state: FactState = "said"
    """`removed` keeps a fact that the reader took away from being drawn again."""
