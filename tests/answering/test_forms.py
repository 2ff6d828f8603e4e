from __future__ import annotations

import time

import pytest

from assistant.answering.forms import Expected, read_question
from assistant.text import MOST_CHARACTERS
from assistant.types import Form

FORMS: list[tuple[Form, str]] = [
    ("decision", "Should our clinic outsource its billing?"),
    ("decision", "Is it a good idea to move our help desk to Poland?"),
    ("decision", "We are a retailer of 40 people and want to offshore our bookkeeping."),
    ("decision", "Would you recommend a captive centre for a bank?"),
    ("decision", "Does it make sense to nearshore testing?"),
    ("decision", "Is outsourcing payroll worth it?"),
    ("decision", "Payroll: outsource or automate?"),
    ("decision", "Keep support in-house or hire a vendor?"),
    ("decision", "Contractor or own entity for four testers?"),
    ("decision", "What would you advise?"),
    (
        "decision",
        "We're a clinic with 30 people and nobody to run our servers, our contract with the old provider ends in May",
    ),
    ("comparison", "Compare a captive centre and a vendor."),
    ("comparison", "What is the difference between nearshoring and offshoring?"),
    ("comparison", "Managed service vs staff augmentation"),
    ("comparison", "Which one is cheaper, a vendor or our own team?"),
    ("comparison", "How does the table rate the three models on control?"),
    ("comparison", "What are the trade-offs of a shared service centre?"),
    ("fact", "Who owns the source code?"),
    ("fact", "Why do handovers fail?"),
    ("fact", "Can a vendor in India see patient data?"),
    ("fact", "Is it legal to send payroll data abroad?"),
    ("fact", "What should be in an exit plan?"),
    ("fact", "How many months should the end of an outsourced service take?"),
    ("fact", "We never outsourced anything. How long should a first pilot run?"),
    ("decision", "What should a small bank choose, a vendor or its own staff?"),
    ("fact", "We read about the tax office; what is a fixed establishment?"),
]


@pytest.mark.parametrize(("form", "question"), FORMS, ids=lambda value: str(value)[:40])
def test_the_form_follows_how_people_ask(form: Form, question: str) -> None:
    assert read_question(question).form == form
    assert read_question(question.upper()).form == form
    assert read_question(f"  {question}\n").form == form


EXPECTED: list[tuple[Expected, str, str, str]] = [
    ("percentage", "What share of projects fails?", "About 30% of them fail.", "Some of them fail."),
    ("percentage", "How many percent of agents leave?", "A third leaves.", "Many leave."),
    ("duration", "How long does a handover take?", "It takes six to nine weeks.", "It takes patience."),
    ("duration", "How fast must a breach be told?", "Tell it without undue delay.", "Tell it to the board."),
    ("duration", "What notice period is usual?", "Ninety or 90 days.", "It is agreed upon."),
    ("money", "How much does a seat cost?", "A seat costs $900 a month.", "A seat costs too much."),
    ("money", "What is the hourly rate of a tester?", "It is 40 euros.", "It is high."),
    ("money", "What is the highest fine?", "It is 4% of turnover.", "It is severe."),
    ("count", "How many vendors should be asked?", "Ask three of them.", "Ask several of them."),
    ("date", "When does the new rule apply?", "It applies from 2 August 2027.", "It applies soon."),
    ("score", "What is a good satisfaction score?", "Above 85 is good.", "A high one is good."),
]


@pytest.mark.parametrize(("expected", "question", "gives", "lacks"), EXPECTED, ids=lambda v: str(v)[:30])
def test_a_question_for_a_figure_is_answered_by_what_holds_one(
    expected: Expected, question: str, gives: str, lacks: str
) -> None:
    ask = read_question(question)
    assert ask.expected == expected
    assert ask.holds(gives)
    assert not ask.holds(lacks)


@pytest.mark.parametrize(
    "question",
    [
        "Who owns the source code?",
        "Should we outsource payroll?",
        "What does the article say about cost?",
        "What do both articles say about the cost of a move?",
    ],
)
def test_a_question_for_no_figure_is_answered_by_any_text(question: str) -> None:
    assert read_question(question).holds("no figure at all")


@pytest.mark.parametrize(
    "question",
    ["What is staff augmentation?", "Define nearshoring", "What does RFP mean?", "What does BAA stand for?"],
)
def test_a_definition_is_told_from_other_facts(question: str) -> None:
    assert read_question(question).expected == "definition"
    assert read_question("Who signs the contract?").expected == "any"


@pytest.mark.parametrize(
    ("question", "listing"),
    [
        ("List the steps of a handover", True),
        ("What are the risks of a captive centre?", True),
        ("Which clauses belong into the contract?", True),
        ("Name the laws that apply.", True),
        ("Who signs the contract?", False),
        ("Why did the handover fail?", False),
    ],
)
def test_a_question_for_a_list_wants_all_of_it(question: str, listing: bool) -> None:
    assert read_question(question).listing is listing


@pytest.mark.parametrize(
    ("question", "articles_only", "each_source"),
    [
        ("What does the article say about turnover?", True, False),
        ("According to the comparison table, who controls staff?", True, False),
        ("What do both articles say about cost?", True, True),
        ("What does an article of association contain?", False, False),
        ("Who controls staff?", False, False),
    ],
)
def test_a_question_about_the_articles_names_them(question: str, articles_only: bool, each_source: bool) -> None:
    ask = read_question(question)
    assert (ask.articles_only, ask.each_source) == (articles_only, each_source)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Which country is the cheapest?", "cheapest"),
        ("Who is the BEST vendor?", "best"),
        ("What is the best way to pay a vendor?", ""),
        ("Which is the best practice for a handover?", ""),
        ("Which country is cheap?", ""),
    ],
)
def test_a_superlative_is_what_the_answer_has_to_carry(question: str, word: str) -> None:
    assert read_question(question).superlative == word


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("Since the vendor always owns the code, how do we buy it back?", "the vendor always owns the code"),
        ("Given that offshoring is illegal, what may we do?", "offshoring is illegal"),
        ("The article says that all projects fail. Is that so?", "The article says that all projects fail"),
        ("How do we buy the code back?", ""),
    ],
)
def test_a_premise_is_what_the_question_takes_for_granted(question: str, premise: str) -> None:
    assert read_question(question).premise == premise


@pytest.mark.parametrize("question", ["", " ", "?", "🙂", "…", "\n\n"])
def test_any_text_is_read_without_an_error(question: str) -> None:
    assert read_question(question).form == "fact"


@pytest.mark.parametrize(
    "part", ["article says ", "we our my ", "which one or ", "is it a ", "help me avoid ", "vendor or "]
)
def test_the_longest_question_is_read_at_once_whatever_it_repeats(part: str) -> None:
    started = time.process_time()
    read_question((part * MOST_CHARACTERS)[:MOST_CHARACTERS])
    assert time.process_time() - started < 4
