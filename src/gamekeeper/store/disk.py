"""The disk under a case, and what to say when it refuses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gamekeeper.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.store.layout import Layout


@contextmanager
def writable(layout: Layout) -> Iterator[None]:
    """Turn a disk that is full or read-only into one clear line; the case is as it was before."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"the case {layout.root} cannot be written to ({error.strerror or error}); it is as it "
            "was before: make room and try again"
        ) from error
