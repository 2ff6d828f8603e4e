"""The report stands alone, shows failures first and lets no text become markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from fake_assistant import DOCUMENTS, FakeAssistant, info, question_set, run

from assistant.evaluation.report import report_html, report_markdown, write_report
from assistant.evaluation.run import evaluate
from assistant.evaluation.types import EvalRun, Message, Question
from assistant.types import Answer

HOSTILE = "</style><script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)> {{ 7*7 }} & \"'"


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def hostile_run(out: Path) -> EvalRun:
    """A run in which every text that comes from outside is hostile."""
    texts = {id: f"{text} {HOSTILE}" for id, text in DOCUMENTS.items()}
    asked = question_set()
    tainted = tuple(
        replace(
            q,
            id=f"{HOSTILE}{q.id}",
            text=f"{q.text} {HOSTILE}",
            must_say=((HOSTILE,),) if q.expect == "answer" else (),
            reference=HOSTILE,
            note=HOSTILE,
            tags=(HOSTILE, *q.tags),
            history=(Message("user", HOSTILE),),
        )
        for q in asked.questions
    )

    def ask(question: Question) -> Answer:
        if question.id.endswith("-0"):
            raise RuntimeError(HOSTILE)
        return replace(FakeAssistant(texts)(question), reasons=(HOSTILE,))

    questions = replace(asked, questions=tainted, name=HOSTILE)
    return evaluate(questions, ask, out, info=info(questions), text_of=texts.get)


def test_no_text_becomes_markup(tmp_path: Path) -> None:
    found = hostile_run(tmp_path)
    page = report_html(found, replace(found, info=replace(found.info, system=HOSTILE)))
    tags = Tags(page).found
    assert not {tag for tag, _ in tags} & {"script", "img", "iframe", "link", "object", "a", "form"}
    assert not [
        name for _, attributes in tags for name in attributes if name.startswith("on") or name in {"src", "href"}
    ]
    assert page.count("</style>") == 1
    assert "{{ 7*7 }}" in page
    assert "<script" not in report_markdown(found)
    assert "<img" not in report_markdown(found)


def test_the_page_asks_no_host_for_anything(tmp_path: Path) -> None:
    page = report_html(run(tmp_path, FakeAssistant(DOCUMENTS)))
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?://", page)
    assert "prefers-color-scheme: dark" in page


def test_failures_come_first_with_what_was_said_and_what_was_wanted(tmp_path: Path) -> None:
    page = report_html(run(tmp_path, FakeAssistant(DOCUMENTS, threshold=0.0)))
    failures, others = page.split("All other questions")
    assert "expected a refusal, got “answered”" in failures
    assert "When does the payroll desk open?" not in failures
    assert "When does the payroll desk open?" in others
    assert "found at rank 1, cited" in others


def test_a_crash_is_the_first_failure(tmp_path: Path) -> None:
    def crashing_late(question: Question) -> Answer:
        if question.id == "miss-printing-2":
            raise RuntimeError("out of ink")
        return FakeAssistant(DOCUMENTS, threshold=0.0)(question)

    _, first, *rest = report_html(run(tmp_path, crashing_late)).split('class="case"')
    assert "Crashed: RuntimeError: out of ink" in first
    assert "expected a refusal" in rest[0]


def test_the_baseline_stands_beside_ours_with_the_difference(tmp_path: Path) -> None:
    ours = run(tmp_path / "ours", FakeAssistant(DOCUMENTS))
    theirs = run(tmp_path / "theirs", FakeAssistant(DOCUMENTS, threshold=0.0))
    named = replace(theirs, info=replace(theirs.info, system="baseline"))
    page = write_report(ours, tmp_path / "ours", named)
    shown = page.read_text("utf-8")
    assert "baseline 0.500" in shown
    assert re.search(r'class="better\s*">\+0\.500', shown)
    markdown = (tmp_path / "ours" / "report.md").read_text("utf-8")
    assert "| Right as a whole | 1.000 [1.000, 1.000] | 36 | 0.500 | +0.500 [" in markdown


def test_every_plot_that_applies_is_drawn(tmp_path: Path) -> None:
    page = report_html(run(tmp_path, FakeAssistant(DOCUMENTS)))
    assert page.count('class="plot"') == 3
    assert "18 answered rightly, confidence 0." in page or "answered rightly, confidence" in page
    assert "Latency" in page


def test_a_run_in_which_everything_crashed_still_has_a_report(tmp_path: Path) -> None:
    def crash(question: Question) -> Answer:
        raise OSError("no disk")

    page = report_html(run(tmp_path, crash))
    assert "36 crashed" in page
    assert 'class="plot"' not in page
