"""Worker processes as the parent sees them: started, fed one unit at a time, and buried.

Plain child processes with pipes instead of :mod:`multiprocessing`, which runs the caller's script again in
every child: a script without a ``__main__`` guard, a notebook or a prompt would not work.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self

from gamekeeper.engine.worker import BOOT, Failure, Setup, Task, packed, read_frame, write_frame
from gamekeeper.errors import GamekeeperError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

#: Ends of its life that a worker does not choose, in words.
_SIGNALS = {-number.value: number.name for number in signal.Signals}
#: One process a core is the plan: what runs inside must not start threads of its own. Arrow's own pool keeps
#: a quarter more than the system's at the worst moment, and is not faster on batches of this size.
_SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_IO_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


#: A worker has to import and to take the plan in this time: a second or two, longer on a busy machine.
_START_LIMIT_S = 600.0
#: Workers in a row that may die before they are ready: more is no accident.
_FALSE_STARTS = 3


@dataclass(frozen=True, slots=True)
class Ended:
    """The process is gone; ``detail`` says how."""

    detail: str


@dataclass(frozen=True, slots=True)
class Hung:
    """The worker passed its time limit and was killed."""

    limit_s: float


@dataclass(eq=False, slots=True)
class Worker:
    """One child process and the thread that listens to it."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]  # its standard error: read only when it dies
    listener: threading.Thread
    is_ready: bool = False
    is_fresh: bool = True  # has not had a unit yet
    task: object = None  # what it works on, None while it idles
    limit_s: float = 0.0
    deadline: float = float("inf")

    def feed(self, unit: object, limit_s: float, task: object) -> None:
        """Give it one unit; a worker that has just died is noticed by its listener."""
        self.task = task
        self.is_fresh = False
        self.limit_s = limit_s
        self.deadline = time.monotonic() + limit_s
        stream = self.process.stdin
        assert stream is not None
        try:
            # Its own alarm comes second, for the case that nobody is left to kill it.
            write_frame(stream, Task(unit, limit_s * 1.5 + 10))
        except OSError:
            return

    def bury(self) -> None:
        """Kill and collect the process, its pipes and its thread."""
        self.process.kill()
        self.process.wait()
        if self.listener.ident is not None:
            self.listener.join()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            assert stream is not None
            try:
                stream.close()
            except OSError:  # a frame that could not be flushed any more
                continue

    def obituary(self) -> str:
        """Say how it died, in one line; the listener has seen the end of its output."""
        code = self.process.wait()
        how = _SIGNALS.get(code, f"exit code {code}")
        lines: list[str] = []
        with contextlib.suppress(ValueError):  # it was buried while its listener began
            self.errors.seek(0)
            lines = self.errors.read(4096).decode("utf-8", "replace").splitlines()
        said = f", {lines[0].strip()}" if lines else ""
        return f"the process ended with {how}{said}"


class Pool:
    """Up to ``size`` workers with one stage; a context manager that leaves no process behind."""

    def __init__(self, stage: object, size: int, memory_bytes: int) -> None:
        self._stage = stage
        self._memory_bytes = memory_bytes
        self._setup = b""
        self._size = size
        self._heard: queue.SimpleQueue[tuple[Worker, object]] = queue.SimpleQueue()
        self._false_starts = 0
        self.workers: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self.workers:
            worker.bury()
        self.workers.clear()

    def idle(self) -> Worker | None:
        """Return a worker that waits for a unit, if there is one."""
        return next((w for w in self.workers if w.is_ready and w.task is None), None)

    def busy(self) -> bool:
        """Say whether any unit is being worked on."""
        return any(worker.task is not None for worker in self.workers)

    def fill(self, wanted: int) -> None:
        """Start workers until there are ``wanted`` or the pool is full."""
        while len(self.workers) < min(wanted, self._size):
            self._start()

    def discard(self, worker: Worker) -> None:
        """Bury one worker; the next :meth:`fill` starts a fresh one."""
        self.workers.remove(worker)
        worker.bury()

    def _start(self) -> None:
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        process = subprocess.Popen(  # noqa: S603 - this very interpreter
            [sys.executable, "-c", BOOT, json.dumps([entry or os.getcwd() for entry in sys.path])],  # noqa: PTH109
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **_SETTINGS},
        )
        worker = Worker(process, errors, threading.Thread())
        self.workers.append(worker)  # from here on it is buried, whatever happens
        worker.deadline = time.monotonic() + _START_LIMIT_S
        worker.listener = threading.Thread(target=self._listen, args=(worker,), daemon=True)
        worker.listener.start()
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # it is dead already, and its listener says so
            process.stdin.write(self._setup_frame())
            process.stdin.flush()

    def _setup_frame(self) -> bytes:
        """Pickle the stage once for all workers, while the first of them starts."""
        if not self._setup:
            self._setup = packed(Setup(self._stage, self._memory_bytes))  # type: ignore[arg-type]
        return self._setup

    def _listen(self, worker: Worker) -> None:
        stream = worker.process.stdout
        assert stream is not None
        while True:
            try:
                message = read_frame(stream)
            except (EOFError, OSError, ValueError):
                self._heard.put((worker, Ended(worker.obituary())))
                return
            self._heard.put((worker, message))

    def answers(self) -> Iterator[tuple[Worker, object]]:
        """Yield the next answer, death or hang of a worker at work; nothing where another got ready."""
        now = time.monotonic()
        soonest = min((worker.deadline for worker in self.workers), default=now)
        timeout = None if soonest == float("inf") else max(0.0, soonest - now)
        try:
            worker, message = self._heard.get(timeout=timeout)
        except queue.Empty:
            yield from self._hung()
            return
        if worker not in self.workers:  # the last words of one that was discarded
            return
        if not worker.is_ready:
            self._greet(worker, message)
        elif worker.task is None:  # killed from outside while it idled: nothing is lost
            self.discard(worker)
        else:
            yield worker, message

    def _greet(self, worker: Worker, message: object) -> None:
        if isinstance(message, Failure):
            raise message.error or GamekeeperError(f"a worker cannot be prepared: {message.detail}")
        if isinstance(message, Ended):
            self._false_start(worker, message.detail)
            return
        self._false_starts = 0
        worker.is_ready = True
        worker.deadline = float("inf")

    def _false_start(self, worker: Worker, detail: str) -> None:
        self._false_starts += 1
        if self._false_starts >= _FALSE_STARTS:
            raise GamekeeperError(f"worker processes cannot be started: {detail}")
        self.discard(worker)

    def _hung(self) -> Iterator[tuple[Worker, object]]:
        now = time.monotonic()
        for worker in [w for w in self.workers if w.deadline <= now]:
            if worker.is_ready:
                yield worker, Hung(worker.limit_s)
            else:
                self._false_start(worker, "it was not ready in time")
