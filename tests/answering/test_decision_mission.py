"""The brief over the corpus that comes with the product: what a changed fact moves, and what it leaves."""

from __future__ import annotations

import pytest

from assistant.answering.decision_parts import MOST_UPDATE
from assistant.build import LiveAssistant
from assistant.markdown import PART_TITLES
from assistant.places import places_in
from assistant.types import Answer, Conversation, Role, Turn

pytestmark = [pytest.mark.model, pytest.mark.slow]

PORTAL = "We are a hospital in {}. Should we outsource our patient portal?"
FINTECH = "We are a 40-person fintech with {}. Outsource or offshore?"
SUPPORT = "Support costs are up 30%. Offshore the call centre or replace it with AI?"
FUNCTIONS = (
    "customer support",
    "data labelling",
    "DevOps",
    "finance and accounting",
    "recruiting",
    "IT support",
    "marketing",
    "MVP",
    "patient portal",
    "payroll",
    "research and development",
    "software development",
)
ORDER: tuple[Role, ...] = (
    "bottom line",
    "fits",
    "does not fit",
    "change",
    "comparison",
    "requirement",
    "risk",
    "cost",
    "question",
    "next step",
    "uncertain",
    "caution",
)


def said(answer: Answer) -> set[tuple[Role, str]]:
    return {(s.role, s.text) for s in answer.shown}


def words(answer: Answer) -> int:
    """Words as they are read: sentences and cells, the table's labels, the headings."""
    labels = {label for s in answer.shown if s.cell for label in (s.cell.row, s.cell.column)}
    titles = {PART_TITLES[s.role] for s in answer.shown}
    return sum(len(text.split()) for text in [*labels, *titles, *(s.text for s in answer.shown)])


def test_another_state_moves_the_rules_that_name_it_and_nothing_else(mission: LiveAssistant) -> None:
    florida, ohio = said(mission.ask(PORTAL.format("Florida"))), said(mission.ask(PORTAL.format("Ohio")))
    assert {role for role, _ in florida ^ ohio} <= {"requirement", "does not fit"}
    assert any("Florida" in text for role, text in florida - ohio if role == "requirement")
    assert not any("Florida" in text for _, text in ohio)
    assert any("HIPAA has no ban" in text for _, text in florida & ohio)


@pytest.mark.parametrize("state", ["Florida", "Ohio"])
def test_no_rule_of_another_country_is_given_to_a_case_that_names_its_own(mission: LiveAssistant, state: str) -> None:
    for role, text in said(mission.ask(PORTAL.format(state))):
        assert role != "requirement" or not places_in(text) or places_in(text) & {state, "US"}


def test_work_that_is_not_core_moves_the_lean_and_leaves_rules_and_steps(mission: LiveAssistant) -> None:
    core, tool = (said(mission.ask(FINTECH.format(work))) for work in ("a core algorithm", "an internal tool"))
    assert {role for role, _ in core ^ tool} <= {"bottom line", "fits", "does not fit"}
    lean = next(text for role, text in core if role == "bottom line" and "neither outsource nor offshore" in text)
    assert (("bottom line", lean) in tool) is False
    assert any("internal tools" in text for role, text in tool if role == "bottom line")
    assert not any("core algorithm" in text for role, text in tool if role in {"bottom line", "does not fit"})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_playbook_gives_a_whole_brief_of_a_length_that_is_read(mission: LiveAssistant, function: str) -> None:
    answer = mission.ask(f"Should we outsource our {function}?")
    roles = list(dict.fromkeys(s.role for s in answer.shown))
    assert answer.form == "decision"
    assert roles[0] == "bottom line"
    assert [r for r in roles if r in ORDER] == sorted((r for r in roles if r in ORDER), key=ORDER.index)
    assert {"fits", "change", "comparison", "requirement", "risk", "cost", "question", "next step"} <= set(roles)
    assert any("in-house" in s.cell.row.lower() or "own" in s.cell.row.lower() for s in answer.shown if s.cell)
    assert sum(s.text.endswith("?") for s in answer.shown if s.role == "question") <= 3
    assert 350 <= words(answer) <= 700


@pytest.mark.parametrize("question", ["Should we outsource procurement?", "Should we outsource our sales team?"])
def test_what_no_playbook_covers_follows_the_page_on_how_to_decide(mission: LiveAssistant, question: str) -> None:
    answer = mission.ask(question)
    assert {s.citations[0].passage.document_id for s in answer.shown if s.role in {"bottom line", "comparison"}} == {
        "guidance/how-to-decide.md"
    }


def test_a_later_turn_says_what_the_new_fact_brings_and_not_the_survey_again(mission: LiveAssistant) -> None:
    first = "Should we outsource our patient portal?"
    before = mission.ask(first)
    talk = Conversation().with_turn(Turn(first, before))
    update = mission.ask("we're on Epic, in Texas, and have Medicare Advantage contracts", talk)
    assert update.form == "decision"
    texts = [s.text for s in update.shown]
    assert not set(texts[1:]) & {s.text for s in before.shown}
    assert any("Texas" in text for text in texts)
    assert any("Medicare" in text for text in texts)
    assert 60 <= sum(len(text.split()) for text in texts) <= MOST_UPDATE
    assert all(not s.cell for s in update.shown)


def test_the_same_question_asked_again_gets_its_brief_again(mission: LiveAssistant) -> None:
    before = mission.ask(SUPPORT)
    assert said(mission.ask(SUPPORT, Conversation().with_turn(Turn(SUPPORT, before)))) == said(before)
