"""Exit codes; documented in ``docs/reference/options.md``, and stable."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    INTERNAL_ERROR = 1
    USAGE = 2
    NOTHING_READABLE = 3
    INCOMPLETE = 4  # as OK, but some input could not be read completely
    DAMAGED = 5  # a case is not as it was written
    FINDINGS = 10
    FINDINGS_INCOMPLETE = 11
    INTERRUPTED = 130  # as shells say: 128 + SIGINT
    HUNG_UP = 141  # 128 + SIGPIPE


#: What each code means, for help texts and the documentation.
MEANINGS = {
    Exit.OK: "done; no finding at or above --fail-level",
    Exit.INTERNAL_ERROR: "an internal error",
    Exit.USAGE: "an option or a path makes no sense",
    Exit.NOTHING_READABLE: "no input holds a single readable record",
    Exit.INCOMPLETE: "as 0, but some input could not be read completely",
    Exit.DAMAGED: "case verify: something in the case, or a log with --sources, is not as it was",
    Exit.FINDINGS: "done; findings at or above --fail-level (rules check: warnings or errors; "
    "rules test: a case that fails)",
    Exit.FINDINGS_INCOMPLETE: "as 10, but some input could not be read completely",
    Exit.INTERRUPTED: "stopped by Ctrl-C",
    Exit.HUNG_UP: "the program that reads the output has gone",
}
