"""The lint: a clean page has no findings, and each rule of docs/corpus.md is seen to fail once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.corpus.lint import Finding, failed, lint, report

TODAY = date(2026, 11, 23)
REPOSITORY = Path(__file__).parents[2]

PAGE = """\
---
title: Rail travel
topics: [rail, train]
jurisdictions: [any]
as_of: 2026-07-31
reviewed: 2026-11-01
facts: ["1.01"]
sources:
  fare-rules: {title: Fare rules, publisher: Rail board, url: "https://example.org/fares", checked: primary}
  price-list: {title: Price list, publisher: Rail board, checked: secondary, volatile: true}
  seat-seller: {title: Seats compared, publisher: Seat seller, checked: vendor}
  union-law: {title: Union law, publisher: Parliament, checked: named}
---

## Bottom line

Book the early train. [^ours] Fares are refunded for late trains. [^fare-rules]

## What the rules require

- As of July 2026, a seat costs 4 euros. [^price-list]
- A vendor-published test found 12 kinds of seat. [^seat-seller]
- Union law asks for a break after six hours. [^union-law]

## Compare

| Option | Speed | Price |
|---|---|---|
| Slow train | Two hours [^ours] | Low [^ours] |
| Fast train | One hour | High [^ours] |

## Next steps

- See [the glossary](glossary.md#terms) for what a fare is. [^ours]
- Travel advice here is not legal advice: ask the rail board. [^ours]
"""

GLOSSARY = """\
---
title: Glossary
topics: [terms]
jurisdictions: [any]
as_of: 2026-07-31
reviewed: 2026-11-01
sources: {}
---

## Terms

| Term | Also written | Meaning |
|---|---|---|
| Fare | ticket price; price of a ride | A fare is the price of one ride. [^ours] |
"""

DIGEST = """\
---
title: On trains
year: 2026
original: Ask the publisher.
topics: [trains]
as_of: 2026-01-31
reviewed: 2026-11-01
kind: digest
---

## Introduction

Trains run on rails, the article says.
"""

PLAYBOOK = """\
---
title: Cleaning
topics: [cleaning]
jurisdictions: [any]
function: cleaning
as_of: 2026-07-31
reviewed: 2026-11-01
sources: {}
---

## Bottom line

Outsource cleaning and keep the keys. [^ours]

## When it fits

Cleaning fits a vendor when rooms are alike. [^ours]

## When it does not

Secret rooms do not fit. [^ours]

## What the rules require

Cleaners need a contract. [^ours]

## Risks

Keys get lost. [^ours]

## Costs

Count the supervisor too. [^ours]

## Compare

| Option | When it fits | For | Against | What it costs |
|---|---|---|---|---|
| In-house | Small office | Control | Sick leave | Wages [^ours] |
| Onshore vendor | Large office | Scale | Strangers | A fee [^ours] |
| Nearshore vendor | Never | None | Cannot reach the floor | None [^ours] |
| Offshore vendor | Never | None | Cannot reach the floor | None [^ours] |
| Captive centre | Never | None | Cannot reach the floor | None [^ours] |

## Questions to ask first

- How many rooms are there? Few rooms favour your own cleaner. [^ours]

## Next steps

- Within two weeks, the office manager counts the rooms. [^ours]

## What would change this

- A new building would change the count. [^ours]
- Cleaning guidance is not legal advice: ask employment counsel. [^ours]
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A small corpus without a fault."""
    (tmp_path / "guidance").mkdir()
    (tmp_path / "articles").mkdir()
    (tmp_path / "guidance" / "rail.md").write_text(PAGE, "utf-8")
    (tmp_path / "guidance" / "glossary.md").write_text(GLOSSARY, "utf-8")
    (tmp_path / "guidance" / "cleaning.md").write_text(PLAYBOOK, "utf-8")
    (tmp_path / "articles" / "trains.md").write_text(DIGEST, "utf-8")
    return tmp_path


def plant(corpus: Path, name: str, old: str, new: str) -> list[Finding]:
    """Return the findings after one change in one file."""
    path = corpus / name
    text = path.read_text("utf-8")
    assert old in text, "the fault must really be planted"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return lint(corpus, TODAY)


def test_a_corpus_that_keeps_the_rules_has_no_findings(corpus: Path) -> None:
    assert lint(corpus, TODAY) == []


def test_a_folder_without_guidance_has_no_findings(tmp_path: Path) -> None:
    assert lint(tmp_path, TODAY) == []


RAIL_FAULTS = [
    pytest.param("title: Rail travel\n", "", "front matter has no title", id="missing key"),
    pytest.param("title: Rail travel", "title:", "front matter has an empty title", id="empty key"),
    pytest.param("facts:", "colour: red\nfacts:", "unknown key: colour", id="unknown key"),
    pytest.param("topics: [rail, train]", "topics: rail", "topics must be a list", id="topics no list"),
    pytest.param("topics: [rail, train]", "topics: [rail, 1099]", "topics must be a list of words", id="topic no word"),
    pytest.param('facts: ["1.01"]', 'facts: ["1.1"]', "1.1 is no fact id", id="fact id"),
    pytest.param("title: Rail travel", "title: [", "cannot be parsed", id="broken YAML"),
    pytest.param("---\ntitle", "title", "no front matter", id="no front matter"),
    pytest.param("as_of: 2026-07-31", "as_of: July", "as_of must be a date", id="no date"),
    pytest.param("as_of: 2026-07-31", "as_of: 2027-01-01", "lies in the future", id="future date"),
    pytest.param("reviewed: 2026-11-01", "reviewed: 2025-11-01", "review overdue", id="overdue"),
    pytest.param("publisher: Parliament, ", "", "union-law has no publisher", id="source without publisher"),
    pytest.param("checked: named", "checked: maybe", "checked must be one of", id="checked"),
    pytest.param("https://example.org/fares", "ftp.example.org", "url must begin with", id="url"),
    pytest.param("volatile: true", "volatile: perhaps", "volatile must be true or false", id="volatile"),
    pytest.param("  union-law: {", "  Union_Law: {", "Union_Law must be of lower-case", id="source key"),
    pytest.param("## Bottom line", "## Summary", "not in the vocabulary: Summary", id="heading"),
    pytest.param("## Compare", "## Bottom line", "out of order or repeated: Bottom line", id="repeated heading"),
    pytest.param("## Next steps", "## Risks", "out of order or repeated: Risks", id="heading out of order"),
    pytest.param("## Next steps", "## Terms", "only glossary.md has the heading Terms", id="terms"),
    pytest.param("## Bottom line", "# Rail\n\n## Bottom line", "a first-level heading", id="first level"),
    pytest.param("## Bottom line", "Trains go. [^ours]\n\n## Bottom line", "text before the first", id="no role"),
    pytest.param("early train. [^ours]", "early train.", "no source mark: Book the early train.", id="no mark"),
    pytest.param("One hour | High [^ours]", "One hour | High", "no source mark: One hour", id="cell without mark"),
    pytest.param("trains. [^fare-rules]", "trains [^fare-rules].", "a mark stands inside", id="mark inside"),
    pytest.param("[^union-law]", "[^law]", "[^law] has no source in the front matter", id="unlisted"),
    pytest.param("[^union-law]", "[^ours]", "source union-law is never cited", id="uncited"),
    pytest.param("As of July 2026, a", "A", "needs “as of” with month and year", id="undated"),
    pytest.param("As of July 2026, a", "As of 2026, a", "needs “as of” with month and year", id="dated by year alone"),
    pytest.param("vendor-published ", "", "needs the words “vendor-published”", id="vendor"),
    pytest.param("asks for a", 'says "an engine driver may rest" in a', "only named is quoted", id="named, quoted"),
    pytest.param("Book the", "Book " + "and book " * 20 + "the", "words in one sentence, at most 40", id="long"),
    pytest.param("Fares are", "They are", "a sentence begins with They", id="pronoun"),
    pytest.param("Fares are", "However, fares are", "a sentence begins with However", id="connective"),
    pytest.param("Fares are", "As shown above, fares are", "points elsewhere", id="above"),
    pytest.param("glossary.md#terms", "gone.md", "link to a page that is not there: gone.md", id="link"),
    pytest.param(" is not legal advice: ask", " means: ask", "not legal advice, and whom to ask", id="no disclaimer"),
]


@pytest.mark.parametrize(("old", "new", "message"), RAIL_FAULTS)
def test_a_planted_fault_is_found(corpus: Path, old: str, new: str, message: str) -> None:
    findings = plant(corpus, "guidance/rail.md", old, new)

    assert [f.path for f in findings if message in f.message] == ["guidance/rail.md"], report(findings)
    assert failed(findings)


PLAYBOOK_FAULTS = [
    pytest.param("## Costs\n\nCount", "Count", "a playbook has the heading Costs", id="heading"),
    pytest.param("Outsource cleaning and keep the keys.", "Cleaning matters.", "give the lean", id="lean"),
    pytest.param("| What it costs |", "| Price |", "compares its options in a table", id="columns"),
    pytest.param("| Nearshore vendor |", "| Robot |", "no row nearshore vendor", id="rows"),
    pytest.param("favour your own cleaner.", "favour what?", "followed by how it changes", id="question"),
    pytest.param("Within two weeks, the office manager counts", "Count", "names an owner or a time", id="next step"),
    pytest.param(
        "- How many", "".join(f"- Is room {n} big? Room {n} decides. [^ours]\n" for n in range(4)) + "- How many",
        "asks at most 4 questions", id="five questions",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), PLAYBOOK_FAULTS)
def test_a_fault_in_a_playbook_is_found(corpus: Path, old: str, new: str, message: str) -> None:
    findings = plant(corpus, "guidance/cleaning.md", old, new)

    assert any(f.path == "guidance/cleaning.md" and message in f.message for f in findings), report(findings)


def test_a_finding_names_the_line_it_is_about(corpus: Path) -> None:
    [finding] = plant(corpus, "guidance/rail.md", "Union law asks", "It asks")

    line = (corpus / "guidance/rail.md").read_text("utf-8").splitlines()[finding.line - 1]
    assert line.startswith("- It asks")
    assert str(finding).startswith(f"guidance/rail.md:{finding.line}: a sentence begins with It")


def test_a_sentence_that_runs_over_two_lines_is_read_as_one(corpus: Path) -> None:
    assert plant(corpus, "guidance/rail.md", "Fares are refunded", "Fares are\nrefunded") == []


def test_a_sentence_in_two_documents_is_found_however_it_is_spaced_and_cased(corpus: Path) -> None:
    copy = "Fares Are  refunded for late trains! [^ours]\n\n## When it fits"
    [finding] = plant(corpus, "guidance/cleaning.md", "## When it fits", copy)

    assert "the same sentence stands in guidance/" in finding.message


def test_a_digest_is_held_to_the_rules_of_sentences_but_needs_no_marks(corpus: Path) -> None:
    [finding] = plant(corpus, "articles/trains.md", "Trains run on", "They run on")
    assert finding.path == "articles/trains.md"
    assert "begins with They" in finding.message


def test_a_digest_needs_its_front_matter(corpus: Path) -> None:
    [finding] = plant(corpus, "articles/trains.md", "original: Ask the publisher.\n", "")
    assert finding.message == "front matter has no original"


def test_an_article_that_is_no_digest_is_left_alone(corpus: Path) -> None:
    (corpus / "articles" / "original.md").write_text("# Trains\n\nThey run on rails.\n", "utf-8")
    assert lint(corpus, TODAY) == []


@pytest.mark.parametrize(("sentences", "level"), [(190, "warning"), (230, "error")])
def test_a_long_page_is_warned_of_and_a_very_long_one_refused(corpus: Path, sentences: int, level: str) -> None:
    more = " ".join(f"Train number {n} runs every day. [^ours]" for n in range(sentences))
    [finding] = plant(corpus, "guidance/rail.md", "Book the early train.", more + " Book the early train.")
    assert finding.level == level
    assert failed([finding]) == (level == "error")


def test_no_word_limit_holds_for_the_glossary(corpus: Path) -> None:
    rows = "".join(f"| Train {n} | | Train {n} is a train that runs every day. [^ours] |\n" for n in range(230))
    assert plant(corpus, "guidance/glossary.md", "| Fare |", rows + "| Fare |") == []


def test_a_review_is_overdue_after_a_year_and_not_before(corpus: Path) -> None:
    assert lint(corpus, date(2027, 11, 1)) == []
    assert {f.message for f in lint(corpus, date(2027, 11, 2))} == {"review overdue: last read on 2026-11-01"}


def test_the_report_counts_errors_and_warnings() -> None:
    findings = [Finding("a.md", 3, "wrong"), Finding("b.md", 1, "long", level="warning")]
    assert report(findings) == "a.md:3: wrong\nb.md:1: warning: long\n1 errors, 1 warnings"


def test_our_own_corpus_keeps_the_rules() -> None:
    reviewed_with_the_rest = date(2026, 11, 23)
    findings = lint(REPOSITORY / "corpus", reviewed_with_the_rest)
    assert not failed(findings), report(findings)
