"""What reaches the page of a model that lies in every second sentence, and of one that copies well.

    python benchmarks/liar.py [--questions evals/questions/core.jsonl] [--most 300] [--show 10]

Both are models by rule (`writers.py`) in the line as it is built; only HTTP is left out. Prints, by
kind of sentence, how many were written and how many were shown as written; with `--show`, examples.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from writers import LIES, Writer, copyist, liar

from assistant.build import build_assistant, open_assistant
from assistant.conversation.history import conversation_from
from assistant.pipeline import NEW
from assistant.settings import Settings
from assistant.types import Sentence


def measure(name: str, writer: Writer, questions: list[dict], show: int) -> None:
    live = open_assistant(Settings.read(llm_model=""))
    line = build_assistant(live.settings.model_copy(update={"llm_rewrite": False}), live.library, writer)
    wrote, shown, statuses, examples = Counter(), Counter(), Counter(), []

    def verify(sentence: Sentence) -> Sentence:
        """The line's verifier, with what it says of each draft counted: also in an answer that is then begun anew."""
        checked = line.verify(sentence)
        if sentence.draft:
            kind = writer.kind(sentence.draft)
            held = checked.supported and checked.text == checked.draft
            wrote[kind] += 1
            shown[kind] += held
            if held == (kind in LIES) and len(examples) < show:
                examples.append(f"  {'SHOWN ' if held else 'REFUSED '}{kind}: {sentence.draft}  ({checked.refusal})")
        return checked

    measured = replace(line, verify=verify)
    for question in questions:
        conversation = conversation_from(question["history"]) if question.get("history") else NEW
        writer.wrote = {}
        answer = measured.ask(question["text"], conversation)
        statuses[f"{answer.status}, {answer.mode}"] += 1
    live.close()
    print(f"\n{name}: {sum(statuses.values())} questions; {dict(statuses)}")
    for kind in sorted(wrote):
        print(f"  {kind:<12} written {wrote[kind]:>5}   shown {shown[kind]:>5}   {shown[kind] / wrote[kind]:7.1%}")
    true = sum(wrote[k] for k in wrote if k not in LIES)
    refused = true - sum(shown[k] for k in shown if k not in LIES)
    print(f"  true sentences refused: {refused} of {true} = {refused / true:.1%}")
    print(f"  lies shown: {sum(shown[k] for k in LIES)} of {sum(wrote[k] for k in LIES)}")
    print("\n".join(examples))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path, default=Path("evals/questions/core.jsonl"))
    parser.add_argument("--most", type=int, default=300)
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    asked = [json.loads(line) for line in given.questions.read_text("utf-8").splitlines()][: given.most]
    measure("liar", liar(), asked, given.show)
    measure("copyist", copyist(), asked, given.show)
