"""The case that a decision is asked for, and which statements bear on it.

A statement of another place's law, or of core work where the work is not core, is about
somebody else's case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.places import REGIMES, WITHIN, places_in, with_surroundings
from assistant.text import terms
from assistant.types import Fact, Query

_NOT_CORE = re.compile(
    r"\b(non-?core|not\s+(our\s+|the\s+)?core|internal(-facing)?\s+(tool|app|system|dashboard)s?|side\s+project|commodity|peripheral|"
    r"surrounding|around\s+the\s+product|back[\s-]office|standard\s+(work|software|module)s?|context)\b",
    re.I,
)
_CORE = re.compile(
    r"\bcore\s+(algorithms?|code|models?|logic|products?|technology|IP|work)\b|\bcore$"
    r"|\b(proprietary|crown\s+jewels|algorithms?|trade\s+secrets?|fraud\s+models?|secret\s+sauce)\b",
    re.I,
)
_GOES_TO = (
    r"\b(?:to|into|(?:sit|hir\w+|develop\w+|engineers?|team|staff|vendors?|captive|cent(?:er|re)|agents?|people|partner)\s+in)"
    r"\s+(?:the\s+)?{}\b"
)
"""How people say where work may go, as against where they are at home."""

TELLING = 4
"""Statements of a page that may hold a word which tells them from the others."""

_OF_EVERY_CASE = frozenset(
    terms(
        "outsource outsourcing offshore offshoring nearshore insource insourcing onshore in-house vendor provider "
        "supplier "
        "company firm business work team people person persons staff employees want consider considering thinking plan "
        "move keep replace should good idea cost costs cut reduce option options decision need do make get us new"
    )
)
"""Words of decisions in general; they tell no statement from another."""


@dataclass(frozen=True, slots=True)
class Case:
    """What tells a statement that bears on the case from one that does not."""

    places: frozenset[str] = frozenset()
    """Those that the case names, with what they lie in."""
    home: frozenset[str] = frozenset()
    """The places whose law binds the case."""
    core: bool | None = None
    """Whether the work is core; None where that was not said."""
    words: frozenset[str] = frozenset()
    """The terms that are this case's own, which few statements of the leading document hold."""

    def is_elsewhere(self, text: str, headings: Sequence[str] = ()) -> bool:
        """Return whether a text speaks of the law of other places alone; one that names none, its last heading."""
        named = places_in(text) or places_in(" ".join(headings[-1:]))
        return bool(self.home and named) and named <= REGIMES and not named & self.places

    def names(self, text: str) -> bool:
        """Return whether a text names the very place of the case, not only what it lies in."""
        nearest = self.places - {WITHIN[p] for p in self.places if p in WITHIN}
        return bool(places_in(text) & nearest)

    def is_beside(self, text: str) -> bool:
        """Return whether a text advises on core work where the work is not core."""
        return self.core is False and speaks_of_core(text)

    def share(self, text: str) -> int:
        """Return how many of the case's own words a text holds."""
        return len(self.words.intersection(terms(text)))


def speaks_of_core(text: str) -> bool:
    """Return whether a text speaks of core work, whatever else it speaks of.

    >>> speaks_of_core("Never place a core algorithm with a freelancer."), speaks_of_core("Buy non-core modules.")
    (True, False)
    """
    return bool(_CORE.search(_NOT_CORE.sub(" ", text)))


def about_core(text: str) -> bool | None:
    """Return whether a text is about core work (True), about other work (False), or about neither or both."""
    beside, core = bool(_NOT_CORE.search(text)), speaks_of_core(text)
    return None if beside == core else core


def read_case(query: Query, page: Sequence[str]) -> Case:
    """Return the case that a query's facts and words describe.

    Args:
        query: the question, with its facts.
        page: the statements of the leading document; a word that many of them hold tells none from another.
    """
    said = " ".join((query.text, *(text for text, _ in query.context)))
    named = [(place, fact) for fact in _of(query.facts, "jurisdiction") for place in places_in(fact.value)]
    places = with_surroundings(frozenset(place for place, _ in named))
    at_home = frozenset(place for place, fact in named if not _goes_to(place, f"{said} {fact.words}"))
    cores = [about_core(f"{fact.words} {fact.value}") for fact in _of(query.facts, "core")]
    held = Counter(term for text in page for term in set(terms(text)))
    held_true = [f for f in query.facts if f.state != "removed"]
    judged = {t for f in held_true if f.name in {"core", "industry"} for t in terms(f"{f.words} {f.value}")}
    own = set(terms(" ".join((query.text, *(f.value for f in held_true))))) - judged
    return Case(
        places=places,
        home=with_surroundings(at_home) & REGIMES,
        core=next((core for core in cores if core is not None), None),
        words=frozenset(t for t in own - _OF_EVERY_CASE if held[t] <= TELLING and not t.isdigit()),
    )


def _of(facts: Iterable[Fact], name: str) -> Iterable[Fact]:
    return (fact for fact in facts if fact.name == name and fact.state != "removed")


def _goes_to(place: str, said: str) -> bool:
    return bool(re.search(_GOES_TO.format(re.escape(place)), said, re.I))
