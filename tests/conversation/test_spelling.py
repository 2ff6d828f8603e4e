from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.spelling import Speller, slips
from assistant.text import words

TEXT = (
    "The vendor outsources payroll and accounting. Contractors own their intellectual property. "
    "Offshoring brings records to another country. A portal holds health data."
)
REAL = {"sailing", "portals", "contact", "vender"}
"""Words that the corpus lacks and a model knows."""


def speller() -> Speller:
    held = set(words(TEXT))
    return Speller(lambda word: word in held or word in REAL, lambda: [TEXT])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("who keeps the recrods?", "who keeps the records?"),
        ("is ofshoring cheaper", "is offshoring cheaper"),
        ("inteletual property", "intellectual property"),
        ("payrol and acounting", "payroll and accounting"),
        ("the contarctors' code", "the contractors' code"),
        ("a health potral", "a health portal"),
        ("shuold we", "should we"),
    ],
)
def test_a_slip_becomes_the_word_that_was_meant(written: str, meant: str) -> None:
    corrected = speller()(written)
    assert words(corrected) == words(meant)


@pytest.mark.parametrize(
    "text",
    [
        "who keeps the records?",
        "does sailing help?",
        "which contact is right?",
        "Payrol Inc and Venndor Ltd",
        "the PROTAL",
        "a xylophone",
        "pay-rol and re-cord",
        "rec and dat and wil",
        "",
        "24/7 🙂",
    ],
)
def test_names_real_words_and_what_is_near_nothing_are_left_alone(text: str) -> None:
    assert speller()(text) == text


def test_a_short_word_has_one_slip_and_a_long_one_two() -> None:
    assert speller()("vndoor") == "vndoor"
    assert speller()("cntractrs") == "contractors"


def test_the_nearest_word_wins_and_the_same_one_each_time() -> None:
    choose = Speller(lambda word: False, lambda: ["laden later latter"])
    assert choose("latr") == "later"
    assert {choose("lattr") for _ in range(5)} == {choose("lattr")}


def test_the_corpus_is_read_only_when_an_unknown_word_comes_and_then_once() -> None:
    read = []

    def texts() -> Iterator[str]:
        read.append(1)
        yield TEXT

    spell = Speller(lambda word: word in set(words(TEXT)), texts)
    spell("which vendor holds the records?")
    assert not read
    spell("recrods and potrals and payrol")
    assert read == [1]


def test_an_empty_corpus_corrects_towards_small_words_alone() -> None:
    spell = Speller(lambda word: False, lambda: [])
    assert spell("shuold recrods") == "should recrods"


# --- slips --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("record", "record", 0),
        ("recrod", "record", 1),
        ("recod", "record", 1),
        ("reccord", "record", 1),
        ("rekord", "record", 1),
        ("rcrod", "record", 2),
        ("", "ab", 2),
    ],
)
def test_slips_are_letters_left_out_put_in_mistaken_or_swapped(one: str, other: str, count: int) -> None:
    assert slips(one, other, 3) == count
    assert slips(other, one, 3) == count


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 9))
def test_a_limit_changes_no_count_below_it(one: str, other: str, most: int) -> None:
    exact = slips(one, other, 99)
    assert min(slips(one, other, most), most + 1) == min(exact, most + 1)
    assert (exact == 0) == (one == other)
    assert exact <= max(len(one), len(other))
