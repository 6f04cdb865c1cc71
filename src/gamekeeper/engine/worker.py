"""The inside of a worker process, and the one place where a reader's surprise is caught.

The parent starts ``python -c <BOOT>`` and talks through pipes in frames: eight bytes of length, then a
pickle. A worker gets one stage, prepares it, and then answers one unit at a time until its input ends.
"""

from __future__ import annotations

import faulthandler
import gc
import logging
import os
import pickle
import signal
import struct
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeVar

from gamekeeper.engine.pages import give_back
from gamekeeper.engine.runner import Loss
from gamekeeper.errors import GamekeeperError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.engine.runner import Stage

U = TypeVar("U")
R = TypeVar("R")

#: What the parent runs; its own module search path is the argument, so that a script, a test and an
#: installed command start the same worker.
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); "
    "from gamekeeper.engine.worker import main; main()"
)

#: Objects after which the garbage collector looks at the young ones. Rules and programs are large trees that
#: stay; Python's own 700 cost a seventh of the time of a hunt.
GC_THRESHOLD = 50_000

_LENGTH = struct.Struct("<Q")
_log = logging.getLogger("gamekeeper")


@dataclass(frozen=True, slots=True)
class Failure:
    """A unit raised instead of returning; ``error`` is set where the run has to stop for it."""

    loss: Loss
    detail: str
    error: GamekeeperError | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """The first frame: what to prepare, and how much memory it may use beyond that."""

    stage: Stage[object, object]
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Task:
    """Every other frame: a unit, and the seconds after which the worker ends itself."""

    unit: object
    limit_s: float


def packed(message: object) -> bytes:
    """Return a message as a frame."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


def write_frame(stream: IO[bytes], message: object) -> None:
    """Send one message."""
    stream.write(packed(message))
    stream.flush()


def read_frame(stream: IO[bytes]) -> object:
    """Return the next message; raise ``EOFError`` where the other side is gone, even in mid-frame."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - both ends are this program


def attempt(fn: Callable[[U], R], unit: U) -> R | Failure:
    """Return ``fn(unit)``, or what went wrong: no unit may end a run.

    Our own errors are the exception: they say that going on makes no sense (a full disk, a fast path
    that disagreed with its slow truth).
    """
    try:
        return fn(unit)
    except GamekeeperError as error:
        return Failure(Loss.FAILED, str(error), error)
    except MemoryError:
        return Failure(Loss.OUT_OF_MEMORY, "it needed more memory than a worker may have")
    except Exception as error:  # noqa: BLE001 - the boundary between a reader and the run
        _log.debug("a unit failed", exc_info=True)
        return Failure(Loss.FAILED, describe(error))


def describe(error: Exception) -> str:
    """Return the error and the line of ours that it came from, on one line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        name = os.path.basename(trace.tb_frame.f_code.co_filename)  # noqa: PTH119 - text, no file
        place = f" ({name}:{trace.tb_lineno})"
    return " ".join(f"{type(error).__name__}: {error}{place}".split())


def cap_memory(extra_bytes: int) -> None:
    """Allow this process ``extra_bytes`` of address space beyond what it has, where the system can."""
    if not sys.platform.startswith("linux"):
        return
    import resource  # noqa: PLC0415 - absent on Windows

    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123
        used = int(statm.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + extra_bytes
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _serve(stream: IO[bytes], answers: IO[bytes]) -> None:
    # Rules are a large tree that stays: the collector would walk it again and again for nothing.
    gc.disable()
    setup = read_frame(stream)
    assert isinstance(setup, Setup)
    fn = attempt(type(setup.stage).prepare, setup.stage)
    gc.freeze()
    gc.enable()
    gc.set_threshold(GC_THRESHOLD)
    if isinstance(fn, Failure):
        write_frame(answers, fn)
        return
    write_frame(answers, None)
    cap_memory(setup.memory_bytes)
    while True:
        task = read_frame(stream)
        assert isinstance(task, Task)
        # A thread below Python: it ends even a loop that never lets go of the interpreter, and a
        # worker whose parent is dead.
        faulthandler.dump_traceback_later(task.limit_s, exit=True)
        outcome = attempt(fn, task.unit)
        faulthandler.cancel_dump_traceback_later()
        write_frame(answers, outcome)
        del task, outcome
        give_back()  # a worker kept a hundred megabytes of what its last unit needed


def main() -> None:
    """Serve the parent until it closes the pipe. What others print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    faulthandler.enable()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        _serve(sys.stdin.buffer, answers)
    except (EOFError, BrokenPipeError):
        pass
    finally:
        # Nothing of ours is left to write, and extension modules may hang in their farewells.
        os._exit(0)
