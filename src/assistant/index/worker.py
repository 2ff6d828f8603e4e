"""Writing a generation in a process of its own: orders go in, steps and a report come out.

Orders are one JSON object on standard input; what comes out is one JSON object a line.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from assistant.errors import (
    AssistantError,
    BadInput,
    EmptyCorpus,
    IndexUnavailable,
    ServerAway,
    SettingsError,
    WrongModel,
)
from assistant.index.sync import Progress

log = logging.getLogger(__name__)

_KINDS: dict[str, type[AssistantError]] = {
    kind.__name__: kind for kind in (BadInput, EmptyCorpus, ServerAway, SettingsError, WrongModel)
}
_HINT = "The index as it was before goes on serving. Run `assistant index` again once the cause is gone."


def run(command: Sequence[str], orders: dict[str, Any], progress: Progress, *, lock: int = -1) -> dict[str, Any]:
    """Run the worker to its end and return its report; it inherits the lock. Raises its error."""
    said: dict[str, Any] = {}
    inherited = () if lock < 0 else (lock,)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, pass_fds=inherited) as process:
        try:
            said = _talk(process, orders, progress)
        except (OSError, ValueError) as error:
            log.warning("the build process cannot be understood: %s", error)
        finally:
            if not said:
                process.kill()
    code = process.returncode
    if "report" in said:
        report: dict[str, Any] = said["report"]
        return report
    raise _error(said.get("error") or {"message": f"the build process ended unexpectedly (code {code})"})


def _error(said: dict[str, str]) -> AssistantError:
    kind: type[AssistantError] = _KINDS.get(said.get("kind", ""), IndexUnavailable)
    return kind(said["message"], hint=said.get("hint") or _HINT)


def _talk(process: subprocess.Popen[str], orders: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Give the orders, pass the progress on, and return the last thing said."""
    assert process.stdin is not None  # noqa: S101  both are pipes
    assert process.stdout is not None  # noqa: S101
    with process.stdin as given:
        given.write(json.dumps(orders))
    last: dict[str, Any] = {}
    for line in process.stdout:
        last = json.loads(line)
        if "progress" in last:
            progress(*last["progress"])
    return last


def serve(write: Callable[[dict[str, Any], Progress], dict[str, Any]]) -> int:
    """Be the worker: do as ordered, tell of it line by line; 0 when the report was given."""
    # libraries may print; what the caller reads must be ours alone
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)

        def say(**what: Any) -> None:
            out.write(json.dumps(what) + "\n")
            out.flush()

        try:
            report = write(json.load(sys.stdin), lambda *step: say(progress=step))
        except AssistantError as error:
            say(error={"kind": type(error).__name__, "message": str(error), "hint": error.hint})
        except Exception as error:
            log.debug("the build failed", exc_info=True)
            say(error={"message": f"the build failed: {error or type(error).__name__}"})
        else:
            say(report=report)
            return 0
    return 1
