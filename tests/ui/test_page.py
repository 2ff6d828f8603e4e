"""The page in a real Chromium, over invented documents."""

from __future__ import annotations

import json

import pytest
from kitchen import PAYLOADS

from assistant.markdown import PART_TITLES

pytestmark = pytest.mark.browser

DECISION = "Should we outsource the canteen?"
PHONE = {"width": 390, "height": 844}


def in_view(page, selector: str) -> bool:
    """Whether the middle of an element can be seen: within the window, not covered by anything."""
    return page.evaluate(
        """selector => { const e = document.querySelector(selector), r = e.getClientRects()[0];
            const at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
            return e.contains(at) || at?.contains(e) || false }""",
        selector,
    )


def test_an_answer_comes_with_citations_that_show_and_mark_the_quoted_words(visit) -> None:
    here = visit()
    here.ask(DECISION)
    page = here.page
    lean = page.locator("#now .lean .lead")
    assert lean.inner_text().startswith("Give the cooking to a caterer")

    page.click("#now .cite[data-cite=t1q10]")

    page.wait_for_selector(".card.hit:focus")
    assert page.locator("mark.hit").all_inner_texts() == ["Who owns the equipment today?"]
    page.wait_for_timeout(600)
    assert in_view(page, "mark.hit")
    card = page.locator(".card.hit")
    assert "Questions to ask first" in card.inner_text()
    assert "Guidance" in card.inner_text()
    assert "checked up to July 2026" in card.inner_text()
    assert here.errors == []


def test_a_question_keeps_its_place_while_the_answer_grows(visit) -> None:
    here = visit()
    here.ask(DECISION)
    here.ask("How do they differ?", wait="#turn-2 .actions")
    here.page.wait_for_timeout(700)
    top = here.page.evaluate("document.querySelector('#turn-2').getBoundingClientRect().top")
    assert 0 <= top <= 120


def test_the_whole_document_opens_in_place_with_the_quote_marked_and_back(visit) -> None:
    here = visit()
    page = here.page
    here.ask("How long is the notice?")
    page.click("#now .cite")
    page.click(".card.hit [data-open]")

    page.wait_for_selector("#document .document")
    assert page.locator("#document mark.hit").inner_text().startswith("The first caterer left")
    assert in_view(page, "#document mark.hit")
    assert "On day 89 of the trial" in page.locator("#document").inner_text()

    page.click("#document [data-back]")
    page.wait_for_selector(".card.hit")
    assert page.locator("#document").is_hidden()

    page.click(".card.hit [data-open]")
    page.wait_for_selector("#document .document >> visible=true")


def test_the_words_that_were_pressed_are_the_ones_scrolled_to_in_the_document(visit) -> None:
    here = visit()
    here.ask(DECISION)
    here.page.click("#now .cite[data-cite=t1q2]")
    here.page.click(".card.hit [data-open]")
    here.page.wait_for_selector("#document mark.hit")
    assert here.page.locator("#document mark.hit").inner_text().startswith("Review the lean")
    assert here.page.locator("#document mark").count() == 2


def test_a_follow_up_chip_asks_its_question_in_the_same_conversation(visit) -> None:
    here = visit()
    here.ask(DECISION)
    here.page.click(".chip >> nth=0")
    here.page.wait_for_selector("#turn-2 .actions")
    assert "thirty days of notice" in here.page.locator("#turn-2").inner_text()
    assert "Read as: How long was the notice of the first caterer?" in here.page.locator("#turn-2").inner_text()
    assert here.page.locator("#past #turn-1 .cite").count() > 5
    assert here.page.locator("#turn-1 .chip").count() == 0

    here.page.click("#turn-1 .cite >> nth=0")
    here.page.wait_for_selector("#past-sources details[open] mark.hit")


def test_an_example_asks_its_question(visit) -> None:
    here = visit()
    here.page.click(".example >> nth=0")
    here.page.wait_for_selector("#now .lean")
    assert here.page.locator("#now .question").inner_text() == "Should we outsource our patient portal?"


def test_an_abstention_says_why_what_was_searched_for_and_what_to_do(visit) -> None:
    here = visit()
    here.ask("What is the weather in the kitchen?")
    text = here.page.locator("#now .abstained").inner_text()
    assert "The sources do not answer this." in text
    assert "Nothing in the corpus is about the weather." in text
    assert "Searched for: What is the weather in the kitchen?" in text
    assert "Rephrase it" in text
    assert here.page.locator("#now .cite").count() == 0
    assert here.page.locator("#now-sources .card").count() == 3


def test_an_open_question_offers_its_readings_to_press(visit) -> None:
    here = visit()
    here.ask("Which one?")
    here.page.click(".readings .chip >> nth=0")
    here.page.wait_for_selector("#turn-2 .cite")


def test_stop_keeps_what_was_said_and_says_that_it_is_cut(visit) -> None:
    here = visit()
    here.ask("Tell me slowly about the canteen", wait="#now .lean")
    here.page.click(".stop-button")
    here.page.wait_for_selector("#now .notice")
    assert "Stopped before it was finished" in here.page.locator("#now .notice").inner_text()
    said = here.page.locator("#now .cite").count()
    assert 0 < said < 13
    here.page.wait_for_selector(".submit-button")

    here.ask("How long is the notice?", wait="#turn-2 .actions")
    assert here.page.locator("#past #turn-1 .cite").count() == said


def test_an_error_is_words_with_a_next_step_and_the_question_is_kept(visit) -> None:
    here = visit()
    here.ask("Will it crash?", wait="#now .failed")
    text = here.page.locator("#now").inner_text()
    assert "Something went wrong on our side." in text
    assert "secret" not in text
    assert here.page.input_value("#box textarea") == "Will it crash?"

    here.ask("no index", wait="#now .failed >> text=No index has been built")
    assert "Run `assistant index`." in here.page.locator("#now").inner_text()
    here.page.wait_for_selector(".submit-button")


def test_a_new_topic_empties_the_conversation(visit) -> None:
    here = visit()
    here.ask(DECISION)
    here.page.click("#new")
    here.page.wait_for_selector(".welcome")
    assert here.page.locator(".turn, .card").count() == 0


def test_how_it_was_found_is_one_press_away(visit) -> None:
    here = visit()
    here.ask(DECISION)
    assert "Searching" not in here.page.locator("#now").inner_text()
    here.page.click("#now .found summary >> text=How this was found")
    text = here.page.locator("#now .found").inner_text()
    for words in ("Searched for", DECISION, "Also by the words", "catering", "Searching\n20 ms", "In all\n24 ms"):
        assert words in text


def test_the_answer_is_copied_with_its_references(visit) -> None:
    here = visit()
    here.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    here.ask(DECISION)
    here.page.click("[data-copy]")
    here.page.wait_for_selector("[data-copy] >> text=Copied")
    copied = here.page.evaluate("navigator.clipboard.readText()")
    assert "[1] Running a canteen › Bottom line, page 3 (checked up to July 2026): “Give the cooking" in copied
    assert f"### {PART_TITLES['fits']}" in copied


def test_everything_can_be_done_from_the_keyboard(visit) -> None:
    here = visit()
    page = here.page
    page.keyboard.press("/")
    page.keyboard.type("How long is")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("the notice?")
    assert page.input_value("#box textarea") == "How long is\nthe notice?"
    page.keyboard.press("Enter")
    page.wait_for_selector("#now .cite")

    page.locator("#talk").focus()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.cite')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert "thirty days of notice" in page.locator("#tip").inner_text()

    page.keyboard.press("Enter")
    page.wait_for_selector(".card.hit:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".document:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-open]:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector(".cite:focus")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_escape_stops_an_answer(visit) -> None:
    here = visit()
    here.ask("Tell me slowly about the canteen", wait="#now .lean")
    here.page.keyboard.press("Escape")
    here.page.wait_for_selector("#now .notice")


def test_on_a_phone_the_sources_are_a_drawer_and_nothing_scrolls_sideways(visit) -> None:
    here = visit(**PHONE)
    page = here.page
    here.ask(DECISION)
    assert not page.locator("#panel").is_visible()
    page.click("#now .cite >> nth=0")
    page.wait_for_selector("#panel", state="visible")
    page.wait_for_timeout(500)
    assert in_view(page, "mark.hit")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click("[data-close]")
    page.wait_for_selector("#panel", state="hidden")
    page.click("[data-panel]")
    page.wait_for_selector("#panel", state="visible")


def test_light_and_dark_follow_the_system_and_the_readers_choice(visit) -> None:
    here = visit(scheme="dark")
    page = here.page
    assert page.evaluate("document.body.classList.contains('dark')")
    page.click("[data-theme]")
    page.reload()
    page.wait_for_selector("#talk[role=log]")
    assert not page.evaluate("document.body.classList.contains('dark')")


@pytest.mark.parametrize("path", ["", "?embed=1"])
def test_hostile_text_loads_nothing_runs_nothing_and_is_shown_as_text(visit, address: str, path: str) -> None:
    """As question, title, file name, source text, answer, follow-up and notice; in the page and in an embed."""
    assert len(PAYLOADS) >= 27
    here = visit(path=path)
    page = here.page
    here.ask(" ".join(PAYLOADS).replace("crash", ""), wait="#now .actions, #now .failed")
    here.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.click("#now .cite >> nth=0")
    page.click(".card.hit [data-open]")
    page.wait_for_selector("#document .document >> visible=true")
    page.click(".chip >> nth=0")
    page.wait_for_selector("#turn-2 .actions")
    page.wait_for_timeout(300)

    assert here.hosts() == {"127.0.0.1"}
    assert page.evaluate("window.ran") is None
    assert page.url.partition("?")[0] == address
    assert here.errors == []
    ours = "#talk, #panel"
    tags = page.evaluate(
        f"[...document.querySelectorAll('{ours}')].flatMap(e => [...e.querySelectorAll('*')].map(x => x.localName))"
    )
    assert not {"img", "script", "iframe", "form", "object", "video", "link", "style", "base", "picture"} & set(tags)
    assert not {"audio", "embed", "meta", "image"} & set(tags)
    assert (
        page.locator("#talk [autofocus], #panel [autofocus], #talk [type=image], #talk details[ontoggle]").count() == 0
    )
    assert page.evaluate("[...document.querySelectorAll('#talk [style], #panel .prose [style]')].length") <= 40
    shown = page.evaluate(
        "document.querySelector('#talk').textContent + document.querySelector('#document').textContent"
    )
    for payload in PAYLOADS:
        for line in payload.split("\n"):
            visible = "".join(c if c.isprintable() else "\ufffd" for c in line.strip("- ")).strip()
            assert visible in shown


def test_a_thumb_down_with_its_reason_becomes_a_question_of_the_next_evaluation(visit, tmp_path) -> None:
    from assistant.evaluation.questions import read_questions

    here = visit()
    page = here.page
    here.ask(DECISION)
    page.click("#now [data-thumb=up]")
    here.ask("How long is the notice?", wait="#turn-2 .actions")
    assert page.get_attribute("#past [data-thumb=up]", "aria-pressed") == "true"
    assert page.locator("[data-save]").count() == 1
    assert not page.locator("#now .reason").is_visible()

    page.click("#now [data-thumb=down]")
    page.keyboard.type("That is the “old” notice <b>")
    with page.expect_download() as saved:
        page.click("[data-save]")  # leaving the field keeps the reason
    saved.value.save_as(tmp_path / saved.value.suggested_filename)

    (question,) = read_questions(tmp_path / "conversation.json", lambda _: None).questions
    assert question.text == "How long is the notice?"
    assert question.note == "That is the “old” notice <b>"
    assert question.history[0].text == DECISION
    assert "Give the cooking to a caterer" in question.history[1].text
    assert json.loads((tmp_path / "conversation.json").read_text("utf-8"))["turns"][0]["thumb"] == "up"
    assert here.errors == []
    assert here.hosts() == {"127.0.0.1"}


def test_a_press_during_the_next_answer_is_kept_and_a_second_press_takes_it_back(visit) -> None:
    here = visit()
    page = here.page
    here.ask(DECISION)
    here.ask("Tell me slowly about the canteen", wait="#now .lean")
    page.click("#turn-1 [data-thumb=down]")
    page.keyboard.type("too long")
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-2 .feedback")
    here.ask("How long is the notice?", wait="#turn-3 .feedback")
    assert page.input_value("#turn-1 [data-reason]") == "too long"

    page.click("#turn-1 [data-thumb=down]")
    assert not page.locator("#turn-1 .reason").is_visible()
    with page.expect_download() as saved:
        page.click("[data-save]")
    turns = json.loads(saved.value.path().read_text("utf-8"))["turns"]
    assert [(turn["thumb"], turn["reason"]) for turn in turns] == [(None, "")] * 3


def test_a_new_topic_forgets_what_was_said_of_the_old_one(visit) -> None:
    here = visit()
    page = here.page
    here.ask(DECISION)
    page.click("[data-thumb=up]")
    page.click("#new")
    page.wait_for_selector(".welcome")
    here.ask(DECISION)
    assert page.locator("[aria-pressed=true]").count() == 0
    with page.expect_download() as saved:
        page.click("[data-save]")
    assert [turn["thumb"] for turn in json.loads(saved.value.path().read_text("utf-8"))["turns"]] == [None]


def test_what_was_measured_is_one_press_away_in_the_head(visit) -> None:
    here = visit()
    page = here.page
    assert not page.locator(".measured").is_visible()
    page.click(".quality summary")
    text = page.locator(".measured").inner_text()
    for words in ("40 questions", "2026-07-14", "Out of date", "the corpus", "0.812", "0.700 to 0.900", "41 ms"):
        assert words in text
    with page.context.expect_page() as opened:
        page.click(".measured a")
    opened.value.wait_for_selector("h1 >> text=The report")
    page.keyboard.press("Escape")
    assert not page.locator(".measured").is_visible()
    page.click(".quality summary")
    page.click(".welcome h2")
    assert not page.locator(".measured").is_visible()


def test_on_a_phone_the_measured_quality_fits(visit) -> None:
    page = visit(**PHONE).page
    assert in_view(page, ".quality summary")
    page.click(".quality summary")
    box = page.locator(".measured").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
