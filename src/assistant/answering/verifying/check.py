"""Whether a claim is carried by its evidence: by rule, by words, and by meaning.

A claim may rest on several sentences, but each of its parts must rest on one: the figure of one
sentence with the subject of another is nobody's statement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assistant.answering.verifying import copied, denial, particulars, sense, strength
from assistant.answering.verifying.align import Alignment, OtherNames, align, no_other_names
from assistant.answering.verifying.parts import parts
from assistant.answering.verifying.reading import read
from assistant.text import sentences, terms

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts: float32, shape (texts, d)."""

Entail = Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]
"""How likely each (evidence, claim) is an entailment: 0..1, shape (pairs,)."""

Rule = Callable[[Alignment], Iterator[str]]

GROUPS: dict[str, tuple[Rule, ...]] = {
    "figures": (particulars.figures,),
    "names": (particulars.names, particulars.places),
    "opposite": (denial.denials,),
    "sides": (sense.roles, sense.agents, sense.order, sense.crossed, sense.actions, strength.quantifiers),
    "mode": (strength.modality, strength.conditions, strength.attribution),
    "words": (particulars.unknown, particulars.subject),
    "copied": (copied.changes,),
}
"""The rules, by what they weigh in the score."""

WEIGHTS = {"meaning": 2.1, "words held": 2.6, "figures": -0.4, "names": -0.3, "opposite": -1.0, "sides": -0.6}
BIAS = -2.9
"""Of a logistic regression on the training part of SciFact's claims; see evals/LOG.md."""

NEAREST = 8
"""Sentences of the evidence whose meaning is compared: those that share most words with the claim."""

LEAST_HELD = 0.5
"""Share of a part's words of content that a sentence must hold to be looked into."""

NOTHING_LIKE_IT = "the source says nothing like it"

LEAST_MEANING = 0.45
"""Cosine of a part and the sentence that carries it, below which the words are shared by chance."""

LEAST_ENTAILED = 0.5
"""Likelihood of an entailment, below which the second model objects."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One sentence of the evidence."""

    text: str
    above: str = ""
    """The title and headings that it stands under; they may name its subject."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the evidence carries a claim."""

    score: float
    """0..1; compares claims, and decides nothing."""
    reasons: tuple[str, ...]
    """Why the evidence does not carry it, in plain words; empty if and only if it does."""
    carriers: tuple[int, ...]
    """Which sentences of the evidence carry it, or come nearest."""

    @property
    def supported(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class _Fit:
    """A part of a claim beside the sentence that carries it best."""

    part: str
    place: int
    pair: Alignment
    objections: dict[str, tuple[str, ...]]
    """Reasons by group of rules; a group without a reason is left out."""


def check(
    claim: str,
    premise: str | Sequence[Carrier],
    *,
    embed: Embed | None = None,
    entail: Entail | None = None,
    other_names: OtherNames = no_other_names,
) -> Verdict:
    """Return whether the evidence carries a claim, how far, and why not.

    Args:
        claim: one sentence.
        premise: a text, or its sentences.
        embed: compares meanings; without it words alone are compared.
        entail: a second model that reads evidence and claim together and may object.
        other_names: of the acronyms in a text.
    """
    carriers = [Carrier(s.of(premise)) for s in sentences(premise)] if isinstance(premise, str) else list(premise)
    if not carriers:
        return Verdict(0.0, ("there is no source to check it against",), ())
    same = next((i for i, carrier in enumerate(carriers) if carrier.text == claim.strip()), None)
    if same is not None:
        return Verdict(1.0, (), (same,))
    fits = _best_parts(claim, carriers, other_names)
    reasons = [reason for fit in fits for group in fit.objections.values() for reason in group]
    if embed and not reasons and min(_cosine(f.part, carriers[f.place].text, embed) for f in fits) < LEAST_MEANING:
        reasons.append("what the source says is about something else")
    likely = float(min(entail([(carriers[f.place].text, f.part) for f in fits]))) if entail else None
    if likely is not None and likely < LEAST_ENTAILED:
        reasons.append("the entailment model does not find it in the source")
    score = _score(claim, carriers, bool(reasons), embed, other_names) if likely is None else likely
    return Verdict(score, tuple(dict.fromkeys(reasons)), tuple(dict.fromkeys(f.place for f in fits)))


def _best_parts(claim: str, carriers: Sequence[Carrier], other_names: OtherNames) -> list[_Fit]:
    """Return the claim beside its best sentence; its parts beside theirs, where nothing speaks against those."""
    known: dict[str, _Fit] = {}
    for pieces in parts(claim):
        for piece in pieces:
            if piece not in known:
                fits = (_compare(piece, carrier, i, other_names) for i, carrier in enumerate(carriers))
                known[piece] = _best(list(fits))
        if "copied" in known[claim].objections:
            break  # a copy with a change is one statement, and wrong
        fits_here = [known[piece] for piece in pieces]
        apart = len({fit.place for fit in fits_here}) == len(pieces)
        exact = len(pieces) == 1 or not any(fit.pair.foreign for fit in fits_here)
        if apart and exact and not any(fit.objections for fit in fits_here):
            return fits_here
    return [known[claim]]


def _best(fits: list[_Fit]) -> _Fit:
    """Return the sentence that speaks least against a part, unless one that shares more words says the opposite."""
    best = max(fits, key=lambda fit: (-min(2, len(fit.objections)), fit.pair.coverage))
    nearest = max(fits, key=lambda fit: fit.pair.coverage)
    denied = not {"opposite", "copied"}.isdisjoint(nearest.objections) and nearest.pair.coverage > best.pair.coverage
    return nearest if denied else best


def _compare(part: str, carrier: Carrier, place: int, other_names: OtherNames) -> _Fit:
    """Return what the rules say of a part beside one sentence."""
    pair = align(read(part), read(carrier.text), read(carrier.above), other_names)
    if pair.coverage_below < LEAST_HELD:  # a heading may name the subject; what is said of it must stand below
        return _Fit(part, place, pair, {"words": tuple(particulars.unknown(pair)), "far": (NOTHING_LIKE_IT,)})
    found = {name: tuple(chain.from_iterable(rule(pair) for rule in rules)) for name, rules in GROUPS.items()}
    return _Fit(part, place, pair, {name: reasons for name, reasons in found.items() if reasons})


def _score(
    claim: str, carriers: Sequence[Carrier], objected: bool, embed: Embed | None, other_names: OtherNames
) -> float:
    """Return how likely the evidence carries the claim, 0..1, by the meaning and words shared and what was objected."""
    pairs = [align(read(claim), read(c.text), read(c.above), other_names) for c in carriers]
    near = sorted(range(len(pairs)), key=lambda i: -pairs[i].coverage)[:NEAREST]
    meanings = [_cosine(claim, carriers[i].text, embed) if embed else pairs[i].coverage for i in near]
    nearest = max(zip(near, meanings, strict=True), key=lambda found: pairs[found[0]].coverage + found[1])[0]
    said = set(terms(claim))
    held = said.intersection(*[{t for c in carriers for text in (c.text, c.above) for t in terms(text)}])
    total = BIAS + WEIGHTS["meaning"] * max(meanings) + WEIGHTS["words held"] * len(held) / max(1, len(said))
    for name in GROUPS if objected else ():
        if name in WEIGHTS and any(True for rule in GROUPS[name] for _ in rule(pairs[nearest])):
            total += WEIGHTS[name]
    return 1 / (1 + math.exp(-total))


def _cosine(one: str, other: str, embed: Embed) -> float:
    first, second = embed([one, other])
    return float(first @ second)
