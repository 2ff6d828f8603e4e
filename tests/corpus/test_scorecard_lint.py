"""The lint of scorecards: a clean file has no findings, and each rule is seen to fail once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from scorecards import CARD, write_corpus

from assistant.corpus.lint import lint
from assistant.corpus.scorecard_lint import scorecard_remarks

REPOSITORY = Path(__file__).parents[2]


def remarks(folder: Path, text: str = CARD) -> list[tuple[int, str]]:
    return list(scorecard_remarks(write_corpus(folder, text)))


def test_a_clean_file_has_no_findings(tmp_path: Path) -> None:
    assert remarks(tmp_path) == []


def test_a_corpus_without_the_file_has_none(tmp_path: Path) -> None:
    assert list(scorecard_remarks(tmp_path)) == []


def test_the_corpus_of_this_repository_keeps_the_rules() -> None:
    assert list(scorecard_remarks(REPOSITORY / "corpus")) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("searchable: false\n", "", "its front matter needs `searchable: false`"),
        ("Own cooks know every guest.", "Own cooks know nobody.", "these words stand 0 times in cooks.md, not once"),
        ("Own cooks know every guest.", "cooks", "these words stand 2 times in cooks.md, not once"),
        ("Somebody has to peel", "", "a number without a reason"),
        ("Somebody has to peel", " ".join(["peel"] * 17), "17 words in a reason, at most 16"),
        ("| A caterer starts within a week. | cooks.md |", "| A caterer | gone.md |", "there is no page gone.md"),
        ("| Lunch | cooks.md |", "| Lunch | gone.md |", "Lunch: there is no page gone.md"),
        ("| Canned food | Speed | 5 | A tin opens at once | |\n", "", "Any meal: no score of Canned food on Speed"),
        ("| 4.5 |", "| 9 |", "a score from 0 to 5 is needed, not 9"),
        ("In-house", "Kitchen", "Any meal: in-house is not among the options"),
    ],
)
def test_each_rule_is_seen_to_fail(tmp_path: Path, before: str, after: str, told: str) -> None:
    text = CARD.replace(before, after) if before == "In-house" else CARD.replace(before, after, 1)
    assert any(message.startswith(told) for _, message in remarks(tmp_path, text))


def test_a_file_that_holds_no_subject_says_so(tmp_path: Path) -> None:
    assert remarks(tmp_path, "---\nsearchable: false\n---\n\nNothing.\n") == [(1, "it holds no subject")]


def test_a_front_matter_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    ((line, message),) = remarks(tmp_path, "---\na: [\n---\n\nNothing.\n")
    assert line == 1
    assert "not valid YAML" in message


def test_a_finding_names_the_line_of_its_row(tmp_path: Path) -> None:
    ((line, _),) = remarks(tmp_path, CARD.replace("Own cooks know every guest.", "Own cooks dance."))
    assert "Own cooks dance." in CARD.replace("Own cooks know every guest.", "Own cooks dance.").splitlines()[line - 1]


def test_the_lint_of_a_corpus_runs_these_rules(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path, CARD.replace("Somebody has to peel", ""))
    (finding,) = lint(corpus, date(2026, 11, 23))
    assert (finding.path, finding.level, finding.message) == ("scorecard.md", "error", "a number without a reason")
