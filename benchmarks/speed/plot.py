"""The growth as a picture: two panels over the number of passages, both axes logarithmic."""

from __future__ import annotations

from math import ceil, floor, log10
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SCALE = 2
WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 45
INK, GRID, COLOURS = "#1b1b1b", "#d8d8d8", ("#0b62a4", "#c2410c", "#3f7d20", "#7a3f9d")

PANELS = (
    ("Question, ms", (("p95", lambda r: r["question"]["p95"]), ("median", lambda r: r["question"]["p50"]))),
    ("Build and start, s", (("build", lambda r: r["build_seconds"]), ("start", lambda r: r["start_seconds"]))),
    ("Memory and disk, MB", (("memory", lambda r: r["megabytes"]["most"]), ("disk", lambda r: r["disk_megabytes"]))),
    ("Search alone, ms", (("exact", lambda r: r["exact_ms"]), ("Chroma", lambda r: r["chroma_ms"]))),
)


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Write a PNG with four panels."""
    picture = Image.new("RGB", (2 * WIDTH * SCALE, 2 * HEIGHT * SCALE), "white")
    pen = ImageDraw.Draw(picture)
    for place, (title, lines) in enumerate(PANELS):
        at = (place % 2 * WIDTH, place // 2 * HEIGHT)
        points = {name: [(r["passages"], max(float(of(r)), 1e-2)) for r in rows] for name, of in lines}
        _panel(pen, at, title, points)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, optimize=True)


def _panel(pen: Any, at: tuple[int, int], title: str, lines: dict[str, list[tuple[float, float]]]) -> None:
    font = ImageFont.load_default(12 * SCALE)
    xs = [log10(x) for points in lines.values() for x, _ in points]
    ys = [log10(y) for points in lines.values() for _, y in points]
    low_x, high_x, low_y, high_y = floor(min(xs)), max(ceil(max(xs)), floor(min(xs)) + 1), floor(min(ys)), ceil(max(ys))
    high_y = max(high_y, low_y + 1)

    def spot(x: float, y: float) -> tuple[float, float]:
        across = at[0] + LEFT + (x - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)
        down = at[1] + HEIGHT - BOTTOM - (y - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)
        return across * SCALE, down * SCALE

    pen.text(((at[0] + LEFT) * SCALE, (at[1] + 10) * SCALE), title, INK, font)
    for y in range(low_y, high_y + 1):
        pen.line([spot(low_x, y), spot(high_x, y)], GRID, SCALE)
        pen.text((spot(low_x, y)[0] - 8 * SCALE, spot(low_x, y)[1]), f"{10.0**y:g}", INK, font, "rm")
    for x in range(low_x, high_x + 1):
        pen.line([spot(x, low_y), spot(x, high_y)], GRID, SCALE)
        pen.text((spot(x, low_y)[0], spot(x, low_y)[1] + 8 * SCALE), f"{10**x:,}", INK, font, "mt")
    for (name, points), colour in zip(lines.items(), COLOURS, strict=False):
        spots = [spot(log10(x), log10(y)) for x, y in points]
        pen.line(spots, colour, 2 * SCALE)
        for x, y in spots:
            pen.ellipse([x - 3 * SCALE, y - 3 * SCALE, x + 3 * SCALE, y + 3 * SCALE], colour)
        pen.text((spots[-1][0], spots[-1][1] - 6 * SCALE), name, colour, font, "rb")
