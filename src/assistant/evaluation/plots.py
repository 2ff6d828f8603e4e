"""The plots of a report: inline SVG that needs no script and takes its colours from the page.

Each function returns one `<svg>`; every label is escaped, every figure also stands in a title.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

import numpy as np

from assistant.evaluation.types import Estimate

WIDTH = 640
LEFT = 250
"""Room for labels, in the same units as the width."""


@dataclass(frozen=True, slots=True)
class Series:
    """One system's row of dots or its line; `style` is a class of the style sheet."""

    name: str
    style: str


OURS, THEIRS = "ours", "theirs"


def interval(estimate: Estimate, style: str = OURS) -> str:
    """Return a small dot with its interval on a scale from 0 to 1, for a cell of a table."""
    low, high, at = (4 + 112 * v for v in (estimate.low, estimate.high, estimate.value))
    return (
        f'<svg class="spark" viewBox="0 0 120 16" aria-hidden="true">'
        f'<line class="axis" x1="4" y1="8" x2="116" y2="8"/>'
        f'<line class="bar {style}" x1="{low:.1f}" y1="8" x2="{high:.1f}" y2="8"/>'
        f'<circle class="dot {style}" cx="{at:.1f}" cy="8" r="4"/></svg>'
    )


def by_group(groups: Mapping[str, Mapping[str, Estimate]], systems: Sequence[Series], title: str) -> str:
    """Return one row a group, one dot with its interval a system, on a scale from 0 to 1.

    Args:
        groups: estimates by system name, by group, in the order of the rows.
        systems: which to draw, in the order of the legend.
        title: what a reader who cannot see it is told.
    """
    row, top = 14 + 14 * len(systems), 8
    height = top + row * len(groups) + 26
    parts = [_grid(top, height - 26)]
    for i, (group, estimates) in enumerate(groups.items()):
        middle = top + row * i + row / 2
        n = max((e.n for e in estimates.values()), default=0)
        parts.append(f'<text x="{LEFT - 10}" y="{middle + 4:.0f}" class="label">{escape(_short(group))} ({n})</text>')
        for j, system in enumerate(systems):
            if estimate := estimates.get(system.name):
                y = middle + (j - (len(systems) - 1) / 2) * 13
                parts.append(_dot(estimate, y, system, group))
    return _svg(height, title, parts)


def latency(seconds: Mapping[str, Sequence[float]], systems: Sequence[Series], title: str) -> str:
    """Return how many answers took at most how long: one line a system, p50 and p95 marked."""
    top, bottom = 12, 190
    times = [1000 * second for found in seconds.values() for second in found if second > 0] or [1.0]
    ticks = _decades(min(times), max(times))
    low, high = log10(ticks[0]), log10(ticks[-1])

    def x(second: float) -> float:
        """Return where a time stands, on a logarithmic scale: the slow ones are few and far away."""
        share = (log10(max(second * 1000, ticks[0])) - low) / (high - low)
        return 50 + (WIDTH - 80) * share

    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = bottom - (bottom - top) * share
        parts.append(f'<line class="grid" x1="50" x2="{WIDTH - 30}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="label" x="44" y="{y + 4:.1f}">{share:.0%}</text>')
    for at in ticks:
        parts.append(f'<text class="tick" x="{x(at / 1000):.1f}" y="{bottom + 18}">{_time(at)}</text>')
    for system in systems:
        if found := sorted(seconds.get(system.name, ())):
            parts.append(_steps(found, x, top, bottom, system))
    return _svg(bottom + 28, title, parts)


def gate(bins: Sequence[Mapping[str, int]], outcomes: Sequence[tuple[str, str]], title: str) -> str:
    """Return one stacked bar for each tenth of confidence: how many questions had which outcome.

    Args:
        bins: counts by outcome, for confidence from 0 to 1 in equal steps.
        outcomes: (name, class of the style sheet) from the bottom of a bar to its top.
        title: what a reader who cannot see it is told.
    """
    top, bottom, left = 12, 190, 50
    most = max(1, *(sum(b.values()) for b in bins))
    step = (WIDTH - left - 20) / len(bins)
    parts = [f'<line class="grid" x1="{left}" x2="{WIDTH - 20}" y1="{bottom}" y2="{bottom}"/>']
    for count in sorted({0, most // 2, most}):
        y = bottom - (bottom - top) * count / most
        parts.append(f'<text class="label" x="{left - 6}" y="{y + 4:.1f}">{count}</text>')
    for i, counts in enumerate(bins):
        y = float(bottom)
        low, high = i / len(bins), (i + 1) / len(bins)
        for name, style in outcomes:
            if n := counts.get(name, 0):
                tall = (bottom - top) * n / most
                y -= tall
                said = f"<title>{n} {escape(name)}, confidence {low:.1f} to {high:.1f}</title>"
                box = f'x="{left + step * i + 3:.1f}" y="{y:.1f}" width="{step - 6:.1f}" height="{tall:.1f}"'
                parts.append(f'<rect class="{style}" {box} rx="1.5">{said}</rect>')
        parts.append(f'<text class="tick" x="{left + step * i:.1f}" y="{bottom + 18}">{low:.1f}</text>')
    parts.append(f'<text class="tick" x="{WIDTH - 20}" y="{bottom + 18}">1.0</text>')
    return _svg(bottom + 28, title, parts)


def _dot(estimate: Estimate, y: float, system: Series, group: str) -> str:
    low, high, at = (_across(v) for v in (estimate.low, estimate.high, estimate.value))
    told = f"{system.name}, {group}: {estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}], n {estimate.n}"
    return (
        f"<g><title>{escape(told)}</title>"
        f'<line class="bar {system.style}" x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<circle class="dot {system.style}" cx="{at:.1f}" cy="{y:.1f}" r="5"/></g>'
    )


def _across(share: float) -> float:
    return LEFT + (WIDTH - LEFT - 20) * share


def _grid(top: float, bottom: float) -> str:
    lines = []
    for quarter in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _across(quarter)
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>')
        lines.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 18}">{quarter:g}</text>')
    return "".join(lines)


def _steps(found: Sequence[float], x: Callable[[float], float], top: float, bottom: float, system: Series) -> str:
    """Return the distribution as a line of steps, with its median and 95th percentile."""
    points = [f"{x(found[0]):.1f},{bottom}"]
    for i, second in enumerate(found):
        before, after = (bottom - (bottom - top) * (i + more) / len(found) for more in (0, 1))
        points += [f"{x(second):.1f},{before:.1f}", f"{x(second):.1f},{after:.1f}"]
    marks = []
    for q in (50, 95):
        at, y = float(np.percentile(found, q)), bottom - (bottom - top) * q / 100
        told = f"<title>{escape(system.name)}: p{q} {at * 1000:.0f} ms</title>"
        marks.append(f'<circle class="dot {system.style}" cx="{x(at):.1f}" cy="{y:.1f}" r="5">{told}</circle>')
    return f'<polyline class="steps {system.style}" points="{" ".join(points)}"/>{"".join(marks)}'


def _decades(low: float, high: float) -> list[float]:
    """Return the 1, 2 and 5 times powers of ten around two positive figures, at least two.

    >>> _decades(37, 120)
    [20.0, 50.0, 100.0, 200.0]
    """
    first = floor(log10(low)) - 1
    steps = [m * 10.0**e for e in range(first, floor(log10(high)) + 2) for m in (1, 2, 5)]
    start = max(i for i, step in enumerate(steps) if step <= low)
    end = min(i for i, step in enumerate(steps) if step >= high and i > start)
    return steps[start : end + 1]


def _time(milliseconds: float) -> str:
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms"


def _short(label: str, most: int = 32) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
