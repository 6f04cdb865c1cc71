"""What a person wants changed in rules before they are used: pipelines, and lists for placeholders."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.errors import RuleError, UsageError
from gamekeeper.rules.files import RuleFile, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.rules.expansion import Lists
    from gamekeeper.rules.pipelines import Pipelines


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files as they were read, before anything is made of them."""

    pipelines: tuple[RuleFile, ...] = ()
    placeholders: RuleFile | None = None

    @property
    def files(self) -> Iterator[RuleFile]:
        """All files, each with a name that says what it is for."""
        for file in self.pipelines:
            yield RuleFile(f"pipeline {file.path}", file.data, file.reason)
        if self.placeholders is not None:
            yield RuleFile("placeholders", self.placeholders.data, self.placeholders.reason)


def wanted(
    pipelines: Sequence[str | os.PathLike[str]] = (),
    placeholders: str | os.PathLike[str] | None = None,
) -> Wanted:
    """Read the files; raise UsageError where one is not there."""
    return Wanted(
        tuple(_file(path, "pipeline") for path in pipelines),
        None if placeholders is None else _file(placeholders, "list of placeholders"),
    )


def _file(path: str | os.PathLike[str], what: str) -> RuleFile:
    if not Path(path).is_file():
        raise UsageError(f"no {what} at {os.fspath(path)!r}: there is no such file")
    return read_file(os.fspath(path), os.fspath(path))


@dataclass(slots=True)
class Changes:
    """Pipelines and lists, ready to be applied."""

    pipelines: Pipelines = field(default_factory=lambda: _pipelines(()))
    lists: Lists = field(default_factory=lambda: _lists(None, is_open=False))

    @classmethod
    def of(cls, given: Wanted) -> Changes:
        """Return what files ask for; raise UsageError where one cannot be used."""
        pipelines = _pipelines(given.pipelines)
        return cls(pipelines, _lists(given.placeholders, is_open=bool(pipelines)))


def _pipelines(files: Sequence[RuleFile]) -> Pipelines:
    from gamekeeper.rules.pipelines import Pipelines  # noqa: PLC0415 - a cached set needs no parser

    return Pipelines(files)


def _lists(file: RuleFile | None, *, is_open: bool) -> Lists:
    from gamekeeper.rules.expansion import Lists  # noqa: PLC0415

    if file is None:
        return Lists(is_open=is_open)
    try:
        return Lists(_read(file), is_open=is_open)
    except RuleError as error:
        raise UsageError(f"placeholders {file.path} cannot be used: {error}") from None


def _read(file: RuleFile) -> dict[str, tuple[str, ...]]:
    from gamekeeper.rules.documents import read_documents  # noqa: PLC0415

    if file.reason:
        raise RuleError(file.reason)
    documents = [one for one in read_documents(file.data) if one is not None]
    if len(documents) > 1 or not all(isinstance(one, dict) for one in documents):
        raise RuleError("it is no map from names of placeholders to lists of values")
    stated = documents[0] if documents else {}
    return {_name(name): _values(name, value) for name, value in stated.items()}


def _name(stated: object) -> str:
    """Return a placeholder's name, which may be written with its percent signs."""
    text = str(stated)
    if len(text) > 2 and text.startswith("%") and text.endswith("%"):
        text = text[1:-1]
    return text


def _values(name: object, stated: object) -> tuple[str, ...]:
    values = stated if isinstance(stated, list) else [stated]
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise RuleError(f"{name}: {value!r} is neither text nor a number")
    return tuple(map(str, values))
