"""What outlasts an answer: the facts of the case, the scorecard, and the conversations that are kept."""

from __future__ import annotations

from contextlib import closing

import pytest
from kitchen import Kitchen, kept
from test_page_for_all import DESK, PHONE

from assistant.errors import RecordsUnavailable
from assistant.records.store import Records
from assistant.settings import Settings
from assistant.types import Turn
from assistant.ui import view
from assistant.ui.desk import Desk
from assistant.ui.respond import NEW

pytestmark = pytest.mark.browser

CASE = "We are a hospital in Florida. Should we outsource the canteen?"
SCORED = "Should we outsource the canteen, by scores?"


def chips(page, turn: str = "#now") -> list[str]:
    return [" ".join(text.split()) for text in page.locator(f"{turn} .case .fact").all_inner_texts()]


def open_list(page) -> None:
    page.click("header [data-talks]")
    page.wait_for_selector("#listed :is(.talk, .note) >> visible=true")


def test_what_was_said_of_the_case_stands_above_the_answer_with_its_words(visit) -> None:
    here = visit()
    here.ask(CASE)
    assert "jurisdiction Florida" in chips(here.page)
    chip = here.page.locator(".fact[data-value=Florida]")
    assert "Florida" in chip.get_attribute("title")
    assert "You said" in chip.get_attribute("title")
    assert "jurisdiction: Florida" in here.page.inner_text("#now .facts-used")


def test_a_fact_that_is_changed_asks_again_and_the_edit_holds(visit) -> None:
    here = visit()
    page = here.page
    here.ask(CASE)
    page.click(".fact[data-value=Florida]")
    assert page.evaluate("document.activeElement.value") == "Florida"
    page.keyboard.type("Ohio")
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-2 .actions")
    assert page.inner_text("#turn-2 .question") == CASE
    assert "jurisdiction Ohio" in chips(page)
    assert "jurisdiction Florida" not in chips(page)
    assert "jurisdiction Florida" in chips(page, "#past")

    page.click("#now .fact-remove[data-value=Ohio]")
    page.wait_for_selector("#turn-3 .actions")
    assert not [c for c in chips(page) if c.startswith("jurisdiction")]
    assert here.errors == []


def test_a_fact_can_be_added_and_the_form_left_with_escape(visit) -> None:
    here = visit()
    page = here.page
    here.ask("Should we outsource the canteen?")
    page.click(".fact-add")
    page.keyboard.press("Escape")
    assert page.locator(".fact-form").is_hidden()
    assert page.evaluate("document.activeElement.className") == "fact-add"
    page.click(".fact-add")
    page.select_option(".fact-form select", "budget")
    page.fill(".fact-form input", "200,000 dollars")
    page.click("[data-sendfact]")
    page.wait_for_selector("#turn-2 .actions")
    assert "budget 200,000 dollars" in chips(page)


def test_a_weight_that_is_moved_turns_the_ranking_round_and_stays(visit) -> None:
    here = visit()
    page = here.page
    here.ask(SCORED)
    before = page.inner_text("#now .scorecard")
    weight = "#now .scorecard [data-weight=control]"
    page.evaluate("document.querySelectorAll('.scorecard details').forEach(d => d.open = true)")
    page.locator(weight).focus()
    for _ in range(8):
        page.keyboard.press("ArrowUp")
    page.wait_for_function("before => document.querySelector('#now .scorecard').innerText !== before", arg=before)
    page.wait_for_timeout(800)
    assert page.evaluate("document.activeElement.dataset.weight") == "control"
    here.ask("How long is the notice?", wait="#turn-2 .actions")
    assert float(page.input_value("#past .scorecard [data-weight=control]")) > 1
    assert here.errors == []


def test_the_page_opened_anew_has_the_conversation_of_its_address(visit) -> None:
    here = visit()
    here.ask(CASE)
    here.ask("How long is the notice?", wait="#turn-2 .actions")
    here.page.wait_for_function("() => location.search.includes('c=')")
    shown = here.page.inner_text("#turn-1 .answer"), here.page.inner_text("#turn-2 .answer")

    again = visit(path="?" + here.page.url.partition("?")[2])
    again.page.wait_for_selector("#turn-2 .actions")
    assert (again.page.inner_text("#turn-1 .answer"), again.page.inner_text("#turn-2 .answer")) == shown
    again.page.click("#turn-1 .cite >> nth=0")
    again.page.wait_for_selector(".card.hit:focus")
    assert again.errors == []


def test_conversations_are_listed_searched_opened_renamed_and_deleted(visit) -> None:
    here = visit()
    page = here.page
    here.ask("Should we outsource the breakfast buffet?")
    page.click("#new")
    page.wait_for_selector(".welcome")
    here.ask("How long is the notice for the terrace?")
    open_list(page)
    page.fill("[data-search]", "buffet")
    page.wait_for_function("() => document.querySelectorAll('#listed .talk').length === 1")
    page.click("#listed .talk")
    page.wait_for_selector("#turn-1 >> text=breakfast buffet")
    page.wait_for_selector("#listed .talk[aria-current]")

    page.click("#listed .talk[aria-current] + .more summary")
    page.click("#listed [data-rename] >> visible=true")
    page.keyboard.type("The buffet")
    page.keyboard.press("Enter")
    page.wait_for_selector("#listed .talk >> text=The buffet")

    page.click("#listed .talk[aria-current] + .more summary")
    page.click("#listed [data-delete] >> visible=true")
    assert page.locator("#turn-1").is_visible()
    page.click("#listed [data-delete] >> text=Delete for good?")
    page.wait_for_selector(".welcome")
    page.wait_for_function("() => !location.search.includes('c=')")
    page.fill("[data-search]", "buffet")
    page.wait_for_selector("#listed >> text=No conversation holds these words.")
    assert here.errors == []


def test_the_list_opens_and_closes_from_the_keyboard(visit) -> None:
    here = visit()
    page = here.page
    page.locator("header [data-talks]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('[data-search]')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('header [data-talks]')")
    assert page.locator("#history").is_hidden()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_and_nothing_overflows(visit, size, scheme) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright").Axe()
    here = visit(**size, scheme=scheme)
    page = here.page
    here.ask(CASE + " By scores.")
    page.click("#now .fact >> nth=0")
    page.evaluate("document.querySelectorAll('.scorecard details').forEach(d => d.open = true)")
    found = axe.run(page)["violations"]
    open_list(page)
    found += axe.run(page)["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_answer_from_before_says_what_has_changed_and_can_be_asked_again() -> None:
    desk = Desk(Kitchen())
    old = kept(Turn("How long is the notice?", Kitchen().ask("How long is the notice?")), id="k1")
    shown = desk._opened(old).screen.now
    assert "Answered on 3 November 2026. The corpus was updated since" in shown
    assert 'data-again="1"' in shown
    asking = desk.asking({"again": 1}, old)
    assert (asking.question, asking.context.turns, asking.earlier) == (
        "How long is the notice?",
        (),
        old.conversation.turns[0].answer,
    )


def test_a_list_that_cannot_be_read_says_why_in_its_place() -> None:
    class Broken:
        def list(self, owner: str, search: str = "") -> None:
            raise RecordsUnavailable("the disk is damaged", hint="Restore a backup.")

    done = Desk(Kitchen(), Broken()).act({"do": "list"}, NEW, {})
    assert "the disk is damaged. Restore a backup." in done.history


def test_an_answer_on_the_page_is_in_the_audit_log_without_its_question(tmp_path) -> None:
    with closing(Records.open(Settings.read({}, data=tmp_path))) as records:
        desk = Desk(Kitchen(), records, "ann")
        answer = Kitchen().ask("How long is the notice?")
        stored = desk.keep(kept(Turn("How long is the notice?", answer)))
        (entry,) = records.audit.entries()
        assert (entry.owner, entry.conversation, entry.generation) == ("ann", stored.id, "g1")
        assert entry.cited
        assert entry.question == ""


def test_whoever_is_signed_in_can_sign_out() -> None:
    assert 'href="logout"' in view.header(1, [""], user="ann")
    assert "Sign out" not in view.header(1, [""])
