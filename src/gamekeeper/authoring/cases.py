"""Test cases of rules as people write them: SigmaHQ's regression data, and events in YAML.

A case is read into a :class:`Case` whatever its form; one that makes no sense is a case with a problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.authoring.process_events import process_events
from gamekeeper.errors import RuleError, UsageError
from gamekeeper.model.build import Event
from gamekeeper.model.folding import fold
from gamekeeper.rules.documents import read_documents
from gamekeeper.rules.ir import LogSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REGRESSION: Final = "regression_tests_info"
_SUFFIXES: Final = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class Case:
    """Some events, and of how many of them a rule is true. ``wanted`` is None for "at least one"."""

    path: str  # of the file that states it
    name: str
    rule: str  # id, title or file stem
    wanted: int | None = 0
    events: tuple[Event, ...] = ()
    file: Path | None = None  # a log with the events
    logsource: LogSource | None = None  # the event is ``fields``, in Sigma's words
    fields: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def read_cases(paths: Sequence[str | Path]) -> list[Case]:
    """Return the cases of files and folders; raise UsageError where a path holds none."""
    found: list[Case] = []
    for given in map(Path, paths):
        if not given.exists():
            raise UsageError(f"there is no file or folder {str(given)!r}")
        before = len(found)
        for path in _files(given):
            found += _of_file(path)
        if len(found) == before:
            raise UsageError(
                f"there is no test case in {str(given)!r}; see docs/how-to/test-a-rule.md"
            )
    return found


def rules_beside(paths: Sequence[str | Path]) -> list[str]:
    """Return where rules may lie beside their cases: folders, and files of a case file's name."""
    found: list[str] = []
    for path in map(Path, paths):
        if path.is_dir():
            found.append(str(path))
        else:
            names = (path.with_name(f"{_stem(path)}{suffix}") for suffix in _SUFFIXES)
            found += [str(name) for name in names if name != path and name.is_file()]
    return found


def _stem(path: Path) -> str:
    """Return the name of the rule that a case file is for."""
    return path.name.partition(".")[0]


def _files(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    return sorted(path for path in given.rglob("*") if path.suffix.lower() in _SUFFIXES)


def _of_file(path: Path) -> Iterator[Case]:
    try:
        documents = read_documents(path.read_bytes())
    except (RuleError, OSError) as error:
        yield Case(str(path), path.name, "", problem=f"the file cannot be read: {error}")
        return
    for document in documents:
        if isinstance(document, dict) and _REGRESSION in document:
            yield from _regression(path, document)
        elif isinstance(document, list) and any(_is_case(row) for row in document):
            for number, row in enumerate(document, 1):
                yield from _written(path, number, row)


def _is_case(row: object) -> bool:
    return isinstance(row, dict) and "matches" in row


def _regression(path: Path, document: dict[Any, Any]) -> Iterator[Case]:
    """Read SigmaHQ's form: the log, and often its copy in JSON, lies beside the file."""
    metadata, tests = document.get("rule_metadata"), document[_REGRESSION]
    try:
        rules = [str(row["id"]) for row in metadata or ()]
        rows = [(str(t["name"]), Path(str(t["path"])).name, t.get("match_count")) for t in tests]
    except (KeyError, TypeError, AttributeError):
        problem = "it names no rule, or no log"
        yield Case(str(path), path.parent.name, "", problem=problem)
        return
    for rule in rules:
        for name, file, count in rows:
            log = path.with_name(file)
            wanted = count if isinstance(count, int) else None
            yield Case(str(path), name, rule, wanted, file=log)
            twin = log.with_suffix(".json")
            if twin != log and twin.is_file():
                yield Case(str(path), f"{name} (json)", rule, wanted, file=twin)


def _written(path: Path, number: int, row: object) -> Iterator[Case]:
    """Read our own form."""
    stem = _stem(path)
    if not isinstance(row, dict):
        yield Case(str(path), f"case {number}", stem, problem="it is no map")
        return
    name, rule = str(row.get("name") or f"case {number}"), str(row.get("rule") or stem)
    try:
        wanted = _count(row.get("matches"))
        if "logsource" in row:
            yield _in_sigmas_words(row, Case(str(path), name, rule, wanted))
            return
        for suffix, content in _contents(path, row):
            shown = f"{name} ({suffix})" if suffix else name
            if isinstance(content, Path):
                yield Case(str(path), shown, rule, wanted, file=content)
            else:
                yield Case(str(path), shown, rule, wanted, events=(content,))
    except UsageError as error:
        yield Case(str(path), name, rule, problem=str(error))


def _in_sigmas_words(row: dict[Any, Any], case: Case) -> Case:
    stated = row["logsource"]
    if not isinstance(stated, dict) or not {*stated} <= {"product", "category", "service"}:
        raise UsageError("'logsource' has to be a map of product, category and service")
    source = LogSource(**{name: fold(str(value)) for name, value in stated.items()})
    given = row.get("fields")
    present = (
        {n: v for n, v in given.items() if v is not None} if isinstance(given, dict) else given
    )
    return replace(case, logsource=source, fields=tuple(_fields({"fields": present}, "fields")))


def _count(wanted: object) -> int | None:
    """Return how many events have to match; ``true`` of a log with many events means any of them."""
    if not isinstance(wanted, int):
        raise UsageError("'matches' has to be true, false or a number")
    return None if wanted is True else int(wanted)


def _contents(path: Path, row: dict[Any, Any]) -> Iterator[tuple[str, Path | Event]]:
    if "file" in row:
        yield "", path.parent / str(row["file"])
    elif "process" in row:
        fields, only = _fields(row, "process"), str(row.get("only") or "")
        for log, event in process_events(fields):
            if only in {"", log}:
                yield ("" if only else log), event
    else:
        system = {"Channel": _text(row, "channel"), "Provider_Name": str(row.get("provider") or "")}
        system["Computer"] = str(row.get("host") or "test")
        number = _event_id(row)
        yield "", Event(0, 0, event_id=number, system=system, data=_fields(row, "data"))


def _event_id(row: dict[str, object]) -> int | None:
    """Return the event's number; ``event_id: null`` stands for an event of a log without numbers."""
    value = row.get("event_id", "")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
        raise UsageError("'event_id' has to be a number, or null where the log has none")
    return value


def _text(row: dict[Any, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise UsageError(f"a case needs 'process', 'file', 'logsource' or 'channel': no {key!r}")
    return value


def _fields(row: dict[Any, Any], key: str) -> list[tuple[str, str]]:
    fields = row.get(key) or {}
    if not isinstance(fields, dict):
        raise UsageError(f"{key!r} has to be a map of fields")
    return [
        (str(name), _value(item))
        for name, value in fields.items()
        for item in (value if isinstance(value, list) else [value])
    ]


def _value(item: object) -> str:
    """Return a value as an event would write it."""
    if item is None:
        return ""
    return str(item).lower() if isinstance(item, bool) else str(item)
