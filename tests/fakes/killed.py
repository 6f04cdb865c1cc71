"""A process that takes logs into a case in many small commits and hunts through it: made to be killed.

Run as a script: LOGS CASE WORKERS. It says ``ready`` first, and ``done`` with its seconds at the end.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from gamekeeper.hunt import ingest as module
from gamekeeper.hunt.rehunt import rehunt
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.compact import compact

#: A few files a unit and a few units a commit, so that there are many moments to be killed at.
UNIT_BYTES = 300_000
COMMIT_BYTES = 600_000


def work(logs: str, folder: str, workers: int, temporary: str) -> None:
    """Take in, hunt, and merge."""
    module.UNIT_BYTES = UNIT_BYTES  # type: ignore[misc]
    module.COMMIT_BYTES = COMMIT_BYTES  # type: ignore[misc]
    case = Case.open_or_create(folder, "Example Utility")
    request = Request((logs,), rules=("builtin",), workers=workers)
    place = WorkFolder(temporary)
    try:
        module.ingest(request, case, place)
        rehunt(request, case, place)
        with Writer(case) as writer:
            compact(writer)
    finally:
        place.close()


def main() -> None:
    """Do it, and say so."""
    logs, case, workers = sys.argv[1:4]
    temporary = Path(case).with_name("temporary")
    temporary.mkdir(exist_ok=True)
    print("ready", flush=True)  # noqa: T201 - the parent listens
    start = time.monotonic()
    work(logs, case, int(workers), str(temporary))
    print(f"done {time.monotonic() - start}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
