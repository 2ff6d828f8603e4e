"""Our search beside the default pipelines of LangChain, LlamaIndex, Haystack and txtai.

Each peer has an environment of its own below `.environments/` (git-ignored) with the packages of
`requirements/`, the same encoder and the same texts. Index time, start and question are measured over the
first documents of SciFact. The quality of all is measured over vectors that are worked out once, since the
encoder is the same. Every step that has a result is skipped, so the command can be started again after a break.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from speed import beir
from speed.measure import ROOT, assistant, disk_megabytes, percentile, timed, write

from assistant.build import open_assistant
from assistant.conversation.history import conversation_from
from assistant.index.embedder import INSTALLED, SentenceEmbedder, find_model
from assistant.settings import Settings
from peers.pipelines import PEERS

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".environments"
OURS = "ours"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "DO_NOT_TRACK": "1",
           "HAYSTACK_TELEMETRY_ENABLED": "False"}  # fmt: skip
COMPARED = ("index_seconds", "start_seconds", "install_seconds", "install_megabytes")
RESAMPLES = 1_000
K = 10


def measure(*, sets: list[Path], most: int, number: int, work: Path, install: bool, **where: Path) -> Path:
    """Run what has not been run yet and write the side by side.

    Args:
        sets: BEIR folders; the first one also gives the times.
        most: documents of each for the quality; 0 is all.
        number: documents for the times.
        work: folder of what is kept between steps.
        install: make the environments; else only those that are there take part.
    """
    work.mkdir(parents=True, exist_ok=True)
    rows: dict[str, dict[str, Any]] = {}
    for name in (*PEERS, OURS):
        kept = ENVIRONMENTS / f"{name}.json"
        if install:
            rows[name] = once(kept, lambda name=name: installed(name))
        elif kept.exists() or name == OURS or python(name).exists():
            rows[name] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for name in [n for n in rows if "failed" not in rows[n]]:
        rows[name] |= once(work / f"times-{name}.json", lambda name=name: times(name, sets[0], number, work))
    quality: dict[str, Any] = {}
    for folder in sets:
        names = [n for n in rows if "failed" not in rows[n]]
        quality[folder.name] = compared(folder, most, work, names)
    details = {"documents": number, "systems": rows, "ratios": ratios(rows), "quality": quality}
    return write("peers", [], details, **where)


def once(kept: Path, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the result of a step, from its file where it was run before."""
    if not kept.exists():
        print(f"{kept.stem} …", flush=True)
        found = act()
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), "utf-8")
    stored: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return stored


# --- environments ---------------------------------------------------------------------------


def installed(name: str) -> dict[str, Any]:
    """Make an environment and return what it took; or why it cannot be."""
    folder = ENVIRONMENTS / name
    shutil.rmtree(folder, ignore_errors=True)
    started = perf_counter()
    timed([sys.executable, "-m", "venv", str(folder)])
    pip = [str(python(name)), "-m", "pip", "install", "--quiet"]
    wanted = (
        ["--constraint", str(ROOT / "constraints.txt"), str(ROOT)]
        if name == OURS
        else [
            "--constraint",
            str(HERE / "requirements" / "torch.txt"),
            "-r",
            str(HERE / "requirements" / f"{name}.txt"),
        ]
    )
    try:
        timed([*pip, *wanted])
    except SystemExit as failure:
        return {"failed": str(failure)[-300:]}
    listed = timed([str(python(name)), "-m", "pip", "list", "--format=json"]).out
    return {
        "install_seconds": perf_counter() - started,
        "install_megabytes": disk_megabytes(folder),
        "packages": len(json.loads(listed)),
    }


def python(name: str) -> Path:
    return ENVIRONMENTS / name / "bin" / "python"


def run(name: str, what: str, orders: dict[str, Any], work: Path) -> Any:
    """Return what a peer's pipeline prints, and the seconds of its process."""
    path = work / f"orders-{name}.json"
    path.write_text(json.dumps(orders), "utf-8")
    command = [str(python(name)), str(HERE / "pipelines.py"), name, what, str(path)]
    done = timed(command, environ={**OFFLINE, **(ONE_THREAD if what == "ask" else {})})
    return json.loads(done.out.strip().splitlines()[-1]), done.seconds


# --- times ----------------------------------------------------------------------------------


def times(name: str, folder: Path, number: int, work: Path) -> dict[str, Any]:
    """Return index time, start and milliseconds of a question, one thread for a question."""
    texts, queries, _ = beir.read(folder, number)
    if name == OURS:
        return our_times(subset(folder, number, work), queries, work)
    orders = ordered(name, texts, queries, work, "times")
    filled, _ = run(name, "index", orders, work)
    starts = [run(name, "ask", {**orders, "most": 1}, work)[1] for _ in range(3)]
    answers, _ = run(name, "ask", {**orders, "warm_up": 5}, work)
    return {
        "index_seconds": filled["seconds"],
        "start_seconds": statistics.median(starts),
        "ms": [answer["ms"] for answer in answers.values()],
        "disk_megabytes": disk_megabytes(Path(orders["store"])),
    }


def our_times(corpus: Path, queries: dict[str, str], work: Path) -> dict[str, Any]:
    index = work / "ours-times"
    shutil.rmtree(index, ignore_errors=True)
    places = ["--corpus", str(corpus), "--index", str(index)]
    built = timed(assistant("index", *places))
    first = next(iter(queries.values()))
    starts = [timed(assistant("search", *places, first)).seconds for _ in range(3)]
    whole = [timed(assistant("ask", *places, first)).seconds for _ in range(3)]
    live = open_assistant(Settings.read({}, index=index, corpus=corpus))
    for text in list(queries.values())[:5]:
        live.ask(text)
    searched = [_taken(lambda text=text: live.search(text, K)) for text in queries.values()]
    live.library._query_vector.cache_clear()  # type: ignore[attr-defined]
    answered = [_taken(lambda text=text: live.ask(text)) for text in queries.values()]
    live.close()
    return {
        "index_seconds": built.seconds,
        "start_seconds": statistics.median(starts),
        "answer_start_seconds": statistics.median(whole),
        "ms": searched,
        "answer_ms": answered,
        "disk_megabytes": disk_megabytes(index),
    }


def _taken(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return 1000 * (perf_counter() - started)


# --- quality --------------------------------------------------------------------------------


def compared(folder: Path, most: int, work: Path, names: list[str]) -> dict[str, Any]:
    """Return nDCG@10 of each system, and how it stands to ours, over one set."""
    texts, queries, qrels = beir.read(folder, most)
    label = f"{folder.name}-{most or 'all'}"
    scores: dict[str, list[float]] = {}
    for name in names:
        found = once(work / f"{label}-{name}.json", lambda name=name: ranked(name, folder, most, work, label))
        scores[name] = [beir.ndcg(found[id], qrels[id]) for id in queries]
        if OURS in names and name == OURS and "history" in found:
            scores["ours, with what was said before"] = [beir.ndcg(found["history"][id], qrels[id]) for id in queries]
    ours = scores.get(OURS, [])
    return {
        "documents": len(texts),
        "queries": len(queries),
        "systems": {
            name: {"ndcg@10": float(np.mean(values)), "to_ours": ratio(values, ours, np.mean) if ours else None}
            for name, values in scores.items()
        },
    }


def ranked(name: str, folder: Path, most: int, work: Path, label: str) -> dict[str, Any]:
    """Return the ids that a system finds for each question, the best first."""
    texts, queries, _ = beir.read(folder, most)
    if name == OURS:
        return our_ranking(folder, most, queries, work, label)
    orders = ordered(name, texts, queries, work, label)
    orders["vectors"] = str(vectors(texts, queries, work, label))
    run(name, "index", orders, work)
    answers, _ = run(name, "ask", orders, work)
    shutil.rmtree(orders["store"], ignore_errors=True)
    return {id: answer["found"] for id, answer in answers.items()}


def vectors(texts: dict[str, str], queries: dict[str, str], work: Path, label: str) -> Path:
    """Return the file of the encoder's vectors of all texts and questions."""
    path = work / f"{label}.npz"
    if not path.exists():
        embedder = SentenceEmbedder()
        known = {"texts": embedder.encode(list(texts.values())), "queries": embedder.encode(list(queries.values()))}
        np.savez(work / "unfinished.npz", **known)
        os.replace(work / "unfinished.npz", path)
    return path


def our_ranking(folder: Path, most: int, queries: dict[str, str], work: Path, label: str) -> dict[str, Any]:
    corpus, index = subset(folder, most, work), work / f"ours-{label}"
    timed(assistant("index", "--corpus", str(corpus), "--index", str(index)))
    live = open_assistant(Settings.read({}, index=index, corpus=corpus))
    lines = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    said = {line["_id"]: line["history"] for line in lines if line.get("history")}

    def documents(id: str, *before: Any) -> list[str]:
        return list(dict.fromkeys(hit.passage.document_id for hit in live.search(queries[id], 5 * K, *before)[1]))[:K]

    found: dict[str, Any] = {id: documents(id) for id in queries}
    if said:
        found["history"] = {
            id: documents(id, conversation_from(said[id])) if id in said else found[id] for id in queries
        }
    live.close()
    return found


def subset(folder: Path, most: int, work: Path) -> Path:
    """Return a folder with so many of the documents, as a corpus."""
    texts, _, _ = beir.read(folder, most)
    corpus = work / f"corpus-{folder.name}-{most or 'all'}"
    corpus.mkdir(exist_ok=True)
    lines = (folder / "corpus.jsonl").read_text("utf-8").splitlines()
    kept = [line for line in lines if line.strip() and json.loads(line)["_id"] in texts]
    (corpus / "corpus.jsonl").write_text("\n".join(kept) + "\n", "utf-8")
    return corpus


def ordered(name: str, texts: dict[str, str], queries: dict[str, str], work: Path, label: str) -> dict[str, Any]:
    """Write what a pipeline is given and return its orders."""
    for kind, given in (("texts", texts), ("queries", queries)):
        (work / f"{label}-{kind}.json").write_text(json.dumps(given), "utf-8")
    store = work / f"store-{name}-{label}"
    shutil.rmtree(store, ignore_errors=True)
    return {
        "model": str(find_model(INSTALLED)),
        "store": str(store),
        "texts": str(work / f"{label}-texts.json"),
        "queries": str(work / f"{label}-queries.json"),
        "vectors": "",
    }


# --- ratios ---------------------------------------------------------------------------------


def ratios(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return each peer's times divided by ours (above 1, ours is faster), and shorten the rows to figures."""
    found: dict[str, Any] = {}
    ours = rows.get(OURS, {})
    for name, row in rows.items():
        if name != OURS and "ms" in row and "ms" in ours:
            found[name] = {
                "question": ratio(row["ms"], ours["ms"], np.median),
                **{what: row[what] / ours[what] for what in COMPARED if what in row and what in ours},
            }
    for row in rows.values():
        for kind in ("ms", "answer_ms"):
            if values := row.pop(kind, None):
                row[kind] = {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95), "n": len(values)}
    return found


def ratio(values: list[float], ours: list[float], of: Callable[[Any], Any]) -> dict[str, float]:
    """Return the ratio of two statistics over the same questions, with its 95 % bootstrap interval."""
    both = np.array([values, ours], float)
    chance = np.random.default_rng(1)
    drawn = both[:, chance.integers(0, both.shape[1], (RESAMPLES, both.shape[1]))]
    shares = [of(a) / max(float(of(b)), 1e-12) for a, b in zip(*drawn, strict=True)]
    low, high = np.percentile(shares, [2.5, 97.5])
    return {"ratio": float(of(both[0]) / max(float(of(both[1])), 1e-12)), "low": float(low), "high": float(high)}
