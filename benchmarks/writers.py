"""Language models by rule, for measuring what stands between a model and the page: a liar and a copyist.

Both write from the passages in their prompt, and note of each sentence whether it is true.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from assistant.text import sentences

MOST = 12
"""Sentences of one reply."""

_PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)
_HEADING = re.compile(r"^## (.*?)(?:  \(passages ([\d, ]+)\))?$", re.MULTILINE)
_NUMBER = re.compile(r"\b(\d+(?:[.,]\d+)*)\b")

Change = Callable[[str, random.Random], str]
"""A sentence with one change; the same sentence where the change does not fit."""


@dataclass
class Writer:
    """A chat model that writes by rule, and keeps what it wrote with what it knows of it."""

    kinds: Callable[[int], str]
    """The kind of the sentence at a place, such as `quote` or `lie`."""
    seed: int = 0
    wrote: dict[str, str] = field(default_factory=dict)
    """The kind of each sentence of the last reply, by its text."""

    def kind(self, draft: str) -> str:
        """Return the kind of a sentence of the last reply; `?` for one that was cut up on its way."""
        return {_letters(text): kind for text, kind in self.wrote.items()}.get(_letters(draft), "?")

    def __call__(self, system: str, user: str) -> Generator[str, None, None]:
        self.wrote = {}
        chance = random.Random(f"{self.seed} {user}")
        for heading, number, text in _material(user):
            if heading:
                yield f"\n## {heading}\n"
                continue
            kind = self.kinds(len(self.wrote))
            told, written = CHANGES[kind](text, chance)
            self.wrote[written] = told
            yield f"{written.rstrip('.')} [{number}].\n" if written.endswith(".") else f"{written} [{number}]\n"


def _letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _material(user: str) -> list[tuple[str, int, str]]:
    """Return what to write, in order: headings, and sentences with the number of their passage."""
    held = {int(number): _stated(text) for number, text in _PASSAGE.findall(user)}
    parts = [
        (title, [int(n) for n in numbers.split(",")] if numbers else []) for title, numbers in _HEADING.findall(user)
    ]
    used: set[str] = set()
    found: list[tuple[str, int, str]] = []
    for title, numbers in parts or [("", list(held))]:
        chosen = [(n, s) for n in numbers or held for s in held.get(n, ()) if s not in used][: 2 if parts else MOST]
        used |= {s for _, s in chosen}
        found += (
            [(title, 0, ""), *(("", n, s) for n, s in chosen)] if title and chosen else [("", n, s) for n, s in chosen]
        )
    return found[: 2 * MOST]


def _stated(text: str) -> list[str]:
    """Return the whole sentences of a passage that state something; table rows and headings are left out."""
    lines = [line.strip().removeprefix("- ").strip() for line in text.splitlines() if "|" not in line and line.strip()]
    cut = [span.of(line) for line in lines for span in sentences(line)]
    return [s for s in cut if s.endswith(".") and 5 <= len(s.split()) <= 45]


# --- true: as it stands, or in other words ------------------------------------------------------

OTHER_WORDS = (
    (r"\bmust\b", "has to"),
    (r"\bvendors\b", "providers"),
    (r"\bvendor\b", "provider"),
    (r"\bemployees\b", "staff"),
    (r"\bcompany\b", "firm"),
    (r"\bbecause\b", "since"),
    (r"\bcannot\b", "can't"),
    (r"\bdo not\b", "don't"),
    (r"\bdoes not\b", "doesn't"),
    (r"\bis not\b", "isn't"),
    (r"\bbuy\b", "purchase"),
    (r"\bkeep\b", "retain"),
    (r"\bfor example\b", "for instance"),
    (r"\babout (?=\d)", "around "),
    (r"\bhelps\b", "aids"),
    (r"\bneeds\b", "requires"),
    (r"\busually\b", "typically"),
    (r"\bbefore (?=\w+ing\b)", "prior to "),
    (r"\blarge\b", "big"),
    (r"\bquickly\b", "fast"),
)
_IF = re.compile(r"^(If|When|Where|Because) ([^,]+), (.+)\.$")


def in_other_words(text: str, chance: random.Random) -> str:
    """Return a light paraphrase: a clause moved, or up to two words exchanged; the meaning stays."""
    if moved := _IF.match(text):
        return f"{moved[3][0].upper()}{moved[3][1:]} {moved[1].lower()} {moved[2]}."
    changed = 0
    for pattern, other in OTHER_WORDS:
        new = re.sub(pattern, other, text, count=1)
        changed += new != text
        text = new
        if changed == 2:
            break
    return text


# --- lies ---------------------------------------------------------------------------------------

OTHER_NAMES = {
    "India": "Poland",
    "Florida": "Ohio",
    "California": "Nevada",
    "Texas": "Utah",
    "Germany": "Brazil",
    "Poland": "India",
    "Philippines": "Mexico",
    "HIPAA": "GDPR",
    "GDPR": "HIPAA",
    "Section 174": "Section 199",
    "AWS": "Oracle",
}


def other_number(text: str, chance: random.Random) -> str:
    """Return the sentence with its first figure changed."""
    return _NUMBER.sub(lambda m: str(int(re.sub(r"\D", "", m[0])) * 3 + 7), text, count=1)


def negated(text: str, chance: random.Random) -> str:
    """Return the sentence with its first verb negated, or its negation taken away; not where two would cancel out."""
    if re.search(r"\b(no|never|none|neither|nor|nothing|without|cannot)\b", text):
        return text
    if re.search(r"\bnot\b", text):
        return re.sub(r"\b(do|does|did)\s+not\s+|\bnot\s+", "", text, count=1)
    return re.sub(r"\b(is|are|must|can|may|should|will|has|have|was|were)\b", r"\1 not", text, count=1)


def other_strength(text: str, chance: random.Random) -> str:
    """Return the sentence with what is allowed made a duty, or the other way round."""
    for was, now in (
        ("may", "must"),
        ("can", "must"),
        ("must", "may"),
        ("should", "must"),
        ("often", "always"),
        ("some", "all"),
    ):
        if re.search(rf"\b{was}\b", text):
            return re.sub(rf"\b{was}\b", now, text, count=1)
    return text


def other_name(text: str, chance: random.Random) -> str:
    """Return the sentence with a name exchanged."""
    named = next((name for name in OTHER_NAMES if re.search(rf"\b{name}\b", text)), "")
    return re.sub(rf"\b{named}\b", OTHER_NAMES[named], text, count=1) if named else text


def invented(text: str, chance: random.Random) -> str:
    """Return a sentence of the same subject that nothing says."""
    words = text.split()
    subject = " ".join(words[: min(4, len(words) - 1)]).rstrip(",.")
    claims = (
        f"{subject} is exempt from every rule after the first ninety days.",
        f"{subject} saves 83 percent within one quarter, guaranteed.",
        f"{subject} was approved by the regulator of Atlantis in 2031.",
    )
    return chance.choice(claims)


LIES: dict[str, Change] = {
    "number": other_number, "negation": negated, "strength": other_strength, "name": other_name, "invention": invented,
}  # fmt: skip


def _lie(text: str, chance: random.Random) -> tuple[str, str]:
    kinds = list(LIES)
    chance.shuffle(kinds)
    for kind in [*kinds, "invention"]:
        if (lie := LIES[kind](text, chance)) != text:
            return kind, lie
    raise AssertionError(text)


def _paraphrase(text: str, chance: random.Random) -> tuple[str, str]:
    said = in_other_words(text, chance)
    return ("paraphrase" if said != text else "quote"), said


CHANGES: dict[str, Callable[[str, random.Random], tuple[str, str]]] = {
    "quote": lambda text, chance: ("quote", text),
    "paraphrase": _paraphrase,
    "lie": _lie,
}


def liar() -> Writer:
    """Return a model that lies in every second sentence."""
    return Writer(lambda place: "quote" if place % 2 == 0 else "lie")


def copyist() -> Writer:
    """Return a model that quotes and, in every second sentence, says it in slightly other words."""
    return Writer(lambda place: "quote" if place % 2 == 0 else "paraphrase")
