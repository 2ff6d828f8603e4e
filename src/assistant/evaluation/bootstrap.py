"""Averages with an interval, and differences between two runs with one.

The interval is the percentile bootstrap over questions: it says how far the figure would move
had other questions of the same kind been asked. Source: Efron & Tibshirani, "An Introduction to
the Bootstrap", 1993, chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.types import Estimate

Values = NDArray[np.float64]
"""Figures by question; NaN where the measure does not apply."""

Statistic = Callable[[Values], Values]
"""Folds the last axis, leaving NaN out; NaN where nothing is left."""

RESAMPLES = 2000
SEED = 20_260_731
"""Fixed, so that scoring a run again gives the same interval."""


def mean(values: Values) -> Values:
    """Return the mean over the last axis, NaN left out.

    >>> mean(np.array([[1.0, 0.0, np.nan], [np.nan] * 3]))
    array([0.5, nan])
    """
    counted = ~np.isnan(values)
    n = counted.sum(axis=-1)
    total = np.where(counted, values, 0.0).sum(axis=-1)
    return np.asarray(np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0))


def percentile(q: float) -> Statistic:
    """Return the statistic that takes the `q`-th percentile (0..100), linear between values.

    >>> percentile(50)(np.array([3.0, 1.0, np.nan, 2.0]))
    array(2.)
    """

    def at(values: Values) -> Values:
        ordered = np.sort(values, axis=-1)  # NaN goes last
        n = (~np.isnan(values)).sum(axis=-1)
        place = np.maximum(n - 1, 0) * q / 100
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, np.maximum(n - 1, 0))
        below, above = (np.take_along_axis(ordered, i[..., None], axis=-1)[..., 0] for i in (low, high))
        return np.asarray(below + (above - below) * (place - low))

    return at


def estimate(values: Sequence[float], statistic: Statistic = mean) -> Estimate:
    """Return the statistic of at least one value, with its 95 % interval and n.

    >>> estimate([1.0, 1.0, 1.0])
    Estimate(value=1.0, low=1.0, high=1.0, n=3)
    """
    figures = np.asarray(values, dtype=np.float64)
    low, high = _interval(statistic(figures[_draws(len(figures))]))
    return Estimate(float(statistic(figures)), low, high, len(figures))


def difference(before: Values, after: Values, statistic: Statistic = mean) -> Estimate | None:
    """Return the statistic of `after` minus that of `before`, paired by question; None if either is empty.

    Both have one figure a question, in the same order, shape `(questions,)`. The questions are
    drawn together, so what makes a question hard cancels out; `n` counts those measured in both.
    """
    both = int((~np.isnan(before) & ~np.isnan(after)).sum())
    value = float(statistic(after) - statistic(before))
    if np.isnan(value):
        return None
    draws = _draws(len(before))
    moved = statistic(after[draws]) - statistic(before[draws])
    low, high = _interval(moved[~np.isnan(moved)])
    return Estimate(value, low, high, both)


def _draws(n: int) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


def _interval(figures: Values) -> tuple[float, float]:
    low, high = np.percentile(figures, [2.5, 97.5])
    return float(low), float(high)
