"""A claim beside one sentence of its evidence, read as a sceptical lawyer reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answering.verifying.check import Carrier, check
from assistant.answering.verifying.parts import parts
from assistant.answering.verifying.quantities import quantities

SET = Path(__file__).parents[2] / "evals" / "verification" / "planted.jsonl"

TRUE = [
    ("Guests must leave by 11.", "By 11, guests must leave."),
    ("The fee is fifteen percent.", "The fee is 15%."),
    ("The rule has applied since July 1, 2023.", "Since 1 July 2023 the rule has applied."),
    ("The rule has applied since July 2023.", "Since 1 July 2023 the rule has applied."),
    ("Repairs cost about US$5.2m.", "Repairs cost about US$5.2 million."),
    ("A lease runs for one year after signature.", "A lease runs for twelve months after signature."),
    ("The code is not the client's.", "The code isn't the client's."),
    ("A business associate agreement is needed.", "A BAA is needed."),
    ("A BAA is needed.", "A business associate agreement is needed."),
    ("Vendors are barred from the roof.", "The house rules bar vendors from the roof."),
    ("The vendor does not have to replace lamps.", "The vendor need not replace lamps."),
    ("The lamp is repaired by the vendor.", "The vendor repairs the lamp."),
    ("Without a deposit, no key is given out.", "A key needs a deposit, and no key is given out before it."),
    ("Wage tax stays with the employer.", "Wage tax remains with the employer, whatever the contract says."),
]

FALSE = [
    ("The fee is 51%.", "The fee is 15%."),
    ("The fee is 15%.", "The fee is up to 15%."),
    ("The fee is at least 15%.", "The fee is at most 15%."),
    ("The fee is 15 dollars.", "The fee is 15 euros."),
    ("The deposit is 5 billion.", "The deposit is 5 million."),
    ("The notice is 30 months.", "The notice is 30 days."),
    ("The rule has applied since August 2023.", "Since 1 July 2023 the rule has applied."),
    ("The fee is 20% for guests and 10% for staff.", "The fee is 10% for guests and 20% for staff."),
    ("Guests must leave by 11.", "Guests should leave by 11."),
    ("Guests must leave by 11.", "Guests may leave by 11."),
    ("The law taxes hotel beds.", "A proposed law would tax hotel beds."),
    ("Towels are changed.", "Towels are usually changed."),
    ("All towels are changed daily.", "Towels are changed daily."),
    ("Towels are only changed on Mondays.", "Towels are changed on Mondays."),
    ("Towels are changed on request.", "Towels are not changed on request."),
    ("Towels are not changed on request.", "Towels are changed on request."),
    ("Florida taxes hotel beds.", "Texas taxes hotel beds."),
    ("The Hilton taxes beds.", "The city taxes beds."),
    ("Lift costs fall with every floor.", "Lift costs rise with every floor."),
    ("Guests pay before they leave the bar.", "Guests pay after they leave the bar."),
    ("The client repairs the lamp.", "The vendor repairs the lamp."),
    ("The client pays the vendor.", "The vendor pays the client."),
    ("Linen is cheaper than wool.", "Wool is cheaper than linen."),
    ("The lease ends in May.", "The lease ends in May unless the tenant extends it."),
    ("The pool closes at night and guards patrol the fence.", "The pool closes at night."),
    ("The pool closes at night, which insurers demand in writing.", "The pool closes at night."),
    ("Rooms are soundproof.", "The brochure says rooms are soundproof."),
    (
        "Small rooms face the yard, and large rooms face the street.",
        "Small rooms face the street, and large rooms face the yard.",
    ),
    ("Keep the kitchen and outsource the laundry.", "Outsource the kitchen and keep the laundry."),
]


@pytest.mark.parametrize(("claim", "evidence"), TRUE)
def test_the_same_in_other_words_is_supported(claim: str, evidence: str) -> None:
    assert check(claim, evidence).reasons == ()


@pytest.mark.parametrize(("claim", "evidence"), FALSE)
def test_what_the_evidence_does_not_say_is_refused(claim: str, evidence: str) -> None:
    assert check(claim, evidence).reasons


def test_the_figure_of_one_sentence_with_the_subject_of_another_is_refused() -> None:
    premise = [Carrier("The sauna opens at 7."), Carrier("The kitchen was built in 1990 by the owner.")]
    assert check("The sauna opens at 7, and the kitchen was built in 1990.", premise).supported
    assert not check("The sauna was built in 1990.", premise).supported


def test_a_heading_may_name_the_subject_and_nothing_else() -> None:
    assert check("In Spain the tax is due in May.", [Carrier("The tax is due in May.", "Taxes in Spain")]).supported
    assert not check("The Hilton was built in 1990.", [Carrier("The yard was built in 1990.", "The Hilton")]).supported
    headed = Carrier("A tenant's deposit never covers what a guest breaks.", "Deposits that match rent, not damage")
    assert not check("Deposits match rent, not damage.", [headed]).supported


def test_evidence_that_is_missing_carries_nothing() -> None:
    assert not check("Towels are changed.", "").supported


def test_a_claim_scores_higher_beside_what_it_says() -> None:
    premise = "Towels are changed on Mondays. The pool closes at night."
    said, other, near = (
        check(claim, premise).score
        for claim in ("The pool is closed at night.", "Helicopters land at noon.", "The pool never closes at night.")
    )
    assert said > near > other


def test_parts_share_the_subject_of_the_first() -> None:
    assert ("Linen is washed", "Linen must be dry by six.") in list(parts("Linen is washed and must be dry by six."))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("US$350,000 to 900,000", [("money", 350_000, "usd"), ("money", 900_000, "usd")]),
        ("190 to 193 million people", [("number", 190e6, ""), ("number", 193e6, "")]),
        ("a 24-hour notice and two-thirds of it", [("time", 24, "hour"), ("share", 200 / 3, "")]),
        ("45 CFR 164.410", [("number", 45, ""), ("number", 164.41, "")]),
        ("may close on 3 May 2026", [("date", 0, "")]),
        ("two weeks", [("time", 14, "day")]),
    ],
)
def test_figures_are_read_in_every_spelling(text: str, found: list[tuple[str, float, str]]) -> None:
    assert [(q.kind, pytest.approx(q.value), q.unit) for q in quantities(text)] == found


def lines() -> list[dict]:
    return [json.loads(line) for line in SET.read_text("utf-8").splitlines()]


def test_the_set_has_enough_of_every_kind() -> None:
    kinds = [line["kind"] for line in lines() if line["label"] == "planted"]
    for kind in ("number", "name", "negation", "modality", "jurisdiction", "source", "merged"):
        assert kinds.count(kind) >= 25
    by_hand = [line for line in lines() if line["label"] == "true" and line["made"] == "hand"]
    assert len(by_hand) >= 120
    assert not any(line["claim"] == place["quote"] for line in by_hand for place in line["cites"])


def test_by_rules_alone_planted_errors_are_caught_and_true_sentences_kept() -> None:
    refused: dict[str, list[bool]] = {"planted": [], "true": []}
    for line in lines():
        if line["made"] == "hand":
            verdict = check(line["claim"], [Carrier(place["quote"]) for place in line["cites"]])
            refused[line["label"]].append(not verdict.supported)
    assert sum(refused["planted"]) / len(refused["planted"]) >= 0.93
    assert sum(refused["true"]) / len(refused["true"]) <= 0.08
