import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kitchen import BOOK, PAYLOADS, RULES, Kitchen, kept
from test_elements import Reader

from assistant.markdown import PART_TITLES
from assistant.types import Answer, Citation, Fact, Listed, Source, Term, Turn
from assistant.ui import history, sources, view

KITCHEN = Kitchen()
DECISION = KITCHEN.ask("Should we outsource the canteen?")
INDEX = KITCHEN.info()


def turn(answer: Answer, question: str = "Q?", index: Mapping[str, Any] = INDEX, *, latest: bool = False) -> str:
    return view.turn(1, kept(Turn(question, answer)), index, latest=latest)


def read(answer: Answer, question: str = "Q?") -> Reader:
    return Reader(turn(answer, question, latest=True))


def parts(html: str) -> list[str]:
    return re.findall(r"<h3[^>]*>(.*?)</h3>", html)


def test_a_decision_has_the_lean_in_front_and_its_parts_in_order() -> None:
    shown = turn(DECISION)
    assert shown.index("Give the cooking to a caterer") < shown.index("<h3>")
    roles = ("fits", "does not fit", "comparison", "requirement", "question", "next step", "background")
    assert parts(shown) == [PART_TITLES[role] for role in roles]
    assert "Not in the sources: </strong>your own price of a meal" in shown


def test_every_shown_sentence_has_the_buttons_of_its_citations() -> None:
    cited = [a["data-cite"] for tag, a in read(DECISION).tags if tag == "button" and "data-cite" in a]
    assert cited == [f"t1q{c.number}" for s in DECISION.shown for c in s.citations]


def test_every_citation_finds_its_words_in_the_panel() -> None:
    panel = sources.sources(1, "Q?", DECISION)
    for citation in DECISION.citations:
        words = re.findall(rf'<mark data-quote="[^"]*\bt1q{citation.number}\b[^"]*">([^<]*)', panel)
        assert "".join(words) == citation.text


def test_judgement_is_marked_and_facts_are_not() -> None:
    shown = turn(DECISION)
    assert shown.count('class="ours"') == sum(s.judgement for s in DECISION.shown) == 6
    assert "Our judgement, not a sourced fact." in shown


def test_a_gap_in_a_comparison_says_that_the_sources_do_not_have_it() -> None:
    shown = turn(KITCHEN.ask("How do they differ?"))
    assert shown.count("<td>") == 5
    assert shown.count('class="gap">not in the sources<') == 1


def test_a_wide_comparison_is_turned_so_that_it_grows_downwards() -> None:
    cells = [s for s in DECISION.sentences if s.cell]
    one_row = replace(DECISION, form="comparison", sentences=tuple(cells[:2]))
    assert '<th scope="row">Cost a meal</th>' in turn(one_row)


def test_a_refused_sentence_is_never_shown() -> None:
    refused = tuple(replace(s, supported=False) for s in DECISION.sentences[:2])
    shown = read(replace(DECISION, sentences=(*refused, *DECISION.sentences[2:]))).text
    assert "Give the cooking" not in shown


def test_what_a_language_model_wrote_in_vain_is_folded_away_with_the_reason() -> None:
    first, *others = DECISION.sentences
    lie = replace(first, supported=False, draft="Give <b>all</b> away", refusal="the source says nothing of “all”")
    replaced = replace(others[0], draft="Keep nothing.", refusal="it leaves out “not”")
    shown = turn(replace(DECISION, sentences=(lie, replaced, *others[1:])))
    before, folded = shown.split("How this was found")
    assert "Give &lt;b&gt;all" in folded
    assert "The source says nothing of “all”." in folded
    assert "Keep nothing." in folded
    assert "&lt;b&gt;" not in before
    assert "Keep nothing." not in before
    assert "Written and not shown" not in turn(DECISION)


def test_what_was_searched_for_is_said_where_it_differs_from_the_question() -> None:
    assert "Read as" not in turn(DECISION, "Should  we outsource THE canteen?")
    assert "Read as" in turn(DECISION, "And the canteen?")


def test_terms_of_the_answer_are_explained() -> None:
    term = Term("Caterer", (), "A caterer cooks for others.", "x", DECISION.citations[0].quote)
    assert "A caterer cooks for others." in read(replace(DECISION, terms=(term,))).text


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://food.example/a?b=1&c=2", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.test/x", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_a_source_is_a_link_only_where_it_is_a_web_address(url: str, linked: bool) -> None:
    source = Source("k", "Kitchen Rules", "Food Board", url, "primary")
    answer = _with_source(source)
    links = [a for tag, a in Reader(sources.sources(1, "Q?", answer)).tags if tag == "a"]
    expected = [{"href": url, "target": "_blank", "rel": "noopener noreferrer"}] if linked else []
    assert links == expected


def test_the_card_names_what_the_sentence_rests_on_and_how_far_it_was_checked() -> None:
    text = Reader(sources.sources(1, "Q?", DECISION)).text
    assert f"[8] {RULES.title}, {RULES.publisher} (primary source)" in text
    assert f"[9] {BOOK.title}, {BOOK.publisher} (named, not opened by us)" in text


def test_many_numbers_of_one_passage_are_shown_as_a_run() -> None:
    cited = [replace(DECISION.citations[0], number=n) for n in (1, 2, *range(4, 10))]
    sentence = replace(DECISION.sentences[0], citations=tuple(cited))
    panel = sources.sources(1, "Q?", replace(DECISION, sentences=(sentence,)))
    assert re.findall(r'class="number" data-quote="([^"]*)">([^<]*)', panel) == [
        ("t1q1", "1"),
        ("t1q2", "2"),
        ("t1q4 t1q5 t1q6 t1q7 t1q8 t1q9", "4–9"),
    ]


def test_passages_that_were_read_but_not_cited_come_last_and_folded() -> None:
    fact = KITCHEN.ask("How long is the notice?")
    panel = sources.sources(1, "Q?", fact)
    assert panel.index('class="number"') < panel.index("Also read (2)")


def test_the_head_says_how_many_documents_and_up_to_when() -> None:
    assert "37 documents, checked up to July 2026" in view.header(37, ["2026-03-01", "", "2026-07-31"])
    assert "1 document<" in view.header(1, [""])


def test_earlier_turns_keep_their_answers_and_lose_their_chips() -> None:
    shown = view.earlier(kept(Turn("Q1?", DECISION), Turn("stopped")), INDEX)
    assert "Give the cooking" in shown
    assert 'class="chip"' not in shown


words = st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=40))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(words, words)
def test_no_text_from_outside_becomes_a_tag_anywhere(one: str, two: str) -> None:
    plain = _tags(_dressed("a", "b"))
    assert _tags(_dressed(one or "a", two or "b")) == plain


def _dressed(one: str, two: str) -> str:
    """Return everything the page can show, with `one` and `two` wherever text comes from outside."""
    answer = _with_source(Source("k", one, two, "https://x.example/", "vendor"))
    sentence = replace(answer.sentences[0], text=one)
    facts = (Fact("vendor", one, two, 1),)
    query = replace(answer.evidence.query, text=one + "?", expansions=(two,), facts=facts)
    answer = replace(
        answer,
        facts=facts,
        change=two,
        sentences=(sentence, *answer.sentences[1:]),
        missing=(one, two),
        follow_ups=(one,),
        readings=(two,),
        reasons=(one,),
        notice=two,
        evidence=replace(answer.evidence, query=query),
        terms=(Term(one, (), two, one, answer.citations[0].quote),),
    )
    index = {"documents": one, "passages": two, "generation": one, "embedding_model": two}
    spoiled = replace(answer.citations[0].passage, title=one, headings=(two,), document_id=one)
    cited = replace(sentence, citations=(replace(answer.citations[0], passage=spoiled),))
    pieces = [
        turn(answer, one, index, latest=True),
        turn(replace(answer, status="abstained"), two, index),
        turn(replace(answer, status="clarify"), two, index),
        view.failed(1, one, two, one),
        view.asked(1, one, two),
        history.history_list([Listed(one, two, "", "2026-11-03", 1)], current=one),
        history.history_list((), problem=one or "a"),
        view.turn(1, kept(Turn(one, answer), id="k"), index, latest=True, changes={1: one}, unkept=two),
        sources.sources(1, one, replace(answer, sentences=(cited,))),
        sources.no_document(one, [], two),
    ]
    return "".join(pieces)


def _tags(html: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(tag, tuple(attributes)) for tag, attributes in Reader(html).tags]


def _with_source(source: Source) -> Answer:
    first = DECISION.sentences[0]
    cited: Citation = replace(first.citations[0], source=source)
    return replace(DECISION, sentences=(replace(first, citations=(cited,)),))
