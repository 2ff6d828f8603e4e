"""Question sets: our own JSONL, a BEIR folder, a table of questions and answers, a conversation.

Whatever the file, the result is one `QuestionSet`. A set that cannot be used is refused with
every problem named by file, line and field. docs/evaluation.md describes the formats.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from assistant.errors import BadInput
from assistant.evaluation.types import Expect, Gold, Message, Place, Question, QuestionSet
from assistant.types import Span

TextOf = Callable[[str], str | None]
"""The cleaned text of a document by its id, or None if there is no such document."""

SHOWN_PROBLEMS = 12
"""How many problems of a set are named; the rest are counted."""

Text = Annotated[str, Field(min_length=1)]
T = TypeVar("T", bound=BaseModel)


_LIST = TypeAdapter(list[Question])


def read_questions(path: Path, text_of: TextOf) -> QuestionSet:
    """Return the questions of a file or folder, every gold quote looked up in its document.

    A folder is read as BEIR, `.jsonl` as our own format, `.csv` as questions with expected
    answers, `.json` as the export of a conversation. A gold document that the index does not
    hold stays in the set, without a place: it cannot be found, and that is to be seen.
    Raises BadInput, naming file, line and field, if anything in it cannot be used.
    """
    problems = _Problems(path)
    rows = list(_reader(path)(path, problems))
    problems.refuse_duplicates(rows)
    digest = digest_of(question for _, question in rows)
    located = tuple(_located(question, line, text_of, problems) for line, question in rows)
    problems.raise_if_any()
    if not located:
        raise BadInput(f"{path} holds no question", hint="docs/evaluation.md describes the formats.")
    return QuestionSet(path.stem if path.is_file() else path.resolve().name, located, digest)


def digest_of(questions: Iterable[Question]) -> str:
    """Return the SHA-256 of the questions as written, wherever their quotes were found."""

    def unplaced(gold: Gold) -> Gold:
        return Gold(tuple(replace(place, span=None) for place in gold.places))

    written = [replace(q, gold=tuple(map(unplaced, q.gold))) for q in questions]
    return hashlib.sha256(_LIST.dump_json(written)).hexdigest()


def find_quote(quote: str, text: str) -> Span | None:
    r"""Return where a quote first stands in a text, or None.

    White space, the bars of a table and the form of quotation marks and dashes do not matter.

    >>> find_quote("a fixed  price | 'net'", "It has\na fixed price |\n‘net’.")
    Span(start=7, end=28)
    """
    words = re.split(r"[\s|]+", quote.strip(" |\n\t"))
    found = re.search(r"[\s|]+".join(_loosely(word) for word in words), text) if words != [""] else None
    return Span(found.start(), found.end()) if found else None


def _loosely(word: str) -> str:
    alike = {c: f"[{re.escape(group)}]" for group in ("'’‘", '"“”', "-–—‑") for c in group}
    return "".join(alike.get(c) or re.escape(c) for c in word)


# --- what is wrong with a set -----------------------------------------------------------------


@dataclass(slots=True)
class _Problems:
    """Collects what is wrong, so that the author of a set sees all of it at once."""

    path: Path
    found: list[str] = field(default_factory=list)

    def add(self, line: int | str, name: str, message: str, *, path: Path | None = None) -> None:
        where = f"line {line}" if isinstance(line, int) else line
        self.found.append(f"{path or self.path}, {where}, field {name}: {message}")

    def validate(self, model: type[T], value: Any, line: int | str, *, path: Path | None = None) -> T | None:
        """Return the value as the model, or None after noting each field that does not fit."""
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for one in error.errors():
                self.add(line, _field_name(one["loc"]), one["msg"].removeprefix("Value error, "), path=path)
            return None

    def refuse_duplicates(self, rows: Iterable[tuple[int | str, Question]]) -> None:
        first: dict[str, int | str] = {}
        for line, question in rows:
            if question.id in first:
                self.add(line, "id", f"{question.id!r} was used before ({first[question.id]})")
            first.setdefault(question.id, line if isinstance(line, str) else f"line {line}")

    def raise_if_any(self) -> None:
        if not self.found:
            return
        rest = len(self.found) - SHOWN_PROBLEMS
        lines = [*self.found[:SHOWN_PROBLEMS], *([f"and {rest} more"] if rest > 0 else [])]
        raise BadInput("\n".join(lines), hint="docs/evaluation.md describes every field.")


def _field_name(place: tuple[int | str, ...]) -> str:
    """Return the path of a field as one writes it: `gold[0].quote`."""
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return name.lstrip(".") or "(the whole line)"


def _located(question: Question, line: int | str, text_of: TextOf, problems: _Problems) -> Question:
    gold = []
    for number, one in enumerate(question.gold):
        places = []
        for place in one.places:
            text = text_of(place.document_id)
            span = None if text is None else find_quote(place.quote, text)
            if text is not None and span is None:
                problems.add(line, f"gold[{number}].quote", f"{place.document_id} does not say {place.quote!r}")
            places.append(replace(place, span=span))
        gold.append(Gold(tuple(places)))
    return replace(question, gold=tuple(gold))


# --- our own format ---------------------------------------------------------------------------


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Message(_Strict):
    role: Literal["user", "assistant"]
    text: Text


class _GoldRow(_Strict):
    document: Text
    quote: str = ""
    grade: int | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> _GoldRow:
        if bool(self.quote) == (self.grade is not None):
            raise ValueError("give either the quote to be found or the grade of the document")
        return self


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class _Row(_Strict):
    id: Text
    text: Text
    expect: Expect
    history: list[_Message] = []
    gold: list[Annotated[list[_GoldRow], Field(min_length=1), BeforeValidator(_as_list)]] = []
    must_say: list[Annotated[list[Text], Field(min_length=1), BeforeValidator(_as_list)]] = []
    must_not_say: list[Text] = []
    reference: str = ""
    tags: list[Text] = []
    standalone: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> _Row:
        if self.expect == "abstain" and (self.gold or self.must_say):
            raise ValueError("what the corpus does not answer has neither gold nor must_say")
        if self.standalone and not self.history:
            raise ValueError("a question without history stands alone already: leave out standalone")
        return self

    def question(self) -> Question:
        rows = [row for alternatives in self.gold for row in alternatives]
        return Question(
            id=self.id,
            text=self.text,
            expect=self.expect,
            history=tuple(Message(m.role, m.text) for m in self.history),
            gold=tuple(
                Gold(tuple(Place(row.document, row.quote) for row in alternatives))
                for alternatives in self.gold
                if all(row.quote for row in alternatives)
            ),
            relevant=tuple((row.document, row.grade) for row in rows if row.grade is not None),
            must_say=tuple(tuple(wordings) for wordings in self.must_say),
            must_not_say=tuple(self.must_not_say),
            reference=self.reference,
            tags=tuple(self.tags),
            standalone=self.standalone,
            note=self.note,
        )


Rows = Iterator[tuple[int | str, Question]]


def _read_jsonl(path: Path, problems: _Problems) -> Rows:
    for line, value in _json_lines(path, problems):
        if row := problems.validate(_Row, value, line):
            yield line, row.question()


def _json_lines(path: Path, problems: _Problems) -> Iterator[tuple[int, Any]]:
    """Yield each line that is not blank as (its number from 1, its JSON value)."""
    for line, text in enumerate(_text(path).splitlines(), start=1):
        if text.strip():
            try:
                yield line, json.loads(text)
            except ValueError as error:
                problems.add(line, "(the whole line)", f"not JSON: {error}", path=path)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {path}: {error}", hint="Question files are UTF-8 text.") from error


# --- a BEIR folder ----------------------------------------------------------------------------

_ANSWERABILITY: dict[str, Expect] = {"ANSWERABLE": "answer", "PARTIAL": "answer", "UNANSWERABLE": "abstain"}


class _BeirQuery(BaseModel):
    id: Text = Field(alias="_id")
    text: Text
    history: list[_Message] = []
    answerability: str = ""


def _read_beir(folder: Path, problems: _Problems) -> Rows:
    """Yield the queries that are judged or labelled; the others of the folder measure nothing."""
    judged = _read_qrels(folder / "qrels" / "test.tsv", problems)
    path = folder / "queries.jsonl"
    for line, value in _json_lines(path, problems):
        if not (query := problems.validate(_BeirQuery, value, line, path=path)):
            continue
        expect = _ANSWERABILITY.get(query.answerability)
        relevant = tuple(judged.get(query.id, {}).items())
        if relevant or expect:
            history = tuple(Message(m.role, m.text) for m in query.history)
            tags = (query.answerability.lower(),) if query.answerability else ()
            yield line, Question(query.id, query.text, expect, history, relevant=relevant, tags=tags)


def _read_qrels(path: Path, problems: _Problems) -> dict[str, dict[str, int]]:
    """Return grades by query and document, from tab-separated `query-id`, `corpus-id`, `score`."""
    judged: dict[str, dict[str, int]] = {}
    for line, text in enumerate(_text(path).splitlines(), start=1):
        cells = text.split("\t")
        if not text.strip() or (line == 1 and not cells[-1].strip().isdigit()):
            continue
        if len(cells) != 3:
            problems.add(line, "(the whole line)", f"{len(cells)} columns where there are three", path=path)
        elif not cells[2].strip().lstrip("-").isdigit():
            problems.add(line, "score", f"{cells[2]!r} is not a whole number", path=path)
        else:
            judged.setdefault(cells[0], {})[cells[1]] = int(cells[2])
    return judged


# --- a table, and a conversation --------------------------------------------------------------

_EXPECTED_COLUMNS = ("expected_answer", "expected", "reference", "answer")


def _read_csv(path: Path, problems: _Problems) -> Rows:
    """Yield one question a row; the column of the expected answer becomes the reference."""
    text = _text(path)
    first = text.splitlines()[0] if text else ""
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count))
    columns = {str(name).strip().lower().replace(" ", "_"): name for name in reader.fieldnames or ()}
    expected = next((columns[name] for name in _EXPECTED_COLUMNS if name in columns), None)
    if "question" not in columns or expected is None:
        problems.add(1, "question" if "question" not in columns else "expected answer", "there is no such column")
        return
    for number, row in enumerate(reader, start=1):
        line = reader.line_num
        question, answer = ((row[name] or "").strip() for name in (columns["question"], expected))
        for name, value in (("question", question), ("expected answer", answer)):
            if not value:
                problems.add(line, name, "is empty")
        id = (row[columns["id"]] or "").strip() if "id" in columns else ""
        yield line, Question(id or f"{path.stem}-{number}", question, "answer", reference=answer)


class _ExportedTurn(BaseModel):
    question: Text
    answer: str = ""
    thumb: Literal["up", "down"] | None = None
    reason: str = ""


class _Export(BaseModel):
    turns: list[_ExportedTurn]


def _read_conversation(path: Path, problems: _Problems) -> Rows:
    """Yield each turn that got a thumb down, with what was said before it."""
    try:
        value = json.loads(_text(path))
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}", hint="Export the conversation again.") from error
    if not (export := problems.validate(_Export, value, "the conversation")):
        return
    history: list[Message] = []
    for number, turn in enumerate(export.turns, start=1):
        if turn.thumb == "down":
            id, note = f"{path.stem}-turn-{number}", turn.reason.strip()
            yield f"turn {number}", Question(id, turn.question, history=tuple(history), tags=("thumb down",), note=note)
        history.append(Message("user", turn.question))
        if turn.answer:
            history.append(Message("assistant", turn.answer))


_KINDS = "Give a .jsonl, .csv or .json file, or a BEIR folder."
_READERS: dict[str, Callable[[Path, _Problems], Rows]] = {
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
    ".json": _read_conversation,
}


def _reader(path: Path) -> Callable[[Path, _Problems], Rows]:
    if path.is_dir():
        return _read_beir
    if not path.exists():
        raise BadInput(f"there is no question set at {path}", hint=_KINDS)
    if path.suffix not in _READERS:
        raise BadInput(f"{path} is no kind of question set that is known", hint=_KINDS)
    return _READERS[path.suffix]
