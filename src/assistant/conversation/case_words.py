"""How people tell the facts of a case: the table of `case.toml`, ready to be looked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from assistant.types import FactName

_IN_WORDS = {
    **{
        word: str(number)
        for number, word in enumerate(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), start=1
        )
    },
    "a dozen": "12",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "a hundred": "100",
}
_CRAFT = r"(?:developer|engineer|programmer|tester|designer|agent|analyst|accountant|recruiter|data scientist)s?"
_GRADE = r"(?:(?:software|senior|junior|support|full[- ]time|in-house|own|payroll|back-?end|front-?end) ){0,2}"
_AMOUNT = r"\d[\d,.]*\s?(?:k|m|bn|thousand|million)?"
_CURRENCY = "(?:euros|dollars|pounds|USD|EUR|GBP)"
_VENDORS = (
    r"TCS|Tata Consultancy Services|Infosys|Wipro|HCL(?:Tech)?|Tech Mahindra|Cognizant|Accenture|Capgemini|Genpact|"
    r"WNS|EXL|Concentrix|Teleperformance|TaskUs|Foundever|EPAM|Globant|Endava|SoftServe|Luxoft|Thoughtworks|Deloitte|"
    r"IBM|DXC|NTT Data|Kyndryl|Atos|Sopra Steria|Serco|Capita|ADP|Paychex|Deel|Rippling|Toptal|Upwork|Andela|Fiverr"
)
"""Suppliers of work; a product that is used, such as a database, is none."""

_PARTS = {
    "<number>": rf"(?P<n>\d[\d,.]*\d|\d|\b(?:{'|'.join(_IN_WORDS)})\b)",
    "<length>": r"<number>[\s-](?P<w>day|week|month|quarter|year)s?",
    "<staff>": f"{_GRADE}{_CRAFT}",
    "<money>": rf"(?P<w>(?:(?:US|CA|AU)?[$€£]|(?:EUR|USD|GBP) ){_AMOUNT}\b|{_AMOUNT}\s?{_CURRENCY}\b)",
    "<work>": r"(?:requirements?|scope|specs?|specifications?|backlog|process(?:es)?|work)",
    "<vendor>": _VENDORS,
    "<Name>": r"(?-i:[A-Z][\w&.-]*(?: [A-Z][\w&.-]*){0,2})",
}
"""What stands for the marks in the table; a mark may hold another that stands above it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of the table and the value it means."""

    name: FactName
    value: str
    pattern: re.Pattern[str]

    def read(self, text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Yield the value and the place of each match between two offsets."""
        for match in self.pattern.finditer(text, start, end):
            found = match.groupdict()
            number = plain_number(found.get("n") or "")
            value = self.value.format(n=number, w=" ".join((found.get("w") or "").split()))
            yield _single(value) if number == "1" else value, match.start(), match.end()


@cache
def rules() -> tuple[Rule, ...]:
    """Return the table, compiled once."""
    table = tomllib.loads((files(__package__) / "case.toml").read_text(encoding="utf-8"))
    return tuple(
        Rule(cast(FactName, name), value, _compiled(pattern))
        for name, values in table.items()
        for value, patterns in values.items()
        for pattern in patterns
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    for mark in ("<length>", *_PARTS):
        pattern = pattern.replace(mark, _PARTS[mark])
    return re.compile(rf"(?<![\w-])(?:{pattern})(?!-?\w)", re.IGNORECASE)


def _single(value: str) -> str:
    """Return `1 weeks` as `1 week`."""
    return re.sub(r"^(1 \w+)s\b", r"\1", value)


def plain_number(said: str) -> str:
    """Return a number in digits.

    >>> plain_number("1,200"), plain_number("six"), plain_number("2.5")
    ('1200', '6', '2.5')
    """
    said = said.lower()
    return _IN_WORDS.get(said, re.sub(r",(?=\d{3}\b)", "", said))
