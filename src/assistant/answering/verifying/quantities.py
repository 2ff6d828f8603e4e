"""The figures of a sentence: numbers, money, shares, times and dates, each with how it is bounded.

Two spellings of one figure are one: "15 %", "fifteen per cent"; "1 July 2023", "July 1, 2023".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Kind = Literal["number", "money", "share", "time", "date"]
Bound = Literal["", "most", "least"]

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_ONES += "seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH = {word: n for n, word in enumerate(_ONES, 1)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_CURRENCIES = {"$": "usd", "us$": "usd", "usd": "usd", "a$": "aud", "aud": "aud", "c$": "cad", "cad": "cad"} | {
    "€": "eur", "eur": "eur", "£": "gbp", "gbp": "gbp", "₹": "inr", "inr": "inr", "¥": "jpy", "yen": "jpy",
    "dollar": "usd", "euro": "eur", "pound": "gbp", "rupee": "inr",
}  # fmt: skip
_LONGER = {"year": (12, "month"), "quarter": (3, "month"), "week": (7, "day")}
"""Units of time that are a number of another."""
_PARTS = {"half": 50.0, "quarter": 25.0, "third": 100 / 3, "two-third": 200 / 3, "three-quarter": 75.0}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
)
_DATE = re.compile(
    rf"\b(?:(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m1>{_MONTH})(?:,?\s+(?P<y1>\d{{4}}))?"
    rf"|(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*%)(?:,?\s+(?P<y2>\d{{4}}))?"
    rf"|(?P<m3>{_MONTH})\s+(?P<y3>\d{{4}})"
    r"|(?<![$€£/.,:-])(?P<y4>(?:19|20)\d\d)s?(?![\d,.]\d|[:/]))\b",
    re.IGNORECASE,
)
_TEN_WORDS, _ONE_WORDS = "|".join(_TENS), "|".join(reversed(_ONES))
_WORDS = rf"(?:(?:{_TEN_WORDS})(?:[- ](?:{_ONE_WORDS}))?|{_ONE_WORDS})"
_FIGURE = re.compile(
    r"(?P<currency>us\$|a\$|c\$|[$€£₹¥]|\b(?:usd|eur|gbp|inr|aud|cad)\s)?\s?"
    rf"(?:(?P<digits>(?<![\w.])\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|(?<![a-z\d])\d+(?:\.\d+)?)|\b(?P<words>{_WORDS})\b)"
    r"(?:[ -]?(?P<scale>thousand|million|billion|trillion|bn|mn|m|k)\b)?(?P<plus>\+)?"
    r"(?:\s?(?P<share>%|percent\b|per\s+cent\b)"
    r"|[ -](?:calendar\s+|working\s+|business\s+)?(?P<time>second|minute|hour|day|week|month|quarter|year)s?\b"
    r"|\s(?P<money>dollar|euro|pound|rupee)s?\b)?",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:an?|one)\s+(?P<time>hour|day|week|month|quarter|year)\b(?=\s+(?:after|before|later|earlier))", re.I
)
_PART = re.compile(
    r"\b(?P<part>two-third|three-quarter|half|(?<=a )quarter|(?<=one )quarter|(?<=a )third)s?\b(?!\s+part)",
    re.IGNORECASE,
)
_MOST_BEFORE = re.compile(
    r"\b(?:at\s+most|up\s+to|(?:no|not)\s+(?:more|later|longer)\s+than|within|under|below|(?<!\bno\s)(?<!\bnot\s)(?:less|fewer|smaller|lower|shorter)\s+than"
    r"|maximum(?:\s+of)?|as\s+much\s+as|cap(?:ped)?\b[^.;]{0,90}\bat|not\s+exceed(?:ing)?)\s+(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
_MOST_AFTER = re.compile(
    r"^[\s-]*(?:(?:[a-z]+\s+)?or\s+(?:less|fewer)|at\s+most|maximum|limit|cap\b|deadline|ceiling)", re.IGNORECASE
)
_LEAST_BEFORE = re.compile(
    r"\b(?:at\s+least|(?<!\bno\s)(?<!\bnot\s)(?:more|larger|greater|higher|longer|bigger)\s+than|over|above|beyond|exceed(?:s|ing)?|minimum(?:\s+of)?|(?:no|not)\s+(?:less|fewer)\s+than)"
    r"\s+(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
_LEAST_AFTER = re.compile(r"^[\s-]*(?:(?:[a-z]+\s+)?or\s+more|and\s+(?:more|above|over)|minimum|plus\b)", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|close\s+to)\s+(?:an?\s+)?$|~\s*$",
    re.IGNORECASE,
)
_JOINS = re.compile(r"^\s*(?:to|–|-|—|and|or)\s*$", re.IGNORECASE)

CLOSE = 0.02
"""What "about" may be off by, as a share."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure, comparable with another."""

    kind: Kind
    value: float
    """Of a date: 0."""
    unit: str = ""
    """A currency, a unit of time, or empty."""
    date: tuple[int, int, int] = (0, 0, 0)
    """Year, month, day; 0 where it is not given."""
    bound: Bound = ""
    about: bool = False
    loose: bool = True
    """Whether its bound says no more than "within"; "in 60 days" and "within 60 days" are one."""
    start: int = 0
    end: int = 0
    """Where it stands in its text."""

    def same_figure(self, other: Quantity) -> bool:
        """Return whether a claim's figure (this) is the evidence's, leaving bounds aside; a coarser date is."""
        if "date" in (self.kind, other.kind):
            return self.kind == other.kind and all(
                mine in (0, theirs) for mine, theirs in zip(self.date, other.date, strict=True)
            )
        alike = self.kind == other.kind and self.unit == other.unit
        left_out = "number" in (self.kind, other.kind) and {self.kind, other.kind} <= {"number", "money"}
        return (alike or left_out) and self._near(other.value)

    def _near(self, value: float) -> bool:
        return abs(self.value - value) <= (CLOSE * abs(value) if self.about else 1e-6 * max(1.0, abs(value)))

    def bounded_as(self, other: Quantity) -> bool:
        """Return whether the evidence bounds the same figure as this one is bounded; an "about" may be put in."""
        if self.kind == "date":
            return True
        if self.bound != other.bound and not (self.kind == "time" and self.loose and other.loose):
            return False
        return not other.about or self.about or bool(self.bound)


@lru_cache(maxsize=8192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the figures of a sentence in their order.

    >>> [(q.kind, q.value, q.unit, q.bound) for q in quantities("Up to fifteen per cent in 60-day terms")]
    [('share', 15.0, '', 'most'), ('time', 60.0, 'day', '')]
    """
    dates = [_date(match) for match in _DATE.finditer(text)]
    shares = [q for q in _parts(text) if not any(d.start < q.end and q.start < d.end for d in dates)]
    taken = [(q.start, q.end) for q in (*dates, *shares)]
    figures = [q for q in _figures(text) if not any(s < q.end and q.start < e for s, e in taken)]
    ordered = sorted([*dates, *shares, *figures], key=lambda q: q.start)
    return tuple(_inherit([_bounded(q, text) for q in ordered], text))


def _date(match: re.Match[str]) -> Quantity:
    place = match.span()
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return Quantity("date", 0, date=(year, month, day), start=place[0], end=place[1])
    named = match["m1"] or match["m2"] or match["m3"]
    day = int(match["d1"] or match["d2"] or 0)
    year = int(match["y1"] or match["y2"] or match["y3"] or match["y4"] or 0)
    month = _MONTHS.index(named[:3].lower()) + 1 if named else 0
    return Quantity("date", 0, date=(year, month, day), start=place[0], end=place[1])


def _figures(text: str) -> Iterator[Quantity]:
    for match in _FIGURE.finditer(text):
        alone = match["words"] and not (match["scale"] or match["time"])
        if alone and (match["words"].lower() == "one" or re.search(r"\ball\s*$", text[: match.start()], re.IGNORECASE)):
            continue  # a pronoun as often as a number; "all three" counts what is named beside it
        digits = match["digits"]
        value = float(digits.replace(",", "")) if digits else float(_worth(match["words"]))
        if match["time"] and match["time"].lower() in _LONGER:
            value *= _LONGER[match["time"].lower()][0]
        value *= _SCALES[match["scale"].lower()] if match["scale"] else 1
        currency = (match["currency"] or match["money"] or "").strip().lower()
        kind: Kind = "money" if currency else "share" if match["share"] else "time" if match["time"] else "number"
        time = (match["time"] or "").lower()
        unit = _CURRENCIES[currency] if currency else _LONGER.get(time, (1, time))[1]
        bound: Bound = "least" if match["plus"] else ""
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield Quantity(kind, value, unit, bound=bound, start=start, end=match.end())


def _worth(words: str) -> int:
    return sum(_WORTH[word] for word in re.split(r"[- ]", words.lower()))


def _parts(text: str) -> Iterator[Quantity]:
    for match in _ONE.finditer(text):
        value, unit = _LONGER.get(match["time"].lower(), (1, match["time"].lower()))
        yield Quantity("time", value, unit, start=match.start(), end=match.end())
    for match in _PART.finditer(text):
        yield Quantity("share", _PARTS[match["part"].lower()], start=match.start(), end=match.end())


def _bounded(quantity: Quantity, text: str) -> Quantity:
    before, after = text[max(0, quantity.start - 120) : quantity.start], text[quantity.end : quantity.end + 24]
    about = _ABOUT.search(before)
    before = before[: about.start()] if about else before
    bound = quantity.bound
    if _MOST_BEFORE.search(before) or _MOST_AFTER.match(after):
        bound = "most"
    elif _LEAST_BEFORE.search(before) or _LEAST_AFTER.match(after):
        bound = "least"
    loose = not bound or bool(re.search(r"\bwithin\s+$", before, re.IGNORECASE))
    return replace(quantity, bound=bound, about=bool(about), loose=loose)


def _inherit(found: list[Quantity], text: str) -> Iterator[Quantity]:
    """Yield the figures with what the two ends of a range share: unit, scale, "about" and the bound before it."""
    for place, quantity in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        if following and quantity.kind != "date" and _JOINS.match(text[quantity.end : following.start]):
            if quantity.kind == "number" and following.kind in {"share", "time", "money"}:
                quantity = replace(quantity, kind=following.kind, unit=following.unit)
            if following.kind == "number" and quantity.kind == "money":
                following = replace(following, kind="money", unit=quantity.unit)
            if (
                following.kind == quantity.kind
                and quantity.value < 1000 <= following.value
                and "," not in text[following.start : following.end]
            ):
                scale = max(s for s in (1e3, 1e6, 1e9, 1e12) if s <= following.value)
                quantity = replace(quantity, value=quantity.value * scale)
            if not re.fullmatch(r"\s*(?:and|or)\s*", text[quantity.end : following.start]):
                following = replace(
                    following, about=following.about or quantity.about, bound=following.bound or quantity.bound
                )
            found[place + 1] = following
        yield quantity
