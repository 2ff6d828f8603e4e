"""A scorecard: options by criteria, each score with the passage that justifies it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types.case import FactName
from assistant.types.question import Citation


@dataclass(frozen=True, slots=True)
class Criterion:
    """What options are judged by."""

    name: str
    weight: float
    """Share of the decision before the weights are made to sum to 1, 0 or more."""
    about: str = ""
    """What a high score means, in a few words."""
    because: str = ""
    """The fact of the case that the weight rests on, such as `speed: high`; empty for the usual one."""


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
    reason: str = ""
    """Why, in a few words: those of the citation, or our own."""
    barred: bool = False
    """The case rules the option out, whatever else it scores."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A fact that the case does not have, and what would differ with it."""

    fact: FactName
    value: str
    criteria: tuple[Criterion, ...] = ()
    """Those that would weigh otherwise."""
    scores: tuple[Score, ...] = ()
    """Those that would be otherwise; what justifies them is cited once the fact is told."""


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
    leans: tuple[str, ...] = ()
    """The options that the brief recommends; empty where it names none."""
    what_ifs: tuple[WhatIf, ...] = ()
    """The facts that would change a score or a weight, in the order of the file."""

    def total(self, option: str) -> float:
        """Return the weighted mean of an option's scores, 0 to 5."""
        weights = {c.name: c.weight for c in self.criteria}
        whole = sum(weights.values())
        return sum(weights[s.criterion] * s.value for s in self.scores if s.option == option) / whole if whole else 0.0

    @property
    def barred(self) -> frozenset[str]:
        """The options that the case rules out."""
        return frozenset(s.option for s in self.scores if s.barred)

    @property
    def ranking(self) -> tuple[str, ...]:
        """The options, best first; those that tie keep their order, those that are ruled out come last."""
        barred = self.barred
        return tuple(sorted(self.options, key=lambda option: (option in barred, -self.total(option))))

    @property
    def rests_on(self) -> frozenset[str]:
        """The facts of the case that a score or a weight rests on, each as `name: value`."""
        said = [score.because for score in self.scores] + [criterion.because for criterion in self.criteria]
        return frozenset(fact for because in said if because for fact in because.split("; "))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of the scores, each number once, by number."""
        by_number = {s.citation.number: s.citation for s in self.scores if s.citation}
        return tuple(by_number[number] for number in sorted(by_number))
