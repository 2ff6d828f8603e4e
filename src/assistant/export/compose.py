"""A kept conversation as a paper: what Word, Markdown and the print page have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.export.paper import (
    Block,
    Grid,
    Heading,
    Items,
    Line,
    Note,
    Paper,
    Paragraph,
    cell,
    clean,
    web_address,
)
from assistant.markdown import NOT_IN_SOURCES, OURS_MARK, PART_TITLES
from assistant.text import day
from assistant.types import (
    Answer,
    Checked,
    Citation,
    Fact,
    Kept,
    KeptTurn,
    Role,
    Score,
    Scorecard,
    Sentence,
    Source,
    Turn,
)

LEGEND = f"{OURS_MARK} marks judgement of the guidance’s authors; every other sentence is a fact with its source."
MACHINE = "Composed by a machine. Check what matters in the sources before you decide."

_CHECKED: dict[Checked, str] = {
    "primary": "primary source",
    "secondary": "secondary source",
    "vendor": "the vendor’s own figures",
    "named": "named, not opened",
}


def write_paper(kept: Kept) -> Paper:
    """Return a conversation, or the part of one, as a paper."""
    notes = _Notes()
    blocks = [*_case(kept.conversation.facts)]
    single = len(kept.turns) == 1
    for known, turn in zip(kept.turns, kept.conversation.turns, strict=True):
        if not (single and clean(turn.question) == clean(kept.title)):
            blocks.append(Heading(clean(turn.question), 1))
        if not single:
            blocks.append(Paragraph((Line(day(known.asked_at), label="Asked on"),), small=True))
        blocks += _turn(turn, notes)
    date = day(kept.turns[-1].asked_at) if kept.turns else day(kept.updated)
    return Paper(clean(kept.title), date, tuple(blocks), notes.notes, notes.sources, _about(kept))


class _Notes:
    """Numbers the citations of a whole paper: the same words have the same number in every answer."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._notes: list[Note] = []
        self._sources: dict[tuple[str, str], Line] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(self._notes)

    @property
    def sources(self) -> tuple[Line, ...]:
        return tuple(self._sources.values())

    def of(self, citations: Iterable[Citation]) -> tuple[int, ...]:
        """Return the numbers of these citations."""
        return tuple(dict.fromkeys(self._number(citation) for citation in citations))

    def remark(self, text: str) -> tuple[int, ...]:
        """Return the number of a note in our own words; none for no words."""
        return (self._noted(("", clean(text), ""), "", clean(text)),) if clean(text) else ()

    def _number(self, citation: Citation) -> int:
        quote, source = clean(citation.text), citation.source
        self._list(citation)
        key = (citation.passage.id, quote, source.key if source else "")
        return self._noted(key, quote, _place(citation), _named(source) if source else "")

    def _noted(self, key: tuple[str, str, str], *texts: str) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._notes.append(Note(self._numbers[key], *texts))
        return self._numbers[key]

    def _list(self, citation: Citation) -> None:
        passage, source = citation.passage, citation.source
        dated = f", as of {day(passage.as_of)}" if passage.as_of else ""
        document = Line(clean(f"{passage.title or passage.document_id} ({passage.document_id}){dated}"))
        self._sources.setdefault(("", passage.document_id), document)
        if source:
            line = Line(_named(source), label=clean(passage.title or passage.document_id), url=web_address(source.url))
            self._sources.setdefault((passage.document_id, source.key), line)


def _place(citation: Citation) -> str:
    passage = citation.passage
    page = f", page {passage.page}" if passage.page else ""
    dated = f", as of {day(passage.as_of)}" if passage.as_of else ""
    return clean(" › ".join((passage.title or passage.document_id, *passage.headings)) + page + dated)


def _named(source: Source) -> str:
    parts = (source.title, source.publisher, source.url, _CHECKED.get(source.checked, ""))
    return clean(", ".join(part for part in parts if part))


# --- one turn -------------------------------------------------------------------------------


def _case(facts: Sequence[Fact]) -> list[Block]:
    """Return the facts of the case as the reader left them."""
    known = [fact for fact in facts if fact.state != "removed"]
    if not known:
        return []
    items = (Line(_fact(fact), label=clean(fact.name).capitalize()) for fact in known)
    return [Heading("The case", 2), Items(tuple(items))]


def _fact(fact: Fact) -> str:
    return clean(f"{fact.value} (“{fact.words}”)" if fact.words else fact.value)


def _turn(turn: Turn, notes: _Notes) -> list[Block]:
    answer = turn.answer
    if answer is None:
        return [Paragraph((Line(clean(line)),)) for line in turn.answer_text.splitlines() if clean(line)]
    blocks = _read_as(turn.question, answer)
    if answer.facts:
        used = "; ".join(f"{fact.name}: {fact.value}" for fact in answer.facts if fact.state != "removed")
        blocks.append(Paragraph((Line(clean(used), label="Facts used"),), small=True))
    if answer.change:
        blocks.append(_plain(answer.change))
    if answer.status == "clarify":
        readings = tuple(Line(clean(reading)) for reading in answer.readings)
        blocks += [_plain("The question can be meant in several ways:"), Items(readings)]
    elif answer.shown:
        blocks += _said(answer, notes)
    else:
        blocks += [
            _plain("The sources do not answer this."),
            *([_plain("; ".join(answer.reasons))] if answer.reasons else []),
        ]
    if answer.missing:
        blocks.append(Paragraph((Line(clean("; ".join(answer.missing)), label="Not in the sources"),)))
    if answer.scorecard:
        blocks += _scorecard(answer.scorecard, notes)
    if answer.notice:
        blocks.append(Paragraph((Line(clean(answer.notice)),), small=True))
    return blocks


def _plain(text: str) -> Paragraph:
    """Return words of our own as a paragraph; what was meant to follow a colon becomes a sentence."""
    text = clean(text)
    return Paragraph((Line(f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', ':', '?', '!')) else '.'}"),))


def _read_as(question: str, answer: Answer) -> list[Block]:
    query = clean(answer.evidence.query.standalone)
    if query.casefold() == clean(question).casefold():
        return []
    return [Paragraph((Line(query, label="Searched for"),), small=True)]


def _said(answer: Answer, notes: _Notes) -> list[Block]:
    """Return the shown sentences: a brief under its headings, the lean in front, else as they come."""
    if answer.form != "decision":
        return _body(answer.shown, notes, items=len(answer.shown) > 2)
    roles: dict[Role, list[Sentence]] = {}
    for sentence in answer.shown:
        roles.setdefault(sentence.role, []).append(sentence)
    blocks: list[Block] = []
    if lean := roles.pop("bottom line", []):
        blocks.append(Paragraph(tuple(_line(s, notes) for s in lean), lead=True))
    for role, members in roles.items():
        blocks.append(Heading(PART_TITLES.get(role) or clean(role).capitalize(), 2))
        blocks += _body(members, notes, items=True)
    return blocks


def _body(sentences: Sequence[Sentence], notes: _Notes, *, items: bool) -> list[Block]:
    """Return the table of the cells among the sentences, and the others as a list or a paragraph."""
    cells = [s for s in sentences if s.cell]
    prose = tuple(_line(s, notes) for s in sentences if not s.cell)
    blocks: list[Block] = [_grid(cells, notes)] if cells else []
    if prose:
        blocks.insert(0 if not items else len(blocks), Items(prose) if items else Paragraph(prose, lead=True))
    return blocks


def _line(sentence: Sentence, notes: _Notes) -> Line:
    return Line(clean(sentence.text), notes.of(sentence.citations), sentence.judgement)


def _grid(cells: Sequence[Sentence], notes: _Notes) -> Grid:
    """Return the cells as a table with its longer side downwards; a gap says so."""
    placed = {(s.cell.row, s.cell.column): s for s in cells if s.cell}
    rows, columns = list(dict.fromkeys(r for r, _ in placed)), list(dict.fromkeys(c for _, c in placed))
    if len(columns) > len(rows):
        placed = {(column, row): sentence for (row, column), sentence in placed.items()}
        rows, columns = columns, rows

    def at(row: str, column: str) -> Line:
        sentence = placed.get((row, column))
        if sentence is None:
            return Line(NOT_IN_SOURCES)
        return Line(cell(sentence.text), notes.of(sentence.citations), sentence.judgement)

    lines = tuple((Line(cell(row)), *(at(row, column) for column in columns)) for row in rows)
    return Grid((Line(""), *(Line(cell(column)) for column in columns)), lines)


def _scorecard(card: Scorecard, notes: _Notes) -> list[Block]:
    """Return the options by criteria, the best first, with what the ranking hangs on."""
    whole = sum(criterion.weight for criterion in card.criteria) or 1.0
    header = (f"{c.name} ({c.weight / whole:.0%})" for c in card.criteria)
    scores = {(score.option, score.criterion): score for score in card.scores}
    rows = []
    for option in card.ranking:
        found = (_score(scores.get((option, criterion.name)), notes) for criterion in card.criteria)
        total = "ruled out" if option in card.barred else f"{card.total(option):.1f}"
        rows.append((Line(cell(option)), *found, Line(total)))
    grid = Grid((Line(""), *(Line(cell(name)) for name in header), Line("Total")), tuple(rows))
    scale = "Scores from 0 (bad) to 5 (good); the total is their mean by the weights in the head of the table."
    said = [_plain(text) for text in (card.decides, card.note) if clean(text)]
    title = f"Scorecard: {card.subject}" if card.subject else "Scorecard"
    return [Heading(clean(title), 2), grid, *said, Paragraph((Line(scale),), small=True)]


def _score(score: Score | None, notes: _Notes) -> Line:
    if score is None:
        return Line(NOT_IN_SOURCES)
    numbers = notes.of([score.citation]) if score.citation else notes.remark(score.reason)
    why = " because of ".join(part for part in (f"{score.value:g}", score.because) if part)
    return Line(cell(why), numbers, judgement=score.citation is None)


# --- how it came about ------------------------------------------------------------------------


def _about(kept: Kept) -> tuple[Line, ...]:
    answers = [turn.answer for turn in kept.conversation.turns if turn.answer]
    lines = [MACHINE, _how(answers)] if answers else [MACHINE]
    if any(s.judgement for answer in answers for s in answer.shown) or any(a.scorecard for a in answers):
        lines.append(LEGEND)
    lines += dict.fromkeys(map(_made, kept.turns))
    return tuple(Line(clean(line)) for line in lines if line)


def _how(answers: Sequence[Answer]) -> str:
    if any(answer.mode == "generative" for answer in answers):
        return "Sentences were written by a language model, and each was checked against what it cites."
    return "Sentences are quoted from the sources word for word."


def _made(known: KeptTurn) -> str:
    index = known.index
    generation = f", index generation {index['generation']}" if index.get("generation") else ""
    model = f", embedded by {index['embedding_model']}" if index.get("embedding_model") else ""
    return f"Answered on {day(known.asked_at)} by version {known.version}{generation}{model}."
