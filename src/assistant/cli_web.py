"""The commands for programs that ask: the tools over standard input and output."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.console import places, read_settings, speaks_plainly


@click.command()
@places
@speaks_plainly
def mcp(corpus: Path | None, index: Path | None) -> None:
    """Offer the assistant as tools (MCP) over standard input and output."""
    from assistant.serve import run_tools

    run_tools(read_settings(corpus=corpus, index=index))


COMMANDS = (mcp,)
"""Added to `assistant`."""
