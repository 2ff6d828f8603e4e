"""The quality card: what the last stored run says of the index that serves now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant import __version__
from assistant.evaluation.measures import BY_NAME

HEADLINE = (
    "correct",
    "recall@5",
    "citation_precision",
    "points_said",
    "refusal_precision",
    "refusal_recall",
    "follow_up_parity",
    "p50",
    "p95",
)
"""The figures on the card, in this order."""


def quality_card(index: Mapping[str, Any], runs: Path, *, version: str = __version__) -> dict[str, Any] | None:
    """Return the figures of the last finished run of the assistant, or None if there is none.

    A run of this index generation and version is preferred; another one is shown as `stale`,
    with the reasons. `index` is what `LiveAssistant.info` returns. A figure is
    `{"title", "meaning", "unit", "value", "low", "high", "n"}`, its unit `share` or `seconds`;
    `run` is the folder of the run below `runs`, `report` the page in it, or None.
    """
    finished = sorted(_finished(runs), key=lambda found: str(found[1]["started"]))
    if not finished:
        return None
    fitting = [found for found in finished if not _reasons(found[1], index, version)]
    folder, info, scores = (fitting or finished)[-1]
    reasons = _reasons(info, index, version)
    run = folder.relative_to(runs).as_posix()
    return {
        "set": info["set_name"],
        "n": scores["n"],
        "crashed": scores["crashed"],
        "measured": info["ended"],
        "version": info["version"],
        "commit": info["commit"],
        "generation": info["index"].get("generation"),
        "figures": {name: _figure(name, scores["figures"][name]) for name in HEADLINE if name in scores["figures"]},
        "stale": bool(reasons),
        "reasons": reasons,
        "run": run,
        "report": f"{run}/report.html" if (folder / "report.html").is_file() else None,
    }


def _figure(name: str, estimate: Mapping[str, Any]) -> dict[str, Any]:
    measure = BY_NAME[name]
    unit = "seconds" if measure.seconds else "share"
    return {"title": measure.title, "meaning": measure.meaning, "unit": unit, **estimate}


def _finished(runs: Path) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """Yield folder, description and figures of each finished run of the assistant that says how good it is."""
    for file in runs.glob("*/run.json"):
        try:
            info, scores = (json.loads((file.parent / name).read_text("utf-8")) for name in ("run.json", "scores.json"))
        except (OSError, ValueError):  # another process may be writing it, or somebody changed it by hand
            continue
        if info.get("system") == "assistant" and info.get("ended") and _tells(scores):
            yield file.parent, info, scores


def _tells(scores: Mapping[str, Any]) -> bool:
    """Return whether more than times was measured: of a saved conversation, nothing is expected yet."""
    return any(name in scores["figures"] and not BY_NAME[name].seconds for name in HEADLINE)


def _reasons(info: Mapping[str, Any], index: Mapping[str, Any], version: str) -> list[str]:
    """Return why the run does not speak for what serves now; empty if it does."""
    reasons = []
    if info["index"].get("generation") != index.get("generation"):
        reasons.append("the corpus or its index changed since this was measured")
    if info["version"] != version:
        reasons.append(f"measured with version {info['version']}; this is {version}")
    return reasons
