"""A warm question over our own corpus: every line of the core set, its embedding included."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.build import open_assistant
from assistant.conversation.history import conversation_from
from assistant.pipeline import NEW
from assistant.settings import Settings
from speed.asked import searches
from speed.measure import Bar, percentile, spread, write

STAGES = ("rewrite", "retrieve", "compose", "verify")


def measure(*, questions: Path, most: int = 0, **where: Path) -> Path:
    """Ask every question twice, the second time with its vectors forgotten, and write what that took."""
    live = open_assistant(Settings.read())
    lines = [json.loads(line) for line in questions.read_text("utf-8").splitlines()][: most or None]
    asked = [(q["text"], conversation_from(q["history"]) if q.get("history") else NEW) for q in lines]
    first = [_milliseconds(live, *one)[0] for one in asked]
    live.library._query_vector.cache_clear()  # type: ignore[attr-defined]  # so that embedding counts
    warm, by_form, stages = [], defaultdict(list), defaultdict(list)
    for one in asked:
        taken, answer = _milliseconds(live, *one)
        warm.append(taken)
        by_form[answer.form if answer.status in {"answered", "partial"} else answer.status].append(taken)
        for stage in STAGES:
            stages[stage].append(1000 * answer.seconds[stage])
    embedding = []
    for text, _ in asked:
        started = perf_counter()
        live.embedder.embed_query(text)
        embedding.append(1000 * (perf_counter() - started))
    searched = searches(live, [text for text, _ in asked[:100]])
    info = live.info()
    live.close()
    bars = [
        Bar("warm.p50", "a warm question, median", percentile(warm, 0.5), 25, "ms"),
        Bar("warm.p95", "a warm question, 95th percentile", percentile(warm, 0.95), 50, "ms"),
        Bar("warm.recall", "the true ten nearest that Chroma finds", searched["chroma_recall"], 0.99, "share", True),
    ]
    details: dict[str, Any] = {
        "questions": questions.name,
        "passages": info["passages"],
        "warm": spread(warm),
        "first": spread(first),
        "embedding": spread(embedding),
        "by_form": {form: spread(values) for form, values in sorted(by_form.items())},
        "by_stage": {stage: spread(values) for stage, values in stages.items()},
        **searched,
    }
    return write("warm", bars, details, **where)


def _milliseconds(live: Any, text: str, conversation: Any) -> tuple[float, Any]:
    started = perf_counter()
    answer = live.ask(text, conversation)
    return 1000 * (perf_counter() - started), answer
