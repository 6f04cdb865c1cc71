"""``gamekeeper`` and ``python -m gamekeeper``: the outermost function, and the last to see an error."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from gamekeeper.apps.cli import parser
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.errors import GamekeeperError, NothingReadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    words = sys.argv[1:] if words is None else list(words)
    _listen()
    try:
        return _dispatch(words)
    except UsageError as error:
        return _complain(str(error), Exit.USAGE)
    except NothingReadable as error:
        return _complain(str(error), Exit.NOTHING_READABLE)
    except GamekeeperError as error:
        return _complain(str(error), Exit.INTERNAL_ERROR)
    except KeyboardInterrupt:
        return _complain(f"stopped; {_left_behind(words)}", Exit.INTERRUPTED)
    except BrokenPipeError:
        return _hang_up()
    except Exception as error:  # noqa: BLE001 - the one boundary: everything below it is a bug
        return _confess(error, words)


def _left_behind(words: Sequence[str]) -> str:
    """Say what a run that was stopped has changed: a case keeps all that was committed."""
    writes = words[:1] and words[0] in {"ingest", "hunt", "rehunt", "case"}
    if writes and any(word.partition("=")[0] == "--case" for word in words):
        return "what was done by then is in the case, which is sound"
    return "nothing was changed"


def _dispatch(words: Sequence[str]) -> int:
    if not words:
        print(parser.overview(), end="", file=sys.stderr)
        return Exit.USAGE
    if words[0] in {"-h", "--help", "help"}:
        print(parser.overview(), end="")
        return Exit.OK
    if words[0] in {"-V", "--version"}:
        words = ["version", *words[1:]]
    command, rest = parser.find_command(words)
    try:
        values = parser.parse(command, rest)
    except SystemExit:  # argparse has printed the help of a command
        return Exit.OK
    code: int = import_module(command.module).run(values)
    sys.stdout.flush()
    return code


def _listen() -> None:
    """Let a polite request to end clean up like Ctrl-C does."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    with contextlib.suppress(ValueError):  # not in the main thread: a test, or a program around us
        signal.signal(signal.SIGTERM, stop)


def _plain(text: str) -> str:
    """Return text in which nothing moves the cursor: names of files are other people's words."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _complain(message: str, code: Exit) -> int:
    with contextlib.suppress(BrokenPipeError):
        print(f"gamekeeper: {_plain(message)}", file=sys.stderr)
    return code


def _hang_up() -> int:
    """End quietly where the reader of our output has gone, as ``head`` does."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.HUNG_UP


def _confess(error: Exception, words: Sequence[str]) -> int:
    if "--debug" in words or os.environ.get("GAMEKEEPER_DEBUG"):
        sys.excepthook(type(error), error, error.__traceback__)
    text = f"{type(error).__name__}: {error}"
    return _complain(
        f"internal error: {text}; --debug shows where. Please report it.", Exit.INTERNAL_ERROR
    )


if __name__ == "__main__":
    sys.exit(main())
