"""A scorecard: options by criteria, each score with the passage that justifies it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types.question import Citation


@dataclass(frozen=True, slots=True)
class Criterion:
    """What options are judged by."""

    name: str
    weight: float
    """Share of the decision before the weights are made to sum to 1, 0 or more."""
    about: str = ""
    """What a high score means, in a few words."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well one option does on one criterion in this case."""

    option: str
    criterion: str
    value: float
    """0 (bad) to 5 (good)."""
    citation: Citation | None
    """The words that justify it; None for our own judgement."""
    because: str = ""
    """The fact of the case that it rests on, such as `scope clarity: high`; empty for the usual score."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The options of a decision, scored in plain arithmetic: `total` is the weighted mean."""

    subject: str
    options: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    scores: tuple[Score, ...]
    """One for each option and criterion."""
    decides: str = ""
    """One line on what the ranking hangs on."""
    note: str = ""
    """Why it ranks another option first than the brief leans to, or empty."""

    def total(self, option: str) -> float:
        """Return the weighted mean of an option's scores, 0 to 5."""
        weights = {c.name: c.weight for c in self.criteria}
        whole = sum(weights.values())
        return sum(weights[s.criterion] * s.value for s in self.scores if s.option == option) / whole if whole else 0.0

    @property
    def ranking(self) -> tuple[str, ...]:
        """The options, best first; those that tie keep their order."""
        return tuple(sorted(self.options, key=self.total, reverse=True))
