"""Every exception that Gamekeeper raises on purpose.

Bad *data* is data: it becomes reject rows and rule accounts, never an exception. Bad *use* is one of these::

    GamekeeperError
    ├── UsageError           an option or path that makes no sense as given
    │   └── CaseBusy         somebody else writes to the case
    ├── CaseError            a case that is none, is of another make, or is damaged
    ├── NothingReadable      no input holds a single readable record
    ├── ContainerError       an archive that is refused as a whole
    ├── RuleError            a rule file that cannot become a rule (collected, not fatal)
    ├── ContentError         our own package data is wrong
    ├── NativeError          the compiled part is missing or cannot be loaded
    └── ParanoiaError        a fast path disagreed with its slow truth
"""

from __future__ import annotations


class GamekeeperError(Exception):
    """Root of the tree; the command line turns it into one clear line and an exit code."""


class UsageError(GamekeeperError):
    """An option or path makes no sense as given; the message says what to do."""


class CaseBusy(UsageError):  # noqa: N818 - a state that passes
    """Somebody else writes to the case; it can be tried again."""


class CaseError(GamekeeperError):
    """A folder is no case, or a case is of another make or damaged; the message says what to do."""


class NothingReadable(GamekeeperError):  # noqa: N818 - it names a state of the input, not a fault
    """No input holds a single readable record."""


class ContainerError(GamekeeperError):
    """An archive is refused as a whole: bomb, wrong password, unreadable directory."""


class RuleError(GamekeeperError):
    """A rule file cannot become a rule; carries the path, and line and column where known."""

    def __init__(self, message: str, *, path: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.column = column


class ContentError(GamekeeperError):
    """The package's own data does not hold together."""


class NativeError(GamekeeperError):
    """The compiled part is missing or is not for this platform; the message says what to do."""


class ParanoiaError(GamekeeperError):
    """A fast path disagreed with its slow truth; carries the record and the field."""
