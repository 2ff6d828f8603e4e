"""Over the real corpus, with the real verifier: no lie reaches the page, and what is true does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from writers import LIES, Writer, copyist, liar

from assistant.build import LiveAssistant, build_assistant
from assistant.types import Sentence

pytestmark = pytest.mark.model

QUESTIONS = [
    "Should we outsource our patient portal?",
    "Should a 40-person fintech start-up offshore its whole engineering team?",
    "Compare outsourcing and offshoring on cost and control",
    "What is the difference between a captive centre and an employer of record?",
    "Who owns the code if the vendor is in India?",
    "Which notice must a vendor give of a data breach?",
    "What does an SLA need to say?",
    "What are the main risks of outsourcing payroll?",
    "When is outsourcing customer support the wrong choice?",
    "What is a build-operate-transfer arrangement?",
    "Which costs are forgotten when work goes offshore?",
    "What do US bank regulators expect of a bank that uses a vendor?",
]
"""Of every form, over several pages."""

Shown = Callable[[Writer], tuple[Counter[str], Counter[str]]]


@pytest.fixture(scope="module")
def shown(mission: LiveAssistant) -> Shown:
    """Asks all questions of a model, and returns its sentences by kind: those written, and those shown as written."""

    def ask(writer: Writer) -> tuple[Counter[str], Counter[str]]:
        settings = mission.settings.model_copy(update={"llm_rewrite": False})
        line = build_assistant(settings, mission.library, writer)
        wrote: Counter[str] = Counter()
        held: Counter[str] = Counter()

        def verify(sentence: Sentence) -> Sentence:
            checked = line.verify(sentence)
            kind = writer.kind(sentence.draft) if sentence.draft else "cell"
            wrote[kind] += 1
            held[kind] += checked.supported and checked.text == sentence.text
            return checked

        for question in QUESTIONS:
            replace(line, verify=verify).ask(question)
        return wrote, held

    return ask


def test_no_lie_of_a_model_that_lies_in_every_second_sentence_is_shown(shown: Shown) -> None:
    wrote, held = shown(liar())
    assert sum(wrote[kind] for kind in LIES) > 50
    assert {kind: held[kind] for kind in LIES if held[kind]} == {}
    assert held["quote"] > 0.95 * wrote["quote"]


def test_what_a_model_copies_well_is_shown(shown: Shown) -> None:
    wrote, held = shown(copyist())
    true = wrote["quote"] + wrote["paraphrase"]
    assert true > 100
    assert held["quote"] + held["paraphrase"] > 0.95 * true
