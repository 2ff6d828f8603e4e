"""The arithmetic of other weights and facts, held against brute force."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scorecards import brief, canteen

from assistant.answering.scorecard_decides import decides, fact_flips, weight_flip, with_weights, with_what_if
from assistant.errors import BadInput
from assistant.scorecard_file import MOST
from assistant.types import Criterion, Fact, Score, Scorecard, WhatIf

OPTIONS = ("Kitchen", "Caterer", "Cans", "Fasting")
NAMES = ("Taste", "Speed", "Price", "Peace")
WHOLE = st.integers(0, MOST)


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    options = OPTIONS[: draw(st.integers(2, 4))]
    criteria = tuple(Criterion(name, draw(WHOLE)) for name in NAMES[: draw(st.integers(1, 4))])
    scores = tuple(Score(o, c.name, draw(WHOLE), None) for o in options for c in criteria)
    what_ifs = tuple(
        WhatIf(fact, "so", scores=(Score(draw(st.sampled_from(options)), criteria[0].name, draw(WHOLE), None),))
        for fact in ("core", "size")
    )
    return Scorecard("Lunch", options, criteria, scores, what_ifs=what_ifs)


def weighted(card: Scorecard) -> bool:
    return any(c.weight for c in card.criteria)


def moved(card: Scorecard, name: str, weight: float) -> Scorecard:
    return with_weights(card, {name: weight})


@settings(deadline=None)
@given(cards())
def test_a_total_is_the_weighted_mean_and_lies_between_the_scores(card: Scorecard) -> None:
    for option in card.options:
        scores = {s.criterion: s.value for s in card.scores if s.option == option}
        if not weighted(card):
            assert card.total(option) == 0
            continue
        whole = sum(c.weight for c in card.criteria)
        assert card.total(option) == pytest.approx(sum(c.weight * scores[c.name] for c in card.criteria) / whole)
        assert min(scores.values()) - 1e-9 <= card.total(option) <= max(scores.values()) + 1e-9


@settings(deadline=None)
@given(cards(), st.data())
def test_a_better_score_never_makes_a_total_or_a_rank_worse(card: Scorecard, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(card.scores) - 1))
    score = card.scores[place]
    better = replace(score, value=data.draw(st.integers(int(score.value), MOST)))
    after = replace(card, scores=(*card.scores[:place], better, *card.scores[place + 1 :]))
    assert after.total(score.option) >= card.total(score.option) - 1e-9
    assert after.ranking.index(score.option) <= card.ranking.index(score.option)


@settings(deadline=None)
@given(cards())
def test_weights_in_the_same_ratio_rank_alike(card: Scorecard) -> None:
    doubled = replace(card, criteria=tuple(replace(c, weight=2 * c.weight) for c in card.criteria))
    assert doubled.ranking == card.ranking


@settings(deadline=None)
@given(cards())
def test_the_named_weight_really_makes_the_named_option_lead_and_no_smaller_change_does(card: Scorecard) -> None:
    flip = weight_flip(card)
    found = [
        (abs(weight - c.weight), c.name, weight, moved(card, c.name, weight).ranking[0])
        for c in card.criteria
        for weight in range(MOST + 1)
        if moved(card, c.name, weight).ranking[0] != card.ranking[0]
    ]
    if flip is None:
        assert not found
        return
    smallest = min(size for size, *_ in found)
    named = [f for f in found if f[3] == flip.leader and flip.words.startswith(f"{f[1]} ")]
    told = [f for f in named if f"weighed {f[2]} instead" in flip.words or (f[2] == 0 and "nothing" in flip.words)]
    assert [size for size, *_ in told] == [smallest]


@settings(deadline=None)
@given(cards())
def test_the_named_facts_really_make_the_named_option_lead(card: Scorecard) -> None:
    leaders = {w.fact: with_what_if(card, w).ranking[0] for w in card.what_ifs}
    turning = [leader for leader in leaders.values() if leader != card.ranking[0]]
    assert [flip.leader for flip in fact_flips(card)] == turning


@settings(deadline=None)
@given(cards())
def test_the_line_is_one_line_and_names_the_leader(card: Scorecard) -> None:
    line = decides(card)
    assert "\n" not in line
    assert line.endswith(".")
    assert (card.ranking[0] in line) is weighted(card)


def test_the_line_says_what_a_reader_would() -> None:
    card = canteen().score(brief())
    assert card is not None
    assert card.decides == (
        "In-house leads by 0.8; Caterer would lead if Taste weighed 1 instead of 3, or if scope clarity were high, "
        "or if the case were urgent."
    )


def test_other_weights_give_another_ranking_and_another_line() -> None:
    card = canteen().score(brief())
    assert card is not None
    other = with_weights(card, {"Speed": 5})
    assert (card.ranking[0], other.ranking[0]) == ("In-house", "Caterer")
    assert other.decides.startswith("Caterer leads by ")
    assert with_weights(other, {"Speed": 1}).ranking == card.ranking


def test_a_weight_that_the_reader_set_stays_under_any_fact() -> None:
    card = canteen().score(brief())
    assert card is not None
    set_by_reader = with_weights(card, {"Speed": 0})
    (urgent,) = [w for w in set_by_reader.what_ifs if w.fact == "speed"]
    assert [c.weight for c in with_what_if(set_by_reader, urgent).criteria] == [3, 0]


@pytest.mark.parametrize("weights", [{"Taste": 6}, {"Taste": -1}, {"Taste": float("nan")}, {"Colour": 1}])
def test_weights_that_there_are_not_are_refused(weights: dict[str, float]) -> None:
    card = canteen().score(brief())
    assert card is not None
    with pytest.raises(BadInput):
        with_weights(card, weights)


def test_what_the_case_rules_out_is_said_with_its_fact_and_never_leads() -> None:
    card = canteen().score(brief(Fact("data class", "health data"), Fact("jurisdiction", "Florida")))
    assert card is not None
    assert card.decides.endswith("Ruled out: Caterer (data class: health data; jurisdiction: Florida).")
    assert all(with_weights(card, {"Speed": w, "Taste": t}).ranking[0] != "Caterer" for w in range(6) for t in range(6))


def test_without_weights_nothing_leads() -> None:
    card = canteen().score(brief())
    assert card is not None
    assert with_weights(card, {"Taste": 0, "Speed": 0}).decides == "No criterion has a weight, so nothing leads."
