"""Run a command with a small disk in memory mounted on a folder, seen by that command alone.

    python benchmarks/faults/small_disk.py 1500M /tmp/kills -- COMMAND…

A damaged index can hold a sparse file of terabytes, and a full disk should be a small one. Needs
Linux and `unshare`; the disk is gone when the command ends. Exits as the command does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    size, folder, dashes, *command = sys.argv[1:]
    if dashes != "--" or not command:
        sys.exit(__doc__)
    Path(folder).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, *command[1:]] if command[0] == "python" else command
    script = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    os.execvp("unshare", ["unshare", "-rm", "sh", "-c", script, folder, *command])


if __name__ == "__main__":
    main()
