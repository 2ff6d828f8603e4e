"""Which options a lean recommends, and why a scorecard differs."""

from __future__ import annotations

import pytest

from assistant.answering.scorecard_note import note, recommended
from assistant.types import Criterion, Score, Scorecard

WORDS = {
    "In-house": ("keep", "own staff", "not yet"),
    "Vendor": ("outsource", "vendor"),
    "Centre": ("captive",),
}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Outsource the cooking, and keep the menu.", {"Vendor", "In-house"}),
        ("Outsourced cooking fits.", {"Vendor"}),
        ("Do not outsource the cooking.", set()),
        ("Not yet, unless a vendor is near.", {"In-house"}),
        ("Use a vendor only if the cook agrees.", set()),
        ("A captive is too big a step.", set()),
        ("Neither outsource nor offshore the recipe: own staff keep it.", {"In-house"}),
        ("Guests like soup.", set()),
        ("The keeper dines.", set()),
    ],
)
def test_a_lean_recommends_what_it_neither_denies_nor_conditions(text: str, options: set[str]) -> None:
    assert recommended(text, WORDS) == options


def card(**more: object) -> Scorecard:
    values = {("In-house", "Taste"): 5, ("Vendor", "Taste"): 2, ("In-house", "Speed"): 1, ("Vendor", "Speed"): 2}
    scores = tuple(Score(o, c, v, None, "core: core" if c == "Taste" else "") for (o, c), v in values.items())
    return Scorecard("Lunch", ("In-house", "Vendor"), (Criterion("Taste", 3), Criterion("Speed", 1)), scores, **more)  # type: ignore[arg-type]


def test_no_note_where_the_leader_is_among_what_the_brief_recommends() -> None:
    assert note(card(leans=("In-house",))) == note(card(leans=("In-house", "Vendor"))) == note(card()) == ""


def test_the_note_names_what_puts_the_leader_ahead_and_the_fact_it_rests_on() -> None:
    assert note(card(leans=("Vendor",))) == (
        "The brief leans to Vendor; the scorecard puts In-house first for "
        "Taste (5 against 2, weight 3, in a case with core: core)."
    )


def test_the_note_says_that_the_case_rules_out_what_the_brief_leans_to() -> None:
    barred = (Score("Vendor", "Taste", 0, None, barred=True), Score("In-house", "Taste", 1, None))
    ruled_out = Scorecard("Lunch", ("Vendor", "In-house"), (Criterion("Taste", 3),), barred, leans=("Vendor",))
    assert note(ruled_out) == (
        "The brief leans to Vendor, which this case rules out; In-house is the best of what is left."
    )
