from __future__ import annotations

import time

import pytest

from assistant.conversation.lean import announced, leaning, leans_back
from assistant.conversation.rewrite import RuleRewriter, standalone, without_framing
from assistant.text import MOST_CHARACTERS
from assistant.types import Answer, Citation, Conversation, Evidence, Passage, Query, Sentence, Span, Turn

FIRST = "Compare a vendor, a captive centre and an EOR on cost."
POLAND = "Should we move our help desk to Poland?"


def talk(*questions: str) -> Conversation:
    return Conversation(tuple(Turn(question) for question in questions))


# --- what stands alone --------------------------------------------------------------------

ALONE = (
    "Who owns source code written by a contractor in India?",
    "Is it legal to send payroll data of employees to Brazil?",
    "Should we outsource our patient portal or build a new one in-house?",
    "What are the differences between nearshoring and offshoring for a start-up of ten engineers?",
    "How many days of notice does a captive centre in Romania have to give?",
    "Compare a managed service and staff augmentation for a bank.",
)


@pytest.mark.parametrize("question", ALONE)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone(question, talk(FIRST)) == (question, "")
    assert standalone(question, talk(FIRST, "and on control?", "why?")) == (question, "")


@pytest.mark.parametrize("question", [*ALONE, "why?", "and on control?", "the second one", "I meant Peru, not Chile"])
def test_without_a_conversation_nothing_is_leant_on(question: str) -> None:
    assert standalone(question, Conversation()) == (question, "")


def test_white_space_is_made_even() -> None:
    assert standalone("  Who\n owns\tit? ", Conversation()) == ("Who owns it?", "")


@pytest.mark.parametrize(
    "question",
    [
        "Different topic: who owns source code?",
        "Another question - who owns source code?",
        "New subject. Who owns source code?",
        "A different matter, who owns source code?",
    ],
)
def test_a_change_of_subject_has_no_context(question: str) -> None:
    text, topic = standalone(question, talk(POLAND))
    assert text.lower() == "who owns source code?"
    assert topic == ""


def test_after_a_change_of_subject_nothing_points_back() -> None:
    question = "who answers at the first call?"
    assert standalone(f"Different topic: {question}", talk(FIRST)) == (question, "")
    assert standalone(question, talk(FIRST)) != (question, "")


def test_a_short_question_of_its_own_keeps_its_words_and_they_lead() -> None:
    query = RuleRewriter()("Should we outsource our patient portal?", talk(FIRST))
    assert query.text == query.question
    assert all(weight < 1 for _, weight in query.context)


# --- what leans back ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["and on control?", "What about quality?", "why?", "How long would it take?", "Is it cheaper?", "tell me more"],
)
def test_ellipsis_and_pronouns_keep_their_words_and_lean_on_the_topic(question: str) -> None:
    assert standalone(question, talk(POLAND)) == (question, POLAND)


def test_the_topic_is_the_last_question_that_stood_alone() -> None:
    later = "Which laws apply to health data of patients in Texas?"
    assert standalone("and in general?", talk(POLAND, "why?", later)) == ("and in general?", later)


@pytest.mark.parametrize(
    ("question", "before", "topic"),
    [
        ("And in Mexico?", "What does a team in Spain cost?", "What does a team in Mexico cost?"),
        ("What about Peru?", "May our French firm hire in Chile?", "May our French firm hire in Peru?"),
        ("And if it were Germany instead?", "We want to hire in Spain.", "We want to hire in Germany."),
        ("And in Mexico?", "Is Spain or Portugal cheaper?", "Is Spain or Portugal cheaper?"),
        ("And in Texas?", "What does a team in Spain cost?", "What does a team in Spain cost?"),
        ("Can the developers sit in Colombia?", "We hire testers in Spain.", "We hire testers in Spain."),
    ],
)  # fmt: skip
def test_a_place_asked_about_instead_takes_the_place_of_the_one_before(question: str, before: str, topic: str) -> None:
    assert standalone(question, talk(before)) == (question, topic)


def test_what_points_back_is_resolved_through_the_whole_conversation() -> None:
    first = "Which pricing models are there?"
    models = "There are three: 1. a fixed price, 2. time and materials, 3. a share of the outcome."
    asked = (Turn(first, answer_text=models), Turn("Who bears the risk in the second one?", answer_text="The buyer."))
    assert standalone(asked[1].question, Conversation(asked[:1]))[0] == "Who bears the risk in time and materials?"
    text, topic = standalone("And in the first?", Conversation(asked))
    assert text == "And in a fixed price?"
    assert topic == f"{first} Who bears the risk in a fixed price?"
    both = Conversation((*asked, Turn("And in the first?", answer_text="The vendor, and it has its price.")))
    assert standalone("Why do people avoid the other one?", both)[0] == "Why do people avoid time and materials?"


@pytest.mark.parametrize(
    ("question", "resolved"),
    [
        ("Why is the first one slow?", "Why is vendor slow?"),
        ("Why is the second one slow?", "Why is captive centre slow?"),
        ("What about the third?", "What about EOR?"),
        ("What about the last option?", "What about EOR?"),
        ("How risky is the former?", "How risky is vendor?"),
    ],
)
def test_an_ordinal_becomes_what_it_counts(question: str, resolved: str) -> None:
    assert standalone(question, talk(FIRST)) == (resolved, FIRST)


def test_an_ordinal_counts_in_the_answer_where_the_question_lists_nothing() -> None:
    told = Turn("What are our options?", answer_text="You can choose a vendor, a captive centre or an EOR.")
    assert standalone("How risky is the second option?", Conversation((told,)))[0] == "How risky is captive centre?"
    text = "You can choose a vendor, a captive centre or an EOR."
    passage = Passage("d", Span(0, len(text)), text)
    shown = Sentence(text, "background", (Citation(1, passage, passage.span),), 1.0, True)
    answer = Answer(Evidence(Query("", ""), ()), "fact", "answered", (shown,))
    answered = Conversation((Turn("What are our options?", answer),))
    assert standalone("How risky is the third one?", answered)[0] == "How risky is EOR?"


def test_an_ordinal_that_counts_nothing_is_left() -> None:
    question = "What happens in the first stage?"
    assert standalone(question, talk(POLAND))[0] == question
    assert standalone("What about the third?", talk("Compare a vendor and a captive centre."))[0] == (
        "What about the third?"
    )


# --- corrections --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    ["I meant Portugal, not Poland", "no, I meant Portugal not Poland.", "Sorry, I mean Portugal, not POLAND!"],
)
def test_a_correction_puts_the_word_right_and_drops_the_wrong_one(question: str) -> None:
    text, topic = standalone(question, talk(POLAND))
    assert text == "Should we move our help desk to Portugal?"
    assert "poland" not in topic.lower()


def test_a_correction_keeps_the_facts_told_since_with_the_word_put_right() -> None:
    text, topic = standalone("I meant Portugal, not Poland", talk(POLAND, "We have 30 agents in Poland."))
    assert text == "We have 30 agents in Portugal."
    assert topic == "Should we move our help desk to Portugal? We have 30 agents in Portugal."


def test_only_whole_words_are_put_right() -> None:
    text, _ = standalone("I meant UK, not US", talk("Is our business in the US taxed?"))
    assert text == "Is our business in the UK taxed?"


@pytest.mark.parametrize("meant", [r"C:\1", r"\g<name>", "(x", "[y"])
def test_a_correction_of_any_characters_is_taken_as_it_is(meant: str) -> None:
    assert standalone(f"I meant {meant}, not Poland", talk(POLAND))[0] == f"Should we move our help desk to {meant}?"
    assert standalone(f"I meant Peru, not {meant}", talk(POLAND))


def test_a_correction_without_the_wrong_word_is_what_was_meant() -> None:
    assert standalone("Actually, I meant the finance team", talk(POLAND)) == ("the finance team", POLAND)
    assert standalone("I meant Peru, not Chile", talk(POLAND)) == ("Peru", POLAND)


# --- facts told ---------------------------------------------------------------------------


def test_a_fact_of_the_case_leans_on_the_question_and_is_remembered() -> None:
    told = "We have 30 agents in two shifts."
    assert standalone(told, talk(POLAND)) == (told, POLAND)
    assert standalone("What would it cost?", talk(POLAND, told)) == ("What would it cost?", f"{POLAND} {told}")


def test_the_topic_does_not_grow_without_end() -> None:
    facts = [f"We have {n} agents." for n in range(40)]
    assert standalone("why?", talk(POLAND, *facts))[1] == " ".join([POLAND, *facts[-2:]])


# --- the stage ----------------------------------------------------------------------------


def test_the_query_keeps_the_persons_own_words() -> None:
    rewrite = RuleRewriter(widen=lambda text: ("helpdesk",), spell=lambda text: text.replace("controll", "control"))
    query = rewrite("and on  controll?", talk(POLAND))
    assert query.question == "and on  controll?"
    assert query.text == "and on control?"
    assert query.expansions == ("helpdesk",)
    ((topic, weight),) = query.context
    assert topic == POLAND
    assert 0 < weight < 1
    assert query.standalone == f"and on control? ({POLAND})"


def test_a_question_that_stands_alone_has_no_context() -> None:
    query = RuleRewriter()(ALONE[0], talk(POLAND))
    assert (query.text, query.context, query.standalone) == (ALONE[0], (), ALONE[0])


def test_words_about_the_sources_are_not_searched_for() -> None:
    assert "article" not in without_framing("According to the article, who trains the agents?")
    assert "who trains the agents" in without_framing("According to the article, who trains the agents?")
    assert without_framing("the articles?") == "the articles?"
    assert without_framing("Who trains the agents?") == "Who trains the agents?"


@pytest.mark.parametrize("question", ["", " ", "?", "🙂", "the first", "I meant , not ", "not"])
@pytest.mark.parametrize("before", ["", " ", "A, B and C", "🙂"])
def test_any_words_in_any_conversation_become_a_query(question: str, before: str) -> None:
    query = RuleRewriter()(question, talk(before))
    assert query.question == question


@pytest.mark.parametrize("part", ["a, ", "((((", "a-b-", "aaa bbb ccc, ", "no, ", "the first ", "I meant "])
def test_the_longest_conversation_is_read_at_once_whatever_it_repeats(part: str) -> None:
    long = (part * MOST_CHARACTERS)[:MOST_CHARACTERS]
    before = Conversation((Turn(long, answer_text=long * 20), Turn("what about the first one?", answer_text=long)))
    started = time.process_time()
    RuleRewriter()("What about the first one?", before)
    RuleRewriter()(long, before)
    assert time.process_time() - started < 5


# --- how it leans -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "how"),
    [
        ("And on control?", "ellipsis"),
        ("Who owns it then?", "pronoun"),
        ("Could we simply take over the people who know it?", "pronoun"),
        ("We have thirty agents.", "told"),
        ("Which risks?", "short"),
        ("What is follow-the-sun?", "alone"),
        ("Does New York have a law on software that screens candidates?", "alone"),
        ("Which administrator rights may staff of a hosting vendor get, and when do they expire?", "alone"),
        ("Is it legal to record calls of customers in Texas?", "alone"),
        ("Is there a law on recording calls in Texas?", "alone"),
    ],
)
def test_how_a_question_leans_is_read_from_its_words(question: str, how: str) -> None:
    assert leaning(question) == how
    assert leans_back(question) == (how != "alone")


@pytest.mark.parametrize(
    "question",
    [
        "By the way, who owns code?",
        "Something else: who owns code?",
        "On a different note, who owns code?",
        "Changing the subject, who owns code?",
        "Thanks. Now to something else. who owns code?",
    ],
)
def test_another_subject_is_announced_in_many_ways(question: str) -> None:
    assert announced(question) == "who owns code?"
    assert announced("who owns code?") is None


# --- earlier answers ----------------------------------------------------------------------


def answered(*answers: str) -> Conversation:
    return Conversation(tuple(Turn(POLAND, answer_text=answer) for answer in answers))


def test_a_follow_up_leans_on_the_answers_before_it_the_last_one_most() -> None:
    query = RuleRewriter()("and on control?", answered("first", "second", "third", "fourth"))
    assert [text for text, _ in query.answered] == ["fourth", "third", "second"]
    weights = [weight for _, weight in query.answered]
    assert weights == sorted(weights, reverse=True)
    assert "fourth" not in query.standalone  # that is for a person: what was asked


@pytest.mark.parametrize("question", [ALONE[0], "Another topic: who owns it?", "I meant Peru, not Poland"])
def test_a_question_that_stands_alone_leans_on_no_answer(question: str) -> None:
    assert RuleRewriter()(question, answered("No.")).answered == ()


def test_of_a_long_answer_the_beginning_counts() -> None:
    ((text, _),) = RuleRewriter()("why?", answered("word " * 5_000)).answered
    assert 100 < len(text) <= 1_000


def test_after_a_change_of_subject_what_was_said_before_it_is_gone() -> None:
    turns = (Turn(POLAND, answer_text="No."), Turn("Another question: who owns code?", answer_text="You do."))
    query = RuleRewriter()("and in India?", Conversation(turns))
    assert query.context[0][0] == "who owns code?"
    assert [text for text, _ in query.answered] == ["You do."]
