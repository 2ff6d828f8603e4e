"""The core questions fit the corpus as it stands: a changed page shows here which to read again."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.questions import read_questions
from assistant.text import words

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "evals" / "questions"
CORPUS = ROOT / "corpus"

FLOORS = {
    "fact": 60,
    "comparison": 20,
    "decision": 20,
    "follow-up": 33,
    "near-miss": 20,
    "out-of-scope": 10,
    "false-premise": 12,
    "ambiguous": 8,
    "injection": 8,
    "typo": 10,
    "language": 3,
}


@cache
def core() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in (QUESTIONS / "core.jsonl").read_text("utf-8").splitlines())


@cache
def pages() -> dict[str, str]:
    """Each page that is searched as one line of plain text: no front matter, marks, emphasis, links or bars."""
    raw = {path.relative_to(CORPUS).as_posix(): path.read_text("utf-8") for path in CORPUS.rglob("*.md")}
    return {page: _plain(text) for page, text in raw.items() if "\nsearchable: false\n" not in text}


def _plain(raw: str) -> str:
    text = re.sub(r"\A---\n.*?\n---\n", "", raw, flags=re.DOTALL)
    text = re.sub(r" ?\[\^[^\]]+\]", "", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"[*_`]", "", text)
    return re.sub(r"[\s|]+", " ", text)


@cache
def sentences(document: str) -> tuple[str, ...]:
    return tuple(re.split(r"(?<=[.?!]) ", pages()[document]))


def places(question: dict[str, Any]) -> list[dict[str, str]]:
    return [p for gold in question.get("gold", []) for p in (gold if isinstance(gold, list) else [gold])]


def normal(text: str) -> str:
    return f" {' '.join(words(text))} "


def named(condition: Any) -> list[str]:
    return [question["id"] for question in core() if condition(question)]


@pytest.mark.parametrize("name", ["core", "smoke"])
def test_the_reader_takes_the_set_as_it_is(name: str) -> None:
    found = read_questions(QUESTIONS / f"{name}.jsonl", lambda document: pages().get(document))
    assert all(place.span for question in found.questions for gold in question.gold for place in gold.places)


def test_ids_and_texts_are_not_used_twice() -> None:
    alone = [question["text"] for question in core() if "history" not in question]
    assert len({question["id"] for question in core()}) == len(core())
    assert len(set(alone)) == len(alone)


def test_every_quote_stands_exactly_once_in_its_page() -> None:
    wrong = [
        (question["id"], place["document"], place["quote"])
        for question in core()
        for place in places(question)
        if pages().get(place["document"], "").count(place["quote"]) != 1
    ]
    assert not wrong


def test_every_quote_is_long_enough_to_mean_something_and_short_enough_to_last() -> None:
    assert not named(lambda q: any(not 4 <= len(p["quote"].split()) <= 16 for p in places(q)))


def test_what_is_to_be_answered_has_a_place_a_point_and_a_reference() -> None:
    def incomplete(question: dict[str, Any]) -> bool:
        answerable = question["expect"] in {"answer", "correct"}
        return not question["reference"] or (answerable and not (places(question) and question["must_say"]))

    assert not named(incomplete)


def test_the_sentences_of_the_gold_say_every_point() -> None:
    def unsaid(question: dict[str, Any]) -> bool:
        told = normal(
            " ".join(
                s for p in places(question) for s in sentences(p["document"]) if p["quote"] in s or s in p["quote"]
            )
        )
        return question["expect"] in {"answer", "correct"} and not all(
            any(normal(wording) in told for wording in point) for point in question["must_say"]
        )

    assert not named(unsaid)


def test_no_question_says_its_own_answer() -> None:
    def echoed(question: dict[str, Any]) -> bool:
        points = question.get("must_say", [])
        text = normal(question["text"])
        return bool(points) and all(any(normal(wording) in text for wording in point) for point in points)

    assert not named(echoed)


def test_what_a_near_miss_must_not_say_is_nowhere_in_the_corpus() -> None:
    corpus = normal(" ".join(pages().values()))
    misses = [question for question in core() if "near-miss" in question["tags"]]
    assert all(question["must_not_say"] and question["note"] for question in misses)
    assert not [(q["id"], w) for q in misses for w in q["must_not_say"] if not words(w) or normal(w) in corpus]


def test_every_kind_and_every_page_is_asked_about() -> None:
    kinds = Counter(question["tags"][0] for question in core())
    asked = Counter(document for q in core() for document in {place["document"] for place in places(q)})
    assert set(kinds) == set(FLOORS)
    assert not [(kind, kinds[kind]) for kind, floor in FLOORS.items() if kinds[kind] < floor]
    assert not [page for page in pages() if asked[page] < 2]


def test_a_conversation_repeats_what_was_said_before() -> None:
    by_id = {question["id"]: question for question in core()}
    turns = [question for question in core() if question["id"].startswith("conversation-")]
    for turn in turns:
        name, number = turn["id"].rsplit("-", 1)
        asked = [message["text"] for message in turn.get("history", []) if message["role"] == "user"]
        assert asked == [by_id[f"{name}-{n}"]["text"] for n in range(1, int(number))]
        assert bool(turn.get("standalone")) == (int(number) > 1)
        assert name in turn["tags"]
    lengths = Counter(turn["id"].rsplit("-", 1)[0] for turn in turns)
    assert len(lengths) == 12
    assert set(lengths.values()) <= {3, 4, 5}


def test_the_smoke_set_is_thirty_varied_lines_of_the_core_set() -> None:
    smoke = [json.loads(line) for line in (QUESTIONS / "smoke.jsonl").read_text("utf-8").splitlines()]
    assert len(smoke) == 30
    assert all(question in core() for question in smoke)
    assert {question["tags"][0] for question in smoke} >= set(FLOORS) - {"language"}
    assert {question["expect"] for question in smoke} == {"answer", "abstain", "clarify", "correct"}
