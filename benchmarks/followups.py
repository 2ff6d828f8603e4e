"""Whether a follow-up uses the right documents as often as the same question put so that it stands alone.

    python benchmarks/followups.py evals/questions/core.jsonl --index FOLDER
    python benchmarks/followups.py CONVERSATIONS.jsonl --standalone evals/questions/standalone.jsonl --index FOLDER

Of our own sets every line with a `history` and a `standalone` counts; the right documents are
those of its gold. A development set of conversations has `id` and `turns`, each with `user` and
`guid`, the numbers of the facts that a good answer rests on: the right documents of a turn are
the pages that carry one of them (`facts` in their front matter), and the digest of an article
that `support` names. Its turns are asked in order, each after our own answers to those before.
Nothing of such a set is written anywhere.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from assistant.build import LiveAssistant, open_assistant
from assistant.conversation.history import conversation_from
from assistant.evaluation.bootstrap import estimate
from assistant.settings import Settings
from assistant.types import Answer, Conversation, Turn


@dataclass(frozen=True)
class FollowUp:
    """A follow-up answered in its conversation and by itself."""

    id: str
    right: frozenset[str]
    """Ids of the documents that a good answer may rest on."""
    followed: Answer
    alone: Answer


def own(rows: list[dict[str, Any]], live: LiveAssistant) -> Iterator[FollowUp]:
    """Ask the follow-ups of one of our own question sets."""
    for row in rows:
        if not row.get("standalone") or not row.get("gold"):
            continue
        places = [p for entry in row["gold"] for p in (entry if isinstance(entry, list) else [entry])]
        right = frozenset(place["document"] for place in places)
        followed = live.ask(row["text"], conversation_from(row["history"]))
        yield FollowUp(row["id"], right, followed, live.ask(row["standalone"]))


def others(rows: list[dict[str, Any]], live: LiveAssistant, alone: dict[str, str], corpus: Path) -> Iterator[FollowUp]:
    """Ask the conversations of a development set, turn by turn."""
    pages = facts_of(corpus)
    for row in (row for row in rows if "turns" in row):
        talk = Conversation()
        for turn in row["turns"]:
            id = f"{row['id']}-{turn['turn']}"
            answer = live.ask(turn["user"], talk)
            if id in alone and (right := right_documents(turn, pages)):
                yield FollowUp(id, right, answer, live.ask(alone[id]))
            talk = talk.with_turn(Turn(turn["user"], answer))


def facts_of(corpus: Path) -> dict[str, set[str]]:
    """Return the numbers of the facts that each page of the guidance carries."""
    found: dict[str, set[str]] = {}
    for path in sorted((corpus / "guidance").glob("*.md")):
        front = yaml.safe_load(path.read_text("utf-8").split("---")[1])
        found[path.relative_to(corpus).as_posix()] = set(front.get("facts") or ())
    return found


def right_documents(turn: dict[str, Any], pages: dict[str, set[str]]) -> frozenset[str]:
    """Return the documents that a good answer of this turn may rest on."""
    wanted = [pattern for part in re.split(r",\s*", turn.get("guid") or "") if (pattern := number_pattern(part))]
    right = {page for page, facts in pages.items() if any(p.fullmatch(fact) for p in wanted for fact in facts)}
    return frozenset(right | {f"articles/{Path(place['file']).stem}.md" for place in turn["support"]})


def number_pattern(part: str) -> re.Pattern[str] | None:
    """Return what matches the facts of `3.09`, `3.*` or `3.03-3.05`; None for nothing."""
    if match := re.fullmatch(r"(\d+)\.(\d+)\s*[–-]\s*(?:\d+\.)?(\d+)", part.strip()):
        numbers = (f"{n:02}" for n in range(int(match[2]), int(match[3]) + 1))
        return re.compile(rf"{match[1]}\.(?:{'|'.join(numbers)})")
    return re.compile(re.escape(part.strip()).replace(r"\*", r"\d+")) if part.strip() else None


def figures(asked: FollowUp, answer: Answer) -> dict[str, float]:
    """Return what one answer made of the right documents, each figure 0..1."""
    cited = [citation.passage.document_id for citation in answer.citations]
    found = [hit.passage.document_id for hit in answer.evidence.hits[:5]]
    return {
        "found among the first five": float(any(document in asked.right for document in found)),
        "cited": float(any(document in asked.right for document in cited)),
        "share of the citations": sum(d in asked.right for d in cited) / len(cited) if cited else 0.0,
    }


def show(asked: list[FollowUp]) -> None:
    """Print each follow-up and the figures of both forms side by side."""
    both = [(figures(one, one.followed), figures(one, one.alone)) for one in asked]
    for one, (followed, alone) in zip(asked, both, strict=True):
        marks = "  ".join(f"{followed[name]:.2f} {alone[name]:.2f}" for name in followed)
        print(f"{one.id:20} {marks}  {one.followed.evidence.query.standalone[:90]}")
    print(f"\n{len(asked)} follow-ups; a right document is")
    print(" " * 33 + "".join(f"{title:26}" for title in ("as a follow-up", "standing alone", "difference")))
    for name in both[0][0] if both else ():
        followed, alone = ([pair[side][name] for pair in both] for side in (0, 1))
        differences = [a - b for a, b in zip(followed, alone, strict=True)]
        print(f"  {name:28}", *(told(values) for values in (followed, alone, differences)))


def told(values: list[float]) -> str:
    """Return the mean with its bootstrap interval at 95 %."""
    found = estimate(values)
    return f"{found.value:8.3f} [{found.low:+.3f}, {found.high:+.3f}]"


@click.command()
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--standalone", type=click.Path(exists=True, path_type=Path), help="Stand-alone forms by id and turn.")
@click.option("--index", type=click.Path(path_type=Path), default=Path("index"))
@click.option("--corpus", type=click.Path(exists=True, path_type=Path), default=Path("corpus"))
def main(questions: Path, standalone: Path | None, index: Path, corpus: Path) -> None:
    """Print, for each follow-up and in all, both forms side by side."""
    live = open_assistant(Settings.read(corpus=corpus, index=index))
    rows = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    if standalone is None:
        return show(list(own(rows, live)))
    forms = [json.loads(line) for line in standalone.read_text("utf-8").splitlines()]
    return show(list(others(rows, live, {form["id"]: form["standalone"] for form in forms}, corpus)))


if __name__ == "__main__":
    sys.exit(main())
