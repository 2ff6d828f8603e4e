"""Gradio, imported in two fifths of its time.

On import, Gradio writes a stub file for editors beside each of its components, which takes half of the time of the
import and fails where the packages are read-only; it imports the `mcp` package for a server of its own, which is
not used here; and it compiles the texts of its documentation as templates, most of them several times. The first two
are left out in the way in which Gradio itself allows for: a class without a source file gets no stub, and a missing
`mcp` takes away only that server. A text that was compiled is not compiled again.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import jinja2


@contextmanager
def _without_stubs() -> Iterator[None]:
    getfile = inspect.getfile

    def no_file(of: Any) -> str:
        if isinstance(of, type) and of.__module__.startswith("gradio."):
            raise OSError("no stub is wanted")
        return getfile(of)

    inspect.getfile = no_file  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile


@contextmanager
def _without_mcp() -> Iterator[None]:
    if "mcp" in sys.modules:
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]  # how Python notes that an import shall fail
    try:
        yield
    finally:
        del sys.modules["mcp"]


@contextmanager
def _with_known_templates() -> Iterator[None]:
    made = jinja2.Template
    jinja2.Template = lru_cache(maxsize=None)(made)  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        jinja2.Template = made  # type: ignore[misc]


with _without_stubs(), _without_mcp(), _with_known_templates():
    import gradio
    from gradio import blocks


class _NoApp:
    """In place of Gradio's application while a page is put together."""

    @staticmethod
    def create_app(*_: Any, **__: Any) -> None:
        """Make none."""


@contextmanager
def without_apps() -> Iterator[None]:
    """Have Gradio make no application of a page that is being put together.

    It would make three and serve none of them, as the page is mounted onto ours: `mount_gradio_app` makes the one that
    serves. Each takes a twentieth of a second, for some eighty routes.
    """
    names = vars(blocks)
    made, names["App"] = names["App"], _NoApp
    try:
        yield
    finally:
        names["App"] = made


__all__ = ["gradio", "without_apps"]
