"""Test cases of chains: some events on a clock, and how often the chain is found in them.

They lie beside the chain, under its stem: ``sc-01-ntds-copy.cases.yml``. A case is *positive*, a *near_miss*
(one thing is lacking) or a *look_alike* (ordinary work that resembles it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.analytics.chains.library import CASES
from gamekeeper.analytics.chains.placeholders import ACCOUNTS
from gamekeeper.analytics.chains.stating import a_map, seconds, some_text, texts, whole
from gamekeeper.authoring.process_events import process_events
from gamekeeper.engine.correlation.windows import TICKS
from gamekeeper.errors import RuleError, UsageError
from gamekeeper.model.build import Event
from gamekeeper.model.context import ACCOUNT_KINDS
from gamekeeper.rules.documents import read_documents
from gamekeeper.rules.ir import LogSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.analytics.chains.selections import Values
    from gamekeeper.analytics.chains.stating import Map

#: FILETIME of 2026-01-05T08:00:00Z, a Monday: where the clock of every case begins.
START: Final = 134_120_736_000_000_000
_CASE: Final = {"name", "kind", "hits", "accounts", "events", "only"}
_EVENT: Final = {"at", "host", "user", "times", "every"}
_WAYS: Final = {
    "process": {"process"},
    "logsource": {"logsource", "fields", "entities"},
    "channel": {"channel", "provider", "event_id", "data"},
}


class CaseKind(StrEnum):
    """What a case is for."""

    POSITIVE = "positive"
    NEAR_MISS = "near_miss"
    LOOK_ALIKE = "look_alike"


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a log that nobody reads yet, in the words of a selection and with its entities."""

    filetime: int
    logsource: LogSource
    fields: tuple[tuple[str, str], ...]
    entities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChainCase:
    """Some events, and how many hits of the chain there are in them.

    ``log`` is which of its logs tells of new processes: ``sysmon``, ``security`` or both; empty where no
    event is one. ``lists`` are the accounts that people name, as values of placeholders. A case whose text
    makes no sense has a ``problem``.
    """

    path: str
    stem: str
    name: str
    kind: CaseKind
    hits: int
    log: str = ""
    events: tuple[Event, ...] = ()
    told: tuple[Told, ...] = ()
    lists: Values = ()
    problem: str = ""


def read_cases(paths: Sequence[str | Path]) -> list[ChainCase]:
    """Return the cases of files and folders; raise UsageError where a path holds none."""
    found: list[ChainCase] = []
    for given in map(Path, paths):
        if not given.exists():
            raise UsageError(f"there is no file or folder {str(given)!r}")
        names = sorted(given.rglob(f"*{CASES}")) if given.is_dir() else [given]
        cases = [case for name in names for case in _of_file(name)]
        if not cases:
            raise UsageError(
                f"there is no case in {str(given)!r}; see docs/how-to/write-a-chain.md"
            )
        found += cases
    return found


def _of_file(path: Path) -> Iterator[ChainCase]:
    stem = path.name.removesuffix(CASES)
    try:
        (rows,) = read_documents(path.read_bytes())
        if not isinstance(rows, list):
            raise RuleError("a list of cases is expected")  # noqa: TRY301 - one place that tells
    except (RuleError, OSError, ValueError) as error:
        yield ChainCase(str(path), stem, path.name, CaseKind.POSITIVE, 0, problem=str(error))
        return
    for number, row in enumerate(rows, 1):
        name = f"case {number}"
        try:
            case = a_map(row, name, _CASE)
            name = some_text(case.get("name"), f"{name}.name")
            yield from _cases(ChainCase(str(path), stem, name, CaseKind.POSITIVE, 0), case)
        except RuleError as error:
            yield ChainCase(str(path), stem, name, CaseKind.POSITIVE, 0, problem=str(error))


def _cases(blank: ChainCase, row: Map) -> Iterator[ChainCase]:
    """Yield a case, or one for each log that tells of new processes and one for both."""
    kind = row.get("kind")
    if kind not in tuple(CaseKind):
        raise RuleError(f"kind: {kind!r} is none of {', '.join(CaseKind)}")
    wanted = row.get("hits", int(kind == CaseKind.POSITIVE))
    lists = _lists(row.get("accounts", {}))
    case = replace(blank, kind=CaseKind(kind), hits=whole(wanted, "hits", 0), lists=lists)
    rows = row.get("events")
    if not isinstance(rows, list) or not rows:
        raise RuleError("events: a list of events is expected")
    only = str(row.get("only", ""))
    logs = ("sysmon", "security", "both") if any("process" in one for one in rows) else ("",)
    for log in logs:
        if only not in {"", log}:
            continue
        events: list[Event] = []
        told: list[Told] = []
        for number, one in enumerate(rows, 1):
            for event in _repeated(one, f"events[{number}]", log):
                (told if isinstance(event, Told) else events).append(event)  # type: ignore[arg-type]
        numbered = [replace(event, offset=n, record_id=n) for n, event in enumerate(events)]
        yield replace(case, log=log, events=tuple(numbered), told=tuple(told))


def _lists(value: object) -> Values:
    """Return the accounts of each kind that a case gives, as a list of accounts would."""
    given = a_map(value, "accounts", set(ACCOUNT_KINDS))
    return tuple(
        (f"{kind}{ACCOUNTS}", texts(names, f"accounts.{kind}")) for kind, names in given.items()
    )


def _repeated(given: object, where: str, log: str) -> Iterator[Event | Told]:
    """Yield an event as often as ``times`` says, ``every`` so often."""
    row = given if isinstance(given, dict) else {}
    times = whole(row.get("times", 1), f"{where}.times", 1)
    every = _at(row.get("every", 0), f"{where}.every")
    for event in _events(given, where, log):
        for number in range(times):
            yield replace(event, filetime=(event.filetime or 0) + number * every * TICKS)


def _events(given: object, where: str, log: str) -> Iterator[Event | Told]:
    way = next((w for w in _WAYS if isinstance(given, dict) and w in given), "channel")
    row = a_map(given, where, _EVENT | _WAYS[way])
    time = START + _at(row.get("at", 0), f"{where}.at") * TICKS
    host = str(row.get("host", "host1"))
    if way == "logsource":
        yield _told(row, time, where)
    elif way == "process":
        fields = {
            "ProcessId": str(4000 + time % 9973),
            **_texts(row["process"], f"{where}.process"),
        }
        for name, event in process_events(list(fields.items())):
            if log in {name, "both"}:
                yield replace(event, filetime=time, system={**event.system, "Computer": host})
    else:
        yield Event(
            0,
            0,
            filetime=time,
            event_id=whole(row.get("event_id"), f"{where}.event_id", 0),
            system={
                "Channel": some_text(row.get("channel"), f"{where}.channel"),
                "Provider_Name": str(row.get("provider", "")),
                "Computer": host,
            },
            data=list(_texts(row.get("data", {}), f"{where}.data").items()),
        )


def _told(row: Map, time: int, where: str) -> Told:
    source = a_map(row["logsource"], f"{where}.logsource", {"product", "category", "service"})
    return Told(
        time,
        LogSource(**{name: str(value).lower() for name, value in source.items()}),
        tuple(_texts(row.get("fields", {}), f"{where}.fields").items()),
        tuple(_texts(row.get("entities", {}), f"{where}.entities").items()),
    )


def _at(value: object, where: str) -> int:
    return 0 if value in (0, "0s") else seconds(value, where)


def _texts(value: Any, where: str) -> dict[str, str]:  # noqa: ANN401 - YAML may hold anything
    if not isinstance(value, dict):
        raise RuleError(f"{where}: a map of fields is expected")
    return {str(name): "" if item is None else str(item) for name, item in value.items()}
