"""What a scorecard hangs on: the arithmetic of other weights and other facts.

A change is one weight moved to another whole number, or one fact more. All of them are tried, so
that the smallest one is the smallest one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from assistant.answering.scorecard_note import note
from assistant.errors import BadInput
from assistant.scorecard_file import MOST
from assistant.types import FactName, Scorecard, WhatIf

MOST_FACTS = 2
"""Facts that the line names."""

FIRST_NAMED: tuple[FactName, ...] = ("core", "scope clarity", "team", "size", "horizon", "speed", "budget")
"""Which facts are named first; the others follow in the order of the file."""

_SAID: Mapping[FactName, str] = {
    "core": "the work were {}",
    "data class": "{} were involved",
    "scope clarity": "scope clarity were {}",
    "speed": "the case were {}",
    "team": "the team were “{}”",
}
"""How a fact is put as a condition; the others by name."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A change that makes another option lead."""

    leader: str
    """The option that leads then."""
    words: str
    """The change, as it stands after "if"."""


def with_weights(card: Scorecard, weights: Mapping[str, float]) -> Scorecard:
    """Return the scorecard with other weights, and what decides it then.

    A weight that the reader sets stays as it is under any other fact, too.

    Args:
        card: any scorecard.
        weights: by criterion, 0 to 5; those not named stay as they are.

    Raises BadInput for a criterion that there is not, or a weight outside 0 to 5.
    """
    known = {criterion.name for criterion in card.criteria}
    for name, weight in weights.items():
        if name not in known or not 0 <= weight <= MOST:
            raise BadInput(f"there is no weight {weight} of {name}", hint=f"A weight is a number from 0 to {MOST}.")
    criteria = tuple(replace(c, weight=weights.get(c.name, c.weight)) for c in card.criteria)
    what_ifs = tuple(replace(w, criteria=tuple(c for c in w.criteria if c.name not in weights)) for w in card.what_ifs)
    other = replace(card, criteria=criteria, what_ifs=what_ifs)
    return replace(other, decides=decides(other), note=note(other))


def with_what_if(card: Scorecard, what_if: WhatIf) -> Scorecard:
    """Return the scorecard as it would be with one more fact; its lines are those of the case as it is."""
    weights = {c.name: c for c in what_if.criteria}
    scores = {(s.option, s.criterion): s for s in what_if.scores}
    return replace(
        card,
        criteria=tuple(weights.get(c.name, c) for c in card.criteria),
        scores=tuple(scores.get((s.option, s.criterion), s) for s in card.scores),
    )


def decides(card: Scorecard) -> str:
    """Return in one line who leads by how much, what would change that, and what is ruled out."""
    if not card.options or not any(c.weight for c in card.criteria):
        return "No criterion has a weight, so nothing leads."
    flips = [flip for flip in (weight_flip(card), *fact_flips(card)) if flip]
    line = f"{_lead(card)}; {_told(flips)}." if flips else f"{_lead(card)}; no one weight and no one fact changes that."
    return f"{line} {_ruled_out(card)}".strip()


def weight_flip(card: Scorecard) -> Flip | None:
    """Return the smallest change of one weight to a whole number that makes another option lead, or None.

    Of changes of one size, that of the first criterion is returned, and the lower weight.
    """
    found: list[tuple[float, Flip]] = []
    for criterion in card.criteria:
        for weight in range(MOST + 1):
            leader = _with_weight(card, criterion.name, weight).ranking[0]
            if leader != card.ranking[0]:
                weighed = f"weighed {weight} instead of {criterion.weight:g}" if weight else "counted for nothing"
                found.append((abs(weight - criterion.weight), Flip(leader, f"{criterion.name} {weighed}")))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def fact_flips(card: Scorecard) -> list[Flip]:
    """Return the facts that make another option lead, each name once, at most `MOST_FACTS`."""
    flips: dict[FactName, Flip] = {}
    for what_if in sorted(card.what_ifs, key=lambda w: (*FIRST_NAMED, w.fact).index(w.fact)):
        leader = with_what_if(card, what_if).ranking[0]
        if leader != card.ranking[0]:
            said = _SAID.get(what_if.fact, f"the {what_if.fact} were {{}}")
            flips.setdefault(what_if.fact, Flip(leader, said.format(what_if.value)))
    return list(flips.values())[:MOST_FACTS]


def _with_weight(card: Scorecard, name: str, weight: float) -> Scorecard:
    return replace(card, criteria=tuple(replace(c, weight=weight) if c.name == name else c for c in card.criteria))


def _lead(card: Scorecard) -> str:
    first, *others = card.ranking
    if not (rivals := [option for option in others if option not in card.barred]):
        return f"{first} is what is left"
    ahead = card.total(first) - card.total(rivals[0])
    if ahead < 0.05:
        return f"{first} and {rivals[0]} are level"
    return f"{first} leads by {ahead:.1f}"


def _told(flips: list[Flip]) -> str:
    """Return the flips as conditions, those with the same leader together."""
    by_leader: dict[str, list[str]] = {}
    for flip in flips:
        by_leader.setdefault(flip.leader, []).append(f"if {flip.words}")
    return "; ".join(f"{leader} would lead {', or '.join(words)}" for leader, words in by_leader.items())


def _ruled_out(card: Scorecard) -> str:
    parts = list(_barred_by(card))
    return f"Ruled out: {'; '.join(parts)}." if parts else ""


def _barred_by(card: Scorecard) -> Iterator[str]:
    by_fact: dict[str, list[str]] = {}
    for score in card.scores:
        if score.barred:
            by_fact.setdefault(score.because, []).append(score.option)
    for because, options in by_fact.items():
        yield f"{', '.join(dict.fromkeys(options))} ({because})"
