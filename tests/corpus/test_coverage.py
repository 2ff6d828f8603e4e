"""The coverage page: what it counts, and that our own corpus leaves no fact unexplained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.corpus.coverage import coverage, pages_by_fact, read_not_used, read_register
from assistant.corpus.page import guidance_pages
from assistant.errors import BadInput

REPOSITORY = Path(__file__).parents[2]

PAGE = """\
---
title: Rail travel
topics: [rail]
jurisdictions: [any]
as_of: 2026-07-31
reviewed: 2026-11-01
facts: ["1.01", "1.03", "9.09"]
sources:
  fare-rules: {title: Fare rules, publisher: Rail board, checked: primary}
  price-list: {title: Price list, publisher: Rail board, checked: secondary, volatile: true}
---

## Bottom line

Book the early train. [^ours] Fares are refunded for late trains. [^fare-rules]
As of May 2024, a seat costs 4 euros. [^price-list]

## Questions to ask first

Where do you go? A far place needs a seat. [^ours]
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of one page."""
    (tmp_path / "corpus" / "guidance").mkdir(parents=True)
    (tmp_path / "corpus" / "guidance" / "rail.md").write_text(PAGE, "utf-8")
    return tmp_path / "corpus"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A register of four facts in two topics, and the reason for leaving out one."""
    (tmp_path / "docs").mkdir()
    register = "1: {name: Trains, facts: 1-3}\n2: {name: Buses, facts: 5}\n"
    (tmp_path / "docs" / "facts-register.yaml").write_text(register, "utf-8")
    reasons = "- 1.02: the source is gone\n- 1.03 (part): half of it is doubtful\n"
    (tmp_path / "docs" / "facts-not-used.md").write_text(reasons, "utf-8")
    return tmp_path / "docs"


def test_topics_count_the_facts_that_pages_name(corpus: Path, docs: Path) -> None:
    page = coverage(corpus, docs=docs)
    assert "2 of 4 facts are used" in page
    assert "| 1. Trains | 2 of 3 | rail (2) |" in page
    assert "| 2. Buses | 0 of 1 | none |" in page


def test_an_unused_fact_stands_with_its_reason_or_is_seen_to_lack_one(corpus: Path, docs: Path) -> None:
    page = coverage(corpus, docs=docs)
    assert "| 1.02 | the source is gone |" in page
    assert "| 2.05 | **no reason given** |" in page
    assert "not in the register: 9.09." in page


def test_sources_are_counted_by_how_far_we_looked(corpus: Path, docs: Path) -> None:
    page = coverage(corpus, docs=docs)
    assert "1 entries are volatile" in page
    assert "| primary | 1 | 1 | 1 |" in page
    assert "| vendor | 0 | 0 | 0 |" in page
    assert "| ours (judgement) |  |  | 2 |" in page


def test_documents_stand_with_words_statements_sources_and_dates(corpus: Path, docs: Path) -> None:
    page = coverage(corpus, docs=docs)
    assert "| rail.md | 35 | 4 | 2 | 3 | 2026-07-31 | 2026-11-01 |" in page
    assert "| 2024-05 | 1 | rail (1) |" in page


def test_without_a_register_the_parts_about_facts_are_left_out(corpus: Path, tmp_path: Path) -> None:
    page = coverage(corpus, docs=tmp_path / "none")
    assert "Facts not used" not in page
    assert "| rail.md |" in page


def test_a_damaged_register_is_refused_with_a_hint(corpus: Path, docs: Path) -> None:
    (docs / "facts-register.yaml").write_text("1: {name: Trains, facts: some}\n", "utf-8")
    with pytest.raises(BadInput, match="no register of facts") as caught:
        coverage(corpus, docs=docs)
    assert caught.value.hint


def test_every_fact_of_our_register_is_used_or_has_a_reason() -> None:
    register = read_register(REPOSITORY / "docs" / "facts-register.yaml")
    reasons = read_not_used(REPOSITORY / "docs" / "facts-not-used.md")
    by_fact = pages_by_fact(guidance_pages(REPOSITORY / "corpus"))
    known = {fact for topic in register for fact in topic.facts}

    assert len(known) == 385
    assert sorted(known - by_fact.keys() - reasons.keys()) == []
    assert sorted(by_fact.keys() - known) == []


def test_our_coverage_page_is_up_to_date() -> None:
    # figures move with every word of a page; what must not go stale is which topic, fact and page stand there
    written = (REPOSITORY / "docs" / "coverage.md").read_text("utf-8")
    made = coverage(REPOSITORY / "corpus", docs=REPOSITORY / "docs")
    assert re.sub(r"\d+", "n", written) == re.sub(r"\d+", "n", made), "run: assistant corpus coverage"
