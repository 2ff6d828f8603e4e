"""Ten core questions to a small language model that runs here: what was shown, and what was refused.

    ASSISTANT_LLM_MODEL=… ASSISTANT_LLM_BASE_URL=http://127.0.0.1:8911/v1 python benchmarks/smollm2.py

Any configured model will do; docs/language-model.md says how SmolLM2 is served on this machine. The
time limits are widened, because a model that computes on a shared processor is slow.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import perf_counter

from assistant.build import open_assistant
from assistant.llm.check import check_model
from assistant.settings import Settings

PATIENCE = {"llm_first_token_seconds": 300, "llm_stall_seconds": 300, "llm_seconds": 600}


def asked(path: Path, most: int) -> list[str]:
    """Return questions of the set that the corpus answers, from all over it, without a conversation before them."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    usable = [q["text"] for q in lines if q.get("expect") == "answer" and not q.get("history")]
    return usable[:: max(len(usable) // most, 1)][:most]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path, default=Path("evals/questions/core.jsonl"))
    parser.add_argument("--most", type=int, default=10)
    parser.add_argument("--passages", type=int, default=3, help="a small model loses itself in many")
    parser.add_argument("--tokens", type=int, default=160)
    given = parser.parse_args()
    limits = {**PATIENCE, "llm_passages": given.passages, "llm_max_tokens": given.tokens}
    settings = Settings.read(**limits)
    print(check_model(settings))  # the server may load the model with the first question
    live = open_assistant(settings)
    wrote = shown = 0
    for question in asked(given.questions, given.most):
        started = perf_counter()
        answer = live.ask(question)
        drafts = [s for s in answer.sentences if s.draft]
        as_written = [s for s in drafts if s.supported and s.text == s.draft]
        wrote, shown = wrote + len(drafts), shown + len(as_written)
        print(f"\n{question}\n  {answer.status}, {answer.mode}, {perf_counter() - started:.0f} s  {answer.notice}")
        for sentence in drafts:
            mark = "shown   " if sentence in as_written else "REPLACED" if sentence.supported else "REFUSED "
            print(f"  {mark} {sentence.draft}" + (f"  ({sentence.refusal})" if sentence.refusal else ""))
        for sentence in answer.shown:
            if not sentence.draft and not sentence.cell:
                print(f"  quoted   {sentence.text}")
    live.close()
    print(f"\n{wrote} sentences written, {shown} shown as written")


if __name__ == "__main__":
    main()
