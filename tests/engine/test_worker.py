from __future__ import annotations

import io

import pytest

from gamekeeper.engine.runner import Loss
from gamekeeper.engine.worker import Failure, attempt, read_frame, write_frame
from gamekeeper.errors import UsageError


def test_frames_come_out_as_they_went_in() -> None:
    stream = io.BytesIO()
    messages = [None, ("a", 1), b"x" * 100_000]
    for message in messages:
        write_frame(stream, message)
    stream.seek(0)
    assert [read_frame(stream) for _ in messages] == messages
    with pytest.raises(EOFError):
        read_frame(stream)


def test_a_frame_that_breaks_off_is_an_end() -> None:
    stream = io.BytesIO()
    write_frame(stream, "whole")
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(stream.getvalue()[:-1]))


def failing(error: BaseException) -> object:
    def fn(_: object) -> object:
        raise error

    return attempt(fn, None)


def test_surprises_become_failures() -> None:
    failure = failing(ValueError("two\nlines"))
    assert isinstance(failure, Failure)
    assert failure.loss is Loss.FAILED
    assert failure.detail.startswith("ValueError: two lines (test_worker.py:")
    assert failure.error is None


def test_memory_and_our_own_errors_are_told_apart() -> None:
    memory, own = failing(MemoryError()), failing(UsageError("no room"))
    assert isinstance(memory, Failure)
    assert memory.loss is Loss.OUT_OF_MEMORY
    assert isinstance(own, Failure)
    assert isinstance(own.error, UsageError)


def test_a_wish_to_stop_is_no_surprise() -> None:
    with pytest.raises(KeyboardInterrupt):
        failing(KeyboardInterrupt())
