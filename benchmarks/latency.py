"""How long a question takes, warm and from a cold start.

    python benchmarks/latency.py [--questions evals/questions/core.jsonl] [--cold 5]

Prints the median and the 95th percentile of questions in a warm process, apart from the
embedding of the question, and the median of `assistant ask` as a process of its own.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from assistant.build import open_assistant
from assistant.conversation.history import conversation_from
from assistant.pipeline import NEW
from assistant.settings import Settings


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def warm(path: str) -> None:
    live = open_assistant(Settings.read())
    lines = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
    asked = [(q["text"], conversation_from(q["history"]) if q.get("history") else NEW) for q in lines]
    embedder = live.embedder
    for text, conversation in asked:
        live.ask(text, conversation)  # reads every passage once and remembers the questions' vectors
    rest, embedding = [], []
    for text, conversation in asked:
        started = perf_counter()
        live.ask(text, conversation)
        rest.append((perf_counter() - started) * 1000)
        started = perf_counter()
        embedder.embed_query(text)
        embedding.append((perf_counter() - started) * 1000)
    live.close()
    total = [r + e for r, e in zip(rest, embedding, strict=True)]
    print(f"warm, n = {len(total)}:")
    for name, values in (("question", total), ("its embedding", embedding), ("all else", rest)):
        print(f"  {name:14} p50 {statistics.median(values):6.1f} ms   p95 {percentile(values, 0.95):6.1f} ms")


def cold(times: int) -> None:
    seconds = []
    for _ in range(times):
        started = perf_counter()
        command = [sys.executable, "-m", "assistant.cli", "ask", "Should we outsource our patient portal?"]
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(perf_counter() - started)
    print(f"cold `assistant ask`, n = {times}: median {statistics.median(seconds):.2f} s, most {max(seconds):.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", default="evals/questions/core.jsonl")
    parser.add_argument("--cold", type=int, default=5)
    given = parser.parse_args()
    warm(given.questions)
    cold(given.cold)
