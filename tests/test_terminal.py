from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.pipeline import Assistant
from assistant.terminal import WIDTH, Meter, answer_text, hits_text, plain, trace_text
from assistant.types import Hit, Passage, Span


def test_an_answer_is_followed_by_its_sources_terms_and_next_questions(line: Assistant) -> None:
    answer = line.ask("Which temperature is linen of sick guests washed at?")
    said, sources, terms, following = answer_text(answer).split("\n\n")
    assert said == "Linen of sick guests is washed at 60 degrees or more. [1]"
    place = answer.citations[0]
    assert sources.startswith("Sources\n  [1] Sending the laundry out › What the rules require")
    assert f"guidance/laundry.md:{place.quote.start}-{place.quote.end}" in sources
    assert "as of 2026-07-31" in sources
    assert terms == "Terms\n- Linen is everything on a bed that is washed."
    assert all(f"  - {question}" in following for question in answer.follow_ups)


def test_prose_is_wrapped_and_tables_are_not(line: Assistant) -> None:
    said = answer_text(line.ask("Should we outsource the laundry of our hotel?")).split("\n\nSources")[0]
    rows = said.splitlines()
    assert all(len(row) <= WIDTH for row in rows if not row.startswith("|"))
    assert sum(row.startswith("|") for row in rows) == 5
    assert "###" not in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07\x1b[31mred", "]0;owned[31mred"),
        ("a\x00b\x9bc\x7fd", "abcd"),
        (r"5 \| 6 \*bold\* \[1\]", "5 | 6 *bold* [1]"),
        ("one\ttwo\nthree", "one\ttwo\nthree"),
    ],
)
def test_no_control_character_reaches_the_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_hostile_title_moves_no_cursor(line: Assistant) -> None:
    hostile = "\x1b[2J\x1b[HX"
    passage = Passage(f"{hostile}.md", Span(0, 5), hostile, (hostile,), title=hostile)
    assert "\x1b" not in hits_text([Hit(passage, 1.0, 1, "hybrid")])
    answer = line.ask("Which temperature is linen of sick guests washed at?")
    (sentence,) = answer.sentences
    (citation,) = sentence.citations
    titled = replace(citation, passage=replace(citation.passage, title=hostile, document_id=f"{hostile}.md"))
    shown = replace(answer, sentences=(replace(sentence, text=hostile, citations=(titled,)),), follow_ups=(hostile,))
    assert "\x1b" not in answer_text(shown)
    assert "\x1b" not in trace_text(shown)


def test_a_trace_tells_what_was_searched_for_and_what_was_not_shown(line: Assistant) -> None:
    refusing = replace(line, verify=lambda sentence: sentence)
    told = trace_text(refusing.ask("What is an SLA?"))
    assert "searched for: What is an SLA?" in told
    assert "also by words: service level agreement" in told
    assert "not shown: A service level agreement (SLA) is" in told
    assert "status: abstained" in told


def test_nothing_found_is_said() -> None:
    assert hits_text([]) == "Nothing was found."


def test_progress_is_a_line_a_quarter_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    meter = Meter()
    for done in range(1001):
        meter("embedding", done, 1000)
    meter("writing", 0, 0)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "embedding: 0 of 1,000",
        "embedding: 250 of 1,000",
        "embedding: 500 of 1,000",
        "embedding: 750 of 1,000",
        "embedding: 1,000 of 1,000",
        "writing: 0 of 0",
    ]
