"""An assistant that needs no model: invented documents about a canteen, and answers to a few questions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.answering.scorecard_decides import decides
from assistant.conversation.facts import draw_facts
from assistant.errors import NoIndex, UnknownDocument
from assistant.index.documents import Summary
from assistant.pipeline import Numbers, number_citations
from assistant.types import (
    Answer,
    Cell,
    Citation,
    Conversation,
    Criterion,
    Document,
    Evidence,
    Fact,
    Hit,
    Kept,
    KeptTurn,
    Kind,
    Origin,
    Outline,
    Passage,
    Query,
    Role,
    Score,
    Scorecard,
    Section,
    Sentence,
    Source,
    Span,
    Step,
    Table,
    Turn,
)

PAYLOADS = (
    "<script>window.ran = 1</script>",
    "<img src=http://evil.test/a.png onerror='window.ran = 1'>",
    "![x](http://evil.test/b.png)",
    "![x][r]",
    "[r]: http://evil.test/c.png",
    "<svg onload=window.ran=1>",
    "[press](javascript:window.ran=1)",
    "${window.ran = 1} {{window.ran = 1}} #{1}",
    "$$\\href{javascript:window.ran=1}{x}$$ \\(x^2\\) $x$",
    "<div style='position:fixed;inset:0;background:url(http://evil.test/d.png)'>over</div>",
    "<form action=http://evil.test/e><input type=image src=http://evil.test/f></form>",
    "<iframe src=http://evil.test/g></iframe><object data=http://evil.test/h></object>",
    "<picture><source srcset=http://evil.test/i></picture><video src=http://evil.test/j></video>",
    "<link rel=stylesheet href=http://evil.test/k><style>@import 'http://evil.test/l'</style>",
    "<base href=http://evil.test/><meta http-equiv=refresh content='0;url=http://evil.test/m'>",
    "<audio src=http://evil.test/n autoplay></audio><embed src=http://evil.test/o>",
    "<link rel=prefetch href=http://evil.test/p><link rel=dns-prefetch href=//evil.test>",
    "<a href='data:text/html,<script>window.ran=1</script>'>press</a> [press](data:text/html,x)",
    "<svg><image href=http://evil.test/q /><use href=http://evil.test/r#s /></svg>",
    "<details open ontoggle='window.ran=1'><summary>open</summary></details>",
    "<input autofocus onfocus='window.ran=1' style='background-image:url(http://evil.test/t)'>",
    "<p style='background:url(http://evil.test/u);position:absolute;top:0'>over</p>",
    "</textarea></pre></article></div></template>",
    "```mermaid\ngraph TD; A-->B\n```",
    '__i18n__{"key":"x"} "quotes" \'single\' & &amp; &lt;b&gt;',
    "# heading\n\n- item\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "\u202egnp.exe \x00\x07 \U0001f600",
    "C:\\users\\new \\u0041 `code` *bold* _under_ ~~gone~~",
)
"""Text that would load, run or draw something if it were not shown as text."""

MODELS = """Bottom line
Give the cooking to a caterer and keep the choice of suppliers with you.
Review the lean when fewer than two caterers bid.
When it fits
A caterer fits a canteen that serves more than 200 meals a day.
When it does not
Keep your own kitchen where most guests need a medical diet.
What the rules require
The operator of a kitchen answers for hygiene, whoever employs the cooks.
Allergens must be declared at the counter.
Costs
Option | Cost a meal | Notice
Caterer | 6 to 8 euros | three months
Own kitchen | 9 euros |
Questions to ask first
Who owns the equipment today?
Next steps
Ask three caterers for a week of trial meals."""

HEADINGS = (
    "Bottom line",
    "When it fits",
    "When it does not",
    "What the rules require",
    "Costs",
    "Questions to ask first",
    "Next steps",
)

DIARY = """A year with a caterer
The first caterer left after five months and gave thirty days of notice.
- Waste fell by a third in the first year.
- Guests complained about cold soup in March.
A long section
""" + "\n".join(f"On day {day} of the trial the soup was warm and nothing else happened." for day in range(1, 90))

RULES = Source("rules-7", "Kitchen Rules, section 7", "Food Board", "https://food.example/rules?a=1&b=2", "primary")
BOOK = Source("book", "The Canteen Book", "R. Cook", "javascript:alert(1)", "named")


def kept(*turns: Turn, id: str = "") -> Kept:
    """Return a conversation of these turns, kept a while ago where it has an id."""
    stored = tuple(
        KeptTurn(n, "2026-11-03T09:00:00+00:00", "0.1", {"generation": "g0"}) for n, _ in enumerate(turns, 1)
    )
    return Kept(id, "A talk", "", "", Conversation(turns), stored if id else ())


def document(id: str, title: str, kind: Kind, text: str, headings: tuple[str, ...], as_of: str = "") -> Document:
    """Return a document whose lines in `headings` are its sections, and whose rows are one table."""
    starts = [text.index(h) for h in headings]
    sections = tuple(
        Section(h, 2, "background", Span(start, end))
        for h, start, end in zip(headings, starts, [*starts[1:], len(text)], strict=True)
    )
    lines, offset = [], 0
    for line in text.split("\n"):
        lines.append((offset, line))
        offset += len(line) + 1
    rows = [(start, line) for start, line in lines if line.count(" | ") == 2 or line.endswith(" |")]
    tables = ()
    if rows and id.startswith("guidance"):
        spans = [_cells(start, line) for start, line in rows]
        tables = (Table(Span(rows[0][0], rows[-1][0] + len(rows[-1][1])), spans[0], tuple(spans[1:])),)
    return Document(id, title, kind, text, "0" * 64, Origin(id, ()), sections, tables, as_of=as_of)


def _cells(start: int, line: str) -> tuple[Span, ...]:
    cells, at = [], start
    for cell in f"{line} ".replace(" | ", "\0").split("\0"):
        cells.append(Span(at, at + len(cell.rstrip())))
        at += len(cell) + 3
    return tuple(cells)


def passage(of: Document, heading: str) -> Passage:
    section = next(s for s in of.sections if s.title == heading)
    start = min(section.span.start + len(heading) + 1, section.span.end)
    span = Span(start, section.span.end)
    return Passage(of.id, span, span.of(of.text), (heading,), 3, of.title, of.kind, of.as_of)


@dataclass
class Kitchen:
    """Stands in for a `LiveAssistant`."""

    pause: float = 0.0
    """Seconds before each sentence of the question that is answered slowly."""
    chroma = "folder"

    def __post_init__(self) -> None:
        hostile = "Hostile heading\n" + "\n".join(PAYLOADS)
        self.models = document(
            "guidance/canteens.md",
            "Running a canteen",
            "guidance",
            MODELS,
            HEADINGS,
            "2026-07-31",
        )
        self.diary = document(
            "articles/diary.md", "Diary of a canteen", "article", DIARY, ("A year with a caterer", "A long section")
        )
        title = PAYLOADS[1] + PAYLOADS[2] + PAYLOADS[7]
        self.hostile = document(f"files/{PAYLOADS[1]}.md", title, "file", hostile, ("Hostile heading",))
        self.all = {d.id: d for d in (self.models, self.diary, self.hostile)}

    def document(self, document_id: str) -> Document:
        if document_id not in self.all:
            raise UnknownDocument("the index holds no such document", hint="Ask again.")
        return self.all[document_id]

    def documents(self) -> list[Summary]:
        return [Summary(d.id, d.title, d.kind, d.as_of, len(d.sections)) for d in self.all.values()]

    def info(self) -> dict[str, object]:
        return {"generation": "g1", "embedding_model": "none", "documents": len(self.all), "passages": 11}

    def ask(self, question: str, conversation: Conversation = Conversation()) -> Answer:  # noqa: B008
        *_, answer = self.stream(question, conversation)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: str, conversation: Conversation = Conversation()) -> Iterator[Step]:  # noqa: B008
        if "crash" in question:
            raise RuntimeError("secret detail /etc/kitchen")
        if "no index" in question:
            raise NoIndex("no index has been built", hint="Run `assistant index`.")
        answer = _of_case(self._answer(question, conversation), draw_facts(question, conversation))
        yield answer.evidence.query
        yield answer.evidence
        yield Outline(answer.evidence, answer.form, answer.status)
        for sentence in answer.sentences:
            if "slowly" in question:
                time.sleep(self.pause)
            yield sentence
        yield answer

    def _answer(self, question: str, conversation: Conversation) -> Answer:
        if "weather" in question:
            return self._refusal(question)
        if "which" in question.lower():
            readings = ("How long is the caterer's notice?", "How long is our own notice?")
            return Answer(
                self._evidence(question), "fact", "clarify", readings=readings, reasons=("two notices are meant",)
            )
        if "hostile" in question or "<" in question:
            found = [
                self._says(self.hostile, line, "background") for p in PAYLOADS for line in p.split("\n") if line.strip()
            ]
            return self._done(
                question, "fact", found, follow_ups=PAYLOADS[:3], missing=PAYLOADS[:3], notice=PAYLOADS[1]
            )
        if "differ" in question:
            return self._comparison(question)
        if "should" in question.lower() or "slowly" in question:
            return self._decision(question)
        said = self._says(
            self.diary, "The first caterer left after five months and gave thirty days of notice.", "background"
        )
        query = "How long was the notice of the first caterer?" if conversation.turns else question
        return self._done(question, "fact", [said], query=query, follow_ups=("Should we run the canteen ourselves?",))

    def _decision(self, question: str) -> Answer:
        models = self.models
        lines: list[tuple[str, Role, Source | None]] = [
            ("Give the cooking to a caterer and keep the choice of suppliers with you.", "bottom line", None),
            ("Review the lean when fewer than two caterers bid.", "bottom line", None),
            ("A caterer fits a canteen that serves more than 200 meals a day.", "fits", None),
            ("Keep your own kitchen where most guests need a medical diet.", "does not fit", None),
            ("The operator of a kitchen answers for hygiene, whoever employs the cooks.", "requirement", RULES),
            ("Allergens must be declared at the counter.", "requirement", BOOK),
            ("Who owns the equipment today?", "question", None),
            ("Ask three caterers for a week of trial meals.", "next step", None),
        ]
        said = [self._says(models, text, role, source) for text, role, source in lines]
        said[4:4] = self._table_cells()
        said.append(self._says(self.diary, "Waste fell by a third in the first year.", "background"))
        return self._done(
            question,
            "decision",
            said,
            follow_ups=("How long is the notice of the caterer?", "How does a caterer differ from our own kitchen?"),
            missing=("your own price of a meal",),
        )

    def _comparison(self, question: str) -> Answer:
        lead = self._says(
            self.models, "Give the cooking to a caterer and keep the choice of suppliers with you.", "bottom line"
        )
        return self._done(question, "comparison", [lead, *self._table_cells()])

    def _table_cells(self) -> list[Sentence]:
        table = self.models.tables[0]
        return [
            self._says(self.models, span, "comparison", cell=Cell(row[0].of(MODELS), head.of(MODELS)))
            for row in table.rows
            for head, span in list(zip(table.header, row, strict=True))[1:]
            if len(span)
        ]

    def _refusal(self, question: str) -> Answer:
        seconds = {"rewrite": 0.001, "retrieve": 0.02, "compose": 0.0, "verify": 0.0, "total": 0.021}
        reasons = ("nothing in the corpus is about the weather",)
        return Answer(self._evidence(question), "fact", "abstained", reasons=reasons, seconds=seconds)

    def _says(
        self, of: Document, words: str | Span, role: Role, source: Source | None = None, cell: Cell | None = None
    ) -> Sentence:
        span = words if isinstance(words, Span) else Span(of.text.index(words), of.text.index(words) + len(words))
        heading = next(s.title for s in reversed(of.sections) if s.span.covers(span))
        cited = Citation(0, passage(of, heading), span, source)
        ours = of is self.models and source is None and cell is None
        return Sentence(span.of(of.text), role, (cited,), 1.0, True, ours, cell)

    def _evidence(self, question: str, query: str = "") -> Evidence:
        found = [
            passage(self.models, "When it fits"),
            passage(self.diary, "A year with a caterer"),
            passage(self.models, "Costs"),
        ]
        hits = tuple(Hit(p, 1 / rank, rank, "hybrid") for rank, p in enumerate(found, start=1))
        return Evidence(Query(query or question, question, ("catering",)), hits)

    def _done(self, question: str, form, sentences, query: str = "", **more) -> Answer:
        seconds = {"rewrite": 0.001, "retrieve": 0.02, "compose": 0.003, "verify": 0.0, "total": 0.024}
        evidence = self._evidence(question, query)
        return Answer(evidence, form, "answered", _numbered(sentences), seconds=seconds, **more)


def _of_case(answer: Answer, facts: tuple[Fact, ...]) -> Answer:
    """The answer as it is in a case; it has a scorecard where the question asks for scores."""
    query = replace(answer.evidence.query, facts=facts)
    card = scored() if "score" in query.question else None
    return replace(answer, evidence=replace(answer.evidence, query=query), facts=facts, scorecard=card)


def scored() -> Scorecard:
    """A scorecard that a weight turns round: the caterer is cheap, the own kitchen is in control."""
    values = {"Caterer": {"cost": 5, "control": 1}, "Own kitchen": {"cost": 2, "control": 5}}
    scores = tuple(
        Score(option, criterion, value, None, reason="we tried both")
        for option, by in values.items()
        for criterion, value in by.items()
    )
    criteria = (Criterion("cost", 4, "a cheap meal"), Criterion("control", 1, "a say in the menu"))
    card = Scorecard("canteens", ("Caterer", "Own kitchen"), criteria, scores)
    return replace(card, decides=decides(card))


def _numbered(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    numbers: Numbers = {}
    return tuple(number_citations(sentence, numbers) for sentence in sentences)


def measured(*, stale: bool = False) -> dict[str, object]:
    """A quality card as `evaluation.card.quality_card` gives it, of a run with a report."""
    share = {"title": "Right as a whole", "meaning": "did what was expected", "unit": "share"}
    time = {"title": "Latency p95", "meaning": "95 % took at most this", "unit": "seconds"}
    return {
        "set": "canteen",
        "n": 40,
        "crashed": 0,
        "measured": "2026-07-14T10:20:30+00:00",
        "version": "0.1.0",
        "commit": "abc",
        "generation": "g1",
        "figures": {
            "correct": {**share, "value": 0.8125, "low": 0.7, "high": 0.9, "n": 40},
            "p95": {**time, "value": 0.0412, "low": 0.04, "high": 0.05, "n": 40},
        },
        "stale": stale,
        "reasons": ["the corpus or its index changed since this was measured"] if stale else [],
        "run": "r1",
        "report": "r1/report.html",
    }
