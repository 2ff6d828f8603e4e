"""The file of scorecards in a corpus (docs/corpus.md): what it says, as plain values.

Reads the tables of a document by their header and knows neither arithmetic nor citations, so that
what answers and what checks the corpus read the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import get_args

from assistant.types import Document, Fact, FactName, Span, Table

DOCUMENT_ID = "scorecard.md"
"""Where the scorecards stand in a corpus."""

MOST = 5
"""The highest score, and the highest weight."""

NO = "no"
"""Stands in place of a score where the case rules the option out."""

OPTIONS = ("option", "in other words")
WEIGHTS = ("criterion", "weight", "a high score means")
SCORES = ("option", "criterion", "score", "because", "page")
CASE_SCORES = ("fact", *SCORES)
CASE_WEIGHTS = ("fact", "criterion", "weight", "because", "page")
SUBJECTS = ("subject", "pages")
HEADERS = (SUBJECTS, OPTIONS, WEIGHTS, SCORES, CASE_SCORES, CASE_WEIGHTS)
"""The tables of the file; the first stands alone at the top, the others under a subject."""

_NAMES: Mapping[str, FactName] = {name: name for name in get_args(FactName)}
_BOUND = re.compile(r"(?:under (?P<under>\d+)|(?P<least>\d+)\+)(?: (?P<unit>.+))?$")
_FIGURE = re.compile(r"\d[\d,]*")


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact that a row asks of the case, such as `jurisdiction: Germany or EU`."""

    fact: FactName
    values: tuple[str, ...]
    """Any of them will do; what they may look like is said at `matches`."""

    def met_by(self, facts: Iterable[Fact]) -> Fact | None:
        """Return the fact of the case that meets it, or None."""
        met = (f for f in facts if f.name == self.fact and any(matches(value, f.value) for value in self.values))
        return next(met, None)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a score of an option, or (without an option) the weight of a criterion."""

    option: str
    criterion: str
    value: float
    because: str
    """The words of the page, or our own reason."""
    page: str
    """Id of the document whose words they are; empty for our own judgement."""
    place: Span
    """Of the row in the file."""
    barred: bool = False
    conditions: tuple[Condition, ...] = ()
    """All must hold; none for what holds usually."""

    def met_by(self, facts: Sequence[Fact]) -> list[Fact] | None:
        """Return the facts of the case that the row rests on, none for a usual one; None where it does not count."""
        met = [condition.met_by(facts) for condition in self.conditions]
        return None if None in met else [fact for fact in met if fact]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided about: a business function, or any."""

    name: str
    pages: tuple[str, ...]
    """Ids of the documents that it goes with."""
    options: tuple[tuple[str, tuple[str, ...]], ...]
    """Each option with the words by which a text recommends it."""
    criteria: tuple[tuple[str, float, str], ...]
    """Name, usual weight, and what a high score means."""
    rows: tuple[Row, ...]
    """In the order of the file; of those that hold and mean the same, the last one counts."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file of scorecards says."""

    subjects: tuple[Subject, ...] = ()
    """The first one is general; it stands in for whatever another does not say."""
    problems: tuple[tuple[int, str], ...] = ()
    """What could not be read: the place in the file, and why."""


class _Bad(ValueError):
    """A row that cannot be read."""


def read_sheet(document: Document) -> Sheet:
    """Return what a file of scorecards says; rows that cannot be read are told as problems and left out."""
    reader = _Reader(document)
    return Sheet(tuple(reader.subjects()), tuple(reader.problems))


@dataclass(slots=True)
class _Reader:
    """Reads one file, and collects what is wrong with it."""

    document: Document
    problems: list[tuple[int, str]] = field(default_factory=list)

    def subjects(self) -> Iterator[Subject]:
        """Yield the subjects that the table at the top lists, each once its section is found."""
        whole = Span(0, len(self.document.text))
        listed = {cells[0]: _split(cells[1], ";") for _, cells in self._rows(whole, SUBJECTS)}
        sections = {s.title: s for s in self.document.sections if s.level == 2}
        general: Subject | None = None
        for name, pages in listed.items():
            if name in sections:
                subject = self._subject(name, sections[name].span, pages, general)
                general = general or subject
                yield subject
            else:
                self.problems.append((0, f"the subject {name} has no section of its own"))
        for name in sections.keys() - listed.keys():
            self.problems.append((sections[name].span.start, f"the section {name} is not among the subjects"))
        for table in self.document.tables:
            if (header := self._header(table)) not in HEADERS:
                self.problems.append((table.span.start, f"a table with an unknown header: {', '.join(header)}"))

    def _subject(self, name: str, span: Span, pages: tuple[str, ...], general: Subject | None) -> Subject:
        """Return a subject: its own tables, and what it does not say from the general one."""
        options = tuple((cells[0], _split(cells[1], ";")) for _, cells in self._rows(span, OPTIONS))
        criteria = tuple((row[0], self._weight(place, row[1]), row[2]) for place, row in self._rows(span, WEIGHTS))
        if general:
            options, criteria = options or general.options, criteria or general.criteria
        known = {"", *(option for option, _ in options)}, {criterion for criterion, *_ in criteria}
        own = list(self._own_rows(span))
        for row in own:
            if not _fits(row, *known):
                what = " on ".join(filter(None, (row.option, row.criterion)))
                self.problems.append((row.place.start, f"no such option or criterion in {name}: {what}"))
        rows = _usual_first(general.rows if general else (), own)
        return Subject(name, pages, options, criteria, tuple(row for row in rows if _fits(row, *known)))

    def _weight(self, place: Span, cell: str) -> float:
        try:
            return _value(cell, whole=True)
        except _Bad as error:
            self.problems.append((place.start, str(error)))
            return 0.0

    def _own_rows(self, span: Span) -> Iterator[Row]:
        """Yield the scores and the weights in a case that a section holds."""
        for header in (SCORES, CASE_SCORES, CASE_WEIGHTS):
            for place, cells in self._rows(span, header):
                try:
                    yield _row(dict(zip(header, cells, strict=True)), place)
                except _Bad as error:
                    self.problems.append((place.start, str(error)))

    def _rows(self, span: Span, header: tuple[str, ...]) -> Iterator[tuple[Span, list[str]]]:
        """Yield place and cells of each row of the tables with a header, within a part of the text."""
        for table in self.document.tables:
            if span.covers(table.span) and self._header(table) == header:
                for row in table.rows:
                    cells = [cell.of(self.document.text).strip() for cell in row]
                    yield Span(row[0].start, row[-1].end), cells

    def _header(self, table: Table) -> tuple[str, ...]:
        return tuple(cell.of(self.document.text).strip().casefold() for cell in table.header)


def _fits(row: Row, options: set[str], criteria: set[str]) -> bool:
    return row.option in options and row.criterion in criteria


def _usual_first(general: tuple[Row, ...], own: list[Row]) -> Iterator[Row]:
    """Yield usual rows before those of a case, and the general ones of each before a subject's own."""
    for usual in (True, False):
        for rows in (general, own):
            yield from (row for row in rows if (not row.conditions) == usual)


def _row(cells: Mapping[str, str], place: Span) -> Row:
    given = cells["score"] if "score" in cells else cells["weight"]
    if cells.get("option") == "":
        raise _Bad("a score without an option")
    barred = "fact" in cells and "score" in cells and given.casefold() == NO
    return Row(
        option=cells.get("option", ""),
        criterion=cells["criterion"],
        value=0.0 if barred else _value(given, whole="score" not in cells),
        because=cells["because"],
        page=cells["page"],
        place=place,
        barred=barred,
        conditions=_conditions(cells["fact"]) if "fact" in cells else (),
    )


def _conditions(text: str) -> tuple[Condition, ...]:
    """Return the facts that a cell asks for, such as `data class: health data and jurisdiction: Florida`."""
    found = []
    for part in re.split(r" and (?=[a-z ]+:)", text):
        name, _, values = part.partition(":")
        if name.strip() not in _NAMES or not values.strip():
            raise _Bad(f"no fact that a case has: {part.strip()}")
        found.append(Condition(_NAMES[name.strip()], _split(values, " or ")))
    return tuple(found)


def matches(asked: str, value: str) -> bool:
    """Return whether a fact's value is one that a row asks for, in any case.

    >>> matches("under 50 people", "40 people"), matches("under 50 people", "40 beds"), matches("3+ year", "2 years")
    (True, False, False)
    >>> matches("cut cost*", "cut cost by 30%"), matches("core", "not core")
    (True, False)
    """
    asked, value = asked.casefold(), value.casefold()
    if asked == value:
        return True
    bound, figure = _BOUND.match(asked), _FIGURE.search(value)
    if not bound:
        return fnmatchcase(value, asked)
    if not figure or (bound["unit"] or "") not in value:
        return False
    number = int(figure[0].replace(",", ""))
    return number < int(bound["under"]) if bound["under"] else number >= int(bound["least"])


def _value(cell: str, *, whole: bool = False) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    kind = "whole weight" if whole else "score"
    if not 0 <= value <= MOST or (whole and value % 1):
        raise _Bad(f"a {kind} from 0 to {MOST} is needed, not {cell or 'nothing'}")
    return value


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())
