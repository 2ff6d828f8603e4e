"""Start the chat page: `python app.py`. Settings come from the environment (`docs/usage.md`)."""

from __future__ import annotations

import sys

from assistant.errors import AssistantError
from assistant.serve import run
from assistant.settings import Settings


def say(message: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"{message}\n")


def main() -> int:
    """Serve the page until it is stopped; return the exit code."""
    try:
        run(Settings.read(), say=say)
    except AssistantError as error:
        say(f"assistant: {error}\n  {error.hint}".rstrip())
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
