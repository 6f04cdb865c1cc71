"""What the events of a chain have in common: names of entities, and how they read in each selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.ir import HOUR, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.analytics.chains.ir import Body, Selection, Step

#: What an entity reads where a chain does not say: names that everybody would give them.
ENTITIES: Final[dict[str, Reading]] = {
    "host": Reading("host.name"),
    "account": Reading("user.name"),
    "session": Reading("winlog.logon.id"),
    "address": Reading("source.ip"),
    "process": Reading("process.entity_id"),
    "tool": Reading("process.name"),
    "file": Reading("file.name"),
}


def reading_of(entity: str, selection: Selection) -> Reading | None:
    """Return how an entity reads in the events of a selection."""
    return dict(selection.entities).get(entity) or ENTITIES.get(entity)


def compared_of(step: Step) -> Iterator[str]:
    """Yield the entities whose values a step counts or compares."""
    if step.count.of and step.count.of != HOUR:
        yield step.count.of
    if step.first_ever is not None:
        yield from (*step.first_ever.known, *step.first_ever.new)


def wanted_of(body: Body, step: Step) -> tuple[str, ...]:
    """Return the entities that the events of a step have to say, each once."""
    return tuple(dict.fromkeys((*body.join, *compared_of(step))))
