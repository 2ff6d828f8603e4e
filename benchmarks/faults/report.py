"""docs/reliability.md, from the bars and what checking them came to."""

from __future__ import annotations

import json
from typing import Any

from bars import PARTS, ROOT, Bar

GUARDS = ROOT / "evals" / "reliability" / "guards.json"
PAGE = ROOT / "docs" / "reliability.md"

HEAD = """# What it holds to

Each promise below has a check that runs with the tests, most also one of a larger size, and the figures are what these printed on the day beside them. P0: nothing is released without it; P1: needed for use at work. This page is written by `python benchmarks/faults/run.py report`; change `benchmarks/faults/bars.toml` instead.

```sh
python benchmarks/faults/run.py            # every check at the size of the tests
python benchmarks/faults/run.py --full     # the larger sizes, more than an hour; or one: --full R1
python benchmarks/faults/guards.py         # each guard taken away: its check must fail
```

## What is not promised

- **Power loss.** What is published is flushed to the disk before it is pointed to, and a build that was killed costs nothing; but no test takes the power away, and a disk that loses what it said it had kept can damage an index. It is then found at the start and built anew from the corpus.
- **Several writers.** One process builds at a time, and one process at a time should change the corpus by the page or the API. A second builder is refused.
- **Network drives.** The lock and the conversations need a file system of this machine.
- **Distributed Chroma.** One folder, or one Chroma server. Nothing is said of Chroma's distributed form or its cloud.
- **The machine itself.** Whoever may write into the index or the data folder may change what is answered; the digests are there against damage, not against people.
- **Every order in a document.** Known forms of orders to a language model are left out of what it reads; a new form meets a model without tools, and a check of each sentence against its source. Without a language model, an answer has the sources' own sentences alone.
"""


def write_report(bars: dict[str, Bar], latest: dict[str, Any]) -> None:
    """Write the page."""
    guards = json.loads(GUARDS.read_text("utf-8")) if GUARDS.exists() else {}
    parts = [HEAD, versions(latest), missed(bars, latest)]
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
