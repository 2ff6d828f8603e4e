"""A paper as one HTML page to print: no script, nothing from elsewhere, everything escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from assistant.export.compose import write_paper
from assistant.export.paper import footnote
from assistant.markdown import OURS_MARK
from assistant.types import Kept

ASSETS = Path(__file__).parent / "assets"


def to_print_html(kept: Kept) -> str:
    """Return a conversation, or the part of one, as a page that stands alone."""
    paper = write_paper(kept)
    blocks = [(type(block).__name__, block) for block in paper.blocks]
    return _template().render(paper=paper, blocks=blocks, footnote=footnote, ours=OURS_MARK)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("print.html.jinja")
