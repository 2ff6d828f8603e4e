"""docs/reliability.md, from the bars and what checking them came to."""

from __future__ import annotations

import json
from typing import Any

from bars import PARTS, ROOT, Bar

GUARDS = ROOT / "evals" / "reliability" / "guards.json"
HEAD = ROOT / "benchmarks" / "faults" / "head.md"
PAGE = ROOT / "docs" / "reliability.md"


def write_report(bars: dict[str, Bar], latest: dict[str, Any]) -> None:
    """Write the page."""
    guards = json.loads(GUARDS.read_text("utf-8")) if GUARDS.exists() else {}
    parts = [HEAD.read_text("utf-8"), versions(latest), missed(bars, latest)]
    for letter, title in PARTS.items():
        rows = [promise(bar, latest["bars"].get(bar.id, {}), guards) for bar in bars.values() if bar.id[0] == letter]
        parts.append(f"## {title}\n\n" + "\n".join(rows))
    PAGE.write_text("\n".join(parts).rstrip() + "\n", "utf-8")
    print(PAGE.relative_to(ROOT))


def versions(latest: dict[str, Any]) -> str:
    machines = sorted({row["machine"] for bar in latest["bars"].values() for row in bar.values()})
    named = ", ".join(f"{name} {number}" for name, number in latest["versions"].items())
    return f"Measured on {' and '.join(machines)}, with {named}.\n"


def missed(bars: dict[str, Bar], latest: dict[str, Any]) -> str:
    """Return the bars that a check missed or that no check has reached yet."""
    rows = []
    for bar in bars.values():
        results = latest["bars"].get(bar.id, {})
        if not results:
            rows.append(f"- {bar.id}: not checked yet; `{bar.check or bar.full}`.")
        elif not all(row["passed"] for row in results.values()):
            rows.append(f"- {bar.id}: missed; the figures and what comes next are below.")
    return "## What is missed\n\n" + ("\n".join(rows) or "Nothing of what follows.") + "\n"


def promise(bar: Bar, results: dict[str, Any], guards: dict[str, Any]) -> str:
    """Return the paragraph of one promise."""
    rows = [f"### {bar.id} ({bar.level})", "", bar.promise, ""]
    if (small := results.get("check")) and bar.check:
        rows.append(figures(small, "with the tests"))
    if bar.full and (large := results.get("full")):
        rows.append(f"{figures(large, 'in full')} `{bar.full}`")
    elif bar.full:
        rows.append(f"- in full: not run yet, about {bar.minutes:g} minutes. `{bar.full}`")
    taken = [row for name, row in guards.items() if name.partition(".")[0] == bar.id and row["outcome"] == "red"]
    rows.extend(f"- The check fails when {row['without']} (`{row['file']}`)." for row in taken)
    if bar.open:
        rows.append(f"- {bar.open}")
    return "\n".join(rows) + "\n"


def figures(row: dict[str, Any], size: str) -> str:
    verdict = "" if row["passed"] else "**missed**: "
    return f"- {size}, {row['date']}: {verdict}{'; '.join(row['figures']).rstrip('.')}."
