"""SHA-256 of every input file, computed beside the hunt.

``hashlib`` lets go of the interpreter while it works, so one thread of the parent, which mostly waits for
its workers, does it all; each file is read once for it.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from gamekeeper.sources.base import Origin

_BLOCK_BYTES = 1 << 20


class Hasher:
    """A context manager around one thread; leaving it early abandons what is not hashed yet."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Origin | None] = queue.SimpleQueue()
        self._digests: dict[int, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sha256", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._queue.put(None)
        self._thread.join()

    def add(self, origin: Origin) -> None:
        """Queue one file."""
        self._queue.put(origin)

    def finish(self) -> dict[int, str]:
        """Wait for all files; return number to digest, "" for a file that could not be read."""
        self._queue.put(None)
        self._thread.join()
        return self._digests

    def _work(self) -> None:
        while not self._stop.is_set():
            origin = self._queue.get()
            if origin is None:
                return
            self._digests[origin.number] = self._digest(origin)

    def _digest(self, origin: Origin) -> str:
        return digest_of(origin, self._stop.is_set)


def digest_of(origin: Origin, is_over: Callable[[], bool] = lambda: False) -> str:
    """Return the SHA-256 of a file, "" where it cannot be read; stop early once ``is_over``."""
    digest = hashlib.sha256()
    try:
        with origin.local.open("rb", buffering=0) as stream:
            while not is_over() and (block := stream.read(_BLOCK_BYTES)):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def digests_of(origins: Sequence[Origin], workers: int) -> Iterator[str]:
    """Yield the SHA-256 of each file in order, several at a time."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(digest_of, origins)
