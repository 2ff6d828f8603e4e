"""Averages and differences with their intervals."""

import numpy as np
import pytest

from assistant.evaluation.bootstrap import difference, estimate, mean, percentile

NAN = np.nan


def test_the_interval_of_a_share_is_near_that_of_theory() -> None:
    found = estimate([1.0] * 60 + [0.0] * 40)
    spread = 1.96 * (0.6 * 0.4 / 100) ** 0.5
    assert found.value == pytest.approx(0.6)
    assert found.low == pytest.approx(0.6 - spread, abs=0.02)
    assert found.high == pytest.approx(0.6 + spread, abs=0.02)
    assert found.n == 100


def test_the_same_figures_give_the_same_interval() -> None:
    assert estimate([0.1, 0.5, 0.9]) == estimate([0.1, 0.5, 0.9])


def test_percentiles_are_numpys_with_what_is_missing_left_out() -> None:
    values = np.array([0.4, NAN, 0.1, 0.3, 0.2])
    for q in (0, 50, 95, 100):
        assert percentile(q)(values) == pytest.approx(np.nanpercentile(values, q))
    assert np.isnan(percentile(50)(np.array([NAN, NAN])))


def test_pairs_make_a_small_steady_gain_certain() -> None:
    hard_and_easy = np.linspace(0, 0.9, 40)
    found = difference(hard_and_easy, hard_and_easy + 0.05)
    assert found is not None
    assert found.low > 0
    assert found.value == pytest.approx(0.05)


def test_a_gain_on_some_and_a_loss_on_others_is_not_certain() -> None:
    before = np.array([0.0, 1.0] * 10)
    found = difference(before, 1 - before)
    assert found is not None
    assert found.low < 0 < found.high


def test_a_figure_that_one_side_does_not_have_is_no_difference() -> None:
    assert difference(np.array([NAN, NAN]), np.array([1.0, NAN])) is None
    found = difference(np.array([1.0, NAN, 0.0]), np.array([1.0, 1.0, NAN]))
    assert found is not None
    assert found.n == 1


def test_an_average_counts_only_what_applies() -> None:
    assert float(mean(np.array([1.0, NAN, 0.0]))) == 0.5
