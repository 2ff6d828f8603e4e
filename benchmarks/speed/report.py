"""`docs/performance.md` from the files of the parts. Measures nothing."""

from __future__ import annotations

import json
import tomllib
from math import log
from pathlib import Path
from typing import Any

from speed.measure import RESULTS, ROOT
from speed.plot import draw

PARTS = ("start", "warm", "build", "growth", "peers")
REASONS = Path(__file__).with_name("reasons.toml")
PICTURE = "images/growth.png"
Table = list[list[str]]
HEAD = """# Performance

Made by `python benchmarks/performance.py report` from `evals/performance/`; the figures are measured by the other \
parts of that command, one at a time, on a machine that should do nothing else; what did run beside them is told in \
`evals/LOG.md`.
"""


def report(results: Path = RESULTS, docs: Path = ROOT / "docs", reasons: Path = REASONS) -> list[str]:
    """Write the page and its picture; return the missed bars that have no reason."""
    found = {part: json.loads(path.read_text("utf-8")) for part in PARTS if (path := results / f"{part}.json").exists()}
    known = tomllib.loads(reasons.read_text("utf-8"))
    missed = [bar for stored in found.values() for bar in stored["bars"] if not bar["met"]]
    parts = [HEAD, _bars(found), _missed(missed, known)]
    for part, write in (("start", _start), ("warm", _warm), ("build", _build), ("growth", _growth), ("peers", _peers)):
        if part in found:
            parts.append(write(found[part]))
    if "growth" in found:
        draw(found["growth"]["rows"], docs / PICTURE)
    parts.append(_machines(found))
    docs.mkdir(parents=True, exist_ok=True)
    (docs / "performance.md").write_text("\n".join(part for part in parts if part).rstrip() + "\n", "utf-8")
    return [bar["id"] for bar in missed if bar["id"] not in known]


def table(head: list[str], rows: Table) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def number(value: float) -> str:
    """Return a figure as people read it: three significant figures, no more."""
    if value and abs(value) < 0.01:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _bars(found: dict[str, Any]) -> str:
    rows = [
        [bar["what"], f"{'≥' if bar['least'] else '≤'} {number(bar['bar'])} {bar['unit']}", number(bar["figure"]),
         "yes" if bar["met"] else "**no**", stored["date"]]
        for stored in found.values() for bar in stored["bars"]
    ]  # fmt: skip
    return "## Bars\n\n" + table(["what", "bar", "figure", "met", "measured"], rows)


def _missed(missed: list[dict[str, Any]], known: dict[str, Any]) -> str:
    told = [
        f"- **{bar['what']}**: {known[bar['id']]['reason']} Next: {known[bar['id']]['next']}"
        for bar in missed
        if bar["id"] in known
    ]
    return "### What misses its bar\n\n" + "\n".join(told) + "\n" if told else ""


def _start(stored: dict[str, Any]) -> str:
    heavy = f"Of torch and its like it has imported: {', '.join(stored['heavy']) or 'none'}."
    seconds = ", ".join(number(s) for s in stored["ask"]["seconds"])
    return (
        "## Start\n\n"
        f"`assistant ask` as a process of its own, {stored['ask']['n']} times: {seconds} s. The page after `make run`, "
        f"all installed and the index up to date, seen by {stored['page_seen_by']}: served after "
        f"{', '.join(number(s) for s in stored['page_first_get'])} s, its field usable after "
        f"{', '.join(number(s) for s in stored['page_usable'])} s. {heavy}\n"
    )


def _warm(stored: dict[str, Any]) -> str:
    named = {"warm": "a warm question", "first": "asked for the first time", "embedding": "its embedding alone"}
    rows = [[told, *_spread(stored[key])] for key, told in named.items()]
    rows += [[f"warm: {form}", *_spread(values)] for form, values in stored["by_form"].items()]
    rows += [[f"stage: {stage}", *_spread(values)] for stage, values in stored["by_stage"].items()]
    return (
        f"## A warm question\n\nEvery question of `{stored['questions']}` over {stored['passages']:,} passages, with "
        "one thread; milliseconds. The second time, the vectors of questions were forgotten, so that embedding counts. "
        f"Of the search, comparing every vector takes {number(stored['exact_ms'])} ms, Chroma's graph "
        f"{number(stored['chroma_ms'])} ms.\n\n" + table(["what", "n", "median", "p95", "most"], rows)
    )


def _build(stored: dict[str, Any]) -> str:
    changed, steps = stored["changed"], stored["steps"]
    rows = [[step, number(seconds)] for step, seconds in steps.items()]
    told = (
        f"## Building\n\n{stored['passages']:,} generated passages: the bare encoder does {number(stored['bare_rate'])} "
        f"a second, the build's embedding {number(stored['embedding_rate'])}, the whole build with its start, its store and "
        f"its check {number(stored['whole_rate'])} ({stored['whole_share']:.0%}).\n\n"
        + table(["step", "s"], rows)
        + "\n"
        f"Of {changed['files']} files: all of them {number(changed['full'])} s, one changed {number(changed['changed'])} s, "
        f"none {number(changed['nothing'])} s.\n\n"
    )
    halves = stored["precision"]
    if "why" in halves:
        return told + f"bfloat16 was not measured: {halves['why']}.\n"
    rows = [
        [name, number(row["rate"]), f"{row['least_cosine']:.5f}", f"{row['ndcg@10']:.4f}"]
        for name, row in halves.items()
        if isinstance(row, dict)
    ]
    faster = max(halves["autocast"]["rate"], halves["bfloat16"]["rate"]) / halves["float32"]["rate"]
    used = "not used: it is no faster here" if faster < 1.2 else "not used yet, though it would be faster here"
    return (
        told + f"bfloat16 over {halves['texts']:,} documents of SciFact, {used}. It would count where the processor "
        "multiplies matrices of it (AMX); with AVX-512 alone, converting eats the gain.\n\n"
        + table(["precision", "texts a second", "least cosine with float32", "nDCG@10"], rows)
    )  # fmt: skip


def _growth(stored: dict[str, Any]) -> str:
    rows = [
        [f"{r['passages']:,}", number(r["build_seconds"]), number(r["start_seconds"]), number(r["question"]["p50"]),
         number(r["question"]["p95"]), number(r["megabytes"]["most"]), number(r["megabytes"]["own"]),
         number(r["disk_megabytes"]), number(r["exact_ms"]), number(r["chroma_ms"]), f"{r['chroma_recall']:.3f}"]
        for r in stored["rows"]
    ]  # fmt: skip
    head = ["passages", "build, s", "start, s", "question, ms", "p95, ms", "memory, MB", "of it own, MB", "disk, MB",
            "exact, ms", "Chroma, ms", "Chroma's recall@10"]  # fmt: skip
    return (
        "## Growth\n\nGenerated text, one passage a record, words drawn by Zipf's law from the model's vocabulary; seeded.\n\n"
        + table(head, rows)
        + f"\n![Question, build, memory and search over the number of passages]({PICTURE})\n\n"
        + _million(stored["rows"])
    )


def _million(rows: list[dict[str, Any]]) -> str:
    """Say what the last two sizes promise of a million, each figure by its own slope."""
    if len(rows) < 2:
        return ""
    a, b = rows[-2], rows[-1]
    decades = log(1_000_000 / b["passages"]) / log(b["passages"] / a["passages"])

    def at_a_million(of: Any) -> str:
        return number(of(b) * (max(of(b), 1e-9) / max(of(a), 1e-9)) ** decades)

    return (
        f"By the slope between {a['passages']:,} and {b['passages']:,}, a million passages would take "
        f"{at_a_million(lambda r: r['build_seconds'])} s to build, {at_a_million(lambda r: r['question']['p95'])} ms for "
        f"the 95th percentile of a question, {at_a_million(lambda r: r['megabytes']['most'])} MB of memory and "
        f"{at_a_million(lambda r: r['disk_megabytes'])} MB of disk. This is drawn from the curve, not measured. Every "
        "process that serves holds the graph in its own memory; from where two of them do not fit, or where several "
        "machines serve, the passages belong in a Chroma server (`ASSISTANT_CHROMA_URL`), which holds it once.\n"
    )


def _peers(stored: dict[str, Any]) -> str:
    systems, shares = stored["systems"], stored["ratios"]
    columns = (("install_seconds", "install, s"), ("install_megabytes", "installed, MB"), ("packages", "packages"),
               ("start_seconds", "start, s"), ("index_seconds", "index, s"), ("disk_megabytes", "disk, MB"))  # fmt: skip
    rows = [
        [
            name,
            *(number(row[key]) if key in row else "–" for key, _ in columns),
            *(_ms(row, k) for k in ("ms", "answer_ms")),
        ]
        for name, row in systems.items()
        if "failed" not in row
    ]
    head = ["system", *(told for _, told in columns), "search p50 / p95, ms", "whole answer p50 / p95, ms"]
    told = (
        f"## Side by side\n\nThe same encoder and the same {stored['documents']:,} documents of SciFact; each peer as its "
        "own documentation begins, in an environment of its own. A start is a process to its first hits. Ours cuts "
        "documents into passages, checks what it has built, and has the page and the records in its installation.\n\n"
        + table(head, rows)
    )
    failed = [
        f"{name} could not be installed: `{row['failed'][-160:]}`" for name, row in systems.items() if "failed" in row
    ]
    told += "\n" + "\n".join(failed) + "\n"
    rows = [
        [name, _interval(row["question"]), *(number(row[k]) if k in row else "–" for k, _ in columns[:2]),
         *(number(row[k]) if k in row else "–" for k in ("start_seconds", "index_seconds"))]
        for name, row in shares.items()
    ]  # fmt: skip
    told += "Theirs divided by ours; above 1, ours takes less.\n\n" + table(
        ["system", "search, median (95 % interval)", "install time", "install size", "start", "index"], rows
    )
    for name, row in stored["quality"].items():
        lines = [
            [system, f"{v['ndcg@10']:.4f}", _interval(v["to_ours"]) if v["to_ours"] else "–"]
            for system, v in row["systems"].items()
        ]
        told += (
            f"\n{name}, {row['documents']:,} documents, {row['queries']:,} questions; the question alone is given, the "
        )
        told += "vectors are worked out once and shared.\n\n" + table(
            ["system", "nDCG@10", "to ours (95 % interval)"], lines
        )
    return told


def _ms(row: dict[str, Any], key: str) -> str:
    return f"{number(row[key]['p50'])} / {number(row[key]['p95'])}" if key in row else "–"


def _interval(share: dict[str, float]) -> str:
    return f"{number(share['ratio'])} ({number(share['low'])} to {number(share['high'])})"


def _spread(values: dict[str, float]) -> list[str]:
    return [f"{values['n']:.0f}", number(values["p50"]), number(values["p95"]), number(values["most"])]


def _machines(found: dict[str, Any]) -> str:
    lines = []
    for part, stored in found.items():
        m = stored["machine"]
        packages = ", ".join(f"{name} {version}" for name, version in m["packages"].items())
        lines.append(
            f"- `{part}`, {stored['date']}: {m['processor']}, {m['cores']} cores ({', '.join(m['instructions'])}), "
            f"{m['memory_gb']} GB, {m['system']}, Python {m['python']}, {packages}; commit {m['commit']}, load "
            f"before it {m['load_before']}."
        )
    return "## Machine\n\n" + "\n".join(lines) + "\n"
