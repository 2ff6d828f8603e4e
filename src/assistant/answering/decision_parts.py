"""The parts of a decision brief, as data: what each takes, how long it is, what it owes the reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.types import Role

ACCOUNTABLE = re.compile(
    r"\b(accountability|liability|responsibility|duties)\b.{0,40}\b(stays?|remains?|keeps?|rests?)\b"
    r"|\b(stays?|remains?|keeps?|fully|held)\b.{0,12}\b(accountable|responsible|liable|responsibility|liability)\b|\byour\s+company\s+answers\s+for\b",
    re.I,
)
"""Who answers for the work, whoever does it."""
WHO_AND_WHERE = re.compile(
    r"\b(who|own\s+(staff|hire|technicians)|provider)\b.*\b(where|onshore|offshore)\b.*\b(separate|sit|two|differ\w*|where)\b"
    r"|\bseparate\b.*\bwhere\b|\btwo\s+(separate\s+)?(decisions|questions|choices)\b",
    re.I,
)
"""That who does the work and where it is done are two questions."""
FLIPS = re.compile(r"\b(flips?|reconsider|unless|not\s+yet)\b|\bonly\s+(if|when)\b", re.I)
"""What would turn the lean."""
TOTAL_COST = re.compile(r"\b(total|should|whole-life)[\s-]+cost", re.I)
MEASURES = re.compile(r"^(judge|measure|track)\b|\b(reports?|measures|tracks)\b.*\b(weekly|monthly|quarterly)\b", re.I)
"""How it shows whether the work goes well."""
PILOT = re.compile(r"\bpilots?\b", re.I)
COUNSEL = re.compile(r"\bnot\b.*\b(legal|tax)\b.*\badvice\b", re.I)
"""Whom to ask for what guidance cannot say."""
PENDING = re.compile(
    r"^(?=.*\bas\s+of\b).*\b(bills?|proposals?|proposed|not\s+(yet\s+)?(a\s+)?law|not\s+in\s+force|pending|drafts?)\b"
    r"(?!\s+of\b)",
    re.I,
)
"""A law in the making; guidance dates what moves."""
OVERCLAIMED = re.compile(
    r"\barticles?\b(?!\s+\d).*\b(but|yet|although|though|overstat\w+|ignores?|mix(es)?|merges?|unsourced|gives?\s+no|names?\s+no"
    r"|no\s+(price|target|figure|source)|(does|did|is|are)\s+not|forecasts?|tendency|qualif(y|ies))\b"
    r"|\bqualif(y|ies)\s+the\s+article",
    re.I,
)
"""Where one of the articles says more than is known."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the brief."""

    role: Role
    """Its sentences are shown with this role; `markdown.PART_TITLES` gives its heading."""
    words: int
    """Words at most; the first sentence may be longer."""
    most: int
    """Sentences at most; for questions, questions."""
    least: int = 1
    """Sentences that stay where the brief as a whole is too long."""
    takes: frozenset[Role] = frozenset()
    """The roles of the statements it is made from; empty for its own alone."""
    only: re.Pattern[str] | None = None
    """What a statement of another role must say to belong here; no part without it takes such a one."""
    owes: tuple[re.Pattern[str], ...] = ()
    """What the reader must be told here if the leading document says it, whatever its role."""

    def from_role(self, role: Role) -> bool:
        """Return whether statements of a role may stand in this part."""
        return role == self.role or role in self.takes


BRIEF = (
    Part("bottom line", 60, 2, 2),
    Part("fits", 72, 3, 2, owes=(WHO_AND_WHERE,)),
    Part("does not fit", 34, 1),
    Part("change", 46, 2, 2, owes=(FLIPS,)),
    Part("comparison", 118, 6),
    Part("requirement", 172, 6, 5, owes=(ACCOUNTABLE,)),
    Part("risk", 80, 4, 2),
    Part("cost", 60, 2, owes=(TOTAL_COST, MEASURES)),
    Part("question", 70, 3, 4),
    Part("next step", 62, 4, 3, owes=(PILOT,)),
    Part("uncertain", 56, 2, 2, only=PENDING, owes=(COUNSEL,)),
    Part("caution", 32, 1, only=OVERCLAIMED),
)
"""The first turn, in reading order; `comparison` is the options table, `most` its rows."""

ENOUGH = 4
"""So many sentences of a part may be second ones of their subheading only where the part has no more subheadings."""

GIVES: tuple[Role, ...] = ("question", "risk", "next step", "fits", "cost", "requirement")
"""Which part gives up a sentence first where several have as many to spare."""

LEAN_WORDS = 52
"""A shorter lean leaves its room free, so that another lean moves no other part."""

MOST_WORDS = 700
"""Words of the first turn, headings and table included."""

UPDATE = (
    Part("bottom line", 45, 1),
    Part("fits", 50, 2, takes=frozenset({"bottom line", "does not fit"})),
    Part("change", 30, 1),
    Part("requirement", 90, 3),
    Part("risk", 40, 1),
    Part("cost", 30, 1),
    Part("next step", 40, 1),
    Part("uncertain", 40, 1, only=PENDING),
)
"""A later turn: what is new for the fact that was told, at most `MOST_UPDATE` words together."""

MOST_UPDATE = 240
FEWEST_UPDATE = 60
"""Words of a later turn, where the corpus has them."""


def belongs(text: str, role: Role, part: Part) -> bool:
    """Return whether a statement belongs to a part: by what it says, else by its role.

    What guidance leaves to counsel is said once, where it is owed; a bill is no rule.
    """
    if COUNSEL.search(text):
        return False
    if part.only:
        return bool(part.only.search(text)) and not (part.only is OVERCLAIMED and PENDING.search(text))
    return part.from_role(role) and not PENDING.search(text) and not OVERCLAIMED.search(text)
