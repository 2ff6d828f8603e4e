from __future__ import annotations

import json
from dataclasses import replace

from assistant.payload import answer_payload
from assistant.pipeline import NEW, Assistant
from assistant.terminal import answer_text
from assistant.types import Criterion, Fact, Score, Scorecard, Turn

QUESTION = "Should we outsource the laundry of our hotel?"
HOTEL = Fact("industry", "hospitality", "hotel", 1)


def test_the_case_the_facts_used_and_what_changed_go_out_with_an_answer(line: Assistant) -> None:
    answer = line.ask("we are in Texas", NEW.with_turn(Turn(QUESTION, line.ask(QUESTION))))
    payload = json.loads(json.dumps(answer_payload(answer, {})))
    assert [(f["name"], f["value"], f["words"], f["turn"], f["state"]) for f in payload["case"]] == [
        ("industry", "hospitality", "hotel", 1, "said"),
        ("jurisdiction", "Texas", "Texas", 2, "said"),
    ]
    assert [f["value"] for f in payload["facts"]] == ["hospitality"]
    assert payload["change"].startswith("This does not change my earlier answer: you said Texas")
    assert payload["text"].startswith(payload["change"])
    assert payload["scorecard"] is None


def test_what_a_language_model_wrote_and_is_not_shown_goes_out_apart_from_the_answer(line: Assistant) -> None:
    answer = line.ask(QUESTION)
    first, second, *others = answer.sentences
    lie = replace(first, supported=False, draft="Guests wash it.", refusal="the source says nothing of “wash”")
    mended = replace(second, draft="It is free.", refusal="the source says nothing of “free”")
    payload = answer_payload(replace(answer, sentences=(lie, mended, *others)), {})
    assert payload["refused"] == [
        {"text": lie.draft, "reason": lie.refusal, "instead": ""},
        {"text": mended.draft, "reason": mended.refusal, "instead": second.text},
    ]
    del payload["refused"]
    assert "Guests wash it" not in json.dumps(payload)
    assert "It is free" not in json.dumps(payload)
    assert answer_payload(answer, {})["refused"] == []


def test_a_scorecard_goes_out_with_its_own_citations_and_stands_in_the_terminal_with_its_sources(
    line: Assistant,
) -> None:
    answer = line.ask(QUESTION)
    last = replace(answer.citations[-1], number=answer.citations[-1].number + 1)
    score = Score("Own laundry", "price", 2.0, last, "industry: hospitality")
    card = Scorecard("laundry", ("Own laundry",), (Criterion("price", 1.0),), (score,), decides="The price decides.")
    scored = replace(answer, scorecard=card, facts=(HOTEL,))
    payload = answer_payload(scored, {})
    assert payload["scorecard"]["options"] == [{"option": "Own laundry", "total": 2.0, "barred": False}]
    assert (
        payload["scorecard"]["scores"][0]["citation"] == payload["scorecard"]["citations"][0]["number"] == last.number
    )
    said, sources = answer_text(scored).split("\n\nSources\n")
    assert "Facts used: industry: hospitality." in said
    assert said.index("Facts used") < said.index("Scorecard: laundry") < said.index("| price | 1 | 2 [")
    assert f"[{last.number}]" in said
    assert f"\n  [{last.number}] " in sources
