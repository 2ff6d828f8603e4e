from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kitchen import PAYLOADS
from markdown_it import MarkdownIt

from assistant.markdown import LEGEND, NOT_IN_SOURCES, escape, to_markdown
from assistant.pipeline import Assistant
from assistant.terminal import plain
from assistant.types import Answer, Fact

MARKDOWN = MarkdownIt("commonmark").enable("table")


def rendered(answer: Answer) -> str:
    return MARKDOWN.render(to_markdown(answer))


def test_every_shown_sentence_stands_there_once_with_its_numbers(line: Assistant) -> None:
    answer = line.ask("Should we outsource the laundry of our hotel?")
    text = to_markdown(answer)
    for sentence in answer.shown:
        number = sentence.citations[0].number
        assert text.count(f"[{number}]") == 1
        assert f"{escape(sentence.text)} [{number}]{'†' if sentence.judgement else ''}" in text
    assert text.endswith(LEGEND)


def test_an_answer_without_judgement_has_no_legend(line: Assistant) -> None:
    assert LEGEND not in to_markdown(line.ask("Which temperature is linen of sick guests washed at?"))


def test_the_parts_of_a_decision_stand_under_their_headings_and_the_lean_under_none(line: Assistant) -> None:
    text = to_markdown(line.ask("Should we outsource the laundry of our hotel?"))
    headings = [row.removeprefix("### ") for row in text.splitlines() if row.startswith("#")]
    assert headings == list(dict.fromkeys(headings))
    assert {"Why", "Options compared", "What the rules require", "Questions to ask first"} <= set(headings)
    assert not text.startswith("#")


def test_a_question_back_and_what_its_answer_changes_are_one_item(line: Assistant) -> None:
    text = to_markdown(line.ask("Should we outsource the laundry of our hotel?"))
    asked = [row for row in text.splitlines() if "?" in row]
    assert asked
    assert all(row.startswith("- ") and row.index("?") < len(row) - 10 for row in asked)


def test_a_table_is_a_table_and_a_gap_in_it_says_so(line: Assistant) -> None:
    html = rendered(line.ask("What is the difference between contract laundry and in-house laundry?"))
    assert html.count("<table>") == 1
    assert "three months" in html
    assert f"<td>{NOT_IN_SOURCES}</td>" in html


def test_a_missing_part_a_refusal_and_several_readings_are_told(line: Assistant) -> None:
    partial = to_markdown(line.ask("Which temperature is linen of sick guests washed at, and who mends the lift?"))
    assert "Not in the sources: who mends the lift." in partial
    refusal = to_markdown(line.ask("What's the weather in Manila?"))
    assert "Searched for: What's the weather in Manila?" in refusal
    assert "Nearest passages: " in refusal
    readings = to_markdown(line.ask("MOP?")).splitlines()[1:]
    assert readings == ["- The MOP law is a rule on clean premises.", "- The MOP score is a figure for clean floors."]


def test_what_changed_comes_first_and_the_facts_used_stand_in_one_line(line: Assistant) -> None:
    answer = line.ask("Should we outsource the laundry of our hotel?")
    facts = (Fact("industry", "hospitality"), Fact("jurisdiction", "Ohio"))
    text = to_markdown(replace(answer, facts=facts, change="This changes *my* answer: you said Ohio."))
    assert text.startswith("This changes \\*my\\* answer: you said Ohio.\n\n")
    assert "\n\nFacts used: industry: hospitality; jurisdiction: Ohio.\n\n" in text
    assert "Facts used" not in to_markdown(replace(answer, facts=()))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_of_the_corpus_and_of_the_question_draws_loads_and_runs_nothing(line: Assistant, payload: str) -> None:
    answer = line.ask("Which temperature is linen of sick guests washed at?")
    hostile = tuple(replace(s, text=payload) for s in answer.sentences)
    facts = (Fact("vendor", payload),)
    shown = rendered(replace(answer, sentences=hostile, missing=(payload,), facts=facts, change=payload))
    refused = rendered(line.ask(payload))
    for html in (shown, refused):
        assert not any(
            f"<{tag}" in html for tag in ("img", "a ", "script", "svg", "iframe", "form", "h1", "pre", "code")
        )


def test_what_markdown_does_not_act_on_is_left_as_it_is() -> None:
    for text in ("R&D costs ~5% - or 3.5 (net)", "#1 of 10: yes!", "24/7 + on-call", "a-b = c"):
        assert escape(text) == text


@given(st.text("ab1 .)(&;#x*_[]<>!|`~\\\\-+=:/\"'", min_size=1, max_size=40).map(str.strip).filter(bool))
@example("&lt;b&gt; &amp; &#65;")
@example("1. First")
@example("2) Second")
@example("- a")
@example("---")
@example("~~~")
@example("===")
def test_an_escaped_line_reads_as_it_was_written_also_where_a_line_begins(text: str) -> None:
    opened, inline, closed = MARKDOWN.parse(escape(text))
    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or []) == text
    assert plain(escape(text)) == text
