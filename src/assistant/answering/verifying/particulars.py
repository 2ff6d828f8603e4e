"""Figures, places, names and words of a claim that its evidence does not give.

Each rule yields the reasons, in plain words, why one sentence of the evidence does not carry the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.answering.verifying.align import Alignment
from assistant.answering.verifying.lexicon import AGENTS
from assistant.answering.verifying.quantities import Quantity
from assistant.answering.verifying.reading import Reading, read
from assistant.answering.verifying.strength import gives_advice

MOST_UNKNOWN = 0.1
"""Share of a claim's words that the evidence may lack, where they claim something of their own."""

Place = tuple[int, int]
"""Where something stands in its text."""

_RANGE = re.compile(r"\s*(?:to|–|-|—)\s*")
BESIDE = 25
"""Characters between a figure and a word that belongs to it, at most."""

_CODE = re.compile(r"(?:\b[A-Z]{2,}[\w.()/-]*\s*|[-/.(])$")
"""What stands before the figure of a code, such as SP 800-161 or 45 CFR 164.410."""
_CLAUSE = re.compile(r"[;:]|,\s+(?:and|but|while|whereas)\b")
_SUPRANATIONAL = frozenset({"eu", "us"})
"""So common that a sentence which leaves them out is not taken to speak of the world."""


def figures(pair: Alignment) -> Iterator[str]:
    """A number, share, sum, time or date that the evidence does not give, or bounds or counts otherwise."""
    for figure in pair.claim.figures:
        same = [other for other in pair.evidence.figures if figure.same_figure(other)] or _unit_left_out(figure, pair)
        written = pair.claim.text[figure.start : figure.end].strip()
        if not same:
            yield f"the figure {written} is not in the source"
        elif not any(figure.bounded_as(other) for other in same):
            yield f"the source bounds {written} otherwise (at most, at least, about)"
        elif _given_for_another(pair, figure, same):
            yield f"the source gives {written} for something else"
    if (vague := _VAGUE.search(pair.claim.text)) and vague[0] not in pair.evidence.text:
        yield f"the source does not say {vague[0]}s"


_VAGUE = re.compile(
    r"\b(?:several|many|a few|dozens|hundreds|thousands|millions)\s+(?:of\s+)?"
    r"(?:hour|day|week|month|year|percent|dollar|euro)"
)


def _unit_left_out(figure: Quantity, pair: Alignment) -> list[Quantity]:
    """Return the evidence's figures that are the claim's, where a series names the unit once: "6 hours, India 10.5"."""
    units = {(q.kind, q.unit) for q in pair.evidence.figures}
    bare = replace(figure, kind="number", unit="")
    known = (figure.kind, figure.unit) in units
    return [q for q in pair.evidence.figures if known and q.kind == "number" and bare.same_figure(q)]


def _given_for_another(pair: Alignment, figure: Quantity, same: list[Quantity]) -> bool:
    """Return whether the words beside the claim's figure stand, in the evidence, beside another of its kind."""
    if figure.kind == "date" or len(same) > 1 or _CODE.search(pair.claim.text[: figure.start]):
        return False
    own = _range_of(figure, pair.claim)
    mine = [_range_of(q, pair.evidence) for q in same]
    kinds = {(q.kind, q.unit) for q in (figure, *same)}
    alike = [_range_of(q, pair.evidence) for q in pair.evidence.figures if (q.kind, q.unit) in kinds]
    rivals = [place for place in alike if place not in mine]
    others = {_range_of(q, pair.claim) for q in pair.claim.figures if (q.kind, q.unit) in kinds} - {own}
    votes = 0
    for side, weight in zip(_beside(pair.claim, own), (1, 2), strict=True):  # "5 % attrition": what is counted follows
        for word in side if rivals else ():
            here, there = _places_of(word, pair.claim.text), _places_of(word, pair.evidence.text)
            if len(here) != 1 or len(there) != 1 or any(_between(p, here[0]) <= _between(own, here[0]) for p in others):
                continue
            nearest, rival = (min(_between(place, there[0]) for place in found) for found in (mine, rivals))
            if min(nearest, rival) <= BESIDE:
                votes += weight if rival < nearest else -weight
    return votes > 0


def _range_of(figure: Quantity, reading: Reading) -> Place:
    """Return where the figure stands, with the other end of its range."""
    start, end = figure.start, figure.end
    for other in reading.figures:
        if other.kind != "date" and _RANGE.fullmatch(reading.text[end : other.start] or "x"):
            end = other.end
        if other.kind != "date" and _RANGE.fullmatch(reading.text[other.end : start] or "x"):
            start = other.start
    return start, end


def _beside(reading: Reading, place: Place, reach: int = 40) -> tuple[list[str], list[str]]:
    """Return the words of content before and after, nearest first, up to a comma or another figure."""
    content = {reading.words[i].raw.lower() for i in reading.content}
    left = re.split(r"[\d;,:]", reading.text[: place[0]])[-1][-reach:]
    right = re.split(r"[\d;,:]", reading.text[place[1] :])[0][:reach]
    found = (
        [w for w in re.findall(r"[^\W\d_]{3,}", text) if w.lower() in content or w.istitle()] for text in (left, right)
    )
    before, after = found
    return before[:-4:-1], after[:2]


def _places_of(word: str, text: str) -> list[Place]:
    stem = word[: max(4, len(word) - 2)]
    return [m.span() for m in re.finditer(rf"\b{re.escape(stem)}\w*", text, re.IGNORECASE)]


def _between(one: Place, other: Place) -> int:
    """Return the characters between two places."""
    return max(one[0] - other[1], other[0] - one[1], 0)


def places(pair: Alignment) -> Iterator[str]:
    """A country or state that the evidence does not name, or whose law it states and the claim leaves out."""
    instead = pair.evidence.places - pair.claim.places - _SUPRANATIONAL
    near = pair.evidence.places if instead else pair.evidence.places | pair.above.places
    for place in sorted(pair.claim.places - near):
        yield f"the source does not speak of {_written(place)}"
    for place in sorted(pair.claim.places & pair.evidence.places):
        if instead and _in_another_clause(place, pair):
            yield f"the source says it of another place than {_written(place)}"
    scope = sorted(read(" ".join(pair.evidence.text.split()[:4])).places - _SUPRANATIONAL)
    lead = {w.stem for w in pair.evidence.words[:5] if w.named}
    if (
        scope
        and not pair.claim.places
        and not lead & pair.claim.stems
        and (pair.evidence.has("must") or pair.evidence.stems & {"law", "ban", "prohibit"})
    ):
        yield f"it leaves out that this holds for {_written(scope[0])}"


def _in_another_clause(place: str, pair: Alignment) -> bool:
    """Return whether the clause that says what the claim says names other places and not this one."""
    clauses = [read(clause) for clause in _CLAUSE.split(pair.evidence.text)]
    said = [sum(clause.words[i].stem in pair.said for i in clause.content) for clause in clauses]
    best = clauses[said.index(max(said))]
    return place not in best.places and bool(best.places - pair.claim.places - _SUPRANATIONAL)


def _written(place: str) -> str:
    return place.upper() if len(place) < 4 else place.title()


def names(pair: Alignment) -> Iterator[str]:
    """A name that neither the evidence nor its headings hold."""
    for place in pair.missing:
        word = pair.claim.words[place]
        if word.named:
            yield f"the source does not name {word.raw}"


def subject(pair: Alignment) -> Iterator[str]:
    """A subject that only the headings name, where the evidence begins with another."""
    if not pair.claim.content or not pair.evidence.content:
        return
    lead, own = pair.claim.content[0], pair.evidence.words[pair.evidence.content[0]]
    if lead in pair.held and lead not in pair.held_below and own.stem not in pair.said:
        yield "the source says it of something else"


def unknown(pair: Alignment) -> Iterator[str]:
    """Words that claim something and that the evidence does not hold."""
    foreign = pair.foreign
    share = len(foreign) / max(1, len(pair.claim.content))
    leads = not gives_advice(pair.claim.text) and any(
        i == pair.claim.content[0] and pair.claim.words[i].stem not in AGENTS for i in foreign
    )
    if leads or share >= 2 * MOST_UNKNOWN or (len(foreign) > 1 and share > MOST_UNKNOWN):
        yield "the source says nothing of " + ", ".join(f"“{pair.claim.words[i].raw}”" for i in foreign[:3])
