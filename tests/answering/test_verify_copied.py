"""One word changed in a copied sentence: the shortest lie, and the one that words in common hide best."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from writers import in_other_words

from assistant.answering.verifying.check import Carrier, check

SET = Path(__file__).parents[2] / "evals" / "verification" / "planted.jsonl"

TURNED = [
    ("A guest may report a theft without undue delay.", "A guest must report a theft without undue delay."),
    ("Keys must be copied by the porter, and must stay here.", "Keys may be copied by the porter, and must stay here."),
    ("The lift will stop at the third floor at night.", "The lift may stop at the third floor at night."),
    (
        "Lifts save time in all buildings, but never all of it.",
        "Lifts save time in some buildings, but never all of it.",
    ),
    ("A tenant needs proof of payment, only a lease.", "A tenant needs proof of payment, not only a lease."),
    ("Ask first whose luggage it is not, and where it stands.", "Ask first whose luggage it is, and where it stands."),
    ("Do put the linen and the towels in one bag.", "Do not put the linen and the towels in one bag."),
    ("The loft is not right for a family with a piano.", "The loft is right for a family with a piano."),
    ("The lease is not more than a promise to a tenant.", "The lease is more than a promise to a tenant."),
    ("Not yet, unless the porter can not read the meter.", "Not yet, unless the porter can read the meter."),
    (
        "Give each porter the fewest keys that the work may use.",
        "Give each porter the fewest keys that the work needs.",
    ),
    ("A loft let for a month is never a home.", "A loft let for a month is generally not a home."),
    (
        "The lease must name the heirs, or the client loses it.",
        "The lease must name the heirs, or the landlord loses it.",
    ),
]

SAME = [
    ("A guest has to report a theft without undue delay.", "A guest must report a theft without undue delay."),
    ("The towels typically come back by noon on Mondays.", "The towels usually come back by noon on Mondays."),
    ("Only if the porter can read the meter.", "Not yet, unless the porter can read the meter."),
    ("Hold back the key until noon if the guest cannot pay.", "If the guest cannot pay, hold back the key until noon."),
    ("Guests can't be heard in the yard without a key.", "Without a key, guests cannot be heard in the yard."),
    ("Each guest gets a key of the side door.", "Every guest gets a key of the side door."),
    ("Provider-published rates are US$35 a night.", "Vendor-published rates are US$35 a night."),
    ("Outsource the linen, and retain what guests purchase.", "Outsource the linen, and keep what guests buy."),
]


@pytest.mark.parametrize(("claim", "evidence"), TURNED)
def test_a_copy_with_its_sense_turned_is_refused(claim: str, evidence: str) -> None:
    assert check(claim, evidence).reasons


@pytest.mark.parametrize(("claim", "evidence"), SAME)
def test_a_copy_with_a_word_of_the_same_sense_is_kept(claim: str, evidence: str) -> None:
    assert check(claim, evidence).reasons == ()


def test_a_turned_copy_is_not_saved_by_a_second_sentence_that_says_half_of_it() -> None:
    premise = [Carrier("The bar opens at six, and guests must show a key."), Carrier("The bar opens at six.")]
    assert not check("The bar opens at six, and guests may show a key.", premise).supported


def quotes() -> list[str]:
    lines = (json.loads(line) for line in SET.read_text("utf-8").splitlines())
    return sorted({place["quote"] for line in lines for place in line["cites"] if place["quote"].endswith(".")})


def turned(text: str) -> list[str]:
    """Return the sentence with each "not" taken out, one put after each verb, and each duty made another."""
    verbs = list(re.finditer(r"\b(?:is|are|must|can|may|should|will|has|have|was|were)\b", text))
    nots = re.finditer(r"\b(?:do |does |did )?not ", text)
    words = (
        ("may", "must"),
        ("can", "must"),
        ("must", "may"),
        ("should", "must"),
        ("often", "always"),
        ("some", "all"),
    )
    return (
        [f"{text[: m.end()]} not{text[m.end() :]}" for m in verbs]
        + [text[: m.start()] + text[m.end() :] for m in nots]
        + [text[: m.start()] + new + text[m.end() :] for old, new in words for m in re.finditer(rf"\b{old}\b", text)]
    )


def test_no_word_that_turns_a_sentence_of_the_corpus_passes() -> None:
    pairs = [(lie, text) for text in quotes()[::2] for lie in turned(text)]
    assert len(pairs) > 250
    assert [(lie, text) for lie, text in pairs if check(lie, [Carrier(text)]).supported] == []


def test_light_paraphrases_of_the_corpus_pass() -> None:
    pairs = [(in_other_words(text, random.Random(0)), text) for text in quotes()[1::2]]
    pairs = [(claim, text) for claim, text in pairs if claim != text]
    refused = [(claim, text) for claim, text in pairs if not check(claim, [Carrier(text)]).supported]
    assert len(pairs) > 80
    assert len(refused) <= 0.02 * len(pairs), refused
