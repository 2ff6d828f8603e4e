"""A question typed into the page, or into a frame of it, as a reader types it."""

from __future__ import annotations


def ask(page, question: str, wait: str) -> None:
    """Ask on a page or in a frame and wait for `wait`, but never in what stood there before the question."""
    page.evaluate("document.querySelector('#now .turn')?.setAttribute('data-before', '')")
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    page.wait_for_selector("#now .turn:not([data-before])")
    page.wait_for_selector(wait)
