"""What the model is told: rules without a secret, and all that others wrote as data between tags."""

from __future__ import annotations

import re

import pytest
from planted import PLANTED

from assistant.answering import prompts
from assistant.types import Fact, Passage, Query, Span


def passage(text: str, **more: object) -> Passage:
    return Passage("guidance/laundry.md", Span(0, len(text)), text, title="Sending the laundry out", **more)


LINEN = passage("Linen is washed at 60 degrees.", headings=("What the rules require",), as_of="2026-07-31")


def test_passages_come_numbered_with_title_headings_and_date() -> None:
    text = prompts.user_text(Query("How hot?", "How hot?"), "fact", [LINEN, passage("Towels too.")], {}, "English")
    assert '<passage number="1" from="Sending the laundry out › What the rules require" as_of="2026-07-31">\n' in text
    assert '<passage number="2" from="Sending the laundry out">\nTowels too.\n</passage>' in text
    assert "<question>How hot?</question>" in text
    assert text.endswith("Answer in English.")


def test_the_facts_of_the_case_and_what_was_asked_before_are_told() -> None:
    query = Query(
        "What does it cost?",
        "What does it cost?",
        context=(("Send the laundry out?", 0.5),),
        facts=(Fact("size", "40 rooms"),),
    )
    text = prompts.user_text(query, "fact", [LINEN], {}, "")
    assert "Facts of the case: size: 40 rooms" in text
    assert "Asked before: Send the laundry out?" in text


def test_a_decision_names_its_parts_and_the_passages_that_bear_on_them() -> None:
    parts = {"bottom line": [1], "risk": [1, 2], "next step": []}
    text = prompts.user_text(Query("q", "q"), "decision", [LINEN], parts, "English")  # type: ignore[arg-type]
    assert "## Bottom line  (passages 1)\n## Risks  (passages 1, 2)\n## Next steps\n" in text


@pytest.mark.parametrize("heading", ["Risks", "## Risks", "**Risks:**", "RISKS", "4. Risks"])
def test_a_heading_of_the_reply_leads_back_to_its_part(heading: str) -> None:
    assert prompts.role_of(heading) == "risk"


def test_an_unknown_heading_is_no_part() -> None:
    assert prompts.role_of("Recipes") is None
    assert prompts.role_of("***") is None


@pytest.mark.parametrize("name", PLANTED)
def test_nothing_that_others_wrote_can_pass_for_a_tag_or_a_turn(name: str) -> None:
    query = Query(PLANTED[name].text, PLANTED[name].text, context=((PLANTED[name].text, 0.5),))
    text = prompts.user_text(query, "fact", [passage(PLANTED[name].text, as_of='">')], {}, "")
    tags = re.findall(r"</?\s*(passage|question|system|user|assistant|facts)\b|<\|", text)
    assert len(tags) == 4  # one passage and one question, opened and closed
    assert not re.search(r"^\s*(system|assistant|user)\s*:", text, re.IGNORECASE | re.MULTILINE)
    assert not [c for c in text if ord(c) > 0xE0000 or c in "\u200b\u202e\u202c"]
    assert "```" not in text


def test_the_rules_hold_nothing_of_the_settings() -> None:
    assert not re.search(r"key|http|/|password|token", prompts.SYSTEM.replace("</", ""))


def test_passages_are_left_out_to_fit_but_never_all() -> None:
    long = [passage("word " * 200) for _ in range(8)]
    assert len(prompts.fitting(long, 1_000)) == 3
    assert len(prompts.fitting(long, 10)) == 1
    assert prompts.fitting([], 10) == []
