"""How fast an index is built, beside the bare encoder and in bfloat16, and what a changed file costs."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from assistant.index.embedder import SentenceEmbedder
from assistant.indexing import build_index
from assistant.settings import Settings
from speed.beir import dense_ndcg, read
from speed.generated import write_pages, write_records
from speed.measure import Bar, assistant, timed, write

CHANGED = "\n\nOne more sentence, so that this page is another one now.\n"


def measure(*, number: int, files: int, most: int, beir: Path, work: Path, **where: Path) -> Path:
    """Build and embed the same texts in turn, and write the rates."""
    shutil.rmtree(work, ignore_errors=True)
    texts = write_records(work / "records", number)
    before = bare(texts)
    ours = built(work / "records", work / "index")
    after = bare(texts)
    rate = 2 * len(texts) / (before + after)
    small = one_changed_of(files, work)
    halves = precision(beir, most)
    bars = [
        Bar(
            "build.rate",
            "embedding within a build against the bare encoder",
            ours["embedding_rate"] / rate,
            0.9,
            "share",
            True,
        ),
        Bar("build.changed", f"one changed file of {files} against the full build", small["share"], 0.15, "share"),
    ]
    details: dict[str, Any] = {
        "passages": number,
        "bare_rate": rate,
        **ours,
        "whole_share": ours["whole_rate"] / rate,
        "changed": small,
        "precision": halves,
    }
    shutil.rmtree(work, ignore_errors=True)
    return write("build", bars, details, **where)


def bare(texts: list[str]) -> float:
    """Return the seconds that sentence-transformers alone takes, once loaded."""
    embedder = SentenceEmbedder()
    embedder.encode(texts[:32])
    started = perf_counter()
    embedder.encode(texts)
    return perf_counter() - started


def built(corpus: Path, index: Path) -> dict[str, Any]:
    """Build an index and return how long it took, by step and in all."""
    began: dict[str, float] = {}
    ended: dict[str, float] = {}
    slabs: list[tuple[int, float]] = []

    def told(step: str, done: int, total: int) -> None:
        began.setdefault(step, perf_counter())
        ended[step] = perf_counter()
        if step == "embedding" and total:
            slabs.append((done, perf_counter()))

    started = perf_counter()
    report = build_index(Settings.read({}, corpus=corpus, index=index), rebuild=True, progress=told)
    whole = perf_counter() - started
    steps = {step: ended[step] - began[step] for step in began}
    first, last = slabs[1 if len(slabs) > 2 else 0], slabs[-1]  # the first slab also loads the model
    return {
        "embedding_rate": (last[0] - first[0]) / (last[1] - first[1]),
        "whole_rate": report.passages / whole,
        "whole_seconds": whole,
        "steps": {**steps, "start": min(began.values()) - started},
    }


def one_changed_of(files: int, work: Path) -> dict[str, float]:
    """Return the seconds of a full build of pages, and of one after a single page has changed."""
    corpus, index = work / "pages", work / "pages-index"
    write_pages(corpus, files)
    command = assistant("index", "--corpus", str(corpus), "--index", str(index))
    full = timed(command)
    page = corpus / f"page-{files // 2}.md"
    page.write_text(page.read_text("utf-8") + CHANGED, "utf-8")
    changed = timed(command)
    nothing = timed(command)
    return {
        "files": files,
        "full": full.seconds,
        "changed": changed.seconds,
        "nothing": nothing.seconds,
        "share": changed.seconds / full.seconds,
    }


def precision(beir: Path, most: int) -> dict[str, Any]:
    """Return rate, nearness and ranking of bfloat16 beside float32, or why that is not known."""
    if "avx512_bf16" not in (cpu := Path("/proc/cpuinfo").read_text("utf-8")) and "amx_bf16" not in cpu:
        return {"why": "this processor has no instructions for bfloat16"}
    if not beir.is_dir():
        return {"why": f"there is no {beir}"}
    import torch

    texts, queries, qrels = read(beir)
    judged = {document for grades in qrels.values() for document in grades}
    ids = sorted(texts, key=lambda id: id not in judged)[:most]
    chosen = [texts[id] for id in ids]
    model = SentenceEmbedder().model
    asked = _encode(model, list(queries.values()))[0]
    found: dict[str, Any] = {"texts": len(chosen)}
    exact, seconds = _encode(model, chosen)
    ways = {"float32": (exact, seconds)}
    with torch.autocast("cpu", torch.bfloat16):
        ways["autocast"] = _encode(model, chosen)
    ways["bfloat16"] = _encode(model.to(torch.bfloat16), chosen)
    for name, (vectors, took) in ways.items():
        found[name] = {
            "rate": len(chosen) / took,
            "least_cosine": float(np.sum(exact * vectors, axis=1).min()),
            "ndcg@10": dense_ndcg(vectors, ids, asked, list(queries), qrels),
        }
    return found


def _encode(model: Any, texts: list[str]) -> tuple[np.ndarray, float]:
    started = perf_counter()
    found = model.encode(texts, batch_size=32, show_progress_bar=False, convert_to_tensor=True).float().numpy()
    took = perf_counter() - started
    return found / np.linalg.norm(found, axis=1, keepdims=True), took
