"""Checks of the form: keys, values and dates as the Sigma 2.1 specification wants them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from gamekeeper.authoring.remarks import error, note, warning
from gamekeeper.settings import LEVEL_NAMES, near

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gamekeeper.authoring.remarks import Say, Subject

#: Keys of a rule, of a correlation and of a filter; the last ones are SigmaHQ's own.
KNOWN_KEYS: Final = (
    *("title", "id", "related", "name", "taxonomy", "status", "description", "license", "author"),
    *("references", "date", "modified", "logsource", "detection", "fields", "falsepositives"),
    *("level", "tags", "scope", "correlation", "filter", "generate", "action"),
    *("regression_tests_path", "simulation"),
)
_STATES: Final = ("stable", "test", "experimental", "deprecated", "unsupported")
_RELATIONS: Final = ("derived", "obsolete", "merged", "renamed", "similar")
_TEXTS: Final = ("title", "name", "description", "author", "license", "taxonomy")
_LISTS: Final = ("references", "tags", "falsepositives", "fields", "scope", "related")
_LIMITS: Final = {"title": 256, "name": 256, "description": 65_535}
_SOURCE_KEYS: Final = ("product", "category", "service", "definition")
_TAG = re.compile(r"[a-z0-9_-]+\.[a-z0-9._-]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def required_keys(subject: Subject) -> Iterator[Say]:
    """Title, log source and detection are what makes a rule."""
    wanted = ("title", "logsource", "detection") if subject.is_plain else ("title",)
    for key in wanted:
        if not subject.document.get(key):
            yield error(f"the rule has no {key}")
    if "id" not in subject.document:
        yield warning("the rule has no id: one made from its content changes with every edit")
    if subject.is_plain and "level" not in subject.document:
        yield warning("the rule has no level: it counts as medium")
    for key in ("status", "description", "author", "date", "falsepositives"):
        if key not in subject.document and subject.is_plain:
            yield note(f"the rule has no {key}")


def unknown_keys(subject: Subject) -> Iterator[Say]:
    """A key that nearly has a name of Sigma's is misspelt; another is somebody's own."""
    for key in map(str, subject.document):
        if key not in KNOWN_KEYS:
            hint = near(key, KNOWN_KEYS)
            say = warning if hint else note
            yield say(f"{key!r} is no key of a Sigma rule{hint}", key)
    source = subject.document.get("logsource")
    for key in map(str, source if isinstance(source, dict) else ()):
        if key not in _SOURCE_KEYS:
            hint = near(key, _SOURCE_KEYS)
            yield warning(f"{key!r} is no key of a log source{hint}", "logsource", key)


def identity(subject: Subject) -> Iterator[Say]:
    """Ids are UUIDs, also those of related rules."""
    document = subject.document
    if "id" in document and not _is_uuid(document["id"]):
        yield error(f"the id {str(document['id'])!r} is no UUID", "id")
    related = document.get("related")
    for number, row in enumerate(related if isinstance(related, list) else ()):
        yield from _relation(row, ("related", str(number)))


def _relation(row: object, at: tuple[str, ...]) -> Iterator[Say]:
    if not isinstance(row, dict) or not {"id", "type"} <= row.keys():
        yield error("a related rule needs an id and a type", *at)
        return
    if not _is_uuid(row["id"]):
        yield error(f"the related id {str(row['id'])!r} is no UUID", *at, "id")
    if row["type"] not in _RELATIONS:
        yield error(_no_word("type of relation", row["type"], _RELATIONS), *at, "type")


def _is_uuid(value: object) -> bool:
    try:
        return len(str(UUID(str(value)))) == len(str(value))
    except ValueError:
        return False


def words(subject: Subject) -> Iterator[Say]:
    """Status and level are words of a short list."""
    for key, known in (("status", _STATES), ("level", LEVEL_NAMES)):
        value = subject.document.get(key)
        if key in subject.document and value not in known:
            yield error(_no_word(key, value, known), key)


def _no_word(kind: str, value: object, known: tuple[str, ...]) -> str:
    return f"{str(value)!r} is no {kind} ({', '.join(known)}){near(str(value).lower(), known)}"


def dates(subject: Subject) -> Iterator[Say]:
    """Dates are written 2026-01-31, and nothing is changed before it is made."""
    found: dict[str, date] = {}
    for key in ("date", "modified"):
        if key in subject.document:
            read = _date(subject.document[key])
            if read is None:
                value = str(subject.document[key])
                yield error(f"{key} {value!r} is no date as 2026-01-31", key)
            else:
                found[key] = read
    if len(found) == 2 and found["modified"] < found["date"]:
        yield warning("it was modified before its date", "modified")


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def shapes(subject: Subject) -> Iterator[Say]:
    """Texts are texts, lists are lists, and nothing stands in a list twice."""
    for key in _TEXTS:
        value = subject.document.get(key)
        if value is not None and not isinstance(value, str):
            yield error(f"{key} is no text", key)
        elif value is not None and len(value) > _LIMITS.get(key, len(value)):
            yield error(f"{key} is longer than {_LIMITS[key]} characters", key)
    for key in _LISTS:
        if key in subject.document:
            yield from _list(subject.document, key)


def _list(document: Mapping[Any, Any], key: str) -> Iterator[Say]:
    value = document[key]
    if not isinstance(value, list):
        yield error(f"{key} is no list", key)
        return
    seen = set()
    for number, item in enumerate(value):
        if key != "related" and not isinstance(item, str):
            yield error(f"{key} holds something that is no text", key, str(number))
        elif str(item) in seen:
            yield warning(f"{str(item)!r} stands in {key} twice", key, str(number))
        seen.add(str(item))


def tags(subject: Subject) -> Iterator[Say]:
    """A tag is a namespace, a dot and a name, in lower case."""
    stated = subject.document.get("tags")
    for number, tag in enumerate(stated if isinstance(stated, list) else ()):
        if isinstance(tag, str) and not _TAG.fullmatch(tag):
            yield error(f"{tag!r} is no tag as namespace.name in lower case", "tags", str(number))
