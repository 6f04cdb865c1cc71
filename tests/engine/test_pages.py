"""Pages that are given back."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from gamekeeper.engine import pages


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    pages._trim.cache_clear()
    pages.keep_no_large_blocks.cache_clear()
    yield
    pages._trim.cache_clear()
    pages.keep_no_large_blocks.cache_clear()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_the_gnu_library_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    assert pages._trim() is not int
    monkeypatch.setattr(pages, "_trim", lambda: asked.append)
    pages.give_back()
    assert asked == [0]


@pytest.mark.parametrize("name", ["win32", "darwin"])
def test_another_system_has_no_heap_of_this_kind(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(pages.sys, "platform", name)
    pages.give_back()
    assert pages._trim() is int


def test_another_c_library_has_no_such_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.sys, "platform", "linux")
    monkeypatch.setattr(pages.ctypes, "CDLL", lambda _: object())
    assert pages._trim() is int


def test_the_c_library_is_told_once_what_a_large_block_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    library = SimpleNamespace(mallopt=lambda setting, value: told.append((setting, value)))
    monkeypatch.setattr(pages.sys, "platform", "linux")
    monkeypatch.setattr(pages.ctypes, "CDLL", lambda _: library)
    pages.keep_no_large_blocks()
    pages.keep_no_large_blocks()
    assert told == [(-3, 1 << 20)]


def test_a_library_without_that_setting_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.sys, "platform", "linux")
    monkeypatch.setattr(pages.ctypes, "CDLL", lambda _: object())
    pages.keep_no_large_blocks()
    assert pages.keep_no_large_blocks.cache_info().currsize == 1
