"""The events of a case as rules see them, whatever form they are written in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from gamekeeper.authoring.explanation import source_name
from gamekeeper.engine.reference import Fields, row_fields
from gamekeeper.errors import UsageError
from gamekeeper.model.build import BatchBuilder
from gamekeeper.model.events import EventBatch
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import LogSource
from gamekeeper.sources import registry
from gamekeeper.sources.base import Origin, ReadOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gamekeeper.authoring.cases import Case


class Seen(NamedTuple):
    """One event: of a dataset, or in Sigma's own words of a log source that is not read here."""

    fields: Fields
    dataset: str = ""
    logsource: LogSource | None = None

    @property
    def name(self) -> str:
        """What kind of event it is, for people."""
        if self.logsource is not None:
            return source_name(self.logsource)
        return " ".join(v for name in ("channel", "eventid") for v in self.fields.get(name, ()))


def may_look(wanted: LogSource, given: LogSource) -> bool:
    """Say whether a rule's log source leaves room for another; what either omits, it allows."""
    pairs = (
        (wanted.product, given.product),
        (wanted.category, given.category),
        (wanted.service, given.service),
    )
    return all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


def events_of(case: Case) -> Iterator[Seen]:
    """Yield the events of a case; raise UsageError where its log cannot be read."""
    if case.logsource is not None:
        yield _in_sigmas_words(case, case.logsource)
        return
    batches = _built(case) if case.file is None else _read(case.file)
    for batch in batches:
        for row in range(len(batch)):  # the slow truth goes row by row
            yield Seen(row_fields(batch, row), batch.dataset)


def _built(case: Case) -> Iterator[EventBatch]:
    builder = BatchBuilder()
    for event in case.events:
        yield from builder.add(event)
    yield from builder.flush()


def _read(path: Path) -> Iterator[EventBatch]:
    try:
        with path.open("rb") as stream:
            head = stream.read(registry.HEAD_BYTES)
        origin = Origin(0, str(path), path, path.stat().st_size)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    source = registry.recognise(head, str(path))
    if source is None:
        raise UsageError(f"{path} is in no format that is known")
    for item in source.read(source.ranges(origin), ReadOptions()):
        if isinstance(item, EventBatch):
            yield item


def _in_sigmas_words(case: Case, logsource: LogSource) -> Seen:
    fields: Fields = defaultdict(list)
    for name, value in case.fields:
        fields[fold(name)].append(value)
    return Seen(dict(fields), logsource=logsource)
