"""The scorecard as HTML: nothing unescaped, every number there, weights to move, a chart for every reader."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

from scorecards import brief, canteen

from assistant.markdown import scorecard_blocks
from assistant.payload import scorecard_payload
from assistant.types import Criterion, Fact, Score, Scorecard
from assistant.ui.scorecard import WIDTH, chart, scorecard_html, table

HOSTILE = '<img src=x onerror="alert(1)">|](javascript:alert(1))'


def card(*facts: Fact) -> Scorecard:
    found = canteen().score(brief(*facts))
    assert found is not None
    return found


def barred() -> Scorecard:
    return card(Fact("data class", "health data"), Fact("jurisdiction", "Florida"))


def hostile() -> Scorecard:
    scores = (Score(HOSTILE, HOSTILE, 3, None, HOSTILE, HOSTILE), Score("In-house", HOSTILE, 2, None))
    criteria = (Criterion(HOSTILE, 2, HOSTILE, HOSTILE),)
    return Scorecard(HOSTILE, (HOSTILE, "In-house"), criteria, scores, HOSTILE, HOSTILE)


def test_nothing_of_a_hostile_scorecard_is_markup() -> None:
    made = scorecard_html(hostile(), 1)
    assert "<img" not in made
    assert 'onerror="' not in made
    ElementTree.fromstring(made)


def test_markdown_and_html_are_neutralised_in_markdown() -> None:
    made = "\n".join(scorecard_blocks(hostile()))
    assert "<img" not in made.replace("\\<", "")
    assert "](javascript" not in made.replace("\\](", "")


def test_every_weight_can_be_moved_and_every_score_is_there() -> None:
    found, made = card(), table(card(), 2)
    assert re.findall(r'data-weight="([^"]+)"', made) == [c.name for c in found.criteria]
    assert re.findall(r'value="(\d)"', made) == ["3", "1"]
    assert len(re.findall("data-score=", made)) == len(found.scores)
    assert re.findall(r'data-total="[^"]+">([^<]+)<', made) == [f"{found.total(o):.2f}" for o in found.ranking]
    assert all(f'aria-label="Weight of {c.name}"' in made for c in found.criteria)


def test_a_score_shows_its_source_or_says_that_it_is_ours() -> None:
    found, made = card(), scorecard_html(card(), 2)
    for citation in found.citations:
        assert f'data-cite="t2q{citation.number}"' in made
    for score in found.scores:
        assert score.citation or f"<strong>{score.option}, {score.criterion}: </strong>{score.reason}" in made


def test_the_fact_that_a_number_rests_on_stands_beside_it() -> None:
    made = table(card(Fact("scope clarity", "high"), Fact("speed", "urgent")), 1)
    assert made.count("scope clarity: high") == 1
    assert made.count("speed: urgent") == 1


def test_the_chart_has_a_bar_for_each_option_as_long_as_its_total() -> None:
    found = card()
    root = ElementTree.fromstring(chart(found, 1))
    bars = root.findall("g")
    assert [bar.find("text").text for bar in bars] == list(found.ranking)  # type: ignore[union-attr]
    for option, bar in zip(found.ranking, bars, strict=True):
        ground, *pieces = bar.findall("rect")
        assert float(ground.attrib["width"]) == WIDTH
        last = pieces[-1]
        end = float(last.attrib["x"]) + float(last.attrib["width"])
        assert abs(end - found.total(option) / 5 * WIDTH) < 1.2


def test_the_chart_tells_its_totals_to_who_does_not_see_it() -> None:
    root = ElementTree.fromstring(chart(barred(), 3))
    assert root.attrib["role"] == "img"
    named = {child.attrib["id"] for child in root if child.tag in {"title", "desc"}}
    assert set(root.attrib["aria-labelledby"].split()) == named
    assert root.find("desc").text == "In-house 4.2; Canned food 2.0; Caterer is ruled out"  # type: ignore[union-attr]


def test_an_option_that_is_ruled_out_has_no_bar_and_says_so() -> None:
    root = ElementTree.fromstring(chart(barred(), 1))
    last = root.findall("g")[-1]
    assert [t.text for t in last.findall("text")] == ["Caterer", "ruled out"]
    assert len(last.findall("rect")) == 1
    assert "ruled out" in "\n".join(scorecard_blocks(barred()))


def test_the_note_is_shown_where_there_is_one() -> None:
    assert "disagrees" not in scorecard_html(card(), 1)
    assert "The brief leans" in scorecard_html(replace(card(), note="The brief leans to cans."), 1)


def test_markdown_has_a_row_for_each_criterion_and_the_totals() -> None:
    title, decides, lines = scorecard_blocks(card())
    assert title == "### Scorecard: Lunch"
    assert decides.startswith("In-house leads")
    rows = lines.splitlines()
    assert rows[0] == "| Criterion | Weight | In-house | Caterer | Canned food |"
    assert rows[2] == "| Taste | 3 | 5 [3] | 3† | 1† |"
    assert rows[-1] == "| Total |  | 4.25 | 3.50 | 2.00 |"


def test_as_plain_data_every_score_leads_to_its_words() -> None:
    payload = scorecard_payload(card())
    words = {c["number"]: c["quote"] for c in payload["citations"]}
    assert [o["option"] for o in payload["options"]] == ["In-house", "Caterer", "Canned food"]
    cited = [s for s in payload["scores"] if s["citation"]]
    assert len(cited) == 2
    assert all(words[s["citation"]] == s["reason"] for s in cited)
