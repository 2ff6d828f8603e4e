"""What holds on the page whatever is done: nothing leaves the machine, everybody can use it, a lost server is said."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

DECISION = "Should we outsource the canteen?"
DESK, PHONE = {}, {"width": 390, "height": 844}


def test_no_request_leaves_the_machine(visit) -> None:
    here = visit()
    here.ask(DECISION)
    here.page.click("#now .cite >> nth=0")
    here.page.click(".card.hit [data-open]")
    here.page.wait_for_selector("#document .document >> visible=true")
    assert len(here.requested) > 10
    assert here.hosts() == {"127.0.0.1"}


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")])
def test_axe_finds_nothing_serious(visit, size: dict, scheme: str) -> None:
    from axe_core_python.sync_playwright import Axe

    here = visit(**size, scheme=scheme)
    here.ask("What is the weather?", wait="#now .abstained")
    checked = {"abstention": serious(Axe(), here.page)}
    here.page.click(".quality summary")
    checked["measured quality"] = serious(Axe(), here.page)
    here.page.keyboard.press("Escape")
    here.ask(DECISION)
    here.page.click("#now [data-thumb=down]")
    here.page.click("#now .cite >> nth=0")
    here.page.click(".card.hit [data-open]")
    here.page.wait_for_selector(".document:focus")
    checked["answer and document"] = serious(Axe(), here.page)
    assert {state: found for state, found in checked.items() if found} == {}


def serious(axe, page) -> list[str]:
    found = axe.run(page)["violations"]
    return [
        f"{v['id']}: {n['html'][:120]} {n['any'][0]['message'] if n['any'] else ''}"
        for v in found
        if v["impact"] in {"serious", "critical"}
        for n in v["nodes"]
    ]


def test_a_lost_server_is_said_in_words(browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".example")
    context.set_offline(True)
    page.wait_for_selector("#lost >> visible=true", timeout=60_000)
    context.close()
