"""What every command shares: where things are, and how it speaks. Answers go to stdout, all else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.build import LiveAssistant
    from assistant.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def say(message: str) -> None:
    """Write one line for a person to stderr."""
    click.echo(message, err=True)


def fail(error: AssistantError) -> NoReturn:
    """Show an error as a sentence and a hint, and end with its exit code."""
    say(f"assistant: {error}")
    if error.hint:
        say(f"  {error.hint}")
    sys.exit(error.exit_code)


def places(command: F) -> F:
    """Add the options that say where the corpus and the index are."""
    for option in (
        click.option("--index", type=click.Path(path_type=Path), help="Folder of the index [ASSISTANT_INDEX]."),
        click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the documents [ASSISTANT_CORPUS]."),
    ):
        command = option(command)
    return command


def speaks_plainly(command: F) -> F:
    """Turn what goes wrong into a sentence and a hint; a closed pipe into silence."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except AssistantError as error:
            fail(error)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            told = f"cannot use {error.filename}: {error.strerror}" if error.filename else str(error)
            fail(AssistantError(told, hint="Check the path, what it may be used for, and the room on the disk."))
        except KeyboardInterrupt:
            say("\nassistant: stopped")
            sys.exit(130)

    return run  # type: ignore[return-value]


def read_settings(**given: Any) -> Settings:
    """Return the settings of the environment with the command's options on top."""
    from assistant.settings import Settings

    return Settings.read(**given)


@contextmanager
def opened(settings: Settings) -> Iterator[LiveAssistant]:
    """Open the assistant for the time of one command; builds the index first if there is none."""
    from assistant.indexing import begin_to_open
    from assistant.terminal import Meter

    library = begin_to_open(settings, progress=Meter())
    from assistant.build import LiveAssistant  # while the model is read

    live = LiveAssistant(settings, library())
    try:
        yield live
    finally:
        live.close()
